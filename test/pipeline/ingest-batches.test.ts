import { afterEach, expect, it } from 'vitest'
import { sampleMailbox } from '../../src/demo/sample/mailbox.ts'
import type { RawMessage } from '../../src/mail/imap/mailbox-types.ts'
import { ingest } from '../../src/pipeline/ingest/ingest.ts'
import { getCustomerCard } from '../../src/store/customer/customers.ts'
import { ensureFolder } from '../../src/store/mailbox/folders.ts'
import { openMessage } from '../../src/store/message/open-messages.ts'
import { listCustomersToRenew } from '../../src/store/customer/refresh-customers.ts'
import { mailMix } from '../bench/mail-mix.ts'
import { NOW, RULES, testAccount, testArchive, type TestArchive } from '../harness/archive.ts'
import { seeded } from '../harness/random.ts'

let test: TestArchive | null = null
afterEach(async () => {
  await test?.drop()
  test = null
})

interface Mail {
  folder: 'INBOX' | 'Sent'
  raw: RawMessage
}

/** Conversations, customers with several addresses, doubled copies; both folders. */
function mailbox(): Mail[] {
  const sample = sampleMailbox(NOW)
    .slice(0, 180)
    .map(({ folder, internalDate, source }) => ({ folder, date: internalDate, source }))
  const all = [...mailMix('small', 120, 21), ...sample, ...sample.slice(5, 15)]
  return all.map(({ folder, date, source }, index) => ({
    folder: folder === 'Sent' ? 'Sent' : 'INBOX',
    raw: { uid: index + 1, flags: index % 3 === 0 ? ['\\Seen'] : [], internalDate: date, source, size: source.length },
  }))
}

/** Batches hold mail of one folder, as they do when folders are read. */
function batchesOf(mails: Mail[], size: number): Mail[][] {
  return (['INBOX', 'Sent'] as const).flatMap((folder) => {
    const own = mails.filter((one) => one.folder === folder)
    return Array.from({ length: Math.ceil(own.length / size) }, (_, index) =>
      own.slice(index * size, (index + 1) * size),
    )
  })
}

/** What became of each message, by digest; ids are no part of it. */
async function archiveAll(batches: Mail[][]) {
  test = await testArchive()
  const { archive } = test
  const account = await testAccount(archive)
  const folders = {
    INBOX: { ...(await ensureFolder(archive, account.id, 'INBOX', 'inbox', NOW)), uidValidity: 1n },
    Sent: { ...(await ensureFolder(archive, account.id, 'Sent', 'sent', NOW)), uidValidity: 1n },
  }
  let known = 0
  for (const batch of batches) {
    const result = await ingest(
      { archive, account, rules: RULES, folder: folders[batch[0]!.folder] },
      batch.map(({ raw }) => raw),
      NOW,
    )
    known += result.known
  }
  const { rows } = await archive.pool.query<
    Record<string, unknown> & { id: number; conversationId: number; customerId: number | null }
  >(
    `SELECT m.*, c."idleReviewOn",
       (SELECT array_agg(l."folderId" || ':' || l."uid" || l."flags"::text ORDER BY l."uid")
        FROM "Location" l WHERE l."messageId" = m."id") AS places,
       (SELECT array_agg(i."uid" || i."keywords"::text ORDER BY i."uid")
        FROM "Intention" i WHERE i."messageId" = m."id" AND i."doneAt" IS NULL) AS keywords,
       (SELECT count(*) FROM "SearchEntry" s WHERE s."messageId" = m."id") AS parts
     FROM "Message" m JOIN "Conversation" c ON c."accountId" = m."accountId" AND c."id" = m."conversationId"`,
  )
  const messages = new Map<string, unknown>()
  const conversations = new Map<number, string[]>()
  const customers = new Map<number, string[]>()
  const cards: unknown[] = []
  for (const row of rows) {
    const { message, evidence } = await openMessage(archive.pool, archive, account.id, row.id)
    conversations.set(row.conversationId, [...(conversations.get(row.conversationId) ?? []), message.digest])
    if (row.customerId !== null)
      customers.set(row.customerId, [...(customers.get(row.customerId) ?? []), message.digest])
    const {
      case: judged,
      marks,
      confidence,
      uncertain,
      mayBeComplaint,
      direction,
      receivedAt,
      retention,
      state,
      dueOn,
      mailboxUntil,
      archiveUntil,
      idleReviewOn,
      places,
      keywords,
      parts,
    } = row
    messages.set(message.digest, {
      judged,
      marks,
      confidence,
      uncertain,
      mayBeComplaint,
      direction,
      receivedAt,
      retention,
      state,
      dueOn,
      mailboxUntil,
      archiveUntil,
      idleReviewOn,
      places,
      keywords,
      parts,
      forged: evidence.forgedReferences,
    })
  }
  for (const [id, digests] of customers)
    cards.push([digests.toSorted()[0], sorted((await getCustomerCard(archive.pool, archive, account.id, id))!)])
  // Nothing for `repair` to add: each card holds what its messages say.
  expect(await listCustomersToRenew(archive.pool, archive, account.id)).toEqual([])
  const count = async (table: string) => (await archive.pool.query(`SELECT 1 FROM "${table}"`)).rowCount
  const counts = {
    known,
    conversations: await count('Conversation'),
    customers: await count('Customer'),
    keys: await count('CustomerKey'),
  }
  await test.drop()
  test = null
  return {
    messages: [...messages].sort(),
    conversations: partition(conversations),
    customers: partition(customers),
    cards: cards.sort(),
    counts,
  }
}

function sorted(card: { names: string[]; addresses: string[] }) {
  return { names: card.names.toSorted(), addresses: card.addresses.toSorted() }
}

function partition(groups: Map<number, string[]>): string[] {
  return [...groups.values()].map((digests) => digests.toSorted().join(' ')).sort()
}

it('archives the same in batches of one, of a few and of hundreds', async () => {
  const mails = mailbox()
  const single = await archiveAll(batchesOf(mails, 1))
  expect(single.counts.known).toBe(10)
  expect(single.conversations.length).toBeLessThan(single.messages.length)
  for (const size of [7, 500]) expect(await archiveAll(batchesOf(mails, size))).toEqual(single)
}, 240_000)

it('finds the same conversations and customers in whatever order and batches the mail comes', async () => {
  const mails = mailbox()
  const first = await archiveAll(batchesOf(mails, 60))
  const random = seeded(4)
  const shuffled = [...mails]
  for (let last = shuffled.length - 1; last > 0; last -= 1) {
    const other = random.below(last + 1)
    ;[shuffled[last], shuffled[other]] = [shuffled[other]!, shuffled[last]!]
  }
  const batches = batchesOf(shuffled, 45).toReversed()
  const again = await archiveAll(batches)
  expect({
    conversations: again.conversations,
    customers: again.customers,
    cards: again.cards,
    counts: again.counts,
  }).toEqual({
    conversations: first.conversations,
    customers: first.customers,
    cards: first.cards,
    counts: first.counts,
  })
}, 240_000)
