import type { Archive } from './archive.ts'
import { nextId, type Sql } from './sql.ts'

export interface TombstoneFacts {
  messageId: number
  digest: string
  messageIdHeader: string | null
  case: string
  rule: string
  until: string
}

/**
 * Removes one message from archive, index, keys and derived rows and leaves its tombstone, all in
 * the caller's transaction. Called by the purge guard only (P2).
 */
export async function eraseMessage(tx: Sql, archive: Archive, accountId: number, facts: TombstoneFacts, now: Date): Promise<number> {
  const id = await nextId(tx, 'Tombstone')
  const { tombstoneIndex } = archive
  await tx.query(
    `INSERT INTO "Tombstone" ("accountId", "id", "digestHash", "messageIdHash", "case", "rule", "purgedAt", "until")
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [
      accountId,
      id,
      tombstoneIndex.hash('digest', facts.digest),
      facts.messageIdHeader === null ? null : tombstoneIndex.hash('message-id', facts.messageIdHeader),
      facts.case,
      facts.rule,
      now,
      facts.until,
    ],
  )
  await removeMessage(tx, accountId, facts.messageId)
  return id
}

/** Every row of one message, its empty conversation included. For `eraseMessage`, and for a restore that carries out earlier purges again. */
export async function removeMessage(tx: Sql, accountId: number, messageId: number): Promise<void> {
  for (const table of ['MessageSource', 'ThreadKey', 'Location', 'SearchEntry', 'Intention', 'Override', 'Hold']) {
    await tx.query(`DELETE FROM "${table}" WHERE "accountId" = $1 AND "messageId" = $2`, [accountId, messageId])
  }
  const { rows } = await tx.query<{ conversationId: number }>(
    'DELETE FROM "Message" WHERE "accountId" = $1 AND "id" = $2 RETURNING "conversationId"',
    [accountId, messageId],
  )
  await tx.query(
    `DELETE FROM "Conversation" c WHERE c."accountId" = $1 AND c."id" = $2
       AND NOT EXISTS (SELECT 1 FROM "Message" m WHERE m."accountId" = $1 AND m."conversationId" = $2)`,
    [accountId, rows[0]?.conversationId ?? 0],
  )
}

/** After a batch of erasures: holds that nothing stands behind any more. Customers see refresh-customers.ts. */
export async function eraseOrphanHolds(tx: Sql, accountId: number): Promise<void> {
  await tx.query(
    `DELETE FROM "Hold" h WHERE h."accountId" = $1 AND h."conversationId" IS NOT NULL AND NOT EXISTS
       (SELECT 1 FROM "Message" m WHERE m."accountId" = $1 AND m."conversationId" = h."conversationId")`,
    [accountId],
  )
}
