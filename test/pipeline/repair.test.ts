import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Mailbox } from '../../src/mail/imap/mailbox-types.ts'
import { connect } from '../../src/pipeline/mailbox/connect.ts'
import { syncAccount } from '../../src/pipeline/follow/follow.ts'
import { ingest } from '../../src/pipeline/ingest/ingest.ts'
import { previewPurge, purge } from '../../src/pipeline/purge/purge.ts'
import { rebuildIndex } from '../../src/pipeline/mend/reindex.ts'
import { repairAccount } from '../../src/pipeline/mend/repair.ts'
import { armPurge, hold } from '../../src/pipeline/decide/staff-decisions.ts'
import { turnEpochs } from '../../src/pipeline/purge/upkeep.ts'
import { setAccountState, type Account } from '../../src/store/accounts.ts'
import { verifyAudit } from '../../src/store/audit.ts'
import { giveUpBrokenRows, listBrokenRows } from '../../src/store/epochs/epochs.ts'
import { removeMessages } from '../../src/store/disposal/erase.ts'
import { openMessage, openMessageSource } from '../../src/store/message/open-messages.ts'
import { isSealBroken } from '../../src/store/keys/seal.ts'
import { inTransaction, lockAccount } from '../../src/store/postgres/sql.ts'
import { carol, flipped, NOW, RULES, testAccount, testArchive, type TestArchive } from '../harness/archive.ts'
import { find } from '../harness/backup.ts'
import { dovecotAvailable, startDovecot, type Dovecot } from '../harness/dovecot.ts'
import { mail } from '../harness/mail.ts'

const after = (days: number) => new Date(NOW.getTime() + days * 86_400_000)
const RECENT = '2026-11-01T09:00:00Z'
/** Of several pieces, with two letters that are found by a word of their own. */
const NAMES = ['alfa', 'beta', 'gamma'] as const
const sourceOf = (name: string, body = `Hej! Var är min ${name}rulle?`) =>
  mail({ id: `${name}@kund.example`, from: `${name}@kund.example`, subject: `Fråga ${name}`, body, date: RECENT })
const LARGE = sourceOf(
  'gamma',
  `Hej! Var är min gammarulle?\n${Buffer.from(Array.from({ length: 1_600_000 }, (_, at) => (at * 7919) % 251))
    .toString('base64')
    .replace(/.{70}/g, '$&\n')}`,
)

it.runIf(!dovecotAvailable())('Dovecot is not installed: the tests of repair are skipped', ({ skip }) => skip())

describe.skipIf(!dovecotAvailable())('messages that do not open', () => {
  let server: Dovecot
  let test: TestArchive
  let account: Account
  let mailbox: Mailbox
  let staffId: number
  let ids: Record<(typeof NAMES)[number], number>

  beforeEach(async () => {
    server = await startDovecot()
    test = await testArchive()
    account = await testAccount(test.archive, { port: server.port, user: server.user, password: server.password })
    staffId = (await carol(test.archive)).id
    mailbox = await connect(account.settings)
    for (const name of NAMES)
      await mailbox.append('INBOX', name === 'gamma' ? LARGE : sourceOf(name), [], new Date(RECENT))
    const { archived } = await sync()
    ids = { alfa: archived[0]!, beta: archived[1]!, gamma: archived[2]! }
  })
  afterEach(async () => {
    mailbox.close()
    await server.stop()
    await test.drop()
  })

  const query = async <T extends object>(sql: string, values: unknown[] = []) =>
    (await test.archive.pool.query<T>(sql, values)).rows
  const sync = () => syncAccount({ archive: test.archive, account, rules: RULES, mailbox, clock: () => NOW })
  const repair = (now = NOW, of: Account = account) =>
    repairAccount({ archive: test.archive, account: of, rules: RULES, staffId, clock: () => now })
  const flip = (column: 'wrappedKey' | 'sealedContent' | 'sealedEvidence', id: number) =>
    query(`UPDATE "Message" SET ${flipped(column)} WHERE "id" = $1`, [id])
  const flipPiece = (id: number, piece: number) =>
    query(`UPDATE "MessageSource" SET ${flipped('sealed')} WHERE "messageId" = $1 AND "piece" = $2`, [id, piece])
  const source = (id: number) => openMessageSource(test.archive.pool, test.archive, account.id, id)
  const opened = (id: number) => openMessage(test.archive.pool, test.archive, account.id, id)
  const opens = (id: number) =>
    Promise.all([opened(id), source(id)]).then(
      () => true,
      (error: unknown) => (isSealBroken(error) ? false : Promise.reject(error as Error)),
    )
  /** All that says what a message is and how long it stays; and what hangs on it. */
  const facts = () =>
    query(
      'SELECT to_jsonb(m) - \'{epoch,wrappedKey,sealedContent,sealedEvidence}\'::text[] AS row FROM "Message" m ' +
        'ORDER BY "id"',
    )
  const others = async () => [
    await query('SELECT * FROM "Location" ORDER BY "uid"'),
    await query('SELECT * FROM "ThreadKey" ORDER BY "messageId", "keyHash"'),
    await query('SELECT "id", "releasedAt" FROM "Hold"'),
    await query('SELECT "messageId", "piece" FROM "MessageSource" ORDER BY 1, 2'),
  ]
  const sealed = () =>
    query(
      'SELECT m."id", "epoch", "wrappedKey", "sealedContent", "sealedEvidence", array_agg(s."sealed" ORDER BY ' +
        '"piece") AS source FROM "Message" m JOIN "MessageSource" s ON s."messageId" = m."id" GROUP BY ' +
        'm."accountId", m."id" ORDER BY 1',
    )
  const events = () =>
    query<{ actor: string; payload: object }>(
      'SELECT "actor", "payload" FROM "AuditEvent" WHERE "kind" = \'repaired\' ORDER BY "seq"',
    )
  const entries = () => query('SELECT * FROM "SearchEntry" ORDER BY "messageId", "part"')
  const found = (word: string) => find(test.archive, account.id, word)
  const preview = async () =>
    JSON.stringify(await previewPurge(test.archive, account, RULES, after(400)), (key, value: unknown) =>
      key === 'standing' ? undefined : value,
    )
  /** The server closed: whoever asks it fails. */
  const unplugged = () => ({ ...account, settings: { ...account.settings, port: 1 } })

  it('are sealed anew from the copy on the server, and everything else of them stays', async () => {
    await hold(
      { archive: test.archive, account, rules: RULES },
      { target: { messageId: ids.alfa }, staffId, via: 'cli', reason: 'Tvist' },
      NOW,
    )
    const before = {
      facts: await facts(),
      others: await others(),
      entries: await entries(),
      preview: await preview(),
      evidence: (await opened(ids.gamma)).evidence,
    }
    expect(await query('SELECT 1 FROM "MessageSource" WHERE "messageId" = $1', [ids.gamma])).toHaveLength(3)
    await flip('wrappedKey', ids.alfa)
    await flip('sealedContent', ids.beta)
    await flipPiece(ids.gamma, 1)
    expect([await opens(ids.alfa), await opens(ids.beta), await opens(ids.gamma)]).toEqual([false, false, false])
    await turnEpochs(test.archive, RULES, after(8))
    await rebuildIndex(test.archive, () => NOW)
    expect(await found('hej')).toEqual([ids.gamma])

    const result = await repair(after(8))
    expect(result).toMatchObject({
      examined: 3,
      left: [],
      customers: { repaired: [], inPart: [], completed: [], left: [] },
      problem: null,
    })
    expect([...result.repaired].sort()).toEqual(Object.values(ids))
    for (const name of NAMES) {
      const { message } = await opened(ids[name])
      expect(message.text).toContain(`Var är min ${name}rulle?`)
      expect((await source(ids[name])).equals(name === 'gamma' ? LARGE : sourceOf(name))).toBe(true)
      expect(await found(`${name}rulle`)).toEqual([ids[name]])
    }
    expect(await query('SELECT DISTINCT "epoch" FROM "Message"')).toEqual([{ epoch: 2 }])
    expect((await opened(ids.gamma)).evidence).toEqual(before.evidence)
    expect({
      facts: await facts(),
      others: await others(),
      entries: await entries(),
      preview: await preview(),
    }).toEqual({ facts: before.facts, others: before.others, entries: before.entries, preview: before.preview })
    expect((await events()).map(({ actor }) => actor)).toEqual(Array(3).fill(`staff:${staffId}`))
    expect((await events()).map(({ payload }) => payload)).toEqual(
      expect.arrayContaining([
        { messages: [ids.alfa], evidence: 'judged-again' },
        { messages: [ids.beta], evidence: 'kept' },
        { messages: [ids.gamma], evidence: 'kept' },
      ]),
    )
    await verifyAudit(test.archive)
    expect(await sync()).toEqual({ archived: [], known: 0, tombstoned: 0 })

    // The daemon's next passes and nights go on as if nothing had been.
    expect(await turnEpochs(test.archive, RULES, after(40))).toMatchObject({ broken: 0, destroyed: [1, 2], held: [] })
    for (const id of Object.values(ids)) expect(await opens(id)).toBe(true)
  })

  it('whole ones are left as they are, and no server is asked', async () => {
    const before = await sealed()
    expect(await repair(NOW, unplugged())).toEqual({
      examined: 3,
      repaired: [],
      left: [],
      customers: { repaired: [], inPart: [], completed: [], left: [] },
      problem: null,
    })
    await flip('wrappedKey', ids.beta)
    await repair()
    const mended = await sealed()
    expect([mended[0], mended[2]]).toEqual([before[0], before[2]])
    expect(await repair(NOW, unplugged())).toEqual({
      examined: 3,
      repaired: [],
      left: [],
      customers: { repaired: [], inPart: [], completed: [], left: [] },
      problem: null,
    })
    expect(await sealed()).toEqual(mended)
    expect(await events()).toHaveLength(1)
  })

  it('whose own source opens need no server', async () => {
    await flip('sealedContent', ids.alfa)
    await flip('sealedEvidence', ids.gamma)
    const before = (await opened(ids.beta)).evidence
    await query('UPDATE "Message" SET "epoch" = 77 WHERE "id" = $1', [ids.beta])
    expect(await repair(NOW, unplugged())).toMatchObject({ repaired: [ids.alfa, ids.beta, ids.gamma], left: [] })
    for (const id of Object.values(ids)) expect(await opens(id)).toBe(true)
    expect((await opened(ids.beta)).evidence).toEqual(before)
    expect((await source(ids.gamma)).equals(LARGE)).toBe(true)
  })

  it('keep what staff decided, though the evidence is judged anew', async () => {
    await query(
      `UPDATE "Message" SET "case" = 'payments', "caseBy" = 'staff', "rulebook" = 'earlier' WHERE "id" = $1`,
      [ids.alfa],
    )
    const before = await facts()
    await flip('wrappedKey', ids.alfa)
    expect((await repair()).repaired).toEqual([ids.alfa])
    expect(await facts()).toEqual(before)
    expect((await opened(ids.alfa)).evidence.classification.rulebook).toBe(RULES.rulebook.version)
  })

  it('given up before, are mended all the same', async () => {
    await flip('wrappedKey', ids.alfa)
    await turnEpochs(test.archive, RULES, after(8))
    expect(await giveUpBrokenRows(test.archive, staffId, 1, after(8))).toHaveLength(1)
    expect((await repair(after(9))).repaired).toEqual([ids.alfa])
    expect(await listBrokenRows(test.archive)).toEqual([])
  })

  it('are not mended from another message in their place', async () => {
    await flip('wrappedKey', ids.alfa)
    await flip('wrappedKey', ids.beta)
    // Each place says the other's message, as a mistaken or hostile database would.
    await query(
      'UPDATE "Location" SET "messageId" = CASE "messageId" WHEN $1 THEN $2::int ELSE $1 END WHERE "messageId" ' +
        'IN ($1, $2)',
      [ids.alfa, ids.beta],
    )
    const before = await sealed()
    expect(await repair()).toMatchObject({
      repaired: [],
      left: [
        { id: ids.alfa, reason: 'other-content' },
        { id: ids.beta, reason: 'other-content' },
      ],
    })
    expect(await sealed()).toEqual(before)
    // Nor when the row is made to want that one's digest.
    await query(`UPDATE "Message" SET "digestHash" = 'x' || "digestHash" WHERE "id" = $1`, [ids.gamma])
    await query(`UPDATE "Location" SET "messageId" = $1 WHERE "messageId" = $2`, [ids.gamma, ids.alfa])
    await flipPiece(ids.gamma, 0)
    expect((await repair()).left).toEqual([
      { id: ids.alfa, reason: 'no-copy' },
      { id: ids.beta, reason: 'other-content' },
      { id: ids.gamma, reason: 'other-content' },
    ])
  })

  it('without a copy in a followed folder with its UIDVALIDITY, stay and are told', async () => {
    for (const id of Object.values(ids)) await flip('wrappedKey', id)
    await mailbox.openFolder('INBOX', null, false)
    const [alfa] = await query<{ uid: string }>('SELECT "uid" FROM "Location" WHERE "messageId" = $1', [ids.alfa])
    await mailbox.expunge([Number(alfa!.uid)])
    await query('UPDATE "Location" SET "uidValidity" = "uidValidity" + 1 WHERE "messageId" = $1', [ids.beta])
    const before = await sealed()
    expect(await repair(NOW, unplugged())).toMatchObject({
      repaired: [],
      left: [{ reason: 'unreachable' }, { reason: 'no-copy' }, { reason: 'unreachable' }],
      problem: { code: 'mail-server-unreachable' },
    })
    await setAccountState(test.archive, account.id, 'removed', NOW)
    expect(await repair(NOW, { ...account, state: 'removed' })).toMatchObject({
      left: [{ reason: 'not-followed' }, { reason: 'no-copy' }, { reason: 'not-followed' }],
    })
    await query('UPDATE "Folder" SET "unfollowedAt" = $1', [NOW])
    expect(await repair()).toMatchObject({ left: Object.values(ids).map((id) => ({ id, reason: 'no-copy' })) })
    await query('UPDATE "Folder" SET "unfollowedAt" = NULL')
    expect(await sealed()).toEqual(before)
    expect(await repair()).toMatchObject({
      repaired: [ids.gamma],
      left: [
        { id: ids.alfa, reason: 'gone' },
        { id: ids.beta, reason: 'no-copy' },
      ],
    })
  })

  it('with several copies, are mended from the one with the same octets, else from another', async () => {
    const other = Buffer.concat([
      Buffer.from('Received: from elsewhere.example by mx.example; Sun, 1 Nov 2026 10:00:00 +0100\r\n'),
      sourceOf('alfa'),
    ])
    await mailbox.createFolder('Andra')
    await mailbox.append('Andra', other, [], new Date(RECENT))
    expect(await sync()).toMatchObject({ known: 1 })
    await flip('wrappedKey', ids.alfa)
    await repair()
    expect((await source(ids.alfa)).equals(sourceOf('alfa'))).toBe(true)

    const [inbox] = await query<{ uid: string }>(
      'DELETE FROM "Location" WHERE "messageId" = $1 AND "folderId" = (SELECT "id" FROM "Folder" WHERE "role" = ' +
        "'inbox') RETURNING *",
      [ids.alfa],
    )
    await flip('wrappedKey', ids.alfa)
    expect((await repair()).repaired).toEqual([ids.alfa])
    expect((await source(ids.alfa)).equals(other)).toBe(true)
    expect(await query('SELECT "size" FROM "Message" WHERE "id" = $1', [ids.alfa])).toEqual([{ size: other.length }])
    expect(await repair(NOW, unplugged())).toMatchObject({ repaired: [], left: [] })
    // Whichever of them is met first.
    await query('INSERT INTO "Location" SELECT (jsonb_populate_record(NULL::"Location", $1)).*', [
      JSON.stringify(inbox),
    ])
    await flip('wrappedKey', ids.alfa)
    await repair()
    expect((await source(ids.alfa)).equals(other)).toBe(true)
  })

  it('without Message-ID and Date, are told apart by when they came', async () => {
    const form = Buffer.from(
      'From: robot@kund.example\r\nTo: info@promix.se\r\nSubject: Formulär\r\n\r\nHej! Var är min formulärrulle?\r\n',
    )
    await mailbox.append('INBOX', form, [], new Date('2026-11-02T09:00:00Z'))
    await mailbox.append('INBOX', form, [], new Date('2026-11-03T09:00:00Z'))
    const { archived } = await sync()
    expect(archived).toHaveLength(2)
    await flip('wrappedKey', archived[0]!)
    await flip('sealedContent', archived[1]!)
    expect([...(await repair()).repaired].sort()).toEqual([...archived].sort())
  })

  it('purged while the copy is fetched, are not made again', async () => {
    for (const id of [ids.alfa, ids.beta]) await flip('wrappedKey', id)
    const started: ReturnType<typeof repair>[] = []
    await inTransaction(test.archive.pool, async (tx) => {
      await lockAccount(tx, account.id)
      started.push(repair())
      // It waits for the account now, with the first copy in hand.
      await expect
        .poll(() => query(`SELECT 1 FROM pg_locks WHERE "locktype" = 'advisory' AND NOT "granted"`), {
          timeout: 20_000,
        })
        .toHaveLength(1)
      await removeMessages(tx, account.id, [ids.alfa], NOW)
    })
    expect(await started[0]).toEqual({
      examined: 3,
      repaired: [ids.beta],
      left: [],
      customers: { repaired: [], inPart: [], completed: [], left: [] },
      problem: null,
    })
    expect(await query('SELECT 1 FROM "Message" WHERE "id" = $1', [ids.alfa])).toEqual([])
    for (const table of ['MessageSource', 'SearchEntry'])
      expect(await query(`SELECT 1 FROM "${table}" WHERE "messageId" = $1`, [ids.alfa])).toEqual([])
  })

  it('are mended once by two at the same time, while epochs turn and the mailbox is read', async () => {
    for (const id of Object.values(ids)) await flip('wrappedKey', id)
    const before = await facts()
    const [one, other] = await Promise.all([
      repair(after(8)),
      repair(after(8)),
      turnEpochs(test.archive, RULES, after(8)),
      sync(),
    ])
    expect([...one.repaired, ...other.repaired].sort()).toEqual(Object.values(ids))
    expect([...one.left, ...other.left]).toEqual([])
    for (const id of Object.values(ids)) expect(await opens(id)).toBe(true)
    expect(await facts()).toEqual(before)
    expect(await events()).toHaveLength(3)
    await verifyAudit(test.archive)
    expect(await turnEpochs(test.archive, RULES, after(9))).toMatchObject({ broken: 0 })
  })

  it('are as broken as before when the work breaks off, and whole after the next', async () => {
    await flip('wrappedKey', ids.alfa)
    const before = [await sealed(), await entries(), await facts()]
    await query(`CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'power cut'; END $$`)
    await query('CREATE TRIGGER fail BEFORE INSERT ON "AuditEvent" EXECUTE FUNCTION fail()')
    await expect(repair()).rejects.toThrow('power cut')
    expect([await sealed(), await entries(), await facts()]).toEqual(before)
    await query('DROP TRIGGER fail ON "AuditEvent"')
    expect((await repair()).repaired).toEqual([ids.alfa])
  })

  it('once mended, are purged when their time comes, with their copy', async () => {
    const source = mail({
      id: 'old@kund.example',
      from: 'old@kund.example',
      subject: 'Öppettider',
      body: 'Hej! Vilka öppettider har butiken på lördag?',
      date: '2024-01-10T09:00:00Z',
    })
    await mailbox.append('INBOX', source, [], new Date('2024-01-10T09:00:00Z'))
    const [old] = (await sync()).archived
    await flip('wrappedKey', old!)
    await repair()
    await armPurge(test.archive, staffId, true, NOW)
    expect(await purge({ archive: test.archive, account, rules: RULES, mailbox, clock: () => after(1) })).toMatchObject(
      { purged: 1 },
    )
    expect(await query('SELECT 1 FROM "Tombstone"')).toHaveLength(1)
    expect(await query('SELECT 1 FROM "Message" WHERE "id" = $1', [old])).toEqual([])
  })

  it(
    'wait for a sync when the row of their folder does not open either; that seals it anew, since the server ' +
      'tells the path',
    async () => {
      const folders = () => query('SELECT "id", "pathHash", "uidValidity" FROM "Folder" ORDER BY "id"')
      const before = { folders: await folders(), others: await others() }
      await flip('wrappedKey', ids.alfa)
      for (const column of ['wrappedKey', 'sealedPath']) {
        await query(`UPDATE "Folder" SET ${flipped(column)} WHERE "role" = 'inbox'`)
        await flip('sealedContent', ids.beta)
        expect(await repair()).toMatchObject({
          repaired: [ids.beta],
          left: column === 'wrappedKey' ? [{ id: ids.alfa, reason: 'folder-broken' }] : [],
        })
        await mailbox.append('INBOX', sourceOf(column), [], new Date(RECENT))
        expect((await sync()).archived).toHaveLength(1)
        expect((await repair()).left).toEqual([])
      }
      expect(await folders()).toEqual(before.folders)
      expect((await others())[0]!.slice(0, 3)).toEqual(before.others[0])
      expect(await turnEpochs(test.archive, RULES, after(8))).toMatchObject({ broken: 0 })
    },
  )

  it('imported from a file, have no copy: told, unless their own source opens', async () => {
    const sources = ['x', 'y'].map((name) => sourceOf(name))
    const { archived } = await ingest(
      { archive: test.archive, account, rules: RULES, folder: null },
      sources.map((source) => ({ uid: 0, flags: [], internalDate: new Date(RECENT), source, size: source.length })),
      NOW,
    )
    await flipPiece(archived[0]!, 0)
    await flip('sealedContent', archived[1]!)
    expect(await repair()).toMatchObject({ repaired: [archived[1]], left: [{ id: archived[0], reason: 'no-copy' }] })
  })
})
