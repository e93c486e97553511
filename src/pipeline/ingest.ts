import { createHash } from 'node:crypto'
import { addPeriod, stockholmDate } from '../core/calendar.ts'
import { isVerified, readAuthentication } from '../core/authentication.ts'
import type { Case, Classification } from '../core/classification.ts'
import { classify } from '../core/classify.ts'
import { directionOf, isTrustedOutgoing, senderIsStaff } from '../core/correspondents.ts'
import { identityKeys, resolveCustomer } from '../core/customer.ts'
import { placedDigest } from '../core/digest.ts'
import type { Message } from '../core/message.ts'
import { receiptOf } from '../core/receipt.ts'
import { indexTerms } from '../core/search-terms.ts'
import { resolveThread, threadKeys, threadNode } from '../core/thread.ts'
import type { RawMessage } from '../mail/mailbox-types.ts'
import { parseMessage, type ParsedMessage } from '../mail/parse.ts'
import type { Account } from '../store/accounts.ts'
import type { Archive } from '../store/archive.ts'
import { appendAudit } from '../store/audit.ts'
import {
  createConversation,
  getConversation,
  hashThreadKeys,
  hashThreadNode,
  listThreadCandidates,
  mergeConversations,
  saveThreadKeys,
} from '../store/conversations.ts'
import { createCustomer, extendCustomer, listCustomerCandidates, mergeCustomers, saveCustomerKeys } from '../store/customers.ts'
import { advanceFolder, type Folder } from '../store/folders.ts'
import { saveLocation } from '../store/locations.ts'
import { findByDigest, insertMessage, listConversationMessages } from '../store/messages.ts'
import { saveSearchEntries } from '../store/search.ts'
import { inTransaction, isEnvironmentFault, lockAccount, type Sql } from '../store/sql.ts'
import { findTombstone, noteReappearance, wasLifted } from '../store/tombstones.ts'
import { intendKeywords } from './act.ts'
import { redecide } from './decide.ts'
import type { Rules } from './rules.ts'

/** Where a message comes from: a folder on the server, or an imported file (no copy to purge). */
export interface IngestSource {
  archive: Archive
  account: Account
  rules: Rules
  folder: (Pick<Folder, 'id' | 'role'> & { uidValidity: bigint }) | null
}

export interface IngestResult {
  archived: number[]
  /** Already in the archive: only the new location was noted. */
  known: number
  /** Purged before and back again: recognised, not archived (P3). */
  tombstoned: number
}

/**
 * Archives a batch in one transaction and moves the folder's cursor with it (P1): message, key,
 * source, index, conversation, customer, decision, intention and audit event together or not at all.
 */
export async function ingest(from: IngestSource, batch: RawMessage[], now: Date): Promise<IngestResult> {
  const parsed: Parsed[] = []
  for (const raw of batch) parsed.push({ raw, parsed: await parseInPlace(raw) })
  try {
    return await archiveBatch(from, batch, parsed, now)
  } catch (error) {
    // Not the message's fault: the database or the keys. Nothing was committed, the next pass tries again.
    if (isEnvironmentFault(error)) throw error
    return archiveOneByOne(from, parsed, now)
  }
}

interface Parsed {
  raw: RawMessage
  parsed: ParsedMessage
}

async function parseInPlace(raw: RawMessage): Promise<ParsedMessage> {
  const parsed = await parseMessage(raw.source)
  return { ...parsed, message: { ...parsed.message, digest: placedDigest(parsed.message, raw.internalDate) } }
}

/** One message that breaks something is archived whole, unread and for review; it never stops the folder. */
async function archiveOneByOne(from: IngestSource, parsed: Parsed[], now: Date): Promise<IngestResult> {
  const sum: IngestResult = { archived: [], known: 0, tombstoned: 0 }
  for (const entry of parsed) {
    const one = await archiveBatch(from, [entry.raw], [entry], now).catch((error: unknown) => {
      if (isEnvironmentFault(error)) throw error
      return archiveBatch(from, [entry.raw], [{ raw: entry.raw, parsed: unreadMessage(entry.raw) }], now)
    })
    sum.archived.push(...one.archived)
    sum.known += one.known
    sum.tombstoned += one.tombstoned
  }
  return sum
}

function unreadMessage(raw: RawMessage): ParsedMessage {
  const digest = createHash('sha256').update(raw.source).digest('hex')
  const signs = { autoSubmitted: '', precedence: '', listId: '', listUnsubscribe: '', returnPath: '', authenticationResults: [] }
  const people = { from: [], replyTo: [], to: [], cc: [], bcc: [] }
  const message: Message = { messageId: null, inReplyTo: [], references: [], ...people, date: null, subject: '', text: '', newText: '', attachments: [], signs, digest }
  return { message, attachmentContents: [], failed: true, problems: ['not-understood'] }
}

function archiveBatch(from: IngestSource, batch: RawMessage[], parsed: Parsed[], now: Date): Promise<IngestResult> {
  return inTransaction(from.archive.pool, async (tx) => {
    await lockAccount(tx, from.account.id)
    const result: IngestResult = { archived: [], known: 0, tombstoned: 0 }
    const conversations = new Set<number>()
    for (const entry of parsed) await ingestOne(tx, from, entry, result, conversations, now)
    for (const conversation of conversations) {
      await redecide(tx, from.account.id, conversation, from.rules.schedule, 'new-facts', now)
      await intendKeywords(tx, from.account.id, conversation, now)
    }
    if (from.folder) await advanceFolder(tx, from.account.id, from.folder.id, Math.max(0, ...batch.map((raw) => raw.uid)))
    if (batch.length > 0) {
      await appendAudit(tx, from.archive, from.account.id, {
        at: now,
        actor: 'gallra',
        kind: 'archived',
        payload: { messages: result.archived, known: result.known, tombstoned: result.tombstoned, folder: from.folder?.id ?? null },
      })
    }
    return result
  })
}

async function ingestOne(
  tx: Sql,
  from: IngestSource,
  entry: Parsed,
  result: IngestResult,
  conversations: Set<number>,
  now: Date,
): Promise<void> {
  const { archive, account, folder } = from
  const { message } = entry.parsed
  const digestHash = archive.index.hash('digest', message.digest)
  const tombstone = await findTombstone(tx, archive, account.id, message.digest)
  const existing = tombstone ? null : await findByDigest(tx, account.id, digestHash)
  if (tombstone) {
    result.tombstoned += 1
    await noteReappearance(tx, account.id, tombstone.id, now)
  } else if (existing !== null) result.known += 1

  const messageId = tombstone ? null : (existing ?? (await archiveMessage(tx, from, entry, digestHash, now)))
  if (folder) {
    const { uid, flags } = entry.raw
    const location = { folderId: folder.id, uidValidity: folder.uidValidity, uid, flags, messageId, tombstoneId: tombstone?.id ?? null }
    await saveLocation(tx, account.id, location, now)
  }
  if (messageId === null) return
  if (existing === null) {
    result.archived.push(messageId)
    if (await wasLifted(tx, archive, account.id, message.digest)) await delayPurge(tx, from, messageId, now)
  }
  const { rows } = await tx.query<{ conversationId: number }>(
    'SELECT "conversationId" FROM "Message" WHERE "accountId" = $1 AND "id" = $2',
    [account.id, messageId],
  )
  conversations.add(rows[0]!.conversationId)
}

/** What staff took back must not go again with the next run: it waits like any weakening (P9). */
async function delayPurge(tx: Sql, { account, rules }: IngestSource, messageId: number, now: Date): Promise<void> {
  const notBefore = addPeriod(stockholmDate(now), rules.schedule.wait.weakening)
  await tx.query('UPDATE "Message" SET "notBefore" = $3 WHERE "accountId" = $1 AND "id" = $2', [account.id, messageId, notBefore])
}

/** Conversation, customer, case: then the row with all of it. */
async function archiveMessage(
  tx: Sql,
  from: IngestSource,
  { raw, parsed }: Parsed,
  digestHash: string,
  now: Date,
): Promise<number> {
  const { archive, account, rules, folder } = from
  const { message } = parsed
  const { own } = account.settings
  const receivedAt = receiptOf([raw.internalDate, message.date], now)
  const authentication = readAuthentication(message.signs.authenticationResults, own.authservId)
  const inSentFolder = folder?.role === 'sent'
  const direction = directionOf(message, own, inSentFolder)

  const vouched = authentication.submitted || isVerified(authentication, message.from[0]?.address ?? '')
  const trustedOutgoing = direction === 'outgoing' && isTrustedOutgoing(message, own, inSentFolder, vouched)
  const node = hashThreadNode(archive, threadNode(message, own, { direction, at: receivedAt, trustedOutgoing }))
  const keys = hashThreadKeys(archive, threadKeys(node))
  const thread = resolveThread(node, await listThreadCandidates(tx, account.id, keys))
  const conversationId = thread.conversationId ?? (await createConversation(tx, account.id, now))
  if (thread.merged.length > 0) await mergeConversations(tx, account.id, conversationId, thread.merged)

  const identity = identityKeys(message, own, direction, authentication)
  const customerId = await assignCustomer(tx, from, identity, now)
  const classification = judge(message, direction, own, await contextOf(tx, account.id, conversationId, receivedAt), parsed, rules)

  const id = await insertMessage(
    tx,
    archive,
    account.id,
    {
      digestHash,
      sourceHash: archive.index.hash('source', createHash('sha256').update(raw.source).digest('hex')),
      conversationId,
      customerId,
      direction,
      receivedAt,
      unparsed: parsed.failed,
      customerAmbiguous: identity.ambiguous,
      thread: node,
      classification,
      message,
      source: raw.source,
      evidence: {
        classification,
        thread: thread.evidence,
        forgedReferences: thread.forged,
        customer: identity.evidence,
        identity: identity.primary === null ? null : { primary: identity.primary, keys: trustedKeys(identity) },
        authentication,
        problems: parsed.problems,
      },
    },
    now,
  )
  await saveThreadKeys(tx, account.id, id, keys.stored)
  await saveSearchEntries(tx, archive, account.id, id, searchParts(message))
  return id
}

type Identity = ReturnType<typeof identityKeys>

async function assignCustomer(tx: Sql, { archive, account }: IngestSource, identity: Identity, now: Date): Promise<number | null> {
  if (identity.primary === null) return null
  const keys = trustedKeys(identity).map((key) => archive.index.hash('customer', key))
  const found = resolveCustomer(keys, await listCustomerCandidates(tx, account.id, keys))
  let id: number
  if (found.kind === 'none') {
    id = await createCustomer(tx, archive, account.id, identity.primary, now)
  } else {
    id = found.customerId
    if (found.kind === 'merge') await mergeCustomers(tx, archive, account.id, id, found.merged, now)
    const names = identity.primary.name ? [identity.primary.name] : []
    await extendCustomer(tx, archive, account.id, id, { names, addresses: [identity.primary.address] }, now)
  }
  await saveCustomerKeys(tx, account.id, id, keys)
  return id
}

/** Name and phone can be copied by anybody: they join two addresses only when the trusted host vouches for the sender (P10). */
function trustedKeys(identity: Identity): string[] {
  return identity.addressKeys.filter((key) => identity.verified || !key.startsWith('person:'))
}

async function contextOf(tx: Sql, accountId: number, conversationId: number, at: Date): Promise<{ earlierCases: Case[]; openComplaint: boolean }> {
  const conversation = await getConversation(tx, accountId, conversationId)
  const earlier = (await listConversationMessages(tx, accountId, conversationId)).filter((row) => row.receivedAt <= at)
  const complaint = earlier.some((row) => row.case === 'complaints' || row.marks.includes('open-complaint'))
  return { earlierCases: earlier.map((row) => row.case), openComplaint: complaint && conversation?.complaintClosedAt == null }
}

function judge(
  message: Message,
  direction: ReturnType<typeof directionOf>,
  own: Account['settings']['own'],
  context: { earlierCases: Case[]; openComplaint: boolean },
  parsed: ParsedMessage,
  rules: Rules,
): Classification {
  const verdict = classify({ ...message, direction, senderIsStaff: senderIsStaff(message, own) }, context, rules.rulebook)
  return parsed.failed ? { ...verdict, uncertain: true, mayBeComplaint: true } : verdict
}

function searchParts(message: Message): { field: string; terms: Set<string> }[] {
  return searchableParts(message).map((part) => ({ field: part.field, terms: indexTerms(part) }))
}

/** The texts one can search for, by field. */
export function searchableParts(message: Message): Parameters<typeof indexTerms>[0][] {
  const people = (list: Message['from']) => list.map((person) => `${person.name} ${person.address}`).join('\n')
  return [
    { field: 'subject', text: message.subject },
    { field: 'from', text: people([...message.from, ...message.replyTo]) },
    { field: 'to', text: people([...message.to, ...message.cc, ...message.bcc]) },
    { field: 'text', text: message.text },
    { field: 'attachment', text: message.attachments.map((attachment) => attachment.filename ?? '').join('\n') },
  ]
}
