import type { Archive } from '../archive.ts'
import type { MessageEvidence } from './messages.ts'
import { sealJson } from '../keys/seal.ts'
import { identityOf, openRowKey, type RowKey } from '../keys/sealed-row.ts'
import type { Sql } from '../postgres/sql.ts'

/**
 * Conversations after `after` in which something was judged by another rulebook or model and not decided by a person.
 */
export async function listOutdatedConversations(
  sql: Sql,
  accountId: number,
  rulebook: string,
  after: number,
  limit: number,
): Promise<number[]> {
  const { rows } = await sql.query<{ id: number }>(
    `SELECT DISTINCT "conversationId" AS id FROM "Message" WHERE "accountId" = $1 AND "conversationId" > $3
       AND "caseBy" = 'rule' AND "rulebook" <> $2 ORDER BY 1 LIMIT $4`,
    [accountId, rulebook, after, limit],
  )
  return rows.map((row) => row.id)
}

export async function countOutdated(sql: Sql, rulebook: string): Promise<number> {
  const { rows } = await sql.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM "Message" WHERE "caseBy" = 'rule' AND "rulebook" <> $1`,
    [rulebook],
  )
  return rows[0]!.count
}

/** Puts a new verdict of the rules in place of the one before; the rest of the evidence stays. */
export async function saveVerdict(
  tx: Sql,
  archive: Archive,
  accountId: number,
  messageId: number,
  evidence: MessageEvidence,
): Promise<void> {
  const { rows } = await tx.query<RowKey>(
    'SELECT "epoch", "wrappedKey" FROM "Message" WHERE "accountId" = $1 AND "id" = $2',
    [accountId, messageId],
  )
  const identity = identityOf('Message', accountId, messageId)
  const sealed = sealJson(openRowKey(archive.keyring, rows[0]!, identity), evidence, `${identity}:evidence`)
  const { case: judged, marks, confidence, uncertain, mayBeComplaint, rulebook } = evidence.classification
  await tx.query(
    `UPDATE "Message" SET "case" = $3, "marks" = $4, "confidence" = $5, "uncertain" = $6, "mayBeComplaint" = $7,
       "rulebook" = $8, "sealedEvidence" = $9
     WHERE "accountId" = $1 AND "id" = $2 AND "caseBy" = 'rule'`,
    [accountId, messageId, judged, marks, confidence, uncertain, mayBeComplaint, rulebook, sealed],
  )
}

/** Whether anything here was judged, decided or learned with this rulebook, by the shipped model or a learned one. */
export async function isRulebookKnown(sql: Sql, version: string): Promise<boolean> {
  const { rows } = await sql.query<{ known: boolean }>(
    `SELECT EXISTS (SELECT 1 FROM "Model" WHERE "rulebook" = $1)
         OR EXISTS (SELECT 1 FROM "TrainingExample" WHERE "rulebook" = $1)
         OR EXISTS (SELECT 1 FROM "Setting" WHERE "name" = 'rules' AND split_part("value" ->> 'rulebook', '+', 1) = $1)
         OR EXISTS (SELECT 1 FROM "Message" WHERE split_part("rulebook", '+', 1) = $1) AS known`,
    [version],
  )
  return rows[0]!.known
}
