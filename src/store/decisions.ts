import type { RetentionDecision } from '../core/retention.ts'
import type { Sql } from './sql.ts'

export interface DecisionUpdate {
  messageId: number
  decision: RetentionDecision
  state: RetentionDecision['state']
  notBefore: string | null
  dueOn: string | null
  /** A person's approval was for other facts: it is taken back. */
  approvalLapsed: boolean
}

export async function saveDecision(tx: Sql, accountId: number, update: DecisionUpdate): Promise<void> {
  await tx.query(
    `UPDATE "Message" SET "state" = $3, "mailboxUntil" = $4, "archiveUntil" = $5, "notBefore" = $6, "dueOn" = $7, "retention" = $8,
       "approvedAt" = CASE WHEN $9 THEN NULL ELSE "approvedAt" END, "approvedBy" = CASE WHEN $9 THEN NULL ELSE "approvedBy" END
     WHERE "accountId" = $1 AND "id" = $2`,
    [
      accountId,
      update.messageId,
      update.state,
      update.decision.mailboxUntil,
      update.decision.archiveUntil,
      update.notBefore,
      update.dueOn,
      JSON.stringify(update.decision),
      update.approvalLapsed,
    ],
  )
}

/** Candidates for a purge by index; the guard decides each again under lock. */
export async function listDueMessages(
  sql: Sql,
  accountId: number,
  today: string,
  page: { afterId: number; limit: number; includeReview: boolean },
): Promise<number[]> {
  const { rows } = await sql.query<{ id: number }>(
    `SELECT "id" FROM "Message" WHERE "accountId" = $1 AND "dueOn" <= $2 AND "id" > $3
       AND ($5 OR "state" <> 'review' OR "approvedAt" IS NOT NULL)
     ORDER BY "id" LIMIT $4`,
    [accountId, today, page.afterId, page.limit, page.includeReview],
  )
  return rows.map((row) => row.id)
}

export async function countMessages(sql: Sql, accountId: number): Promise<number> {
  const { rows } = await sql.query<{ count: string }>('SELECT count(*) FROM "Message" WHERE "accountId" = $1', [accountId])
  return Number(rows[0]!.count)
}
