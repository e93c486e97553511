import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ingest } from '../../src/pipeline/ingest/ingest.ts'
import { previewPurge, purge } from '../../src/pipeline/purge/purge.ts'
import { rebuildIndex } from '../../src/pipeline/mend/reindex.ts'
import { restoreBackup } from '../../src/pipeline/mend/restore.ts'
import { armPurge, hold, liftPurge, overrideCase } from '../../src/pipeline/decide/staff-decisions.ts'
import { turnEpochs } from '../../src/pipeline/purge/upkeep.ts'
import { openArchive } from '../../src/store/opening/open-archive.ts'
import { verifyAudit } from '../../src/store/audit.ts'
import { verifyBackup } from '../../src/store/backup/check.ts'
import type { Manifest } from '../../src/store/backup/manifest.ts'
import { writeBackup } from '../../src/store/backup/write.ts'
import type { Account } from '../../src/store/accounts.ts'
import { openKeyring } from '../../src/store/keys/keyring-file.ts'
import { openMessage } from '../../src/store/message/open-messages.ts'
import { LEDGER_FILE } from '../../src/store/keys/keys-copy.ts'
import { readSetting } from '../../src/store/settings.ts'
import { carol, NOW, RULES, testAccount, testArchive, type TestArchive } from '../harness/archive.ts'
import { find, MIGRATIONS, placeOn, readContent, restored, temporary, type Restored } from '../harness/backup.ts'
import { mail } from '../harness/mail.ts'
import { testDatabase } from '../harness/postgres.ts'

const DAY = 86_400_000
const after = (days: number) => new Date(NOW.getTime() + days * DAY)

let test: TestArchive
let account: Account
let directory: string
let opened: Restored[]
beforeEach(async () => {
  test = await testArchive()
  account = await testAccount(test.archive)
  directory = temporary('backup')
  opened = []
})
afterEach(async () => {
  for (const each of opened) await each.drop()
  await test.drop()
  rmSync(directory, { recursive: true, force: true })
})

const OLD = '2024-01-10T09:00:00Z'
const raw = (source: Buffer, at: Date) => ({ uid: 0, flags: [], internalDate: at, source, size: source.length })
const letter = (id: string, date: string, body = 'Hej! Hur byter jag rulle i skrivaren?') =>
  raw(
    mail({
      id: `${id}@example.se`,
      from: `${id}@example.se`,
      subject: 'Hur byter jag rulle?',
      headers: [`X-Test: ${id}`],
      body,
      date,
    }),
    new Date(date),
  )
const take = (letters: ReturnType<typeof raw>[], now = NOW) =>
  ingest({ archive: test.archive, account, rules: RULES, folder: null }, letters, now)
const back = (name = 'one', now = NOW): Promise<Manifest> =>
  writeBackup(test.archive, join(directory, name), { epochDays: 30 }, now)
const restoreHere = async (name = 'one', now = NOW, options: Parameters<typeof restored>[3] = {}) => {
  const result = await restored(join(directory, name), test.keysDirectory, now, options)
  opened.push(result)
  return result
}
const purgeNow = async (now = NOW) => {
  const { id } = await carol(test.archive, now)
  await armPurge(test.archive, id, true, now)
  return purge({ archive: test.archive, account, rules: RULES, mailbox: null, clock: () => now })
}
const failing = (code: string) => expect.objectContaining({ code }) as Error

describe('a backup', () => {
  it('holds one file per table and a manifest, for the owner only, without index and keys', async () => {
    await take([letter('a', '2026-03-01T10:00:00Z')])
    const manifest = await back()
    const names = readdirSync(join(directory, 'one')).sort()
    expect(names).toEqual([...manifest.tables.map(({ file }) => file), 'manifest.json'].sort())
    expect(names).not.toContain('SearchEntry.copy')
    for (const name of names) expect(statSync(join(directory, 'one', name)).mode & 0o777).toBe(0o600)
    expect(statSync(join(directory, 'one')).mode & 0o777).toBe(0o700)
    const { rows } = await test.archive.pool.query<{ name: string }>(
      `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public'`,
    )
    expect(manifest.tables.map(({ name }) => name).sort()).toEqual(
      rows
        .map(({ name }) => name)
        .filter((name) => !['SearchEntry', '_prisma_migrations'].includes(name))
        .sort(),
    )
    expect(manifest).toMatchObject({
      createdAt: NOW.toISOString(),
      epochs: [{ id: 1, beganOn: '2026-11-24' }],
      restorableUntil: '2026-12-23',
    })
    const keyring = readFileSync(join(test.keysDirectory, 'keyring.json'), 'utf8')
    const whole = names.map((name) => readFileSync(join(directory, 'one', name), 'latin1')).join('')
    for (const [wrapped] of keyring.matchAll(/[\w-]{80}/g)) expect(whole).not.toContain(wrapped)
    for (const clear of ['skrivaren', 'rulle', 'example.se', 'promix']) expect(whole).not.toContain(clear)
  })

  it('refuses a directory that holds anything', async () => {
    mkdirSync(join(directory, 'one'))
    writeFileSync(join(directory, 'one', 'note'), '')
    await expect(back()).rejects.toThrow(failing('backup-directory-not-empty'))
    expect(readdirSync(join(directory, 'one'))).toEqual(['note'])
  })

  it('opens with the newest epoch alone, also when no nightly job has run for weeks', async () => {
    await take([letter('a', '2026-03-01T10:00:00Z')])
    const manifest = await back('one', after(16))
    expect(manifest).toMatchObject({
      epochs: [{ id: 2, beganOn: '2026-12-10', rows: 3 }],
      restorableUntil: '2027-01-08',
    })
    await turnEpochs(test.archive, RULES, after(31))
    expect(test.archive.keyring.epochs().map(({ id }) => id)).toEqual([2, 3])
    expect((await restoreHere('one', after(31))).report).toMatchObject({ messages: 1 })
  })

  it('comes back whole: every message octet for octet, search, chains, decisions', async () => {
    const big = raw(
      Buffer.concat([
        mail({ id: 'big@example.se', from: 'big@example.se', subject: 'Stor', body: 'å'.repeat(10) }),
        Buffer.alloc(3_500_000, 'x'),
      ]),
      NOW,
    )
    const { archived } = await take([
      letter('a', '2026-03-01T10:00:00Z'),
      letter('b', '2026-04-01T10:00:00Z', 'Jag vill reklamera lampan, den är trasig'),
      letter('c', OLD),
      big,
    ])
    const staff = await carol(test.archive)
    const context = { archive: test.archive, account, rules: RULES }
    await overrideCase(
      context,
      { staffId: staff.id, via: 'cli', reason: 'rättat', messageId: archived[0]!, case: 'payments', marks: [] },
      NOW,
    )
    await hold(context, { staffId: staff.id, via: 'cli', reason: 'tvist', target: { messageId: archived[2]! } }, NOW)
    const before = await readContent(test.archive)
    const manifest = await back()
    expect(await verifyBackup(join(directory, 'one'), await openKeyring(test.keysDirectory, NOW))).toEqual({
      manifest,
      unopened: 0,
      givenUp: 0,
    })
    const { archive, report } = await restoreHere()
    expect(report).toMatchObject({ messages: 4, accounts: 1, dropped: 0, indexed: 4, unreadable: 0 })
    expect(await readContent(archive)).toEqual(before)
    for (const word of ['skrivaren', 'lampan', 'trasig', 'finnsinte'])
      expect(await find(archive, account.id, word)).toEqual(await find(test.archive, account.id, word))
    expect((await find(archive, account.id, 'skrivaren')).length).toBe(2)
    const heads = await verifyAudit(archive)
    // One more event each: that it was restored.
    for (const { accountId, events } of manifest.auditHeads)
      expect(heads.find((head) => head.accountId === accountId)?.events).toBe(events + 1)
    for (const table of ['Override', 'Hold', 'Staff', 'CustomerKey', 'ThreadKey', 'Conversation']) {
      const count = async (pool: typeof archive.pool) =>
        (await pool.query<{ n: string }>(`SELECT count(*) AS n FROM "${table}"`)).rows[0]!.n
      expect([table, await count(archive.pool)]).toEqual([table, await count(test.archive.pool)])
    }
    // Ids go on after those that were given before.
    const next = await ingest(
      { archive, account, rules: RULES, folder: null },
      [letter('new', '2026-05-01T10:00:00Z')],
      NOW,
    )
    expect(next.archived[0]).toBe(Math.max(...before.keys()) + 1)
  })

  it('is one moment, while mail comes in and goes', async () => {
    await take(Array.from({ length: 60 }, (_, at) => letter(`old${at}`, OLD)))
    await take(Array.from({ length: 40 }, (_, at) => letter(`kept${at}`, '2026-03-01T10:00:00Z')))
    const { id } = await carol(test.archive)
    await armPurge(test.archive, id, true, NOW)
    const rules = {
      ...RULES,
      schedule: { ...RULES.schedule, caps: { ...RULES.schedule.caps, count: 1000, share: 1, least: 1000 } },
    }
    const other = await test.reopen()
    const arriving = (async () => {
      for (let at = 0; at < 30; at += 1)
        await ingest(
          { archive: other, account, rules: RULES, folder: null },
          [letter(`new${at}`, '2026-06-01T10:00:00Z')],
          NOW,
        )
    })()
    const leaving = purge({ archive: other, account, rules, mailbox: null, clock: () => NOW })
    const manifests = [await back('one'), await back('two'), await back('three')]
    expect((await leaving).purged).toBe(60)
    await arriving
    const keyring = await openKeyring(test.keysDirectory, NOW)
    for (const [at, name] of ['one', 'two', 'three'].entries()) {
      await verifyBackup(join(directory, name), keyring)
      const rows = Object.fromEntries(manifests[at]!.tables.map((table) => [table.name, table.rows]))
      // Message and its source, tombstone and message: always of one transaction.
      expect(rows['Message']).toBe(rows['MessageSource'])
      const { archive, report } = await restoreHere(name)
      expect(report.dropped).toBe(60 - rows['Tombstone']!)
      expect(report.tombstones).toBe(60 - rows['Tombstone']!)
      const content = await readContent(archive)
      expect(content.size).toBe(rows['Message']! - report.dropped)
      const live = await readContent(test.archive)
      for (const [messageId, { source }] of content) expect(live.get(messageId)?.source).toBe(source)
      expect([...content.values()].filter(({ source }) => source.includes('X-Test: kept')).length).toBe(40)
      expect((await archive.pool.query('SELECT 1 FROM "Tombstone"')).rowCount).toBe(60)
      await verifyAudit(archive)
    }
  })
})

describe('what was purged after the backup', () => {
  it('goes again, with its tombstone, so that a copy that turns up is recognised', async () => {
    await take([letter('gone', OLD), letter('kept', '2026-03-01T10:00:00Z')])
    await back()
    expect(await purgeNow()).toMatchObject({ purged: 1 })
    const { archive, report } = await restoreHere()
    expect(report).toMatchObject({ dropped: 1, tombstones: 1, messages: 1 })
    expect([...(await readContent(archive)).values()].map(({ source }) => /X-Test: (\w+)/.exec(source)?.[1])).toEqual([
      'kept',
    ])
    expect(await ingest({ archive, account, rules: RULES, folder: null }, [letter('gone', OLD)], NOW)).toMatchObject({
      archived: [],
      tombstoned: 1,
    })
    for (const table of ['MessageSource', 'ThreadKey', 'SearchEntry'])
      expect(
        (await archive.pool.query(`SELECT 1 FROM "${table}" WHERE "messageId" NOT IN (SELECT "id" FROM "Message")`))
          .rowCount,
      ).toBe(0)
  })

  it('stays when staff took it back, also when it was archived again and purged before', async () => {
    await take([letter('lifted', OLD)])
    await back('before')
    expect(await purgeNow()).toMatchObject({ purged: 1 })
    const context = { archive: test.archive, account, rules: RULES }
    await liftPurge(
      context,
      { staffId: (await carol(test.archive)).id, via: 'cli', reason: 'behövs', tombstoneId: 1 },
      after(1),
    )
    await take([letter('lifted', OLD)], after(1))
    await back('after', after(1))
    expect((await restoreHere('before', after(1))).report).toMatchObject({ dropped: 0, messages: 1 })
    const second = await restoreHere('after', after(1))
    expect(second.report).toMatchObject({ dropped: 0, messages: 1 })
    expect((await second.archive.pool.query('SELECT 1 FROM "Tombstone" WHERE "liftedAt" IS NOT NULL')).rowCount).toBe(1)
  })

  it('taken in anew after a lift, purged a second time: gone from every backup', async () => {
    await take([letter('twice', OLD)])
    await back('before')
    await purgeNow()
    const context = { archive: test.archive, account, rules: RULES }
    await liftPurge(
      context,
      { staffId: (await carol(test.archive)).id, via: 'cli', reason: 'behövs', tombstoneId: 1 },
      after(1),
    )
    await take([letter('twice', OLD)], after(1))
    await back('between', after(1))
    expect(await purgeNow(after(20))).toMatchObject({ purged: 1 })
    expect((await restoreHere('before', after(20))).report).toMatchObject({ dropped: 1, messages: 0 })
    expect((await restoreHere('between', after(20))).report).toMatchObject({ dropped: 1, messages: 0 })
  })

  it('a crash between the commit and the ledger is mended before the next run', async () => {
    await take([letter('gone', OLD), letter('kept', OLD)])
    await back()
    const path = join(test.keysDirectory, LEDGER_FILE)
    const before = readFileSync(path)
    expect(await purgeNow()).toMatchObject({ purged: 2 })
    const written = readFileSync(path, 'utf8')
    expect(written.trim().split('\n')).toHaveLength(2)
    // As a crash leaves it: one line cut off, the other not there.
    writeFileSync(path, before)
    writeFileSync(path, written.slice(0, 40))
    const cut = await restoreHere()
    expect(cut.report).toMatchObject({ dropped: 0, unreadable: 1, messages: 2 })
    // Restoring has written to this ledger; the archive itself mends it before its next run.
    writeFileSync(path, written.slice(0, 40))
    await turnEpochs(test.archive, RULES, NOW)
    expect((await restoreHere()).report).toMatchObject({ dropped: 2, unreadable: 1, messages: 0 })
  })

  it(
    'what was being purged when the database was lost is back, told by its id, and not taken away: a hold may ' +
      'have come',
    async () => {
      await take([letter('first', OLD), letter('kept', '2026-03-01T10:00:00Z')])
      await back()
      const path = join(test.keysDirectory, LEDGER_FILE)
      const ledger = test.archive.ledger
      // Killed after the commit, before the line.
      const killed = {
        ...ledger,
        append: () => {
          throw new Error('killed')
        },
      }
      await armPurge(test.archive, (await carol(test.archive)).id, true, NOW)
      await expect(
        purge({ archive: { ...test.archive, ledger: killed }, account, rules: RULES, mailbox: null, clock: () => NOW }),
      ).rejects.toThrow('killed')
      expect((await test.archive.pool.query('SELECT 1 FROM "Message"')).rowCount).toBe(1)
      expect(readFileSync(path, 'utf8')).toBe('')
      expect(ledger.announced()).toHaveLength(1)
      const lost = await restoreHere()
      expect(lost.report).toMatchObject({ dropped: 0, messages: 2, returned: [1] })
      expect((await previewPurge(lost.archive, account, RULES, NOW)).due.map((verdict) => verdict.messageId)).toEqual([
        1,
      ])
      // Not lost after all: the next run writes the line, and the announcement has had its time.
      await turnEpochs(test.archive, RULES, NOW)
      expect(ledger.announced()).toEqual([])
      expect(readdirSync(test.keysDirectory).filter((name) => name.startsWith('erasing'))).toEqual([])
      expect((await restoreHere()).report).toMatchObject({ dropped: 1, messages: 1, returned: [] })
    },
  )

  it('an announced purge that was taken back is forgotten the next day', async () => {
    await take([letter('stays', OLD)])
    await back()
    await test.archive.pool.query(
      `CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no' ; END $$`,
    )
    await test.archive.pool.query(
      'CREATE CONSTRAINT TRIGGER refuse AFTER INSERT ON "Tombstone" DEFERRABLE INITIALLY DEFERRED FOR EACH ROW ' +
        'EXECUTE FUNCTION refuse()',
    )
    await expect(purgeNow()).rejects.toThrow('no')
    expect(test.archive.ledger.announced()).toHaveLength(1)
    expect((await restoreHere()).report).toMatchObject({ dropped: 0, messages: 1, returned: [1] })
    await turnEpochs(test.archive, RULES, NOW)
    expect(test.archive.ledger.announced()).toHaveLength(1)
    await turnEpochs(test.archive, RULES, after(1))
    expect(test.archive.ledger.announced()).toEqual([])
  })

  it('where only the copy of the keys is left, purged mail is removed and unfinished purges reported', async () => {
    const copy = join(directory, 'copy')
    mkdirSync(copy)
    const archive = await openArchive(
      { ...placeOn({ url: test.databaseUrl }, test.keysDirectory), keysCopyDirectory: copy },
      NOW,
    )
    try {
      await take([
        letter('first', OLD),
        letter('second', '2025-11-29T10:00:00Z'),
        letter('kept', '2026-03-01T10:00:00Z'),
      ])
      await back()
      await armPurge(archive, (await carol(archive)).id, true, NOW)
      expect(await purge({ archive, account, rules: RULES, mailbox: null, clock: () => NOW })).toMatchObject({
        purged: 1,
      })
      expect(readdirSync(copy).sort()).toEqual(['erasures.log', 'keyring.json', 'master.key'])
      const killed = {
        ...archive.ledger,
        append: () => {
          throw new Error('killed')
        },
      }
      await expect(
        purge({
          archive: { ...archive, ledger: killed },
          account,
          rules: RULES,
          mailbox: null,
          clock: () => after(10),
        }),
      ).rejects.toThrow('killed')
      expect(archive.ledger.announced()).toHaveLength(1)
      expect(archive.keyring.copy.state().state).toBe('current')
      const announcement = 'erasing-1.log'
      expect(readFileSync(join(copy, announcement)).equals(readFileSync(join(test.keysDirectory, announcement)))).toBe(
        true,
      )
      expect(statSync(join(copy, announcement)).mode & 0o777).toBe(0o600)
      const elsewhere = join(directory, 'elsewhere')
      cpSync(copy, elsewhere, { recursive: true })
      const lost = await restored(join(directory, 'one'), elsewhere, after(10))
      opened.push(lost)
      expect(lost.report).toMatchObject({ dropped: 1, returned: [2], messages: 2 })
      // Not lost after all: with its line written, the announcement goes from the copy too.
      await turnEpochs(archive, RULES, after(10))
      expect(readdirSync(copy).filter((name) => name.startsWith('erasing'))).toEqual([])
      expect(archive.keyring.copy.state().state).toBe('current')
    } finally {
      await archive.close()
    }
  })

  it('an announcement after midnight in Stockholm is of the new day, whatever day it is in UTC', () => {
    const { ledger } = test.archive
    const erasure = {
      accountId: 7,
      tombstoneId: 1,
      digestHash: 'd',
      messageIdHash: null,
      case: 'other',
      rule: 'general',
      purgedAt: '2026-11-24T23:30:00.000Z',
      until: '2030-01-01',
      liftedAt: null,
    }
    ledger.announce(7, [erasure])
    ledger.mend([], '2026-11-25')
    expect(ledger.announced()).toEqual([erasure])
    ledger.mend([], '2026-11-26')
    expect(ledger.announced()).toEqual([])
  })

  it('a purge that is taken back in the end is never named', async () => {
    await take([letter('stays', OLD)])
    await back()
    await test.archive.pool.query(
      `CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no' ; END $$`,
    )
    await test.archive.pool.query(
      `CREATE TRIGGER refuse BEFORE INSERT ON "AuditEvent" FOR EACH ROW WHEN (NEW."kind" = 'purged') EXECUTE ` +
        `FUNCTION refuse()`,
    )
    await expect(purgeNow()).rejects.toThrow('no')
    expect(readFileSync(join(test.keysDirectory, LEDGER_FILE), 'utf8')).toBe('')
    expect((await restoreHere()).report).toMatchObject({ dropped: 0, messages: 1 })
  })

  it('a message that came after the purge its line names stays, and a line past its end does nothing', async () => {
    await take([letter('later', '2026-03-01T10:00:00Z')])
    const { archive } = test
    const { message } = await openMessage(archive.pool, archive, account.id, 1)
    const line = {
      accountId: account.id,
      tombstoneId: 9,
      digestHash: archive.tombstoneIndex.hash('digest', message.digest),
      messageIdHash: null,
      case: 'other',
      rule: 'x',
      purgedAt: after(-1).toISOString(),
      until: '2031-01-01',
      liftedAt: null,
    }
    await back()
    archive.ledger.append([line, { ...line, tombstoneId: 8, purgedAt: after(1).toISOString(), until: '2026-11-23' }])
    expect((await restoreHere()).report).toMatchObject({ dropped: 0, tombstones: 1, messages: 1 })
  })

  it('a strange line in the ledger removes nothing', async () => {
    await take([letter('kept', '2026-03-01T10:00:00Z')])
    await back()
    const { archive } = test
    const { rows } = await archive.pool.query<{ id: number }>('SELECT "id" FROM "Message"')
    const { message } = await openMessage(archive.pool, archive, account.id, rows[0]!.id)
    const text = JSON.stringify({
      kind: 'purged',
      accountId: account.id,
      tombstoneId: 9,
      digestHash: archive.tombstoneIndex.hash('digest', message.digest),
      messageIdHash: null,
      case: 'other',
      rule: 'x',
      purgedAt: after(1).toISOString(),
      until: '2031-01-01',
    })
    writeFileSync(join(test.keysDirectory, LEDGER_FILE), `${'A'.repeat(22)} ${text}\n`)
    expect((await restoreHere()).report).toMatchObject({ dropped: 0, unreadable: 1, messages: 1 })
    // The same line with its hash would have: the test's own eyes.
    writeFileSync(join(test.keysDirectory, LEDGER_FILE), `${archive.tombstoneIndex.hash('ledger', text)} ${text}\n`)
    expect((await restoreHere()).report).toMatchObject({ dropped: 1, messages: 0 })
  })

  it('without the ledger nothing is restored unless a person says so', async () => {
    await take([letter('gone', OLD)])
    await back()
    await purgeNow()
    rmSync(join(test.keysDirectory, LEDGER_FILE))
    await expect(restoreHere()).rejects.toThrow(failing('ledger-missing'))
    expect((await restoreHere('one', NOW, { withoutLedger: true })).report).toMatchObject({ dropped: 0, messages: 1 })
  })

  it('the ledger ends with its tombstones and holds nothing about a person', async () => {
    await take([letter('gone', OLD)])
    await purgeNow()
    const path = join(test.keysDirectory, LEDGER_FILE)
    const text = readFileSync(path, 'utf8')
    expect(statSync(path).mode & 0o777).toBe(0o600)
    for (const clear of ['gone', 'example', 'rulle', 'skrivaren']) expect(text).not.toContain(clear)
    expect(Object.keys(JSON.parse(text.slice(text.indexOf(' '))) as object).sort()).toEqual([
      'accountId',
      'case',
      'digestHash',
      'kind',
      'messageIdHash',
      'purgedAt',
      'rule',
      'tombstoneId',
      'until',
    ])
    await turnEpochs(test.archive, RULES, after(365 * 4))
    expect(readFileSync(path, 'utf8')).toBe(text)
    await turnEpochs(test.archive, RULES, after(365 * 6))
    expect(readFileSync(path, 'utf8')).toBe('')
  })
})

describe('a restored archive', () => {
  it('believes no UID, lets nothing be purged, and is armed only when its folders have been read again', async () => {
    const { archived } = await take([letter('a', '2026-03-01T10:00:00Z')])
    await carol(test.archive)
    await armPurge(test.archive, 1, true, NOW)
    const { pool } = test.archive
    const { ensureFolder } = await import('../../src/store/mailbox/folders.ts')
    const folder = await ensureFolder(test.archive, account.id, 'INBOX', 'inbox', NOW)
    await pool.query(
      `UPDATE "Folder" SET "uidValidity" = 7, "lastUid" = 12, "modseq" = 3, "seenStatus" = 'x', "syncedAt" = $1`,
      [NOW],
    )
    const location = [account.id, folder.id, archived[0], NOW]
    await pool.query('INSERT INTO "Location" VALUES ($1, $2, 7, 12, $3, NULL, \'{}\', $4)', location)
    const left = await ensureFolder(test.archive, account.id, 'Förr', 'other', NOW)
    await pool.query('UPDATE "Folder" SET "unfollowedAt" = $1 WHERE "id" = $2', [NOW, left.id])
    await pool.query('INSERT INTO "Location" VALUES ($1, $2, 7, 3, $3, NULL, \'{}\', $4)', [
      account.id,
      left.id,
      archived[0],
      NOW,
    ])
    await pool.query(
      `INSERT INTO "Intention" ("accountId", "kind", "folderId", "uidValidity", "uid", "messageId", "keywords", ` +
        `"createdAt") VALUES ($1, 'expunge', $2, 7, 12, $3, '{}', $4)`,
      location,
    )
    await pool.query(
      `INSERT INTO "PurgeRun" ("accountId", "startedAt", "state", "due", "total", "approvedBy", "effectiveAt") ` +
        `VALUES ($1, $2, 'over-cap', 1, 1, 1, $2)`,
      [account.id, NOW],
    )
    await back()
    const { archive, report } = await restoreHere()
    expect(report.folders).toBe(1)
    expect(await readSetting(archive.pool, 'armed')).toBeNull()
    // Not in the folder that is followed; what lies in one no longer followed still keeps its message.
    expect((await archive.pool.query('SELECT "folderId" FROM "Location"')).rows).toEqual([{ folderId: left.id }])
    expect((await archive.pool.query('SELECT 1 FROM "Intention" WHERE "doneAt" IS NULL')).rowCount).toBe(0)
    expect(
      (
        await archive.pool.query(
          'SELECT "uidValidity", "lastUid", "modseq", "seenStatus" FROM "Folder" WHERE "id" = $1',
          [folder.id],
        )
      ).rows,
    ).toEqual([{ uidValidity: null, lastUid: '0', modseq: null, seenStatus: null }])
    expect((await archive.pool.query('SELECT "state" FROM "PurgeRun"')).rows).toEqual([{ state: 'lapsed' }])
    await expect(purge({ archive, account, rules: RULES, mailbox: null, clock: () => NOW })).rejects.toThrow(
      failing('not-armed'),
    )
    await expect(armPurge(archive, 1, true, NOW)).rejects.toThrow(failing('sync-first'))
    await armPurge(archive, 1, false, NOW)
    await archive.pool.query('UPDATE "Folder" SET "syncedAt" = $1', [NOW])
    await armPurge(archive, 1, true, NOW)
    // The archive it was taken from was never in doubt.
    await armPurge(test.archive, 1, true, NOW)
  })

  it('is refused where there is something: content, tables of others, other users', async () => {
    await take([letter('a', '2026-03-01T10:00:00Z')])
    await back()
    const database = await testDatabase()
    const place = placeOn(database, test.keysDirectory)
    const attempt = () => restoreBackup(place, join(directory, 'one'), { withoutLedger: false }, () => NOW)
    const pg = (await import('pg')).default
    const stranger = new pg.Client({ connectionString: database.url })
    await stranger.connect()
    await expect(attempt()).rejects.toThrow(failing('database-in-use'))
    await stranger.query('CREATE TABLE theirs (a INT)')
    await stranger.end()
    await expect(attempt()).rejects.toThrow(failing('database-not-empty'))
    const again = new pg.Client({ connectionString: database.url })
    await again.connect()
    await again.query('DROP TABLE theirs')
    await again.end()
    await attempt()
    await expect(attempt()).rejects.toThrow(failing('database-not-empty'))
    await database.drop()
  })

  it('takes the place of an empty archive that somebody has already opened', async () => {
    await take([letter('a', '2026-03-01T10:00:00Z')])
    await back()
    const database = await testDatabase()
    const { openArchive } = await import('../../src/store/opening/open-archive.ts')
    await (await openArchive(placeOn(database, test.keysDirectory), NOW)).close()
    expect(
      await restoreBackup(
        placeOn(database, test.keysDirectory),
        join(directory, 'one'),
        { withoutLedger: false },
        () => NOW,
      ),
    ).toMatchObject({ messages: 1 })
    await database.drop()
  })

  it('of an older schema is migrated forward, and one of a newer program is refused', async () => {
    await take([letter('a', '2026-03-01T10:00:00Z')])
    await carol(test.archive)
    const before = await readContent(test.archive)
    await back()
    const migrations = join(directory, 'migrations')
    cpSync(MIGRATIONS, migrations, { recursive: true })
    mkdirSync(join(migrations, '9999_later'))
    writeFileSync(
      join(migrations, '9999_later', 'migration.sql'),
      'ALTER TABLE "Message" ADD COLUMN "later" INTEGER NOT NULL DEFAULT 7; ALTER TABLE "Staff" RENAME COLUMN ' +
        '"role" TO "rank";',
    )
    const { archive } = await restoreHere('one', NOW, { migrations })
    const content = await readContent(archive)
    for (const [id, { source, row }] of content)
      expect({ source, row }).toEqual({ source: before.get(id)!.source, row: { ...before.get(id)!.row, later: 7 } })
    const manifest = await writeBackup(archive, join(directory, 'newer'), { epochDays: 30 }, NOW)
    expect(manifest.migrations.at(-1)!.name).toBe('9999_later')
    await expect(restoreHere('newer')).rejects.toMatchObject({
      code: 'backup-newer',
      details: { version: '9999_later' },
    })
  })
})

describe('a backup that is not whole', () => {
  const open = () => openKeyring(test.keysDirectory, NOW)
  const verify = async () => verifyBackup(join(directory, 'one'), await open())
  const both = async (code: string) => {
    await expect(verify()).rejects.toThrow(failing(code))
    await expect(restoreHere()).rejects.toThrow(failing(code))
  }

  it('is told from one that is: no manifest, other keys, an edited manifest, a newer format', async () => {
    await take([letter('a', '2026-03-01T10:00:00Z')])
    await back()
    const manifest = join(directory, 'one', 'manifest.json')
    const text = readFileSync(manifest, 'utf8')
    writeFileSync(manifest, text.replace('"accountId": 1', '"accountId": 2'))
    await both('backup-other-keyring')
    writeFileSync(manifest, text.replace('"format": 1', '"format": 2'))
    await both('backup-newer')
    writeFileSync(manifest, text.slice(0, 300))
    await both('backup-damaged')
    rmSync(manifest)
    await both('backup-incomplete')
    writeFileSync(manifest, text)
    await verify()
    const strangers = temporary('keys')
    await openKeyring(strangers, NOW)
    await expect(verifyBackup(join(directory, 'one'), await openKeyring(strangers, NOW))).rejects.toThrow(
      failing('backup-other-keyring'),
    )
    rmSync(strangers, { recursive: true })
  })

  it('one octet, a shortened, a lengthened or a missing file is damage, and nothing of it is restored', async () => {
    await take([letter('a', '2026-03-01T10:00:00Z'), letter('b', '2026-03-01T10:00:00Z')])
    await back()
    for (const name of ['Message.copy', 'AuditEvent.copy', 'MessageSource.copy']) {
      const path = join(directory, 'one', name)
      const whole = readFileSync(path)
      for (const at of [3, 40, Math.floor(whole.length / 2), whole.length - 3]) {
        const changed = Buffer.from(whole)
        changed[at]! ^= 1
        writeFileSync(path, changed)
        await expect(verify()).rejects.toMatchObject({
          code: expect.stringMatching(/^(backup-damaged|audit-broken)$/) as string,
        })
      }
      const changed = Buffer.from(whole)
      changed[Math.floor(whole.length / 2)]! ^= 1
      writeFileSync(path, changed)
      const database = await testDatabase()
      await expect(
        restoreBackup(
          placeOn(database, test.keysDirectory),
          join(directory, 'one'),
          { withoutLedger: false },
          () => NOW,
        ),
      ).rejects.toThrow(failing('backup-damaged'))
      writeFileSync(path, whole)
      // The place is as empty as before.
      expect(
        await restoreBackup(
          placeOn(database, test.keysDirectory),
          join(directory, 'one'),
          { withoutLedger: false },
          () => NOW,
        ),
      ).toMatchObject({ messages: 2 })
      await database.drop()
      truncateSync(path, whole.length - 1)
      await both('backup-damaged')
      writeFileSync(path, Buffer.concat([whole, Buffer.of(0)]))
      await both('backup-damaged')
      rmSync(path)
      await both('backup-damaged')
      writeFileSync(path, whole)
    }
    copyFileSync(join(directory, 'one', 'Hold.copy'), join(directory, 'one', 'extra'))
    await verify()
  })

  it('one whose epoch was destroyed says until when it could be restored', async () => {
    await take([letter('a', '2026-03-01T10:00:00Z')])
    await back()
    for (const days of [8, 16, 24, 30]) await turnEpochs(test.archive, RULES, after(days))
    await expect(verifyBackup(join(directory, 'one'), test.archive.keyring)).rejects.toMatchObject({
      code: 'backup-expired',
      details: { epochs: '1', until: '2026-12-23' },
    })
    await expect(restoreHere('one', after(30))).rejects.toThrow(failing('backup-expired'))
  })
})

describe('rebuilding the search index', () => {
  it('finds the same again, goes on where it was interrupted, and leaves nothing of what is gone', async () => {
    await take(
      Array.from({ length: 130 }, (_, at) =>
        letter(`m${at}`, '2026-03-01T10:00:00Z', at % 2 === 0 ? 'En jämn skrivare' : 'En udda lampa'),
      ),
    )
    const { archive } = test
    const snapshot = async () =>
      (
        await archive.pool.query<{ messageId: number; part: string; terms: string[] }>(
          'SELECT "messageId", "part", (SELECT array_agg(t ORDER BY t) FROM unnest("terms") t) AS terms FROM ' +
            '"SearchEntry" ORDER BY 1, 2',
        )
      ).rows
    const before = await snapshot()
    await archive.pool.query('UPDATE "SearchEntry" SET "terms" = \'{}\'')
    expect(await find(archive, account.id, 'lampa')).toEqual([])
    const stop = new Error('interrupted')
    await expect(
      rebuildIndex(
        archive,
        () => NOW,
        () => {
          throw stop
        },
      ),
    ).rejects.toBe(stop)
    expect(await readSetting(archive.pool, 'reindexing')).toMatchObject({ accountId: account.id })
    expect((await find(archive, account.id, 'lampa')).length).toBe(50)
    expect(await rebuildIndex(archive, () => NOW)).toBe(30)
    expect(await snapshot()).toEqual(before)
    expect(await rebuildIndex(archive, () => NOW)).toBe(130)
    expect(await snapshot()).toEqual(before)
    expect(existsSync(join(directory, 'one'))).toBe(false)
  })
})
