import type { Case, Classification, Mark } from '../../core/classification.ts'
import type { Archive } from '../archive.ts'
import { identityOf, sealRow } from '../keys/sealed-row.ts'
import { nextId, type Sql } from '../postgres/sql.ts'

export interface Override {
  messageId: number
  case: Case
  marks: Mark[]
  staffId: number | null
  via: 'console' | 'cli' | 'mailbox'
  reason: string
}

/** Records a person's decision on the case; from then on no rule changes it (P5). */
export async function saveOverride(
  tx: Sql,
  archive: Archive,
  accountId: number,
  override: Override,
  now: Date,
): Promise<number> {
  const id = await nextId(tx, 'Override')
  const row = sealRow(archive.keyring, identityOf('Override', accountId, id), override.reason, now)
  await tx.query(
    `INSERT INTO "Override" ("accountId", "id", "messageId", "case", "marks", "staffId", "via", "decidedAt", "epoch",
       "wrappedKey", "sealedReason")
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
    [
      accountId,
      id,
      override.messageId,
      override.case,
      override.marks,
      override.staffId,
      override.via,
      now,
      row.epoch,
      row.wrappedKey,
      row.sealed,
    ],
  )
  await standBy(tx, accountId, override.messageId, override)
  return id
}

/** Each message's newest override that was not withdrawn; messages that only the rules have judged are missing. */
export async function listLatestOverrides(
  sql: Sql,
  accountId: number,
  messageIds: number[],
): Promise<Map<number, Pick<Override, 'case' | 'via'> & { decidedAt: Date }>> {
  const { rows } = await sql.query<Pick<Override, 'messageId' | 'case' | 'via'> & { decidedAt: Date }>(
    `SELECT DISTINCT ON ("messageId") "messageId", "case", "via", "decidedAt" FROM "Override"
     WHERE "accountId" = $1 AND "messageId" = ANY($2) AND "withdrawnAt" IS NULL
       ORDER BY "messageId", "decidedAt" DESC, "id" DESC`,
    [accountId, messageIds],
  )
  return new Map(rows.map((row) => [row.messageId, row]))
}

/**
 * Marks an override as withdrawn and gives the message the case it has without it. False when there is no such
 * override, or it is withdrawn already.
 */
export async function withdrawOverride(
  tx: Sql,
  accountId: number,
  {
    overrideId,
    messageId,
    staffId,
    judged,
  }: { overrideId: number; messageId: number; staffId: number; judged: Classification },
  now: Date,
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `UPDATE "Override" SET "withdrawnBy" = $4, "withdrawnAt" = $5 WHERE "accountId" = $1 AND "id" = $2
       AND "messageId" = $3 AND "withdrawnAt" IS NULL`,
    [accountId, overrideId, messageId, staffId, now],
  )
  if (rowCount === 0) return false
  const { rows } = await tx.query<{ case: Case; marks: Mark[] }>(
    `SELECT "case", "marks" FROM "Override" WHERE "accountId" = $1 AND "messageId" = $2 AND "withdrawnAt" IS NULL
     ORDER BY "decidedAt" DESC, "id" DESC LIMIT 1`,
    [accountId, messageId],
  )
  if (rows[0]) await standBy(tx, accountId, messageId, rows[0])
  else {
    await tx.query(
      `UPDATE "Message" SET "case" = $3, "marks" = $4, "caseBy" = 'rule', "uncertain" = $5, "mayBeComplaint" = $6,
         "confidence" = $7, "rulebook" = $8
       WHERE "accountId" = $1 AND "id" = $2`,
      [
        accountId,
        messageId,
        judged.case,
        judged.marks,
        judged.uncertain,
        judged.mayBeComplaint,
        judged.confidence,
        judged.rulebook,
      ],
    )
  }
  return true
}

async function standBy(
  tx: Sql,
  accountId: number,
  messageId: number,
  decided: { case: Case; marks: Mark[] },
): Promise<void> {
  await tx.query(
    `UPDATE "Message" SET "case" = $3, "marks" = $4, "caseBy" = 'staff', "uncertain" = false,
       "mayBeComplaint" = $5, "confidence" = 1 WHERE "accountId" = $1 AND "id" = $2`,
    [accountId, messageId, decided.case, decided.marks, decided.case === 'complaints'],
  )
}
