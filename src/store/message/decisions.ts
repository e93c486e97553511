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
    `UPDATE "Message" m SET "state" = u.state, "mailboxUntil" = u.mailbox, "archiveUntil" = u.archive,
       "notBefore" = u.before, "dueOn" = u.due,
       "retention" = u.retention, "approvedAt" = CASE WHEN u.lapsed THEN NULL
         ELSE "approvedAt" END, "approvedBy" = CASE WHEN u.lapsed THEN NULL ELSE "approvedBy" END
     FROM unnest($2::int[], $3::text[], $4::date[], $5::date[], $6::date[], $7::date[], $8::text[]::jsonb[],
       $9::boolean[])
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

/**
 * Conversations with a message whose state a passing date has changed: its ordinary time ended, or its assumed year.
 */
export async function listTurnedConversations(sql: Sql, accountId: number, today: string): Promise<number[]> {
  const { rows } = await sql.query<{ id: number }>(
    `SELECT DISTINCT "conversationId" AS id FROM "Message" WHERE "accountId" = $1 AND
       (("state" = 'active' AND "mailboxUntil" < $2 AND "mailboxUntil" <> "archiveUntil")
        OR ("state" = 'limited' AND "archiveUntil" < $2))`,
    [accountId, today],
  )
  return rows.map((row) => row.id)
}

/** A person's approval to purge messages on review; null takes it back. */
export async function saveApproval(
  tx: Sql,
  accountId: number,
  messageIds: number[],
  approval: { staffId: number; at: Date } | null,
): Promise<void> {
  await tx.query(
    'UPDATE "Message" SET "approvedAt" = $3, "approvedBy" = $4 WHERE "accountId" = $1 AND "id" = ANY($2)',
    [accountId, messageIds, approval?.at ?? null, approval?.staffId ?? null],
  )
}

/** What bookkeeping knows of one message; null leaves what was known. */
interface PaymentFacts {
  settledOn: string | null
  transferredOn: string | null
  financialYearEnd: string | null
}

export async function savePaymentFacts(
  tx: Sql,
  accountId: number,
  messageId: number,
  facts: PaymentFacts,
): Promise<void> {
  await tx.query(
    `UPDATE "Message" SET "settledOn" = COALESCE($3, "settledOn"), "transferredOn" = COALESCE($4, "transferredOn"),
       "financialYearEnd" = COALESCE($5, "financialYearEnd") WHERE "accountId" = $1 AND "id" = $2`,
    [accountId, messageId, facts.settledOn, facts.transferredOn, facts.financialYearEnd],
  )
}
