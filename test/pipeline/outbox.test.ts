import { createReadStream, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { pino } from 'pino'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { lesson } from '../../src/core/learning/lesson.ts'
import { evaluateCorpus } from '../../src/pipeline/learn/evaluate.ts'
import { ingest } from '../../src/pipeline/ingest/ingest.ts'
import { queueWeeklyLetter, sendQueued } from '../../src/pipeline/letters/outbox.ts'
import { isOwnLetter } from '../../src/pipeline/letters/own-letter.ts'
import { hold, release } from '../../src/pipeline/decide/staff-decisions.ts'
import { gatherWeeklyLetter, writeWeeklyLetter } from '../../src/pipeline/letters/weekly-letter.ts'
import { turnEpochs } from '../../src/pipeline/purge/upkeep.ts'
import { runJob } from '../../src/serve.ts'
import { listAccounts, saveSmtp, type Account } from '../../src/store/accounts.ts'
import { verifyAudit } from '../../src/store/audit.ts'
import { writeBackup } from '../../src/store/backup/write.ts'
import { openLeases } from '../../src/store/postgres/lease.ts'
import { getMessage } from '../../src/store/message/messages.ts'
import { openMessage } from '../../src/store/message/open-messages.ts'
import { countLetters } from '../../src/store/outbox.ts'
import { saveStaff } from '../../src/store/staff/staff.ts'
import { digestTexts } from '../../src/text/firm/digest-letter.ts'
import { restored, temporary } from '../harness/backup.ts'
import { NOW, RULES, testAccount, testArchive, type TestArchive } from '../harness/archive.ts'
import { mail } from '../harness/mail.ts'
import { startSmtp, type TestSmtp } from '../harness/smtp.ts'

const CORPUS = join(import.meta.dirname, '..', 'corpus', 'dev.jsonl')
const clock = () => NOW

let server: TestSmtp
let test: TestArchive
let account: Account
beforeAll(async () => {
  server = await startSmtp()
})
afterAll(() => server.stop())
beforeEach(async () => {
  server.received.length = 0
  server.fault = 'take'
  test = await testArchive()
  account = await testAccount(test.archive)
})
afterEach(() => test.drop())

async function equip(): Promise<void> {
  await saveSmtp(test.archive, account, server.login(), NOW)
  await saveStaff(test.archive, { name: 'Carol', address: 'carol@promix.se', role: 'staff' }, NOW)
  await saveStaff(test.archive, { name: 'Dan', address: 'dan@promix.se', role: 'dpo', language: 'en' }, NOW)
  await saveStaff(test.archive, { name: 'Ellen', address: null, role: 'staff' }, NOW)
}
const states = async () =>
  (await test.archive.pool.query<{ state: string }>('SELECT "state" FROM "Outbox" ORDER BY "id"')).rows.map(
    ({ state }) => state,
  )
const put = async (id: string, body: string, at: Date, subject = 'Fråga om rullen') => {
  const source = mail({ id, from: 'Alice Ek <alice.ek@kund.example>', subject, body, date: at.toISOString() })
  return (
    await ingest(
      { archive: test.archive, account, rules: RULES, folder: null },
      [{ uid: 0, flags: [], internalDate: at, source, size: source.length }],
      NOW,
    )
  ).archived[0]!
}
/** As mail programs show it: quoted-printable undone. */
const decoded = (source: string) =>
  Buffer.from(
    source.replace(/=\r\n/g, '').replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16))),
    'latin1',
  ).toString('utf8')

describe('the outbox', () => {
  it('sends each member of staff who has an address one letter in their language, over STARTTLS', async () => {
    await equip()
    await queueWeeklyLetter(test.archive, 'gallra', NOW)
    expect((await sendQueued(test.archive, clock)).map(({ state }) => state)).toEqual(['sent', 'sent'])
    expect(server.received.map(({ to, secure }) => [to, secure])).toEqual([
      [['carol@promix.se'], true],
      [['dan@promix.se'], true],
    ])
    expect(decoded(server.received[0]!.source)).toContain('Gallringen är av')
    expect(decoded(server.received[1]!.source)).toContain('Purging is off')
    for (const { source } of server.received) expect(source).toMatch(/^Auto-Submitted: auto-generated\r$/m)
    expect(await sendQueued(test.archive, clock)).toEqual([])
    expect(server.received).toHaveLength(2)
    await verifyAudit(test.archive)
  })

  it('without an SMTP account, or anybody to write to, says which', async () => {
    await expect(queueWeeklyLetter(test.archive, 'gallra', NOW)).rejects.toMatchObject({ code: 'smtp-missing' })
    await saveSmtp(test.archive, account, server.login(), NOW)
    await expect(queueWeeklyLetter(test.archive, 'gallra', NOW)).rejects.toMatchObject({ code: 'digest-nobody' })
  })

  it('a connection cut after the message was handed over is unknown, told of, and never sent twice', async () => {
    await equip()
    await queueWeeklyLetter(test.archive, 'gallra', NOW)
    server.fault = 'cut-after-data'
    expect((await sendQueued(test.archive, clock)).map(({ state }) => state)).toEqual(['unknown', 'unknown'])
    server.fault = 'take'
    expect(await sendQueued(test.archive, clock)).toEqual([])
    expect(server.received).toHaveLength(2)
    expect(writeWeeklyLetter(await gatherWeeklyLetter(test.archive, NOW), 'sv').text).toContain(
      'Brev som kanske inte har kommit fram: 2.',
    )
  })

  it('what the server did not take goes later with the same Message-ID; a refused recipient is final', async () => {
    await equip()
    await queueWeeklyLetter(test.archive, 'gallra', NOW)
    await saveSmtp(test.archive, account, server.login({ port: 1 }), NOW)
    const [first] = await sendQueued(test.archive, clock)
    expect(first).toMatchObject({ state: 'queued', problem: { code: 'mail-server-unreachable' } })
    await saveSmtp(test.archive, account, server.login(), NOW)
    server.fault = 'defer-data'
    expect((await sendQueued(test.archive, clock)).map(({ state }) => state)).toEqual(['queued', 'queued'])
    server.fault = 'take'
    await sendQueued(test.archive, clock)
    expect(await states()).toEqual(['sent', 'sent'])
    await queueWeeklyLetter(test.archive, 'gallra', NOW)
    server.fault = 'refuse-recipient'
    await sendQueued(test.archive, clock)
    server.fault = 'take'
    expect(await sendQueued(test.archive, clock)).toEqual([])
    expect(await countLetters(test.archive.pool)).toMatchObject({ sent: 2, refused: 2 })
    expect(writeWeeklyLetter(await gatherWeeklyLetter(test.archive, NOW), 'en').text).toContain(
      'the server rejected: 2',
    )
  })

  it('a process that dies while sending leaves unknown, one that is still sending is left alone', async () => {
    await equip()
    await queueWeeklyLetter(test.archive, 'gallra', NOW)
    server.fault = 'stall'
    const other = await test.reopen()
    const sending = sendQueued(other, clock).catch(() => 'died')
    await expect.poll(() => server.received.length, { timeout: 20_000 }).toBe(1)
    // While the other one lives, its letter is its own; the second letter is free.
    const { rows } = await test.archive.pool.query<{ pid: number }>(
      `SELECT l.pid FROM pg_locks l JOIN pg_database d ON d.oid = l.database AND d.datname = current_database() ` +
        `WHERE l.locktype = 'advisory' AND l.classid = $1`,
      [0x6a15],
    )
    expect(rows).toHaveLength(1)
    server.fault = 'take'
    expect((await sendQueued(test.archive, clock)).map(({ state }) => state)).toEqual(['sent'])
    expect(await states()).toEqual(['sending', 'sent'])
    await test.archive.pool.query('SELECT pg_terminate_backend($1)', [rows[0]!.pid])
    await expect
      .poll(async () => (await sendQueued(test.archive, clock), await states()), { timeout: 20_000 })
      .toEqual(['unknown', 'sent'])
    await server.stop()
    expect(await sending).toBe('died')
    server = await startSmtp()
  })

  it('two daemons at the same moment write and send one digest a week', async () => {
    await equip()
    const monday = new Date('2026-11-23T06:00:00Z')
    const leases = await openLeases(test.databaseUrl)
    const daemons = [test.archive, await test.reopen()].map((archive) => ({
      archive,
      rules: RULES,
      learning: { seed: () => [], teach: lesson },
      leases,
      log: pino({ level: 'silent' }),
    }))
    for (const day of [0, 1, 6])
      await Promise.all(
        daemons.map((daemon) => runJob(daemon, 'digest', new Date(monday.getTime() + day * 86_400_000))),
      )
    await Promise.all(daemons.map((daemon) => runJob(daemon, 'outbox')))
    expect(server.received.map(({ to }) => to[0]).sort()).toEqual(['carol@promix.se', 'dan@promix.se'])
    await Promise.all(daemons.map((daemon) => runJob(daemon, 'digest', new Date('2026-11-30T06:00:00Z'))))
    expect(server.received).toHaveLength(4)
    await leases.close()
  })

  it('many senders at once send every letter once', async () => {
    await saveSmtp(test.archive, account, server.login(), NOW)
    for (let n = 0; n < 12; n += 1)
      await saveStaff(test.archive, { name: `Staff ${n}`, address: `s${n}@promix.se`, role: 'staff' }, NOW)
    await queueWeeklyLetter(test.archive, 'gallra', NOW)
    await Promise.all(
      [test.archive, await test.reopen(), await test.reopen()].map((archive) => sendQueued(archive, clock)),
    )
    expect(await countLetters(test.archive.pool)).toMatchObject({ sent: 12, unknown: 0 })
    expect(new Set(server.received.map(({ to }) => to[0])).size).toBe(12)
    expect(server.received).toHaveLength(12)
  })

  it('is sealed, goes over to new epochs, and after a restore nothing in it is sent', async () => {
    await equip()
    await queueWeeklyLetter(test.archive, 'gallra', NOW)
    const { rows } = await test.archive.pool.query<Record<string, unknown>>('SELECT * FROM "Outbox"')
    const text = rows
      .map((row) =>
        Object.values(row)
          .map((value) => (Buffer.isBuffer(value) ? value.toString('latin1') : JSON.stringify(value)))
          .join(),
      )
      .join()
    expect(text).not.toMatch(/promix|carol|gallringen/i)
    const directory = temporary('outbox')
    await writeBackup(test.archive, join(directory, 'b'), { epochDays: 30 }, NOW)
    const back = await restored(join(directory, 'b'), test.keysDirectory, NOW, { withoutLedger: true })
    expect(await countLetters(back.archive.pool)).toMatchObject({ queued: 0, unknown: 2 })
    expect(await sendQueued(back.archive, clock)).toEqual([])
    await back.drop()
    expect(server.received).toEqual([])
    await turnEpochs(test.archive, RULES, new Date(NOW.getTime() + 40 * 86_400_000))
    await sendQueued(test.archive, clock)
    expect(server.received).toHaveLength(2)
  })
})

describe('the digest', () => {
  it('counts what is due, in review, idle, waiting and refused, with ids and commands', async () => {
    const old = await put('old@kund.example', 'Hej! Hur byter jag rulle i skrivaren?', new Date('2024-01-10T09:00:00Z'))
    const soon = await put(
      'soon@kund.example',
      'Hej! Hur byter jag rulle i skrivaren?',
      new Date('2025-12-01T09:00:00Z'),
      'Hur byter jag rulle?',
    )
    const complaint = await put(
      'c@kund.example',
      'Jag vill reklamera skrivaren. Den är trasig och jag kräver pengarna tillbaka.',
      new Date('2026-01-10T09:00:00Z'),
      'Reklamation',
    )
    await put('later@kund.example', 'Hej! Vilka öppettider har ni?', new Date('2026-10-01T09:00:00Z'), 'Öppettider')
    const staff = await saveStaff(test.archive, { name: 'Carol', address: null, role: 'staff' }, NOW)
    const context = { archive: test.archive, account, rules: RULES }
    const holdId = await hold(context, { staffId: staff.id, via: 'cli', reason: 'x', target: { messageId: old } }, NOW)
    await release(context, { staffId: staff.id, via: 'cli', reason: 'x', holdId }, NOW)
    await test.archive.pool.query(`UPDATE "Message" SET "state" = 'review', "mayBeComplaint" = true WHERE "id" = $1`, [
      soon,
    ])
    await test.archive.pool.query(
      `INSERT INTO "PurgeRun" ("accountId", "startedAt", "state", "due", "total") VALUES ($1, $2, 'over-cap', ` +
        `300, 5000)`,
      [account.id, NOW],
    )
    const digest = await gatherWeeklyLetter(test.archive, NOW)
    const { conversationId } = await getMessage(test.archive.pool, account.id, complaint)
    const [found] = digest.accounts
    expect(digest.until).toBe('2026-12-08')
    expect(found).toMatchObject({
      // The released one waits until the 8th, the last day of the period.
      due: [{ rule: 'general', messages: 1 }],
      // The complaint is known: kept, idle, and no question of the list.
      review: { messages: 1, mayBeComplaint: 1, dangerous: 1, first: [soon] },
      idle: { conversations: 1, first: [conversationId] },
      waiting: [{ until: '2026-12-08', messages: 1, first: [old] }],
      overCap: { due: 300, total: 5000 },
    })
    const letter = writeWeeklyLetter(digest, 'sv')
    expect(letter.subject).toBe('gallra 2026-11-24: 1 att granska, 1 gallras inom 14 dagar')
    const [head] = await verifyAudit(test.archive)
    for (const part of [
      `Börja med: m${soon}`,
      'general: 1',
      `c${conversationId}`,
      `till 2026-12-08, 1: m${old}`,
      '300 av 5000',
      `gallra audit verify --head ${account.id}:${head!.events}:${head!.head}`,
    ])
      expect(letter.text).toContain(part)
    expect(writeWeeklyLetter(digest, 'en').text.split('\n')).toHaveLength(letter.text.split('\n').length)
  })

  it('holds no name, address, subject or rare word of the corpus', async () => {
    await evaluateCorpus(createInterface({ input: createReadStream(CORPUS) }), test.archive, RULES, NOW)
    const digest = await gatherWeeklyLetter(test.archive, NOW)
    expect(digest.accounts.reduce((sum, { review }) => sum + review.messages, 0)).toBeGreaterThan(10)
    const text = (['sv', 'en'] as const)
      .map((language) => Object.values(writeWeeklyLetter(digest, language)).join('\n'))
      .join('\n')
      .toLowerCase()
    const corpus = readFileSync(CORPUS, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { from: { name: string; address: string }; subject: string; body: string })
    const counts = new Map<string, number>()
    const needles = new Set<string>()
    const own = (await listAccounts(test.archive)).flatMap(({ settings }) => settings.own.addresses)
    for (const { from, subject, body } of corpus) {
      if (!own.includes(from.address)) needles.add(from.address.toLowerCase())
      if (from.name.includes(' ')) needles.add(from.name.toLowerCase())
      if (subject.length > 12) needles.add(subject.toLowerCase())
      for (const word of new Set(body.toLowerCase().match(/\p{L}{6,}/gu) ?? []))
        counts.set(word, (counts.get(word) ?? 0) + 1)
    }
    for (const [word, count] of counts) if (count === 1) needles.add(word)
    // What our own texts and rules say is no personal data.
    const ours = [
      ...(['sv', 'en'] as const).flatMap((language) => Object.values(digestTexts(language))),
      ...RULES.schedule.rows.map(({ rule }) => rule),
    ].join(' ')
    const spoken = new Set(ours.toLowerCase().match(/\p{L}{6,}/gu) ?? [])
    expect(
      [...needles].filter(
        (needle) =>
          !spoken.has(needle) &&
          new RegExp(`(?<!\\p{L})${needle.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?!\\p{L})`, 'u').test(text),
      ),
    ).toEqual([])
  })

  it(
    'that comes back to the followed mailbox is internal mail: no customer, nothing opened, nothing waiting ' +
      'for it',
    async () => {
      await saveSmtp(test.archive, account, server.login(), NOW)
      await saveStaff(test.archive, { name: 'Carol', address: 'info@promix.se', role: 'staff' }, NOW)
      const complaint = await put(
        'c@kund.example',
        'Jag vill reklamera skrivaren. Den är trasig och jag kräver pengarna tillbaka.',
        new Date('2026-01-10T09:00:00Z'),
        'Reklamation',
      )
      await queueWeeklyLetter(test.archive, 'gallra', NOW)
      await sendQueued(test.archive, clock)
      const source = Buffer.from(server.received[0]!.source)
      const before = await getMessage(test.archive.pool, account.id, complaint)
      const [id] = (
        await ingest(
          { archive: test.archive, account, rules: RULES, folder: null },
          [{ uid: 0, flags: [], internalDate: NOW, source, size: source.length }],
          NOW,
        )
      ).archived
      const row = await getMessage(test.archive.pool, account.id, id!)
      expect(row).toMatchObject({ direction: 'internal', customerId: null })
      expect(row.conversationId).not.toBe(before.conversationId)
      expect(await getMessage(test.archive.pool, account.id, complaint)).toEqual(before)
      expect(row).toMatchObject({ case: 'other', marks: [], mayBeComplaint: false, state: 'active' })
      const { message } = await openMessage(test.archive.pool, test.archive, account.id, id!)
      expect(isOwnLetter(test.archive, message.messageId)).toBe(true)
      for (const forged of [
        null,
        '',
        'x@promix.se',
        message.messageId!.replace(/^./, (sign) => (sign === '0' ? '1' : '0')),
      ])
        expect(isOwnLetter(test.archive, forged)).toBe(false)
    },
  )
})
