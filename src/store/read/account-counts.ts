import { countFolders, type FolderCounts } from '../mailbox/folders.ts'
import type { Sql } from '../postgres/sql.ts'

/** What an account holds and what waits in it. */
export interface AccountCounts extends FolderCounts {
  messages: number
  perCase: Record<string, number>
  /** For a person to decide. */
  review: number
  /** The next purge looks at these. */
  dueToday: number
  holds: number
  /** Conversations whose open matter has been silent for long: close or go on. */
  idle: number
  /**
   * Messages the server has but does not give (too large, or without a source): not archived, asked for on every pass.
   */
  withheld: number
}

/** `today` is a Stockholm date. */
export async function countAccount(sql: Sql, accountId: number, today: string): Promise<AccountCounts> {
  const perCase = await sql.query<{ case: string; count: number; review: number; due: number }>(
    `SELECT "case", count(*)::int AS count,
       (count(*) FILTER (WHERE "state" = 'review' AND "approvedAt" IS NULL))::int AS review,
       (count(*) FILTER (WHERE "dueOn" <= $2 AND ("state" <> 'review' OR "approvedAt" IS NOT NULL)))::int AS due
     FROM "Message" WHERE "accountId" = $1 GROUP BY "case" ORDER BY "case"`,
    [accountId, today],
  )
  const others = await sql.query<Pick<AccountCounts, 'holds' | 'idle' | 'withheld'>>(
    `SELECT (SELECT count(*)::int FROM "Hold" WHERE "accountId" = $1 AND "releasedAt" IS NULL) AS holds,
       (SELECT count(*)::int FROM "Conversation" WHERE "accountId" = $1 AND "idleReviewOn" <= $2) AS idle,
       (SELECT count(*)::int FROM "Location" WHERE "accountId" = $1 AND "messageId" IS NULL
         AND "tombstoneId" IS NULL) AS withheld`,
    [accountId, today],
  )
  const sum = (name: 'count' | 'review' | 'due') => perCase.rows.reduce((total, row) => total + row[name], 0)
  return {
    messages: sum('count'),
    perCase: Object.fromEntries(perCase.rows.map((row) => [row.case, row.count])),
    review: sum('review'),
    dueToday: sum('due'),
    ...others.rows[0]!,
    ...(await countFolders(sql, accountId)),
  }
}
