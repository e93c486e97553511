import type { RetentionDecision } from '../../core/retention/retention.ts'
import type { Sql } from '../postgres/sql.ts'

export interface DecisionUpdate {
  messageId: number
  decision: RetentionDecision
  state: RetentionDecision['state']
  notBefore: string | null
  dueOn: string | null
  /** A person's approval was for other facts: it is taken back. */
  approvalLapsed: boolean
}

export async function saveDecisions(tx: Sql, accountId: number, updates: DecisionUpdate[]): Promise<void> {
  if (updates.length === 0) return
  await tx.query(
    `UPDATE "Message" m SET "state" = u.state, "mailboxUntil" = u.mailbox, "archiveUntil" = u.archive, "notBefore" = u.before, "dueOn" = u.due,
       "retention" = u.retention, "approvedAt" = CASE WHEN u.lapsed THEN NULL ELSE "approvedAt" END, "approvedBy" = CASE WHEN u.lapsed THEN NULL ELSE "approvedBy" END
     FROM unnest($2::int[], $3::text[], $4::date[], $5::date[], $6::date[], $7::date[], $8::text[]::jsonb[], $9::boolean[])
       u(id, state, mailbox, archive, before, due, retention, lapsed)
     WHERE m."accountId" = $1 AND m."id" = u.id`,
    [
      accountId,
      updates.map((one) => one.messageId),
      updates.map((one) => one.state),
      updates.map((one) => one.decision.mailboxUntil),
      updates.map((one) => one.decision.archiveUntil),
      updates.map((one) => one.notBefore),
      updates.map((one) => one.dueOn),
      updates.map((one) => JSON.stringify(one.decision)),
      updates.map((one) => one.approvalLapsed),
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
  const { rows } = await sql.query<{ count: string }>('SELECT count(*) FROM "Message" WHERE "accountId" = $1', [
    accountId,
  ])
  return Number(rows[0]!.count)
}
