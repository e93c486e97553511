import type { ThreadKeys, ThreadNode } from '../../core/conversation/thread.ts'
import type { Archive } from '../archive.ts'
import { bulkInsert } from '../postgres/bulk-insert.ts'
import type { Sql } from '../postgres/sql.ts'

/** More than this under one key and correspondent only a machine or an attacker writes; the newest count. */
const MOST_SHARED = 500
/** Those a message only names: strangers can crowd them, and no customer's own history depends on them. */
const MOST_NAMED = 100

/** The node with every key hashed: linking compares only equality, so hashes serve. */
export function hashThreadNode({ index }: Pick<Archive, 'index'>, node: ThreadNode): ThreadNode {
  const hash = (kind: string, key: string) => index.hash(kind, key)
  return {
    ...node,
    idKey: node.idKey === null ? null : hash('message-id', node.idKey),
    referenceKeys: node.referenceKeys.map((key) => hash('message-id', key)),
    subjectKey: node.subjectKey === null ? null : hash('subject', node.subjectKey),
    correspondentKeys: node.correspondentKeys.map((key) => hash('address', key)),
    ...(node.senderKey == null ? {} : { senderKey: hash('address', node.senderKey) }),
    ...(node.claimedKeys === undefined ? {} : { claimedKeys: node.claimedKeys.map((key) => hash('address', key)) }),
    ...(node.forwardedKey == null ? {} : { forwardedKey: hash('address', node.forwardedKey) }),
    personKeys: (node.personKeys ?? []).map((key) => hash('person', key)),
  }
}

export async function createConversations(tx: Sql, accountId: number, ids: number[], now: Date): Promise<void> {
  if (ids.length === 0) return
  await tx.query('INSERT INTO "Conversation" ("accountId", "id", "createdAt") SELECT $1, unnest($2::int[]), $3', [
    accountId,
    ids,
    now,
  ])
}

/** A message as threading sees it. */
interface ThreadedMessage {
  id: number
  conversationId: number
  node: ThreadNode
}

/** Archived messages under thread keys: which stand under which key, the newest first, and what they are. */
export interface ThreadNeighbours {
  byKey: Map<string, number[]>
  messages: Map<number, ThreadedMessage>
}

/** At most `MOST_SHARED` under each key: enough for every message that asks (see `threadCandidates`). */
export async function listThreadNeighbours(tx: Sql, accountId: number, keys: string[]): Promise<ThreadNeighbours> {
  const found = await tx.query<{ key: string; ids: number[] }>(
    `SELECT wanted.key, near.ids FROM unnest($2::text[]) wanted(key) CROSS JOIN LATERAL (
       SELECT array_agg(newest."id") AS ids FROM (
         SELECT m."id" FROM "ThreadKey" t JOIN "Message" m ON m."accountId" = t."accountId" AND m."id" = t."messageId"
         WHERE t."accountId" = $1 AND t."keyHash" = wanted.key ORDER BY m."receivedAt" DESC, m."id" DESC
           LIMIT ${MOST_SHARED}) newest) near
     WHERE near.ids IS NOT NULL`,
    [accountId, keys],
  )
  const ids = [...new Set(found.rows.flatMap((row) => row.ids))]
  const { rows } = await tx.query<{ id: number; conversationId: number; thread: ThreadNode & { at: string } }>(
    'SELECT "id", "conversationId", "thread" FROM "Message" WHERE "accountId" = $1 AND "id" = ANY($2)',
    [accountId, ids],
  )
  return {
    byKey: new Map(found.rows.map((row) => [row.key, row.ids])),
    messages: new Map(
      rows.map(({ id, conversationId, thread }) => [
        id,
        { id, conversationId, node: { ...thread, at: new Date(thread.at) } },
      ]),
    ),
  }
}

/** Messages that may be linked with the one whose hashed keys these are, by id. */
export function threadCandidates(
  neighbours: ThreadNeighbours,
  keys: Pick<ThreadKeys, 'shared' | 'named'>,
): ThreadedMessage[] {
  const newest = (wanted: string[], most: number): ThreadedMessage[] => {
    const ids = new Set(wanted.flatMap((key) => neighbours.byKey.get(key) ?? []))
    const found = [...ids].flatMap((id) => neighbours.messages.get(id) ?? [])
    if (found.length <= most) return found
    return found.sort((a, b) => b.node.at.getTime() - a.node.at.getTime() || b.id - a.id).slice(0, most)
  }
  const candidates = new Set([...newest(keys.shared, MOST_SHARED), ...newest(keys.named, MOST_NAMED)])
  return [...candidates].sort((a, b) => a.id - b.id)
}

/** The keys as the index of threads holds them. */
export function hashThreadKeys({ index }: Pick<Archive, 'index'>, keys: ThreadKeys): ThreadKeys {
  const hash = (list: string[]) => list.map((key) => index.hash('thread', key))
  return { stored: hash(keys.stored), shared: hash(keys.shared), named: hash(keys.named) }
}

/** Of messages just archived: their keys stand nowhere yet. */
export async function insertThreadKeys(
  tx: Sql,
  accountId: number,
  entries: { messageId: number; keys: string[] }[],
): Promise<void> {
  const rows = entries.flatMap(({ messageId, keys }) =>
    [...new Set(keys)].map((keyHash) => ({ accountId, keyHash, messageId })),
  )
  await bulkInsert(tx, 'ThreadKey', { accountId: 'int', keyHash: 'text', messageId: 'int' }, rows)
}

export async function saveThreadKeys(tx: Sql, accountId: number, messageId: number, keys: string[]): Promise<void> {
  await tx.query(
    `INSERT INTO "ThreadKey" ("accountId", "keyHash", "messageId") SELECT $1, unnest($2::text[]), $3
       ON CONFLICT DO NOTHING`,
    [accountId, keys, messageId],
  )
}

/**
 * Moves everything of the merged conversations into one. What staff decided on any of them stays, the cautious reading
 * first.
 */
export async function mergeConversations(tx: Sql, accountId: number, into: number, merged: number[]): Promise<void> {
  for (const table of ['Message', 'Hold']) {
    await tx.query(
      `UPDATE "${table}" SET "conversationId" = $2 WHERE "accountId" = $1 AND "conversationId" = ANY($3)`,
      [accountId, into, merged],
    )
  }
  await tx.query(
    `UPDATE "Conversation" c SET
       "complaintClosedAt" = all_."closed", "complaintOutcome" = all_."outcome",
       "privacyClosedAt" = all_."privacy", "deliveredOn" = all_."delivered", "consumer" = all_."consumer"
     FROM (SELECT CASE WHEN bool_and("complaintClosedAt" IS NOT NULL) THEN max("complaintClosedAt") END AS closed,
                  CASE WHEN count(DISTINCT "complaintOutcome") = 1 THEN max("complaintOutcome") END AS outcome,
                  CASE WHEN bool_and("privacyClosedAt" IS NOT NULL) THEN max("privacyClosedAt") END AS privacy,
                  max("deliveredOn") AS delivered,
                  CASE WHEN count("consumer") = count(*)
                    AND bool_and("consumer") = bool_or("consumer") THEN bool_and("consumer") END AS consumer
           FROM "Conversation" WHERE "accountId" = $1 AND "id" = ANY($3::int[] || $2::int)) all_
     WHERE c."accountId" = $1 AND c."id" = $2`,
    [accountId, into, merged],
  )
  await tx.query('DELETE FROM "Conversation" WHERE "accountId" = $1 AND "id" = ANY($2)', [accountId, merged])
}

export interface ConversationRow {
  id: number
  complaintClosedAt: Date | null
  complaintOutcome: 'granted' | 'refused' | 'disputed' | 'withdrawn' | null
  privacyClosedAt: Date | null
  deliveredOn: string | null
  consumer: boolean | null
  /** The day staff are asked to close the open matter; null = none open. */
  idleReviewOn: string | null
}

export async function getConversation(sql: Sql, accountId: number, id: number): Promise<ConversationRow | null> {
  return (await listConversations(sql, accountId, [id]))[0] ?? null
}

export async function reopenComplaint(tx: Sql, accountId: number, id: number): Promise<void> {
  await tx.query(
    `UPDATE "Conversation" SET "complaintClosedAt" = NULL, "complaintOutcome" = NULL WHERE "accountId" = $1
       AND "id" = $2`,
    [accountId, id],
  )
}

export async function listConversations(sql: Sql, accountId: number, ids: number[]): Promise<ConversationRow[]> {
  const { rows } = await sql.query<ConversationRow>(
    `SELECT "id", "complaintClosedAt", "complaintOutcome", "privacyClosedAt", "deliveredOn", "consumer", "idleReviewOn"
     FROM "Conversation" WHERE "accountId" = $1 AND "id" = ANY($2)`,
    [accountId, ids],
  )
  return rows
}

export async function saveIdleReviews(
  tx: Sql,
  accountId: number,
  reviews: { conversationId: number; on: string | null }[],
): Promise<void> {
  if (reviews.length === 0) return
  await tx.query(
    `UPDATE "Conversation" c SET "idleReviewOn" = review.on_ FROM unnest($2::int[], $3::date[]) review(id, on_)
     WHERE c."accountId" = $1 AND c."id" = review.id AND c."idleReviewOn" IS DISTINCT FROM review.on_`,
    [accountId, reviews.map((one) => one.conversationId), reviews.map((one) => one.on)],
  )
}

export async function listConversationsHolding(sql: Sql, accountId: number, messageIds: number[]): Promise<number[]> {
  const { rows } = await sql.query<{ conversationId: number }>(
    'SELECT DISTINCT "conversationId" FROM "Message" WHERE "accountId" = $1 AND "id" = ANY($2)',
    [accountId, messageIds],
  )
  return rows.map((row) => row.conversationId)
}

/** Conversations that hold the message, are the conversation, or belong to the customer. */
export async function listConversationsOf(
  sql: Sql,
  accountId: number,
  target: { messageId: number } | { conversationId: number } | { customerId: number },
): Promise<number[]> {
  const [column, id] = 'messageId' in target ? ['id', target.messageId] : Object.entries(target)[0]!
  const { rows } = await sql.query<{ conversationId: number }>(
    `SELECT DISTINCT "conversationId" FROM "Message" WHERE "accountId" = $1 AND "${column}" = $2`,
    [accountId, id],
  )
  return rows.map((row) => row.conversationId)
}

/** The next ids after `after`, in order. */
export async function listConversationIds(
  sql: Sql,
  accountId: number,
  after: number,
  limit: number,
): Promise<number[]> {
  const { rows } = await sql.query<{ id: number }>(
    'SELECT "id" FROM "Conversation" WHERE "accountId" = $1 AND "id" > $2 ORDER BY "id" LIMIT $3',
    [accountId, after, limit],
  )
  return rows.map((row) => row.id)
}

/** How a matter ended; null: not known, and what was known stays. */
interface ClosedMatter {
  at: Date
  outcome: ConversationRow['complaintOutcome']
  deliveredOn: string | null
  consumer: boolean | null
}

/** Closes complaint and privacy matter of a conversation; null opens both again. */
export async function saveMatter(
  tx: Sql,
  accountId: number,
  conversationId: number,
  closed: ClosedMatter | null,
): Promise<void> {
  await tx.query(
    `UPDATE "Conversation" SET "complaintClosedAt" = $3, "privacyClosedAt" = $3, "complaintOutcome" = $4,
       "deliveredOn" = COALESCE($5, "deliveredOn"), "consumer" = COALESCE($6, "consumer")
     WHERE "accountId" = $1 AND "id" = $2`,
    [
      accountId,
      conversationId,
      closed?.at ?? null,
      closed?.outcome ?? null,
      closed?.deliveredOn ?? null,
      closed?.consumer ?? null,
    ],
  )
}
