import type { Case } from '../../core/classification.ts'
import { MESSAGE_COLUMNS, type MessageRow } from '../message/messages.ts'
import type { Sql } from '../postgres/sql.ts'

/** What a list shows; null = whatever. Instants are half open: from `after` on, before `before`. */
export interface MessageFilter {
  accountIds: number[]
  case: Case | null
  state: MessageRow['state'] | null
  customerId: number | null
  conversationId: number | null
  after: Date | null
  before: Date | null
  /** Only what a person still has to decide. */
  review: boolean
  /** Only conversations whose open matter has been silent until this day (Stockholm). */
  idleOn: string | null
  limit: number
}

/** Messages without anything sealed, newest first. */
export async function listMessages(sql: Sql, filter: MessageFilter): Promise<(MessageRow & { accountId: number })[]> {
  const { rows } = await sql.query<MessageRow & { accountId: number }>(
    `SELECT "accountId", ${MESSAGE_COLUMNS} FROM "Message" m
     WHERE "accountId" = ANY($1)
       AND ($2::text IS NULL OR "case" = $2) AND ($3::text IS NULL OR "state" = $3)
       AND ($4::int IS NULL OR "customerId" = $4) AND ($5::int IS NULL OR "conversationId" = $5)
       AND ($6::timestamptz IS NULL OR "receivedAt" >= $6) AND ($7::timestamptz IS NULL OR "receivedAt" < $7)
       AND (NOT $8 OR ("state" = 'review' AND "approvedAt" IS NULL))
       AND ($9::date IS NULL OR EXISTS (SELECT 1 FROM "Conversation" c
             WHERE c."accountId" = m."accountId" AND c."id" = m."conversationId" AND c."idleReviewOn" <= $9))
     ORDER BY "receivedAt" DESC, "id" DESC LIMIT $10`,
    [
      filter.accountIds,
      filter.case,
      filter.state,
      filter.customerId,
      filter.conversationId,
      filter.after,
      filter.before,
      filter.review,
      filter.idleOn,
      filter.limit,
    ],
  )
  return rows
}
