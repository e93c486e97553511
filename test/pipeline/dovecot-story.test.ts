import { ImapFlow } from 'imapflow'
import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { connect } from '../../src/pipeline/mailbox/connect.ts'
import { syncAccount } from '../../src/pipeline/follow/follow.ts'
import { previewPurge, purge } from '../../src/pipeline/purge/purge.ts'
import { approveOverCap, approveReview, armPurge } from '../../src/pipeline/decide/staff-decisions.ts'
import { followAccount } from '../../src/pipeline/follow/watch.ts'
import type { Mailbox } from '../../src/mail/imap/mailbox-types.ts'
import type { Account } from '../../src/store/accounts.ts'
import { verifyAudit } from '../../src/store/audit.ts'
import { resetFolder } from '../../src/store/mailbox/folders.ts'
import { inTransaction } from '../../src/store/postgres/sql.ts'
import { carol, NOW, RULES, testAccount, testArchive, type TestArchive } from '../harness/archive.ts'
import { dovecotAvailable, startDovecot, type Dovecot } from '../harness/dovecot.ts'
import { mail } from '../harness/mail.ts'

const OLD = '2024-01-10T09:00:00Z'
const RECENT = '2026-11-01T09:00:00Z'
const silent = pino({ level: 'silent' })
const clock = () => NOW

it.runIf(!dovecotAvailable())('Dovecot is not installed: the story tests are skipped', ({ skip }) => skip())

describe.skipIf(!dovecotAvailable())('a mailbox on Dovecot', () => {
  let server: Dovecot
  let test: TestArchive
  let account: Account
  let mailbox: Mailbox

  beforeEach(async () => {
    server = await startDovecot()
    test = await testArchive()
    account = await testAccount(test.archive, { port: server.port, user: server.user, password: server.password })
    mailbox = await connect(account.settings)
  })
  afterEach(async () => {
    mailbox.close()
    await server.stop()
    await test.drop()
  })

  const put = async (folder: string, source: Buffer, at: string) =>
    (await mailbox.append(folder, source, [], new Date(at))).uid!
  const sync = () => syncAccount({ archive: test.archive, account, rules: RULES, mailbox, clock })
  const count = async (sql: string) => Number((await test.archive.pool.query<{ count: string }>(sql)).rows[0]!.count)
  const messages = () => count('SELECT count(*) FROM "Message"')
  const locations = () => count('SELECT count(*) FROM "Location"')
  const uidsOn = async (folder: string) => {
    await mailbox.openFolder(folder, null, true)
    return mailbox.listUids(1)
  }

  async function otherClient<T>(folder: string, act: (client: ImapFlow) => Promise<T>): Promise<T> {
    const { host, port, user, password } = account.settings
    const client = new ImapFlow({
      host,
      port,
      secure: false,
      doSTARTTLS: false,
      auth: { user, pass: password },
      logger: false,
    })
    client.on('error', () => undefined)
    await client.connect()
    await client.mailboxOpen(folder)
    const result = await act(client)
    await client.logout()
    return result
  }

  async function armed(): Promise<number> {
    const staff = await carol(test.archive)
    await armPurge(test.archive, staff.id, true, NOW)
    return staff.id
  }

  it(
    'archives every folder once, tells copies from messages, and shows the case as a keyword without marking ' +
      'as read',
    async () => {
      const help = mail({
        id: 'a1@example.se',
        from: 'Alice <alice@example.se>',
        subject: 'Hur byter jag rulle?',
        body: 'Hej! Hur gör jag för att byta rulle i skrivaren?',
      })
      const uid = await put('INBOX', help, RECENT)
      await mailbox.createFolder('Kunder')
      await put('Kunder', help, RECENT)
      const first = await sync()
      expect(first.archived).toHaveLength(1)
      expect(first.known).toBe(1)
      expect(await locations()).toBe(2)
      const again = await sync()
      expect(again).toEqual({ archived: [], known: 0, tombstoned: 0 })
      const flags = await otherClient('INBOX', (client) => client.fetchOne(String(uid), { flags: true }, { uid: true }))
      expect([...(flags as { flags: Set<string> }).flags]).toEqual(['gallra-support'])
    },
  )

  it('follows moves, flags and expunges by another client, and keeps what it deleted until its own time', async () => {
    const uids: number[] = []
    for (const name of ['a', 'b', 'c'])
      uids.push(
        await put(
          'INBOX',
          mail({
            id: `${name}@example.se`,
            from: `${name}@example.se`,
            subject: `Fråga ${name}`,
            body: `Hur gör jag med ${name}?`,
          }),
          RECENT,
        ),
      )
    await sync()
    await otherClient('INBOX', async (client) => {
      await client.messageMove(String(uids[0]), 'Sent', { uid: true })
      await client.messageFlagsAdd(String(uids[1]), ['\\Flagged'], { uid: true })
      await client.messageDelete(String(uids[2]), { uid: true })
    })
    await sync()
    expect(await messages()).toBe(3)
    const { rows } = await test.archive.pool.query<{ role: string; flags: string[] }>(
      'SELECT f."role", l."flags" FROM "Location" l JOIN "Folder" f ON f."id" = l."folderId" ORDER BY f."role"',
    )
    expect(rows.map((row) => row.role)).toEqual(['inbox', 'sent'])
    expect(rows[0]!.flags).toContain('\\Flagged')
  })

  it('sees live mail by IDLE and follows again after the server was killed', async () => {
    const stop = new AbortController()
    let caughtUp = 0
    const following = followAccount(
      { archive: test.archive, account, rules: RULES, clock, log: silent, onCaughtUp: () => (caughtUp += 1) },
      stop.signal,
    )
    await expect.poll(() => caughtUp, { timeout: 10_000 }).toBe(1)
    await put(
      'INBOX',
      mail({ id: 'live@example.se', from: 'bob@example.se', subject: 'Etiketter', body: 'Var är min leverans?' }),
      RECENT,
    )
    await expect.poll(messages, { timeout: 5_000, interval: 50 }).toBe(1)
    await server.kill9()
    await server.restart()
    mailbox = await connect(account.settings)
    await put(
      'INBOX',
      mail({
        id: 'later@example.se',
        from: 'bob@example.se',
        subject: 'Etiketter igen',
        body: 'Var är min andra leverans?',
      }),
      RECENT,
    )
    await expect.poll(messages, { timeout: 20_000, interval: 100 }).toBe(2)
    stop.abort()
    await following
  })

  it('leaves INBOX alone where only other folders are followed', async () => {
    await mailbox.createFolder('Kunder')
    const chosen = await testAccount(test.archive, { ...account.settings, folders: ['Kunder'] })
    const stop = new AbortController()
    let caughtUp = 0
    const following = followAccount(
      {
        archive: test.archive,
        account: chosen,
        rules: RULES,
        clock,
        log: silent,
        pollMs: 300,
        onCaughtUp: () => (caughtUp += 1),
      },
      stop.signal,
    )
    await expect.poll(() => caughtUp, { timeout: 10_000 }).toBe(1)
    await put(
      'INBOX',
      mail({ id: 'private@example.se', from: 'bob@example.se', subject: 'Privat', body: 'Ska inte sparas.' }),
      RECENT,
    )
    // IDLE would tell of it within half a second.
    await new Promise((resolve) => setTimeout(resolve, 1_500))
    await put(
      'Kunder',
      mail({ id: 'kund@example.se', from: 'eva@example.se', subject: 'Etiketter', body: 'Var är min leverans?' }),
      RECENT,
    )
    await expect.poll(messages, { timeout: 10_000, interval: 50 }).toBeGreaterThan(0)
    stop.abort()
    await following
    expect(await messages()).toBe(1)
    expect(await count(`SELECT count(*) FROM "Folder" WHERE "role" = 'inbox'`)).toBe(0)
  })

  it('stops and says so when the login is refused', async () => {
    const refused = await testAccount(test.archive, {
      ...account.settings,
      address: 'fel@promix.se',
      user: server.user,
      password: 'fel',
    })
    await followAccount(
      { archive: test.archive, account: refused, rules: RULES, clock, log: silent },
      new AbortController().signal,
    )
    expect(await count(`SELECT count(*) FROM "Account" WHERE "state" = 'login-refused'`)).toBe(1)
  })

  it('re-matches after a new UIDVALIDITY: nothing doubled, nothing lost, no old UID used', async () => {
    for (const name of ['a', 'b'])
      await put(
        'INBOX',
        mail({
          id: `${name}@example.se`,
          from: `${name}@example.se`,
          subject: `Fråga ${name}`,
          body: `Hur gör jag med ${name}?`,
        }),
        RECENT,
      )
    await sync()
    const before = await test.archive.pool.query<{ uidValidity: string }>(
      'SELECT DISTINCT "uidValidity" FROM "Location"',
    )
    mailbox.close()
    await server.resetUidValidity('INBOX')
    mailbox = await connect(account.settings)
    await sync()
    expect(await messages()).toBe(2)
    const after = await test.archive.pool.query<{ uidValidity: string }>(
      'SELECT DISTINCT "uidValidity" FROM "Location"',
    )
    expect(after.rows.map((row) => row.uidValidity)).not.toEqual(before.rows.map((row) => row.uidValidity))
    expect(await locations()).toBe(2)
  })

  it('purges exactly the right messages from two folders and leaves a twin with the same Message-ID', async () => {
    await armed()
    const old = mail({
      id: 'old@example.se',
      from: 'alice@example.se',
      subject: 'Hur byter jag rulle?',
      body: 'Hej! Hur byter jag rulle i skrivaren?',
      date: OLD,
    })
    const twin = mail({
      id: 'old@example.se',
      from: 'alice@example.se',
      subject: 'Hur byter jag rulle?',
      body: 'Hej! Jag hittar inte manualen till skrivaren.',
      date: RECENT,
    })
    const fresh = mail({
      id: 'new@example.se',
      from: 'bob@example.se',
      subject: 'Öppettider',
      body: 'Vilka öppettider har ni?',
      date: RECENT,
    })
    await put('INBOX', old, OLD)
    await mailbox.createFolder('Kunder')
    await put('Kunder', old, OLD)
    // The twin shares the conversation, which would keep the old one: another correspondent keeps them apart.
    const kept = await put('Kunder', Buffer.from(twin.toString().replace('alice@', 'eve@')), RECENT)
    const keptFresh = await put('INBOX', fresh, RECENT)
    await sync()
    // Another client has marked the new message \Deleted: only UID EXPUNGE leaves it.
    await otherClient('INBOX', (client) => client.messageFlagsAdd(String(keptFresh), ['\\Deleted'], { uid: true }))
    const preview = await previewPurge(test.archive, account, RULES, NOW)
    expect(preview.due).toHaveLength(1)
    const result = await purge({ archive: test.archive, account, rules: RULES, mailbox, clock })
    expect(result).toMatchObject({ due: 1, purged: 1, kept: 0 })
    expect(await uidsOn('INBOX')).toEqual([keptFresh])
    expect(await uidsOn('Kunder')).toEqual([kept])
    expect(await messages()).toBe(2)
    for (const table of ['MessageSource', 'SearchEntry', 'ThreadKey']) {
      expect(await count(`SELECT count(DISTINCT "messageId") FROM "${table}"`)).toBe(2)
    }
    await put('INBOX', old, OLD)
    const back = await sync()
    expect(back).toMatchObject({ archived: [], tombstoned: 1 })
    const soon = await previewPurge(test.archive, account, RULES, NOW)
    expect(soon.reappeared).toEqual([{ tombstoneId: expect.any(Number), on: '2026-12-24' }])
    const later = () => new Date('2026-12-25T12:00:00Z')
    expect(await purge({ archive: test.archive, account, rules: RULES, mailbox, clock: later })).toMatchObject({
      reappeared: 1,
    })
    expect(await uidsOn('INBOX')).toEqual([keptFresh])
    await expect(verifyAudit(test.archive)).resolves.toBeTruthy()
  })

  it('only previews until armed, and keeps complaints, however old', async () => {
    await put(
      'INBOX',
      mail({
        id: 'k1@example.se',
        from: 'alice@example.se',
        subject: 'Reklamation av skrivare',
        body: 'Jag vill reklamera skrivaren. Den är trasig och jag kräver pengarna tillbaka.',
        date: OLD,
      }),
      OLD,
    )
    await put(
      'Sent',
      mail({
        id: 'k2@promix.se',
        from: 'info@promix.se',
        to: 'alice@example.se',
        subject: 'SV: Reklamation av skrivare',
        body: 'Hej, vi tittar på det.',
        date: OLD,
        references: ['k1@example.se'],
      }),
      OLD,
    )
    await sync()
    await expect(purge({ archive: test.archive, account, rules: RULES, mailbox, clock })).rejects.toMatchObject({
      code: 'not-armed',
    })
    await armed()
    expect(await purge({ archive: test.archive, account, rules: RULES, mailbox, clock })).toMatchObject({
      due: 0,
      purged: 0,
    })
    expect(await messages()).toBe(2)
  })

  it('stops above the cap and goes on when a person approved and a day has passed', async () => {
    const staffId = await armed()
    for (let i = 0; i < 12; i += 1) {
      await put(
        'INBOX',
        mail({
          id: `n${i}@example.se`,
          from: `person${i}@example.se`,
          subject: `Öppettider ${i}`,
          body: `Hej, hur gör jag för att ställa in skrivare nummer ${i}?`,
          date: OLD,
        }),
        OLD,
      )
    }
    await sync()
    const review = (await previewPurge(test.archive, account, RULES, NOW)).review.map((verdict) => verdict.messageId)
    if (review.length > 0)
      await approveReview(
        { archive: test.archive, account, rules: RULES },
        { staffId, via: 'cli', reason: 'sett', messageIds: review },
        NOW,
      )
    await expect(purge({ archive: test.archive, account, rules: RULES, mailbox, clock })).rejects.toMatchObject({
      code: 'purge-over-cap',
    })
    expect(await uidsOn('INBOX')).toHaveLength(12)
    await approveOverCap({ archive: test.archive, account, rules: RULES }, staffId, NOW)
    await expect(purge({ archive: test.archive, account, rules: RULES, mailbox, clock })).rejects.toMatchObject({
      code: 'purge-over-cap',
    })
    const tomorrow = () => new Date(NOW.getTime() + 25 * 3_600_000)
    expect(await purge({ archive: test.archive, account, rules: RULES, mailbox, clock: tomorrow })).toMatchObject({
      purged: 12,
    })
    expect(await uidsOn('INBOX')).toEqual([])
  })

  it('never erases the archive while the mailbox cannot be reached', async () => {
    await armed()
    await put(
      'INBOX',
      mail({
        id: 'old@example.se',
        from: 'alice@example.se',
        subject: 'Hur byter jag rulle?',
        body: 'Hej! Hur byter jag rulle i skrivaren?',
        date: OLD,
      }),
      OLD,
    )
    await sync()
    expect(await purge({ archive: test.archive, account, rules: RULES, mailbox: null, clock })).toMatchObject({
      due: 1,
      purged: 0,
      kept: 1,
    })
    expect(await messages()).toBe(1)
    expect(await purge({ archive: test.archive, account, rules: RULES, mailbox, clock })).toMatchObject({ purged: 1 })
  })

  it('leaves alone what lies in a folder that is no longer followed, and says so', async () => {
    await armed()
    const old = mail({
      id: 'old@example.se',
      from: 'alice@example.se',
      subject: 'Hur byter jag rulle?',
      body: 'Hej! Hur byter jag rulle i skrivaren?',
      date: OLD,
    })
    await mailbox.createFolder('Kunder')
    await put('Kunder', old, OLD)
    await sync()
    const narrow = { ...account, settings: { ...account.settings, folders: ['INBOX'] } }
    await syncAccount({ archive: test.archive, account: narrow, rules: RULES, mailbox, clock })
    const preview = await previewPurge(test.archive, narrow, RULES, NOW)
    expect(preview.due).toEqual([])
    expect(preview.blocked.map(({ disposal }) => disposal.reason)).toEqual(['unfollowed'])
    expect(await purge({ archive: test.archive, account: narrow, rules: RULES, mailbox, clock })).toMatchObject({
      due: 0,
    })
    expect([await messages(), (await uidsOn('Kunder')).length]).toEqual([1, 1])
    // Followed again it goes, from both.
    await sync()
    expect(await purge({ archive: test.archive, account, rules: RULES, mailbox, clock })).toMatchObject({ purged: 1 })
    expect([await messages(), (await uidsOn('Kunder')).length]).toEqual([0, 0])
  })

  it('purges nothing while a folder has not been read to its end', async () => {
    await armed()
    await put(
      'INBOX',
      mail({
        id: 'old@example.se',
        from: 'alice@example.se',
        subject: 'Hur byter jag rulle?',
        body: 'Hej! Hur byter jag rulle i skrivaren?',
        date: OLD,
      }),
      OLD,
    )
    await sync()
    // As a killed process leaves it in the middle of re-matching a new UIDVALIDITY: the copies are forgotten, not gone.
    const { rows } = await test.archive.pool.query<{ id: number }>(`SELECT "id" FROM "Folder" WHERE "role" = 'inbox'`)
    await inTransaction(test.archive.pool, (tx) => resetFolder(tx, account.id, rows[0]!.id, 4711n, NOW))
    expect(
      (await previewPurge(test.archive, account, RULES, NOW)).blocked.map(({ disposal }) => disposal.reason),
    ).toEqual(['unread'])
    expect(await purge({ archive: test.archive, account, rules: RULES, mailbox, clock })).toMatchObject({
      due: 0,
      purged: 0,
    })
    expect(await messages()).toBe(1)
    await sync()
    expect(await purge({ archive: test.archive, account, rules: RULES, mailbox, clock })).toMatchObject({ purged: 1 })
    expect(await uidsOn('INBOX')).toEqual([])
  })

  it('never expunges another message that lies under the UID, and reads the folder again', async () => {
    await armed()
    const old = mail({
      id: 'old@example.se',
      from: 'alice@example.se',
      subject: 'Hur byter jag rulle?',
      body: 'Hej! Hur byter jag rulle i skrivaren?',
      date: OLD,
    })
    const oldUid = await put('INBOX', old, OLD)
    const otherUid = await put(
      'INBOX',
      mail({
        id: 'new@example.se',
        from: 'bob@example.se',
        subject: 'Öppettider',
        body: 'Vilka öppettider har ni?',
        date: RECENT,
      }),
      RECENT,
    )
    await sync()
    // As a mailbox put back from a backup may do: the same UIDVALIDITY, the UIDs exchanged.
    await test.archive.pool.query(
      'UPDATE "Location" SET "uid" = CASE "uid" WHEN $1::bigint THEN $2::bigint + 100 ELSE $1 END',
      [oldUid, otherUid],
    )
    await test.archive.pool.query('UPDATE "Location" SET "uid" = "uid" - 100 WHERE "uid" > 100')
    expect(await purge({ archive: test.archive, account, rules: RULES, mailbox, clock })).toMatchObject({
      purged: 0,
      kept: 1,
    })
    expect(await uidsOn('INBOX')).toEqual([oldUid, otherUid])
    expect(await messages()).toBe(2)
    await sync()
    expect(await purge({ archive: test.archive, account, rules: RULES, mailbox, clock })).toMatchObject({ purged: 1 })
    expect(await uidsOn('INBOX')).toEqual([otherUid])
  })

  it('starts a folder over when UIDs are given out again under the same UIDVALIDITY', async () => {
    await put(
      'INBOX',
      mail({ id: 'a@example.se', from: 'alice@example.se', subject: 'Fråga', body: 'Hur gör jag?' }),
      RECENT,
    )
    await sync()
    await test.archive.pool.query('UPDATE "Folder" SET "lastUid" = 500, "seenStatus" = NULL')
    await put(
      'INBOX',
      mail({ id: 'b@example.se', from: 'bob@example.se', subject: 'Fråga två', body: 'Hur gör jag nu?' }),
      RECENT,
    )
    expect((await sync()).archived).toHaveLength(1)
    expect([await messages(), await locations()]).toEqual([2, 2])
  })

  it('forgets a folder gone from the server, path and all, and stores no keyword that people made up', async () => {
    await mailbox.createFolder('Kunden Alice Ek')
    const uid = await put(
      'Kunden Alice Ek',
      mail({ id: 'a@example.se', from: 'alice@example.se', subject: 'Fråga', body: 'Hur gör jag?' }),
      RECENT,
    )
    await otherClient('Kunden Alice Ek', (client) =>
      client.messageFlagsAdd(String(uid), ['AliceEk', '$Forwarded', '\\Flagged'], { uid: true }),
    )
    await sync()
    const flags = await test.archive.pool.query<{ flags: string[] }>('SELECT "flags" FROM "Location"')
    expect(flags.rows[0]!.flags.toSorted()).toEqual(['$Forwarded', '\\Flagged', 'gallra-support'].toSorted())
    await otherClient('INBOX', (client) => client.mailboxDelete('Kunden Alice Ek'))
    // Dovecot says BYE to whoever had it open.
    mailbox.close()
    mailbox = await connect(account.settings)
    await sync()
    expect(await count(`SELECT count(*) FROM "Folder" WHERE "role" = 'other'`)).toBe(0)
    expect([await messages(), await locations()]).toEqual([1, 0])
  })
})
