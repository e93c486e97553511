import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Case } from '../../src/core/classification.ts'
import { carryOutKeywords } from '../../src/pipeline/mailbox/act.ts'
import { connect } from '../../src/pipeline/mailbox/connect.ts'
import { syncAccount, syncFolder } from '../../src/pipeline/follow/follow.ts'
import { hold, overrideCase, release } from '../../src/pipeline/decide/staff-decisions.ts'
import { followAccount } from '../../src/pipeline/follow/watch.ts'
import type { Mailbox } from '../../src/mail/imap/mailbox-types.ts'
import { saveFolderSettings, type Account } from '../../src/store/accounts.ts'
import { verifyAudit } from '../../src/store/audit.ts'
import { ensureFolder, voidServerState } from '../../src/store/mailbox/folders.ts'
import { inTransaction } from '../../src/store/postgres/sql.ts'
import { carol, NOW, RULES, testAccount, testArchive, type TestArchive } from '../harness/archive.ts'
import { dovecotAvailable, startDovecot, type Dovecot } from '../harness/dovecot.ts'
import { mail } from '../harness/mail.ts'
import { connectPerson, type MailboxPerson } from '../harness/mailbox-person.ts'

const CASE_FOLDERS = ['Reklamationer', 'Support', 'Betalningar', 'Dataskydd', 'Övrigt']

it.runIf(!dovecotAvailable())('Dovecot is not installed: overrides from the mail program are skipped', ({ skip }) =>
  skip(),
)

describe.skipIf(!dovecotAvailable())('a person at the mail program', () => {
  let server: Dovecot
  let test: TestArchive
  let account: Account
  let mailbox: Mailbox
  let person: MailboxPerson
  let time: number
  const clock = () => new Date((time += 7))

  beforeEach(async () => {
    time = NOW.getTime()
    server = await startDovecot()
    test = await testArchive()
    account = await testAccount(test.archive, { port: server.port, user: server.user, password: server.password })
    mailbox = await connect(account.settings)
    person = await connectPerson(server)
    for (const folder of [...CASE_FOLDERS, 'Kunder']) await person.create(folder)
  })
  afterEach(async () => {
    await person.close()
    mailbox.close()
    await server.stop()
    await test.drop()
  })

  const letter = (id: string, references: string[] = []) =>
    mail({
      id,
      from: 'Alice <alice@example.se>',
      subject: 'Öppettider',
      body: `Hej! Vilka öppettider har butiken på lördag? Fråga ${id}.`,
      date: '2026-11-01T09:00:00Z',
      references,
    })
  const put = async (id: string, folder = 'INBOX', flags: string[] = [], references: string[] = []) => {
    await mailbox.append(folder, letter(id, references), flags, new Date('2026-11-01T09:00:00Z'))
  }
  const sync = () => syncAccount({ archive: test.archive, account, rules: RULES, mailbox, clock })
  const query = async <T extends object>(sql: string, values: unknown[] = []) =>
    (await test.archive.pool.query<T>(sql, values)).rows
  /** Ids by arrival. */
  const ids = async () => (await query<{ id: number }>('SELECT "id" FROM "Message" ORDER BY "id"')).map(({ id }) => id)
  const overrides = () =>
    query<{ messageId: number; case: Case; via: string; staffId: number | null }>(
      'SELECT "messageId", "case", "via", "staffId" FROM "Override" ORDER BY "id"',
    )
  const row = async (id: number) =>
    (
      await query<{ case: Case; caseBy: string; notBefore: string | null; archiveUntil: string | null }>(
        'SELECT "case", "caseBy", "notBefore"::text, "archiveUntil"::text FROM "Message" WHERE "id" = $1',
        [id],
      )
    )[0]!
  const holds = () =>
    query<{ via: string; released: boolean }>(
      'SELECT "via", "releasedAt" IS NOT NULL AS released FROM "Hold" ORDER BY "id"',
    )
  /** STOREs and MOVEs of gallra's own that stand open or were made. */
  const intentions = async () => (await query('SELECT 1 FROM "Intention"')).length
  const quiet = async () => {
    const before = await intentions()
    await sync()
    await sync()
    expect(await intentions()).toBe(before)
    expect(await query('SELECT 1 FROM "Transition"')).toEqual([])
    expect(await query('SELECT 1 FROM "Intention" WHERE "doneAt" IS NULL')).toEqual([])
  }
  const syncOnly = async (path: string) => {
    const info = (await mailbox.listFolders()).find((each) => each.path === path)!
    await syncFolder(
      { archive: test.archive, account, rules: RULES, mailbox, clock },
      await ensureFolder(test.archive, account.id, path, info.role, clock()),
      info,
      null,
    )
  }

  it('moves a message to a case folder: an override by "mailbox", kept longer at once, shown as keyword', async () => {
    await put('a@example.se')
    await sync()
    const [id] = await ids()
    expect(await row(id!)).toMatchObject({ case: 'support', caseBy: 'rule' })
    await person.move('a@example.se', 'INBOX', 'Reklamationer')
    await sync()
    expect(await overrides()).toEqual([{ messageId: id, case: 'complaints', via: 'mailbox', staffId: null }])
    expect(await row(id!)).toEqual({ case: 'complaints', caseBy: 'staff', notBefore: null, archiveUntil: null })
    expect(await person.flags('a@example.se', 'Reklamationer')).toEqual(['gallra-complaints'])
    expect(await query('SELECT "actor", "payload" FROM "AuditEvent" WHERE "kind" = \'override\'')).toEqual([
      { actor: 'mailbox', payload: { case: 'complaints', messages: [id] } },
    ])
    await verifyAudit(test.archive)
    await quiet()
    expect(await overrides()).toHaveLength(1)
  })

  it('what keeps shorter waits 14 days (P9), and the later of two corrections wins', async () => {
    await put('a@example.se')
    await sync()
    const [id] = await ids()
    await person.move('a@example.se', 'INBOX', 'Reklamationer')
    await sync()
    await person.move('a@example.se', 'Reklamationer', 'Support')
    await sync()
    expect((await overrides()).map((each) => each.case)).toEqual(['complaints', 'support'])
    expect(await row(id!)).toMatchObject({ case: 'support', notBefore: '2026-12-08' })
    await quiet()
  })

  it.each([
    ['INBOX first', ['INBOX', 'Reklamationer']],
    ['Reklamationer first', ['Reklamationer', 'INBOX']],
  ])('is understood whichever folder is read first, passes apart: %s', async (_name, order) => {
    await put('a@example.se')
    await sync()
    await person.move('a@example.se', 'INBOX', 'Reklamationer')
    for (const path of order) await syncOnly(path)
    await sync()
    expect((await overrides()).map((each) => each.case)).toEqual(['complaints'])
    await quiet()
  })

  it('programs without MOVE copy, mark and expunge much later: one override', async () => {
    await put('a@example.se')
    await sync()
    await person.copyAndMark('a@example.se', 'INBOX', 'Dataskydd')
    await sync()
    expect((await overrides()).map((each) => each.case)).toEqual(['privacy'])
    await person.expungeMarked('INBOX')
    await sync()
    expect(await overrides()).toHaveLength(1)
    await quiet()
  })

  it('a copy decides nothing, and neither does taking the first copy away later', async () => {
    await put('a@example.se')
    await sync()
    await person.copy('a@example.se', 'INBOX', 'Reklamationer')
    await sync()
    await sync()
    await person.remove('a@example.se', 'INBOX')
    await sync()
    expect(await overrides()).toEqual([])
    await quiet()
  })

  it('a copy and the end of the first one, in two looks at each folder, is no move', async () => {
    await put('a@example.se')
    await sync()
    await person.copy('a@example.se', 'INBOX', 'Reklamationer')
    await syncOnly('Reklamationer')
    await syncOnly('INBOX')
    await person.remove('a@example.se', 'INBOX')
    await syncOnly('INBOX')
    await sync()
    expect(await overrides()).toEqual([])
    await quiet()
  })

  it('moving back, into another folder or into the trash takes nothing back', async () => {
    await put('a@example.se')
    await put('b@example.se')
    await sync()
    await person.move('a@example.se', 'INBOX', 'Reklamationer')
    await person.move('b@example.se', 'INBOX', 'Reklamationer')
    await sync()
    await person.move('a@example.se', 'Reklamationer', 'INBOX')
    await person.move('b@example.se', 'Reklamationer', 'Kunder')
    await sync()
    await person.move('b@example.se', 'Kunder', 'Trash')
    await sync()
    expect(await overrides()).toHaveLength(2)
    for (const id of await ids()) expect(await row(id)).toMatchObject({ case: 'complaints' })
    expect(await person.where('a@example.se')).toEqual(['INBOX'])
    await quiet()
  })

  it('there and back between two looks is nothing', async () => {
    await put('a@example.se')
    await sync()
    await person.move('a@example.se', 'INBOX', 'Reklamationer')
    await person.move('a@example.se', 'Reklamationer', 'INBOX')
    await sync()
    expect(await overrides()).toEqual([])
    await quiet()
  })

  it('presence decides nothing: first backfill, server-side filter, new UIDs, renamed folder, restore', async () => {
    await put('a@example.se', 'Reklamationer', ['gallra-privacy', '\\Flagged'])
    await put('a@example.se')
    await sync()
    await put('b@example.se', 'Reklamationer', ['\\Flagged'])
    await put('c@example.se', 'Kunder')
    await sync()
    await server.resetUidValidity('Reklamationer')
    mailbox = await connect(account.settings)
    await person.close()
    person = await connectPerson(server)
    await person.move('a@example.se', 'INBOX', 'Reklamationer')
    await sync()
    await person.rename('Betalningar', 'Betalt')
    await person.rename('Kunder', 'Betalningar')
    await sync()
    await inTransaction(test.archive.pool, (tx) => voidServerState(tx, account.id, clock()))
    await person.move('c@example.se', 'Betalningar', 'Reklamationer')
    await sync()
    expect(await overrides()).toEqual([])
    expect(await holds()).toEqual([])
    await quiet()
  })

  it.each([
    ['in a mapped folder', 'Reklamationer', [], 'INBOX last'],
    ['in a mapped folder', 'Reklamationer', [], 'INBOX first'],
    ['with a keyword', 'Kunder', ['gallra-payments'], 'INBOX last'],
    ['with a star', 'Kunder', ['\\Flagged'], 'INBOX last'],
  ])(
    'what is seen again under new UIDs %s has not come, though another copy left in the same time: %s %j, %s',
    async (_what, folder, flags, order) => {
      await put('a@example.se')
      await sync()
      // By a server-side filter: presence decides nothing. Seen, and not acted on yet, or gallra's own keyword would
      // stand in its place.
      await put('a@example.se', folder, flags)
      await syncOnly(folder)
      await syncOnly('INBOX')
      await person.remove('a@example.se', 'INBOX')
      await server.resetUidValidity(folder)
      mailbox = await connect(account.settings)
      await person.close()
      person = await connectPerson(server)
      if (order === 'INBOX last') await syncOnly(folder)
      await sync()
      expect(await overrides()).toEqual([])
      expect(await holds()).toEqual([])
      await quiet()
    },
  )

  it('a folder made in the mail program counts from the moment it is there', async () => {
    await person.rename('Reklamationer', 'Bort')
    await put('a@example.se')
    await sync()
    await person.create('Reklamationer')
    await person.move('a@example.se', 'INBOX', 'Reklamationer')
    await sync()
    expect((await overrides()).map((each) => each.case)).toEqual(['complaints'])
    await quiet()
  })

  it('sets a keyword: an override; gallra takes its own off', async () => {
    await put('a@example.se')
    await sync()
    await person.set('a@example.se', 'INBOX', ['Gallra-Complaints'])
    await sync()
    expect((await overrides()).map((each) => each.case)).toEqual(['complaints'])
    expect((await person.flags('a@example.se', 'INBOX')).map((flag) => flag.toLowerCase())).toEqual([
      'gallra-complaints',
    ])
    await quiet()
  })

  it('two case keywords at once: the one that keeps longer; a keyword taken off decides nothing', async () => {
    await put('a@example.se')
    await put('b@example.se')
    await sync()
    await person.set('a@example.se', 'INBOX', ['gallra-payments', 'gallra-complaints'])
    await person.unset('b@example.se', 'INBOX', ['gallra-support'])
    await sync()
    expect((await overrides()).map((each) => each.case)).toEqual(['complaints'])
    expect(await person.flags('a@example.se', 'INBOX')).toEqual(['gallra-complaints'])
    expect(await person.flags('b@example.se', 'INBOX')).toEqual([])
    await person.set('b@example.se', 'INBOX', ['gallra-support'])
    await sync()
    expect(await overrides()).toHaveLength(1)
    await quiet()
  })

  it('tags and moves between two looks: both are seen', async () => {
    await put('a@example.se')
    await sync()
    await person.set('a@example.se', 'INBOX', ['gallra-privacy', '\\Flagged'])
    await person.move('a@example.se', 'INBOX', 'Kunder')
    await sync()
    expect((await overrides()).map((each) => each.case)).toEqual(['privacy'])
    expect(await holds()).toEqual([{ via: 'mailbox', released: false }])
    await quiet()
  })

  it('a star holds; taking it off releases, and that waits 14 days', async () => {
    await put('a@example.se')
    await sync()
    const [id] = await ids()
    const before = await row(id!)
    await person.set('a@example.se', 'INBOX', ['\\Flagged'])
    await sync()
    expect(await holds()).toEqual([{ via: 'mailbox', released: false }])
    expect(await row(id!)).toMatchObject({ archiveUntil: null, notBefore: null })
    // The copy that is flagged may go where it wants to.
    await person.move('a@example.se', 'INBOX', 'Kunder')
    await sync()
    expect(await holds()).toEqual([{ via: 'mailbox', released: false }])
    await person.unset('a@example.se', 'Kunder', ['\\Flagged'])
    await sync()
    expect(await holds()).toEqual([{ via: 'mailbox', released: true }])
    expect(await row(id!)).toMatchObject({ archiveUntil: before.archiveUntil, notBefore: '2026-12-08' })
    await quiet()
  })

  it('a star on one of several copies holds till the last star is off; a deleted copy releases nothing', async () => {
    await put('a@example.se')
    await put('a@example.se', 'Kunder')
    await sync()
    await person.set('a@example.se', 'INBOX', ['\\Flagged'])
    await person.set('a@example.se', 'Kunder', ['\\Flagged'])
    await sync()
    await person.unset('a@example.se', 'INBOX', ['\\Flagged'])
    await sync()
    expect(await holds()).toEqual([{ via: 'mailbox', released: false }])
    await person.remove('a@example.se', 'Kunder')
    await sync()
    expect(await holds()).toEqual([{ via: 'mailbox', released: false }])
    await quiet()
  })

  it('a hold by staff is not released by a star taken off, nor a star fought by a release', async () => {
    const { id: staffId } = await carol(test.archive)
    const context = { archive: test.archive, account, rules: RULES }
    await put('a@example.se')
    await sync()
    const [id] = await ids()
    await hold(context, { staffId, via: 'cli', reason: 'tvist', target: { messageId: id! } }, clock())
    await person.set('a@example.se', 'INBOX', ['\\Flagged'])
    await sync()
    const [{ id: starHold }] = (await query<{ id: number }>('SELECT "id" FROM "Hold" WHERE "via" = \'mailbox\'')) as [
      { id: number },
    ]
    await release(context, { staffId, via: 'cli', reason: 'klart', holdId: starHold }, clock())
    await sync()
    expect(await holds()).toEqual([
      { via: 'cli', released: false },
      { via: 'mailbox', released: true },
    ])
    await person.unset('a@example.se', 'INBOX', ['\\Flagged'])
    await sync()
    expect(await holds()).toEqual([
      { via: 'cli', released: false },
      { via: 'mailbox', released: true },
    ])
    await quiet()
  })

  it('an override elsewhere leaves the mail where it lies, and where it lies does not fight it', async () => {
    const { id: staffId } = await carol(test.archive)
    await put('a@example.se')
    await sync()
    const [id] = await ids()
    await person.move('a@example.se', 'INBOX', 'Reklamationer')
    await sync()
    await overrideCase(
      { archive: test.archive, account, rules: RULES },
      { staffId, via: 'cli', reason: 'fråga', messageId: id!, case: 'support', marks: [] },
      clock(),
    )
    await sync()
    await sync()
    expect(await row(id!)).toMatchObject({ case: 'support' })
    expect(await person.where('a@example.se')).toEqual(['Reklamationer'])
    expect(await person.flags('a@example.se', 'Reklamationer')).toEqual(['gallra-support'])
    await quiet()
    // A later act in the mail program counts again.
    await person.move('a@example.se', 'Reklamationer', 'Betalningar')
    await sync()
    expect(await row(id!)).toMatchObject({ case: 'payments' })
  })

  it.each([
    ['Support', 'complaints', 'complaints'],
    ['Reklamationer', 'support', 'complaints'],
  ] as const)(
    'moved to %s and decided as %s with nobody knowing which came later: %s stands',
    async (folder, decided, stands) => {
      const { id: staffId } = await carol(test.archive)
      await put('a@example.se')
      await sync()
      const [id] = await ids()
      await person.move('a@example.se', 'INBOX', folder)
      await overrideCase(
        { archive: test.archive, account, rules: RULES },
        { staffId, via: 'cli', reason: 'så är det', messageId: id!, case: decided, marks: [] },
        clock(),
      )
      await sync()
      expect(await row(id!)).toMatchObject({ case: stands })
      await quiet()
    },
  )

  it('a keyword that gallra set and was killed before it knew is its own, also after the next decision', async () => {
    const { id: staffId } = await carol(test.archive)
    await put('a@example.se')
    await sync()
    const [id] = await ids()
    const decide = (is: Case) =>
      overrideCase(
        { archive: test.archive, account, rules: RULES },
        { staffId, via: 'cli', reason: 'så är det', messageId: id!, case: is, marks: [] },
        clock(),
      )
    await decide('complaints')
    // What the killed process had sent.
    await person.set('a@example.se', 'INBOX', ['gallra-complaints'])
    await decide('payments')
    await sync()
    expect((await overrides()).map((each) => each.via)).toEqual(['cli', 'cli'])
    expect(await row(id!)).toMatchObject({ case: 'payments' })
    expect(await person.flags('a@example.se', 'INBOX')).toEqual(['gallra-payments'])
    await quiet()
  })

  it('a keyword set while gallra is about to set its own is seen and not taken off', async () => {
    const { id: staffId } = await carol(test.archive)
    await put('a@example.se')
    await sync()
    const [id] = await ids()
    await overrideCase(
      { archive: test.archive, account, rules: RULES },
      { staffId, via: 'cli', reason: 'så är det', messageId: id!, case: 'payments', marks: [] },
      clock(),
    )
    await person.set('a@example.se', 'INBOX', ['gallra-complaints'])
    expect(await carryOutKeywords(test.archive, account, mailbox, clock())).toBe(1)
    await sync()
    expect((await overrides()).map((each) => each.via)).toEqual(['cli', 'mailbox'])
    expect(await person.flags('a@example.se', 'INBOX')).toEqual(['gallra-complaints'])
    await quiet()
  })

  it('copies of one message in several folders, and messages of one conversation, count each for itself', async () => {
    await put('a@example.se')
    await put('b@example.se', 'INBOX', [], ['a@example.se'])
    await put('a@example.se', 'Kunder')
    await sync()
    const [a, b] = await ids()
    expect(await query('SELECT DISTINCT "conversationId" FROM "Message"')).toHaveLength(1)
    await person.move('a@example.se', 'INBOX', 'Betalningar')
    await person.move('a@example.se', 'Kunder', 'Reklamationer')
    await person.move('b@example.se', 'INBOX', 'Övrigt')
    await sync()
    expect(await overrides()).toEqual(
      expect.arrayContaining([
        { messageId: a, case: 'complaints', via: 'mailbox', staffId: null },
        { messageId: b, case: 'other', via: 'mailbox', staffId: null },
      ]),
    )
    expect(await overrides()).toHaveLength(2)
    // The complaint keeps the whole conversation, whatever its other messages are.
    expect(await row(b!)).toMatchObject({ case: 'other', archiveUntil: null })
    expect(await person.flags('a@example.se', 'Betalningar')).toEqual(['gallra-complaints'])
    await quiet()
  })

  it('names of folders can be chosen, and a case can be without', async () => {
    account.settings.caseFolders = { names: { complaints: 'Ärenden/Klagomål', support: null }, filing: false }
    await saveFolderSettings(test.archive, account, account.settings, clock())
    await person.create('Ärenden/Klagomål')
    await put('a@example.se')
    await put('b@example.se')
    await put('c@example.se')
    await sync()
    await person.move('a@example.se', 'INBOX', 'Ärenden/Klagomål')
    await person.move('b@example.se', 'INBOX', 'Support')
    await person.move('c@example.se', 'INBOX', 'Reklamationer')
    await sync()
    expect((await overrides()).map((each) => each.case)).toEqual(['complaints'])
    await quiet()
  })

  describe('with filing by gallra itself', () => {
    beforeEach(async () => {
      account.settings.caseFolders = { names: {}, filing: true }
      await saveFolderSettings(test.archive, account, account.settings, clock())
    })

    it('files new mail once, takes its own move for nobody, and leaves what a person moves', async () => {
      await put('old@example.se')
      await sync()
      await put('a@example.se')
      await sync()
      await quiet()
      expect(await person.where('old@example.se')).toEqual(['INBOX'])
      expect(await person.where('a@example.se')).toEqual(['Support'])
      expect(await overrides()).toEqual([])
      await person.move('a@example.se', 'Support', 'INBOX')
      await sync()
      await quiet()
      expect(await person.where('a@example.se')).toEqual(['INBOX'])
      await person.move('a@example.se', 'INBOX', 'Reklamationer')
      await sync()
      await quiet()
      expect(await person.where('a@example.se')).toEqual(['Reklamationer'])
      expect((await overrides()).map((each) => each.case)).toEqual(['complaints'])
    })

    it('follows an override made elsewhere, and a keyword', async () => {
      const { id: staffId } = await carol(test.archive)
      await put('a@example.se')
      await put('b@example.se')
      await sync()
      const [id] = await ids()
      await overrideCase(
        { archive: test.archive, account, rules: RULES },
        { staffId, via: 'cli', reason: 'fråga', messageId: id!, case: 'payments', marks: [] },
        clock(),
      )
      await person.set('b@example.se', 'INBOX', ['gallra-complaints'])
      await sync()
      await sync()
      expect(await person.where('a@example.se')).toEqual(['Betalningar'])
      expect(await person.where('b@example.se')).toEqual(['Reklamationer'])
      expect(await overrides()).toHaveLength(2)
      await quiet()
    })

    it('a person who moves on what gallra has just filed is heard', async () => {
      await sync()
      await put('a@example.se')
      await sync()
      expect(await person.where('a@example.se')).toEqual(['Support'])
      await person.move('a@example.se', 'Support', 'Dataskydd')
      await sync()
      await sync()
      expect((await overrides()).map((each) => each.case)).toEqual(['privacy'])
      await quiet()
    })
  })

  it('serve notices a tag and a move out of the inbox within seconds, without waiting for the poll', async () => {
    await put('a@example.se')
    await put('b@example.se')
    const stop = new AbortController()
    let caughtUp = 0
    const following = followAccount(
      {
        archive: test.archive,
        account,
        rules: RULES,
        clock: () => new Date(),
        log: pino({ level: 'silent' }),
        pollMs: 600_000,
        onCaughtUp: () => (caughtUp += 1),
      },
      stop.signal,
    )
    await expect.poll(() => caughtUp, { timeout: 10_000 }).toBe(1)
    const noticed = async (count: number) => {
      const began = performance.now()
      await expect.poll(async () => (await overrides()).length, { timeout: 10_000, interval: 20 }).toBe(count)
      return performance.now() - began
    }
    await person.move('a@example.se', 'INBOX', 'Reklamationer')
    expect(await noticed(1)).toBeLessThan(5_000)
    await person.set('b@example.se', 'INBOX', ['gallra-privacy'])
    expect(await noticed(2)).toBeLessThan(5_000)
    expect((await overrides()).map((each) => each.case)).toEqual(['complaints', 'privacy'])
    stop.abort()
    await following
  })
})
