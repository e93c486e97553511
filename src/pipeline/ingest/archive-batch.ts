import { addPeriod, stockholmDate } from '../../core/retention/calendar.ts'
import type { Classification } from '../../core/classification.ts'
import { judge } from '../../core/judgement/classify.ts'
import { receiptOf } from '../../core/message/message.ts'
import type { RawMessage } from '../../mail/imap/mailbox-types.ts'
import { appendAudit } from '../../store/audit.ts'
import { insertThreadKeys, listConversations } from '../../store/message/conversations.ts'
import { advanceFolder } from '../../store/mailbox/folders.ts'
import { saveLocations, saveWithheld } from '../../store/mailbox/locations.ts'
import {
  findByDigests,
  insertMessages,
  listConversationMessages,
  type MessageRow,
  type NewMessage,
} from '../../store/message/messages.ts'
import { insertSearchEntries } from '../../store/message/search.ts'
import { packSource } from '../../store/keys/seal.ts'
import { inTransaction, lockAccount, nextIds, type Sql } from '../../store/postgres/sql.ts'
import { refreshCustomers } from '../../store/customer/refresh-customers.ts'
import { findPurged, noteReappearance } from '../../store/disposal/tombstones.ts'
import { noteArrivals } from '../../store/mailbox/transitions.ts'
import { intendKeywordsFor } from '../mailbox/act.ts'
import { redecideRows } from '../decide/decide.ts'
import { intendFiling } from '../mailbox/file-mail.ts'
import { fileCustomers, saveCustomers, type FiledCustomers } from './file-customers.ts'
import { fileThreads, saveThreads, type FiledThreads } from './file-threads.ts'
import { contextOf, outranked } from './judge-message.ts'
import type { IngestSource, PreparedMessage } from './prepare.ts'

/** A message as it came, with what was worked out of it. */
export interface PreparedItem {
  raw: RawMessage
  prepared: PreparedMessage
}

export interface IngestResult {
  archived: number[]
  /** Already in the archive: only the new location was noted. */
  known: number
  /** Purged before and back again: recognised, not archived (P3). */
  tombstoned: number
}

/**
 * Archives a batch in one transaction and moves the folder's cursor with it (P1): message, key, source, index,
 * conversation, customer, decision, intention and audit event together or not at all. What the batch needs to know is
 * read once, each message sees those before it in memory, and all is written in bulk: the number of statements does not
 * depend on the number of messages.
 */
export function archiveBatch(from: IngestSource, batch: PreparedItem[], now: Date): Promise<IngestResult> {
  const { archive, account } = from
  return inTransaction(archive.pool, async (tx) => {
    await lockAccount(tx, account.id)
    const filed = await fileBatch(tx, from, await sortOut(tx, account.id, batch, now), now)
    const { sorted, threads, customers, fresh } = filed
    await saveThreads(tx, account.id, threads, now)
    await saveCustomers(tx, archive, account.id, customers, now)
    await savePlaces(tx, from, sorted, now)
    await noteReappearance(tx, account.id, sorted.tombstones, now)
    const rows = rowsAfter(filed)
    const locations = await redecideRows(
      tx,
      account.id,
      { conversationIds: filed.touched, rows, unsaved: new Set(fresh.map(({ row }) => row.id)) },
      from.rules.schedule,
      now,
    )
    await saveMessages(tx, from, filed, now)
    await intendKeywordsFor(tx, account.id, rows, locations, now)
    await advance(tx, from, filed, batch, now)
    const result = { archived: fresh.map(({ row }) => row.id), known: sorted.known, tombstoned: sorted.tombstoned }
    if (batch.length > 0) {
      const { archived: messages, known, tombstoned } = result
      const payload = { messages, known, tombstoned, folder: from.folder?.id ?? null }
      await appendAudit(tx, archive, account.id, { at: now, actor: 'gallra', kind: 'archived', payload })
    }
    return result
  })
}

/** A batch with the conversations, customers and cases of its messages; nothing of it is stored yet. */
interface FiledBatch {
  sorted: SortedBatch
  threads: FiledThreads
  customers: FiledCustomers
  /** Conversations whose retention the batch may change. */
  touched: number[]
  /** What the archive had of them. */
  before: MessageRow[]
  fresh: NewMessage[]
}

async function fileBatch(tx: Sql, from: IngestSource, sorted: SortedBatch, now: Date): Promise<FiledBatch> {
  const { archive, account } = from
  const threads = await fileThreads(tx, account.id, sorted.fresh)
  const messages = sorted.fresh.map(({ prepared }) => prepared)
  const customers = await fileCustomers(tx, archive, account.id, messages)
  const ofFresh = threads.entries.map((entry) => entry.conversationId)
  const touched = [...new Set([...ofFresh, ...sorted.knownIn].map(threads.finally))]
  const before = await readBefore(tx, account.id, touched, threads)
  const fresh = judgeInOrder(from, { messages: sorted.fresh, threads, customers, before }, now)
  return { sorted, threads, customers, touched, before: before.rows, fresh }
}

/** Where the copies lie, and what in that may be a person's act. */
async function savePlaces(tx: Sql, { account, folder }: IngestSource, sorted: SortedBatch, now: Date): Promise<void> {
  if (!folder) return
  const { id: folderId, uidValidity } = folder
  const source = { ...folder, case: folder.case ?? null, sinceAt: folder.lookedAt ?? null }
  await noteArrivals(tx, account.id, source, knownBefore(sorted), now)
  const places = sorted.places.map((place) => ({ ...place, folderId, uidValidity }))
  await saveLocations(tx, account.id, places, now)
}

/** All messages of the touched conversations, merges carried out, in order of receipt. */
function rowsAfter({ before, fresh, threads, customers }: FiledBatch): MessageRow[] {
  const rows = new Map([...before, ...fresh.map(({ row }) => row)].map((row) => [row.id, row]))
  for (const row of rows.values()) {
    row.conversationId = threads.finally(row.conversationId)
    if (row.customerId !== null) row.customerId = customers.finally(row.customerId)
  }
  return [...rows.values()].sort((a, b) => a.receivedAt.getTime() - b.receivedAt.getTime() || a.id - b.id)
}

async function saveMessages(
  tx: Sql,
  { archive, account }: IngestSource,
  { sorted, customers, fresh }: FiledBatch,
  now: Date,
): Promise<void> {
  await insertMessages(tx, archive, account.id, fresh, now)
  // Their card lacks what the one that could not be decrypted said.
  if (customers.lost.size > 0)
    await refreshCustomers(tx, archive, account.id, [...new Set([...customers.lost].map(customers.finally))], now)
  const keys = sorted.fresh.map(({ id, prepared }) => ({ messageId: id, keys: prepared.threadKeys.stored }))
  await insertThreadKeys(tx, account.id, keys)
  const entries = sorted.fresh.map(({ id, prepared }) => ({ messageId: id, entries: prepared.searchEntries }))
  await insertSearchEntries(tx, account.id, entries)
}

/** Moves to case folders are written down, and the folder's cursor passes the batch. */
async function advance(
  tx: Sql,
  { account, folder }: IngestSource,
  { fresh }: FiledBatch,
  batch: PreparedItem[],
  now: Date,
): Promise<void> {
  if (!folder) return
  const toFile = fresh.flatMap(({ row }) => (row.direction === 'incoming' && !row.uncertain ? [row] : []))
  if (folder.filing) await intendFiling(tx, account.id, folder.filing, toFile, now)
  // Before the cursor passes them, so that they are asked for again.
  await saveWithheld(tx, account.id, folder, folder.withheld ?? [], now)
  await advanceFolder(tx, account.id, folder.id, Math.max(0, ...batch.map(({ raw }) => raw.uid)))
}

interface FreshMessage extends PreparedItem {
  id: number
  /** When it counts as received. */
  at: Date
  /** Staff took this content back after a purge. */
  lifted: boolean
}

interface SortedBatch {
  fresh: FreshMessage[]
  known: number
  /** Conversations of what the archive had before. */
  knownIn: number[]
  tombstoned: number
  tombstones: number[]
  places: { uid: number; flags: string[]; messageId: number | null; tombstoneId: number | null }[]
}

/** New, known (in the archive or earlier in the batch), or purged before. */
async function sortOut(tx: Sql, accountId: number, batch: PreparedItem[], now: Date): Promise<SortedBatch> {
  const archived = await findByDigests(
    tx,
    accountId,
    batch.map(({ prepared }) => prepared.digestHash),
  )
  const purged = await findPurged(
    tx,
    accountId,
    batch.flatMap(({ prepared }) => [prepared.purgedHash, prepared.digestHash]),
  )
  const pastOf = ({ purgedHash, digestHash }: PreparedMessage) => {
    const found = [purged.get(purgedHash), purged.get(digestHash)]
    return (
      found.find((each) => each !== undefined && each.standing !== null) ?? found.find((each) => each !== undefined)
    )
  }
  const isFresh = (prepared: PreparedMessage): boolean =>
    !archived.has(prepared.digestHash) && (pastOf(prepared)?.standing ?? null) === null
  const distinct = new Set(
    batch
      .map(({ prepared }) => prepared)
      .filter(isFresh)
      .map(({ digestHash }) => digestHash),
  )
  const ids = await nextIds(tx, 'Message', distinct.size)
  const own = new Map<string, number>()
  const sorted: SortedBatch = { fresh: [], known: 0, knownIn: [], tombstoned: 0, tombstones: [], places: [] }
  for (const { raw, prepared } of batch) {
    const { uid, flags, internalDate } = raw
    const past = pastOf(prepared)
    const tombstoneId = past?.standing ?? null
    const existing = tombstoneId === null ? archived.get(prepared.digestHash) : undefined
    let messageId = existing?.id ?? (tombstoneId === null ? own.get(prepared.digestHash) : undefined) ?? null
    if (tombstoneId !== null) {
      sorted.tombstoned += 1
      sorted.tombstones.push(tombstoneId)
    } else if (messageId !== null) {
      sorted.known += 1
      if (existing !== undefined) sorted.knownIn.push(existing.conversationId)
    } else {
      messageId = ids[sorted.fresh.length]!
      own.set(prepared.digestHash, messageId)
      sorted.fresh.push({
        id: messageId,
        raw,
        prepared,
        at: receiptOf([internalDate, prepared.date], now),
        lifted: past?.lifted === true,
      })
    }
    sorted.places.push({ uid, flags, messageId, tombstoneId })
  }
  return sorted
}

/**
 * Places of messages that were archived before this batch. The others are seen for the first time, which is not a
 * person's act.
 */
function knownBefore({ fresh, places }: SortedBatch): { uid: number; flags: string[]; messageId: number }[] {
  const ids = new Set(fresh.map(({ id }) => id))
  return places.flatMap(({ uid, flags, messageId }) =>
    messageId === null || ids.has(messageId) ? [] : [{ uid, flags, messageId }],
  )
}

interface Before {
  rows: MessageRow[]
  complaintClosedAt: Map<number, Date | null>
}

/** The conversations as they were before the batch, including those that it merges. */
async function readBefore(tx: Sql, accountId: number, touched: number[], threads: FiledThreads): Promise<Before> {
  const merged = threads.merges.flatMap(({ into, merged: others }) => [into, ...others])
  const existing = [...new Set([...touched, ...merged])].filter((id) => !threads.begun.has(id))
  const rows = existing.length === 0 ? [] : await listConversationMessages(tx, accountId, existing)
  const conversations = existing.length === 0 ? [] : await listConversations(tx, accountId, existing)
  return { rows, complaintClosedAt: new Map(conversations.map((one) => [one.id, one.complaintClosedAt])) }
}

/** Each message is judged in its conversation as it was when its turn came. */
function judgeInOrder(
  from: IngestSource,
  filed: { messages: FreshMessage[]; threads: FiledThreads; customers: FiledCustomers; before: Before },
  now: Date,
): NewMessage[] {
  const { messages, threads, customers, before } = filed
  const members = new Map<number, MessageRow[]>()
  const membersOf = (id: number): MessageRow[] => {
    const rows = members.get(id) ?? []
    members.set(id, rows)
    return rows
  }
  for (const row of before.rows) membersOf(row.conversationId).push(row)
  const closedAt = new Map(before.complaintClosedAt)
  return messages.map((fresh, index) => {
    const { thread, conversationId } = threads.entries[index]!
    if (thread.merged.length > 0) {
      const closings = [conversationId, ...thread.merged].map((id) => closedAt.get(id) ?? null)
      const all = closings.flatMap((one) => one ?? [])
      closedAt.set(
        conversationId,
        all.length < closings.length ? null : new Date(Math.max(...all.map((one) => one.getTime()))),
      )
      for (const id of thread.merged) {
        membersOf(conversationId).push(...membersOf(id))
        members.delete(id)
      }
    }
    const rows = membersOf(conversationId)
    const classification = judgeFresh(from, fresh, contextOf(rows, fresh.at, closedAt.get(conversationId) ?? null))
    const entry = newMessage(
      from,
      fresh,
      { ...threads.entries[index]!, customerId: customers.customerIds[index]!, classification },
      now,
    )
    rows.push(entry.row)
    return entry
  })
}

function judgeFresh(
  { archive, rules }: IngestSource,
  { prepared }: FreshMessage,
  context: ReturnType<typeof contextOf>,
): Classification {
  const { messageId, reading, direction, failed, problems } = prepared
  return outranked(archive, judge(reading, context, rules.rulebook), { direction, failed, problems, messageId })
}

/** Retention is decided afterwards, once the whole batch is in its conversations. */
function newMessage(
  { rules }: IngestSource,
  { id, raw, prepared, at, lifted }: FreshMessage,
  filed: FiledThreads['entries'][number] & { customerId: number | null; classification: Classification },
  now: Date,
): NewMessage {
  const { identity, identityKeys } = prepared
  const { classification, thread } = filed
  const { case: judged, marks, confidence, uncertain, mayBeComplaint, rulebook } = classification
  return {
    row: {
      id,
      conversationId: filed.conversationId,
      customerId: filed.customerId,
      direction: prepared.direction,
      receivedAt: at,
      archivedAt: now,
      size: raw.source.length,
      attachments: prepared.attachments,
      unparsed: prepared.failed,
      ...{ case: judged, marks, caseBy: 'rule', confidence, uncertain, mayBeComplaint, rulebook },
      customerAmbiguous: identity.ambiguous,
      ...{ state: 'review', mailboxUntil: null, archiveUntil: null, dueOn: null, retention: null, approvedAt: null },
      // What staff took back must not go again with the next run: it waits like any weakening (P9).
      notBefore: lifted ? addPeriod(stockholmDate(now), rules.schedule.wait.weakening) : null,
      ...{ settledOn: null, transferredOn: null, financialYearEnd: null },
    },
    digestHash: prepared.digestHash,
    sourceHash: prepared.sourceHash,
    thread: filed.node,
    content: prepared.content,
    source: prepared.source ?? packSource(raw.source),
    evidence: {
      classification,
      thread: thread.evidence,
      forgedReferences: thread.forged,
      customer: identity.evidence,
      identity: identity.primary === null ? null : { primary: identity.primary, keys: identityKeys },
      authentication: prepared.authentication,
      problems: prepared.problems,
    },
  }
}
