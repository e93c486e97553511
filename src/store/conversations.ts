import type { ThreadKeys, ThreadNode } from '../core/thread.ts'
import type { Archive } from './archive.ts'
import { nextId, type Sql } from './sql.ts'

/** More than this under one key and correspondent only a machine or an attacker writes; the newest count. */
const MOST_SHARED = 500
/** Those a message only names: strangers can crowd them, and nobody's own history depends on them. */
const MOST_NAMED = 100

/** The node with every key hashed: linking compares only equality, so hashes serve. */
export function hashThreadNode(archive: Archive, node: ThreadNode): ThreadNode {
  const hash = (kind: string, key: string) => archive.index.hash(kind, key)
  return {
    ...node,
    idKey: node.idKey === null ? null : hash('message-id', node.idKey),
    referenceKeys: node.referenceKeys.map((key) => hash('message-id', key)),
    subjectKey: node.subjectKey === null ? null : hash('subject', node.subjectKey),
    correspondentKeys: node.correspondentKeys.map((key) => hash('address', key)),
  }
}

export async function createConversation(tx: Sql, accountId: number, now: Date): Promise<number> {
  const id = await nextId(tx, 'Conversation')
  await tx.query('INSERT INTO "Conversation" ("accountId", "id", "createdAt") VALUES ($1, $2, $3)', [accountId, id, now])
  return id
}

/** Messages that may be linked with the one whose hashed keys these are. */
export async function listThreadCandidates(
  tx: Sql,
  accountId: number,
  keys: Pick<ThreadKeys, 'shared' | 'named'>,
): Promise<{ conversationId: number; node: ThreadNode }[]> {
  const found = (parameter: string, most: number) =>
    `(SELECT m."id", m."conversationId", m."thread" FROM "Message" m
      WHERE m."accountId" = $1 AND m."id" IN (SELECT "messageId" FROM "ThreadKey" WHERE "accountId" = $1 AND "keyHash" = ANY(${parameter}))
      ORDER BY m."receivedAt" DESC, m."id" DESC LIMIT ${most})`
  const { rows } = await tx.query<{ conversationId: number; thread: ThreadNode & { at: string } }>(
    `SELECT DISTINCT ON ("id") "conversationId", "thread" FROM (${found('$2', MOST_SHARED)} UNION ALL ${found('$3', MOST_NAMED)}) candidate`,
    [accountId, keys.shared, keys.named],
  )
  return rows.map((row) => ({ conversationId: row.conversationId, node: { ...row.thread, at: new Date(row.thread.at) } }))
}

/** The keys as the index of threads holds them. */
export function hashThreadKeys(archive: Archive, keys: ThreadKeys): ThreadKeys {
  const hash = (list: string[]) => list.map((key) => archive.index.hash('thread', key))
  return { stored: hash(keys.stored), shared: hash(keys.shared), named: hash(keys.named) }
}

export async function saveThreadKeys(tx: Sql, accountId: number, messageId: number, keys: string[]): Promise<void> {
  await tx.query(
    'INSERT INTO "ThreadKey" ("accountId", "keyHash", "messageId") SELECT $1, unnest($2::text[]), $3 ON CONFLICT DO NOTHING',
    [accountId, keys, messageId],
  )
}

/** Moves everything of the merged conversations into one. What staff decided on any of them stays, the cautious reading first. */
export async function mergeConversations(tx: Sql, accountId: number, into: number, merged: number[]): Promise<void> {
  for (const table of ['Message', 'Hold']) {
    await tx.query(`UPDATE "${table}" SET "conversationId" = $2 WHERE "accountId" = $1 AND "conversationId" = ANY($3)`, [
      accountId,
      into,
      merged,
    ])
  }
  await tx.query(
    `UPDATE "Conversation" c SET
       "complaintClosedAt" = all_."closed", "complaintOutcome" = all_."outcome",
       "privacyClosedAt" = all_."privacy", "deliveredOn" = all_."delivered", "consumer" = all_."consumer"
     FROM (SELECT CASE WHEN bool_and("complaintClosedAt" IS NOT NULL) THEN max("complaintClosedAt") END AS closed,
                  CASE WHEN count(DISTINCT "complaintOutcome") = 1 THEN max("complaintOutcome") END AS outcome,
                  CASE WHEN bool_and("privacyClosedAt" IS NOT NULL) THEN max("privacyClosedAt") END AS privacy,
                  max("deliveredOn") AS delivered,
                  CASE WHEN count("consumer") = count(*) AND bool_and("consumer") = bool_or("consumer") THEN bool_and("consumer") END AS consumer
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
  const { rows } = await sql.query<ConversationRow>(
    `SELECT "id", "complaintClosedAt", "complaintOutcome", "privacyClosedAt", "deliveredOn", "consumer", "idleReviewOn"
     FROM "Conversation" WHERE "accountId" = $1 AND "id" = $2`,
    [accountId, id],
  )
  return rows[0] ?? null
}

export async function reopenComplaint(tx: Sql, accountId: number, id: number): Promise<void> {
  await tx.query('UPDATE "Conversation" SET "complaintClosedAt" = NULL, "complaintOutcome" = NULL WHERE "accountId" = $1 AND "id" = $2', [accountId, id])
}

export async function saveIdleReview(tx: Sql, accountId: number, id: number, on: string | null): Promise<void> {
  await tx.query('UPDATE "Conversation" SET "idleReviewOn" = $3 WHERE "accountId" = $1 AND "id" = $2 AND "idleReviewOn" IS DISTINCT FROM $3::date', [
    accountId,
    id,
    on,
  ])
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
