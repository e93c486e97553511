import type { Case, Mark } from '../core/classification.ts'
import type { Archive } from './archive.ts'
import { identityOf, sealRow } from './sealed-row.ts'
import { nextId, type Sql } from './sql.ts'

export interface Override {
  messageId: number
  case: Case
  marks: Mark[]
  staffId: number | null
  via: 'console' | 'cli' | 'mailbox'
  reason: string
}

/** Records a person's decision on the case; from then on no rule changes it (P5). */
export async function saveOverride(tx: Sql, archive: Archive, accountId: number, override: Override, now: Date): Promise<number> {
  const id = await nextId(tx, 'Override')
  const row = sealRow(archive.keyring, identityOf('Override', accountId, id), override.reason, now)
  await tx.query(
    `INSERT INTO "Override" ("accountId", "id", "messageId", "case", "marks", "staffId", "via", "decidedAt", "epoch", "wrappedKey", "sealedReason")
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
    [accountId, id, override.messageId, override.case, override.marks, override.staffId, override.via, now, row.epoch, row.wrappedKey, row.sealed],
  )
  await tx.query(
    `UPDATE "Message" SET "case" = $3, "marks" = $4, "caseBy" = 'staff', "uncertain" = false,
       "mayBeComplaint" = $5, "confidence" = 1 WHERE "accountId" = $1 AND "id" = $2`,
    [accountId, override.messageId, override.case, override.marks, override.case === 'complaints'],
  )
  return id
}
