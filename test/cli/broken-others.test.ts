/**
 * Rows beside messages, accounts, staff and folders that cannot be decrypted: customers, holds, decisions, letters, the
 * model.
 */
import { join, dirname } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { lesson } from '../../src/core/learning/lesson.ts'
import { joinCustomers, splitCustomer } from '../../src/pipeline/decide/customer-decisions.ts'
import { ingest } from '../../src/pipeline/ingest/ingest.ts'
import { queueWeeklyLetter, sendQueued } from '../../src/pipeline/letters/outbox.ts'
import { purge } from '../../src/pipeline/purge/purge.ts'
import { openReviewItem } from '../../src/pipeline/read/review-queue.ts'
import { armPurge, hold, overrideCase, release } from '../../src/pipeline/decide/staff-decisions.ts'
import { trainModel } from '../../src/pipeline/learn/train-model.ts'
import { turnEpochs } from '../../src/pipeline/purge/upkeep.ts'
import { readSeed } from '../../src/rulebook/read-rules.ts'
import { saveSmtp, type Account } from '../../src/store/accounts.ts'
import { verifyAudit } from '../../src/store/audit.ts'
import { getCustomerCard } from '../../src/store/customer/customers.ts'
import { saveStaff } from '../../src/store/staff/staff.ts'
import { flipped, NOW, RULES, testAccount, testArchive, type TestArchive } from '../harness/archive.ts'
import { mail } from '../harness/mail.ts'
import { startSmtp, type TestSmtp } from '../harness/smtp.ts'
import { gallra } from './capture.ts'

const OLD = '2024-01-10T09:00:00Z'
const RECENT = '2026-11-20T09:00:00Z'
/** A part of the seed, so that training takes a moment. */
const SEED = readSeed(join(import.meta.dirname, '..', '..', 'rules')).filter((_, index) => index % 60 === 0)
const after = (days: number) => new Date(NOW.getTime() + days * 86_400_000)

let server: TestSmtp
let test: TestArchive
let account: Account
let staffId: number
beforeAll(async () => {
  server = await startSmtp()
})
afterAll(() => server.stop())
beforeEach(async () => {
  test = await testArchive()
  account = await testAccount(test.archive, {
    own: { addresses: ['info@promix.se'], domains: ['promix.se'], staffAddresses: [], authservId: 'mx.promix.se' },
  })
  staffId = (await saveStaff(test.archive, { name: 'Carol', address: 'carol@promix.se', role: 'staff' }, NOW)).id
  await armPurge(test.archive, staffId, true, NOW)
})
afterEach(async () => {
  await verifyAudit(test.archive)
  await test.drop()
})

const SIGNED = '\n\nMed vänlig hälsning\nEva Ek\n070-174 06 05'

let count = 0
/** A verified mail: name and phone then hold two addresses together. */
async function put(from: string, date = RECENT, signature = ''): Promise<number> {
  count += 1
  const source = mail({
    id: `o${count}@kund.example`,
    from,
    subject: `Fråga ${count}`,
    body: `Hej! Vilka öppettider har butik nummer ${count} på lördag?${signature}`,
    date,
    headers: [`Authentication-Results: mx.promix.se; dmarc=pass header.from=${/@([^>]+)/.exec(from)![1]!}`],
  })
  return (
    await ingest(
      { archive: test.archive, account, rules: RULES, folder: null },
      [{ uid: 0, flags: [], internalDate: new Date(date), source, size: source.length }],
      NOW,
    )
  ).archived[0]!
}
const customerOf = async (message: number) =>
  (
    await test.archive.pool.query<{ customerId: number }>('SELECT "customerId" FROM "Message" WHERE "id" = $1', [
      message,
    ])
  ).rows[0]!.customerId
const card = (id: number) => getCustomerCard(test.archive.pool, test.archive, account.id, id)
const flip = (table: string, column: string, id: number) =>
  test.archive.pool.query(`UPDATE "${table}" SET ${flipped(column)} WHERE "id" = $1`, [id])
const run = (now = after(1)) => purge({ archive: test.archive, account, rules: RULES, mailbox: null, clock: () => now })
const left = async () =>
  (await test.archive.pool.query<{ id: number }>('SELECT "id" FROM "Message" ORDER BY "id"')).rows.map(({ id }) => id)
const context = () => ({ archive: test.archive, account, rules: RULES })
const by = () => ({ staffId, via: 'cli' as const, reason: 'x' })
const callAt = (now: Date, language: string, ...argv: string[]) =>
  gallra(
    [...argv, '--lang', language],
    { DATABASE_URL: test.databaseUrl, GALLRA_DATA: dirname(test.keysDirectory) },
    now,
  )
const call = (language: string, ...argv: string[]) => callAt(NOW, language, ...argv)

it.each(['sealed', 'wrappedKey'])(
  'a customer that does not open (%s) marks itself, takes in mail, lets the due mail go, and is made anew by repair',
  async (column) => {
    const [old, kept, other] = [
      await put('Eva Ek <eva@old.example>', OLD, SIGNED),
      await put('Eva Ek <eva@new.example>', RECENT, SIGNED),
      await put('Bo <bo@kund.example>'),
    ]
    const eva = await customerOf(kept)
    expect(await customerOf(old)).toBe(eva)
    const staying = await put('Cia <cia@kund.example>')
    const cia = await customerOf(staying)
    for (const id of [eva, cia]) await flip('Customer', column, id)

    expect(await call('sv', 'doctor')).toMatchObject({
      exit: 1,
      out: expect.stringContaining(`Kunder som inte går att dekryptera: 2 (k${eva}, k${cia})`) as string,
    })
    const listed = await call('sv', 'list')
    expect(listed.exit).toBe(0)
    expect(listed.out).toContain(`k${cia} (går inte att dekryptera)`)
    expect(listed.out).toContain('Bo')
    expect(
      (JSON.parse((await call('en', 'list', '--json')).out) as { id: string; customerName: string | null }[]).find(
        ({ id }) => id === `m${staying}`,
      ),
    ).toMatchObject({ customerName: null })
    const shown = await call('en', 'show', `m${staying}`)
    expect(shown).toMatchObject({
      exit: 0,
      out: expect.stringContaining(
        `Customer k${cia} cannot be decrypted (damaged or changed). Run gallra repair --by NAME`,
      ) as string,
    })
    expect((await call('sv', 'search', 'lördag')).exit).toBe(0)
    expect((await call('sv', 'scan', '--address', 'bo@kund.example')).exit).toBe(0)
    // Without the addresses on the card the answer would not be whole.
    expect(await call('sv', 'scan', '--customer', `k${cia}`)).toMatchObject({
      exit: 1,
      err: expect.stringContaining(`Kunden k${cia} går inte att dekryptera`) as string,
    })
    await expect(
      joinCustomers(context(), { ...by(), customerIds: [await customerOf(other), cia] }, NOW),
    ).rejects.toMatchObject({ code: 'customer-broken' })
    expect(await call('en', 'customer', 'rename', `k${cia}`, 'Cia', '--by', 'Carol', '--reason', 'x')).toMatchObject({
      exit: 1,
      err: expect.stringContaining('gallra repair') as string,
    })

    const later = await put('Cia <cia@kund.example>')
    expect(await customerOf(later)).toBe(cia)
    expect(await run()).toMatchObject({ due: 1, purged: 1, kept: 0 })
    expect(await left()).not.toContain(old)
    // No address outlives its message, whether the card opens or not.
    expect(await card(eva)).toEqual({ chosenName: null, names: ['Eva Ek'], addresses: ['eva@new.example'] })
    expect(await card(cia)).toBeNull()

    const mended = await call('sv', 'repair', '--by', 'Carol')
    expect(mended).toMatchObject({ exit: 0, out: expect.stringContaining(`ur sina meddelanden: k${cia}.`) as string })
    expect(await card(cia)).toEqual({ chosenName: null, names: ['Cia'], addresses: ['cia@kund.example'] })
    for (const verb of ['list', 'doctor']) expect((await call('sv', verb)).out).not.toContain('att dekryptera')
    expect(JSON.parse((await call('en', 'repair', '--by', 'Carol', '--json')).out)).toMatchObject([
      { customers: { repaired: [], left: [] } },
    ])
  },
)

it('a customer none of whose messages tells who they are is told and left, with what holds it', async () => {
  const message = await put('Eva <eva@kund.example>')
  const eva = await customerOf(message)
  await hold(context(), { ...by(), target: { customerId: eva } }, NOW)
  await flip('Customer', 'sealed', eva)
  await flip('Message', 'wrappedKey', message)
  const told = await call('en', 'repair', '--by', 'Carol')
  expect(told).toMatchObject({
    exit: 1,
    out: expect.stringContaining(`none of their messages says who they are: k${eva}`) as string,
  })
  expect((await test.archive.pool.query('SELECT 1 FROM "Hold"')).rowCount).toBe(1)
})

it('a card made while a message did not open says so, and has its address once the message opens', async () => {
  const [home, work] = [
    await put('Eva Ek <eva@home.example>', RECENT, SIGNED),
    await put('Eva Ek <eva@work.example>', RECENT, SIGNED),
  ]
  const eva = await customerOf(home)
  expect(await customerOf(work)).toBe(eva)
  const key = (
    await test.archive.pool.query<{ wrappedKey: Buffer }>('SELECT "wrappedKey" FROM "Message" WHERE "id" = $1', [work])
  ).rows[0]!.wrappedKey
  await flip('Message', 'wrappedKey', work)
  await flip('Customer', 'sealed', eva)
  const told = await call('en', 'repair', '--by', 'Carol')
  expect(told).toMatchObject({
    exit: 1,
    out: expect.stringMatching(
      new RegExp(`from their messages: k${eva}\\.[^]*may lack addresses[^]*: k${eva}\\.`),
    ) as string,
  })
  expect((await card(eva))?.addresses).toEqual(['eva@home.example'])
  await test.archive.pool.query('UPDATE "Message" SET "wrappedKey" = $2 WHERE "id" = $1', [work, key])
  expect(await call('sv', 'repair', '--by', 'Carol')).toMatchObject({
    exit: 0,
    out: expect.stringContaining(`adresser som saknades, ur meddelanden som nu går att dekryptera: k${eva}`) as string,
  })
  expect((await card(eva))?.addresses).toEqual(['eva@home.example', 'eva@work.example'])
  expect(JSON.parse((await call('en', 'repair', '--by', 'Carol', '--json')).out)).toMatchObject([
    { customers: { repaired: [], inPart: [], completed: [], left: [] } },
  ])
})

it('mail that joins a customer with one that does not open leaves a card with the addresses of both', async () => {
  const first = await put('Eva Ek <eva@home.example>')
  const second = await put('Eva Ek <eva@work.example>')
  const [home, work] = [await customerOf(first), await customerOf(second)]
  expect(work).not.toBe(home)
  await flip('Customer', 'sealed', work)
  await put('Eva Ek <eva@home.example>', RECENT, SIGNED)
  await put('Eva Ek <eva@work.example>', RECENT, SIGNED)
  expect(await customerOf(second)).toBe(home)
  expect((await card(home))?.addresses.toSorted()).toEqual(['eva@home.example', 'eva@work.example'])
})

it.each([
  ['Hold', 'sealedReason'],
  ['Hold', 'wrappedKey'],
  ['Override', 'sealedReason'],
  ['Override', 'wrappedKey'],
])('what a %s holds stays when its %s does not open, and only letting go ends it', async (table, column) => {
  const [held, due] = [await put('Eva <eva@kund.example>', OLD), await put('Bo <bo@kund.example>', OLD)]
  const holdId =
    table === 'Hold' ? await hold(context(), { ...by(), target: { customerId: await customerOf(held) } }, NOW) : 0
  if (table === 'Override')
    await overrideCase(context(), { ...by(), messageId: held, case: 'complaints', marks: [] }, NOW)
  const { rows } = await test.archive.pool.query<{ id: number }>(`SELECT "id" FROM "${table}"`)
  await flip(table, column, rows[0]!.id)
  for (const days of [8, 16, 24, 32]) await turnEpochs(test.archive, RULES, after(days))
  expect(await run(after(32))).toMatchObject({ due: 1, purged: 1 })
  expect(await left()).toEqual([held])
  expect(await callAt(after(32), 'sv', 'show', `m${held}`)).toMatchObject({ exit: 0 })
  if (column === 'wrappedKey')
    expect((await callAt(after(32), 'sv', 'doctor')).out).toMatch(/gäller även när raden inte går att dekryptera/)
  expect(await left()).not.toContain(due)
  if (table !== 'Hold') return
  await release(context(), { ...by(), holdId }, after(32))
  expect(await run(after(33))).toMatchObject({ due: 0 })
  expect(await run(after(60))).toMatchObject({ due: 1, purged: 1 })
})

it('a customer whose hold does not open is split all the same, and both are held', async () => {
  const [home, work] = [
    await put('Eva Ek <eva@home.example>', OLD, SIGNED),
    await put('Eva Ek <eva@work.example>', OLD, SIGNED),
  ]
  const both = await customerOf(home)
  const holdId = await hold(context(), { ...by(), target: { customerId: both } }, NOW)
  await flip('Hold', 'sealedReason', holdId)
  await splitCustomer(context(), { ...by(), customerId: both, addresses: ['eva@work.example'] }, NOW)
  expect(await customerOf(work)).not.toBe(both)
  expect(await run()).toMatchObject({ due: 0 })
  expect(await left()).toEqual([home, work])
})

it.each(['sealed', 'wrappedKey'])(
  'a letter that does not open (%s) keeps back no other, is told and not sent',
  async (column) => {
    server.received.length = 0
    await saveSmtp(test.archive, account, server.login(), NOW)
    await saveStaff(test.archive, { name: 'Dan', address: 'dan@promix.se', role: 'staff' }, NOW)
    const [first] = await queueWeeklyLetter(test.archive, 'cli', NOW)
    await flip('Outbox', column, first!)
    expect((await sendQueued(test.archive, () => NOW)).map(({ state }) => state)).toEqual(['unreadable', 'sent'])
    expect(server.received).toHaveLength(1)
    expect(await sendQueued(test.archive, () => NOW)).toEqual([])
    expect((await call('sv', 'status')).out).toContain('som inte går att dekryptera och inte skickades: 1.')
    expect((await call('en', 'doctor')).out).toContain(
      'Letters that could not be decrypted (damaged or changed) and were not sent: 1. A new one: gallra digest send',
    )
    await turnEpochs(test.archive, RULES, after(1))
    expect((await callAt(after(1), 'en', 'digest', 'send')).exit).toBe(0)
  },
)

it.each(['sealed', 'wrappedKey'])(
  'a model that does not open (%s) lets the shipped one judge, is told, and is replaced by a training',
  async (column) => {
    const messages = [await put('Eva <eva@kund.example>'), await put('Bo <bo@kund.example>')]
    for (const messageId of messages)
      await overrideCase(context(), { ...by(), messageId, case: 'support', marks: [] }, NOW)
    const learning = {
      archive: test.archive,
      rulebook: RULES.rulebook,
      seed: () => SEED,
      teach: lesson,
      clock: () => NOW,
    }
    const { id } = await trainModel(learning, 'asked', 'cli')
    await flip('Model', column, id)
    expect((await call('sv', 'list')).exit).toBe(0)
    expect((await call('sv', 'model', 'status')).out).toContain('Grundmodellen bedömer så länge')
    expect(JSON.parse((await call('en', 'model', 'status', '--json')).out)).toMatchObject({
      broken: true,
      inForce: { model: null },
    })
    expect((await call('en', 'doctor')).out).toContain('The model that learned from changes cannot be decrypted')
    // The shipped one would undo what the learned one judged.
    expect(await call('sv', 'model', 'rejudge', '--apply', '--by', 'Carol')).toMatchObject({
      exit: 1,
      err: expect.stringContaining('gallra model train') as string,
    })
    expect(await put('Cia <cia@kund.example>')).toBeGreaterThan(0)
    // No better than the one that does not open, but it opens.
    const worse = await trainModel(
      { ...learning, teach: (material) => ({ ...lesson(material), noWorse: false }) },
      'asked',
      'cli',
    )
    expect(worse.outcome).toBe('adopted')
    expect(JSON.parse((await call('en', 'model', 'status', '--json')).out)).toMatchObject({
      broken: false,
      inForce: { model: worse.id },
    })
  },
)

it('a message with only its evidence damaged hides no other in scan, show, review and rejudge', async () => {
  const [broken, whole] = [await put('Eva <eva@kund.example>'), await put('Eva <eva@kund.example>')]
  await test.archive.pool.query(
    'UPDATE "Message" SET "conversationId" = (SELECT min("conversationId") FROM "Message"), "rulebook" = $1',
    ['earlier'],
  )
  await flip('Message', 'sealedEvidence', broken)
  const scanned = await call('en', 'scan', '--customer', `k${await customerOf(whole)}`)
  expect(scanned.out).toMatch(new RegExp(`^m${broken}\\b`, 'm'))
  expect(scanned.out).toMatch(new RegExp(`^m${whole}\\b`, 'm'))
  const shown = await call('en', 'show', `c${await firstConversation()}`)
  expect(shown).toMatchObject({
    exit: 1,
    err: expect.stringContaining(
      `Messages that cannot be decrypted (damaged or changed), 1 in all: m${broken}`,
    ) as string,
  })
  expect(shown.out).toContain(`butik nummer ${count} på lördag`)
  const judged = await call('en', 'model', 'rejudge', '--apply', '--by', 'Carol')
  expect(judged).toMatchObject({
    exit: 0,
    out: expect.stringContaining(
      `Messages that cannot be decrypted (damaged or changed), 1 in all: m${broken}`,
    ) as string,
  })
  await test.archive.pool.query(`UPDATE "Message" SET "state" = 'review', "approvedAt" = NULL`)
  const reading = { archive: test.archive, reader: { staffId, via: 'cli' }, now: NOW } as const
  expect(await openReviewItem(reading, account, broken, RULES.schedule)).toEqual({ kind: 'unreadable' })
  expect(await openReviewItem(reading, account, whole, RULES.schedule)).toMatchObject({
    kind: 'waiting',
    item: { row: { id: whole } },
  })
})

it('status tells no more of broken rows as soon as they are mended', async () => {
  const message = await put('Eva <eva@kund.example>')
  await put('Bo <bo@kund.example>')
  const eva = await customerOf(message)
  await flip('Customer', 'wrappedKey', eva)
  for (const days of [8, 16]) await turnEpochs(test.archive, RULES, after(days))
  expect((await callAt(after(16), 'sv', 'status')).out).toContain('Databasrader som inte går att dekryptera: 1')
  expect((await callAt(after(16), 'sv', 'repair', '--by', 'Carol')).exit).toBe(0)
  expect((await callAt(after(16), 'sv', 'status')).out).not.toContain('att dekryptera')
  expect(JSON.parse((await callAt(after(16), 'en', 'status', '--json')).out)).toMatchObject({
    epochs: { broken: 0, givenUp: 0 },
  })
})

async function firstConversation(): Promise<number> {
  const { rows } = await test.archive.pool.query<{ id: number }>('SELECT min("conversationId") AS id FROM "Message"')
  return rows[0]!.id
}
