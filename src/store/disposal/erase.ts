import type { Archive } from '../archive.ts'
import { nextIds, type Sql } from '../postgres/sql.ts'
import { removeExamples } from '../learning/training-examples.ts'

interface TombstoneFacts {
  messageId: number
  /** null: the message cannot be decrypted. Its tombstone then carries the hash that the archive knew it by. */
  digest: string | null
  messageIdHeader: string | null
  case: string
  rule: string
  until: string
}

/**
 * Removes messages from archive, index, keys and derived rows and leaves their tombstones, whose ids are
 * returned in order, all in the caller's transaction. Called by the purge guard only (P2).
 */
export async function eraseMessages(
  tx: Sql,
  archive: Archive,
  accountId: number,
  facts: TombstoneFacts[],
  now: Date,
): Promise<number[]> {
  const ids = await nextIds(tx, 'Tombstone', facts.length)
  const { tombstoneIndex } = archive
  await tx.query(
    `INSERT INTO "Tombstone" ("accountId", "id", "digestHash", "messageIdHash", "case", "rule", "purgedAt", "until")
     SELECT $1, t.id, COALESCE(t.digest, (SELECT m."digestHash" FROM "Message" m WHERE m."accountId" = $1
       AND m."id" = t.message)), t.header, t.case_, t.rule, $7, t.until
     FROM unnest($2::int[], $3::text[], $4::text[], $5::text[], $6::text[], $8::date[], $9::int[]) t(id, digest,
       header, case_, rule, until, message)`,
    [
      accountId,
      ids,
      facts.map((one) => (one.digest === null ? null : tombstoneIndex.hash('digest', one.digest))),
      facts.map((one) =>
        one.messageIdHeader === null ? null : tombstoneIndex.hash('message-id', one.messageIdHeader),
      ),
      facts.map((one) => one.case),
      facts.map((one) => one.rule),
      now,
      facts.map((one) => one.until),
      facts.map((one) => one.messageId),
    ],
  )
  await removeMessages(
    tx,
    accountId,
    facts.map((one) => one.messageId),
    now,
  )
  return ids
}

/**
 * Every row of these messages, emptied conversations included. For `eraseMessages`, and for a restore that carries out
 * earlier purges again.
 */
export async function removeMessages(tx: Sql, accountId: number, messageIds: number[], now: Date): Promise<void> {
  await removeExamples(tx, accountId, messageIds, now)
  for (const table of [
    'MessageSource',
    'ThreadKey',
    'Location',
    'SearchEntry',
    'Intention',
    'Transition',
    'Override',
    'Hold',
  ]) {
    await tx.query(`DELETE FROM "${table}" WHERE "accountId" = $1 AND "messageId" = ANY($2)`, [accountId, messageIds])
  }
  const { rows } = await tx.query<{ conversationId: number }>(
    'DELETE FROM "Message" WHERE "accountId" = $1 AND "id" = ANY($2) RETURNING "conversationId"',
    [accountId, messageIds],
  )
  await tx.query(
    `DELETE FROM "Conversation" c WHERE c."accountId" = $1 AND c."id" = ANY($2)
       AND NOT EXISTS (SELECT 1 FROM "Message" m WHERE m."accountId" = $1 AND m."conversationId" = c."id")`,
    [accountId, rows.map((row) => row.conversationId)],
  )
}

/**
 * After a batch of erasures: holds on conversations that have no message left. For customers see refresh-customers.ts.
 */
export async function eraseOrphanHolds(tx: Sql, accountId: number): Promise<void> {
  await tx.query(
    `DELETE FROM "Hold" h WHERE h."accountId" = $1 AND h."conversationId" IS NOT NULL AND NOT EXISTS
       (SELECT 1 FROM "Message" m WHERE m."accountId" = $1 AND m."conversationId" = h."conversationId")`,
    [accountId],
  )
}
