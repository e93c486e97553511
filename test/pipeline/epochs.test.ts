import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ingest } from '../../src/pipeline/ingest/ingest.ts'
import { purge } from '../../src/pipeline/purge/purge.ts'
import { armPurge } from '../../src/pipeline/decide/staff-decisions.ts'
import { turnEpochs } from '../../src/pipeline/purge/upkeep.ts'
import { runJob, type Daemon } from '../../src/serve.ts'
import type { Account } from '../../src/store/accounts.ts'
import { verifyAudit } from '../../src/store/audit.ts'
import { verifyBackup } from '../../src/store/backup/check.ts'
import { writeBackup } from '../../src/store/backup/write.ts'
import { BROKEN_FEW, giveUpBrokenRows, listBrokenRows } from '../../src/store/epochs/epochs.ts'
import { openKeyring } from '../../src/store/keys/keyring-file.ts'
import { openMessage } from '../../src/store/message/open-messages.ts'
import { newDataKey, wrapKey } from '../../src/store/keys/seal.ts'
import { readSetting } from '../../src/store/settings.ts'
import { carol, flipped, NOW, RULES, testAccount, testArchive, type TestArchive } from '../harness/archive.ts'
import { find, readContent, restored, temporary } from '../harness/backup.ts'
import { mail } from '../harness/mail.ts'

const after = (days: number) => new Date(NOW.getTime() + days * 86_400_000)
const failing = (code: string) => expect.objectContaining({ code }) as Error

let test: TestArchive
let account: Account
let ids: number[]
beforeEach(async () => {
  test = await testArchive()
  account = await testAccount(test.archive)
  ids = await take(...Array.from({ length: 20 }, (_, at) => `m${at}`))
})
afterEach(() => test.drop())

async function take(...names: string[]): Promise<number[]> {
  const sources = names.map((name) =>
    mail({
      id: `${name}@example.se`,
      from: `${name}@example.se`,
      subject: 'Hur byter jag rulle?',
      body: `Hej! Hur byter jag rulle i ${name}?`,
    }),
  )
  const entries = sources.map((source) => ({ uid: 0, flags: [], internalDate: NOW, source, size: source.length }))
  return (await ingest({ archive: test.archive, account, rules: RULES, folder: null }, entries, NOW)).archived
}
const query = async <T extends object>(sql: string, values: unknown[] = []) =>
  (await test.archive.pool.query<T>(sql, values)).rows
/** One bit of the wrapped key of each, as a disk or a hand may turn it; the same again mends it. */
const flip = (...messages: number[]) =>
  query(`UPDATE "Message" SET ${flipped('wrappedKey')} WHERE "id" = ANY($1)`, [messages])
const epochOf = async (id: number) =>
  (await query<{ epoch: number }>('SELECT "epoch" FROM "Message" WHERE "id" = $1', [id]))[0]!.epoch
const standing = () => test.archive.keyring.epochs().map(({ id }) => id)
const turn = (...days: number[]) =>
  days.reduce<Promise<Awaited<ReturnType<typeof turnEpochs>> | null>>(
    async (before, day) => (await before, turnEpochs(test.archive, RULES, after(day))),
    Promise.resolve(null),
  )
const opened = (id: number) => openMessage(test.archive.pool, test.archive, account.id, id)

describe('a row whose data key does not open', () => {
  it('stays where it is and is told of; every other row moves, and every other epoch goes in its time', async () => {
    const [, second, third] = ids
    await flip(second!)
    expect(await turn(8)).toMatchObject({
      broken: 1,
      givenUp: 0,
      rewrapped: 41 - 1,
      destroyed: [],
      held: [],
      halted: false,
    })
    expect([await epochOf(second!), await epochOf(third!)]).toEqual([1, 2])
    for (const id of ids) if (id !== second) await opened(id)
    expect(await turn(16, 24, 32)).toMatchObject({ broken: 1, destroyed: [], held: [1] })
    expect(await turn(40, 48)).toMatchObject({ broken: 1, destroyed: [3], held: [1] })
    expect(standing()).toEqual([1, 4, 5, 6, 7])
    expect(await readSetting(test.archive.pool, 'epochs')).toMatchObject({ broken: 1, held: [1], halted: false })
    expect((await openKeyring(test.keysDirectory, after(48))).epochs().map(({ id }) => id)).toEqual(standing())
    expect(await listBrokenRows(test.archive)).toEqual([
      { table: 'Message', accountId: account.id, id: second, epoch: 1 },
    ])
  })

  it('mended, it opens again with the key that was kept for it, and then that one goes', async () => {
    await flip(ids[0]!)
    await turn(8, 16, 24, 32, 40)
    await flip(ids[0]!)
    expect(await turn(41)).toMatchObject({ broken: 0, rewrapped: 1, destroyed: [1], held: [] })
    expect((await opened(ids[0]!)).message.text).toContain('rulle i m0')
  })

  it('one that only names the wrong epoch moves, whichever it names', async () => {
    await turn(8)
    for (const [at, epoch] of [0, 1, 77, -5].entries())
      await query('UPDATE "Message" SET "epoch" = $2 WHERE "id" = $1', [ids[at], epoch])
    expect(await turn(9)).toMatchObject({ broken: 0, rewrapped: 4 })
    for (const id of ids) expect(await epochOf(id)).toBe(2)
    await opened(ids[2]!)
  })

  it('given up by a person, it holds nothing any more; the row and a line in the chain stay', async () => {
    const staff = await carol(test.archive)
    await flip(ids[0]!, ids[1]!)
    await turn(8, 16, 24, 32)
    await expect(giveUpBrokenRows(test.archive, staff.id, 1, after(33))).rejects.toThrow(failing('broken-rows-differ'))
    expect(await turn(33)).toMatchObject({ destroyed: [], held: [1] })
    expect(await giveUpBrokenRows(test.archive, staff.id, 2, after(33))).toHaveLength(2)
    expect(standing()).toContain(1)
    expect(await turn(34)).toMatchObject({ broken: 0, givenUp: 2, destroyed: [1], held: [] })
    expect(await query('SELECT "actor", "payload" FROM "AuditEvent" WHERE "kind" = \'rows-given-up\'')).toEqual([
      { actor: `staff:${staff.id}`, payload: { Message: ids.slice(0, 2) } },
    ])
    await verifyAudit(test.archive)
    expect((await query('SELECT 1 FROM "Message"')).length).toBe(20)
  })

  it('many at once destroy nothing: the fault may lie elsewhere', async () => {
    await turn(8)
    const many = ids.slice(0, BROKEN_FEW + 1)
    await flip(...many)
    expect(await turn(16, 24, 40)).toMatchObject({ broken: many.length, destroyed: [], held: [1, 2], halted: true })
    await flip(many[0]!)
    expect(await turn(47)).toMatchObject({ broken: BROKEN_FEW, destroyed: [1, 3], held: [2], halted: false })
  })

  it('all of a small archive at once destroy nothing', async () => {
    await query('DELETE FROM "Message" WHERE "id" <> ALL($1)', [ids.slice(0, 2)])
    await query('DELETE FROM "Customer"')
    await turn(8)
    await flip(...ids.slice(0, 2))
    expect(await turn(16, 24, 40)).toMatchObject({ broken: 2, destroyed: [], halted: true })
  })

  it('more rows than a page, broken ones among them, all move', async () => {
    await query(
      `INSERT INTO "Outbox"
         ("accountId", "id", "kind", "staffId", "state", "queuedAt", "stateAt", "epoch", "wrappedKey", "sealed")
      SELECT $1, g, 'digest', 1, 'sent', $2, $2, 1, '\\x00', '\\x00' FROM generate_series(100, 102) g`,
      [account.id, NOW],
    )
    const { keyring } = test.archive
    const many = Array.from({ length: 1200 }, (_, at) => at + 1000)
    await query(
      `INSERT INTO "Outbox"
         ("accountId", "id", "kind", "staffId", "state", "queuedAt", "stateAt", "epoch", "wrappedKey", "sealed")
       SELECT $1, n.id, 'digest', 1, 'sent', $2, $2, 1, n.key, '\\x00' FROM unnest($3::int[], $4::bytea[]) n(id, key)`,
      [
        account.id,
        NOW,
        many,
        many.map((id) => wrapKey(newDataKey(), keyring.epochKey(1), `Outbox:${account.id}:${id}`)),
      ],
    )
    expect(await turn(8)).toMatchObject({ broken: 3, rewrapped: 41 + 1200 })
    expect(await query('SELECT "epoch", count(*)::int AS n FROM "Outbox" GROUP BY 1 ORDER BY 1')).toEqual([
      { epoch: 1, n: 3 },
      { epoch: 2, n: 1200 },
    ])
  })
})

it('the nightly job says it in the log, and that no key was destroyed', async () => {
  const lines: Record<string, unknown>[] = []
  const log = pino(
    { level: 'info' },
    { write: (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>) },
  )
  const daemon = { archive: test.archive, rules: RULES, log } as unknown as Daemon
  await runJob(daemon, 'epochs', after(1))
  expect(lines.filter(({ level }) => level === 50)).toEqual([])
  const many = ids.slice(0, BROKEN_FEW + 1)
  await flip(...many)
  await query('UPDATE "Message" SET "epoch" = 77 WHERE "id" = ANY($1)', [many])
  await runJob(daemon, 'epochs', after(2))
  expect(lines.filter(({ level }) => level === 50)).toEqual([
    expect.objectContaining({ broken: many.length, halted: true, msg: 'rows cannot be decrypted: run gallra doctor' }),
  ])
})

describe('a backup of an archive with such a row', () => {
  let directory: string
  beforeEach(() => {
    directory = temporary('broken')
  })
  afterEach(() => rmSync(directory, { recursive: true, force: true }))

  const back = (name: string, days: number) =>
    writeBackup(test.archive, join(directory, name), { epochDays: 30 }, after(days))

  it('is made, says how many rows are broken, opens with the newest epoch, and brings back the rest', async () => {
    await take('last')
    await flip(ids[0]!, ids[3]!)
    const manifest = await back('one', 8)
    expect(manifest).toMatchObject({ broken: 2, epochs: [{ id: 2, rows: 41 }], restorableUntil: '2026-12-31' })
    const verified = await verifyBackup(join(directory, 'one'), test.archive.keyring)
    expect(verified).toEqual({ manifest, unopened: 2, givenUp: 0 })
    await turn(16)
    await giveUpBrokenRows(test.archive, (await carol(test.archive)).id, 2, after(17))
    expect(await turn(31)).toMatchObject({ destroyed: [1] })
    const { archive, report, drop } = await restored(join(directory, 'one'), test.keysDirectory, after(31))
    try {
      expect(report).toMatchObject({ messages: 21, indexed: 19, unopened: [ids[0], ids[3]] })
      expect((await find(archive, account.id, 'rulle')).length).toBe(19)
      await archive.pool.query('DELETE FROM "Message" WHERE "id" = ANY($1)', [[ids[0], ids[3]]])
      expect((await readContent(archive)).size).toBe(19)
    } finally {
      await drop()
    }
  })

  it('is made of one with many, too', async () => {
    await flip(...ids.slice(0, 19))
    expect(await back('one', 8)).toMatchObject({ broken: 19, epochs: [{ id: 2 }] })
    const { report, drop } = await restored(join(directory, 'one'), test.keysDirectory, after(9))
    await drop()
    expect(report).toMatchObject({ indexed: 1, unopened: ids.slice(0, 19) })
  })

  it('whole: the manifest says that none is broken', async () => {
    expect(await back('one', 0)).not.toHaveProperty('broken')
    expect(await verifyBackup(join(directory, 'one'), test.archive.keyring)).toMatchObject({ unopened: 0 })
  })

  it('one broken under the newest epoch is not known before the next week, but verify counts it', async () => {
    await flip(ids[0]!)
    expect(await back('one', 0)).not.toHaveProperty('broken')
    expect(await verifyBackup(join(directory, 'one'), test.archive.keyring)).toMatchObject({ unopened: 1 })
  })

  it('what was purged since goes again, another message of the same customer being broken or not', async () => {
    const letter = (id: string, date: string) =>
      mail({
        id: `${id}@example.se`,
        from: 'same@example.se',
        subject: 'Hur byter jag rulle?',
        body: `Hej! Hur byter jag rulle i ${id}?`,
        date,
      })
    const entries = [
      ['old', '2024-01-10T09:00:00Z'],
      ['new', '2026-11-01T09:00:00Z'],
    ].map(([id, date]) => {
      const source = letter(id!, date!)
      return { uid: 0, flags: [], internalDate: new Date(date!), source, size: source.length }
    })
    const [old, fresh] = (await ingest({ archive: test.archive, account, rules: RULES, folder: null }, entries, NOW))
      .archived
    expect(
      await query('SELECT DISTINCT "customerId" FROM "Message" WHERE "id" = ANY($1)', [[old, fresh]]),
    ).toHaveLength(1)
    await flip(fresh!)
    await back('one', 8)
    await armPurge(test.archive, (await carol(test.archive)).id, true, after(8))
    expect(
      await purge({ archive: test.archive, account, rules: RULES, mailbox: null, clock: () => after(9) }),
    ).toMatchObject({ purged: 1 })
    const { report, drop } = await restored(join(directory, 'one'), test.keysDirectory, after(10))
    await drop()
    expect(report).toMatchObject({ dropped: 1, messages: 21, unopened: [fresh] })
  })
})
