import type { Case } from '../../core/classification.ts'
import type { Sql } from '../postgres/sql.ts'

/** How many messages one retention rule keeps, and until when. */
export interface KeptGroup {
  rule: string
  messages: number
  /** Earliest and latest last day; null = no expiry. */
  from: string | null
  until: string | null
}

/** What an account's archive holds. */
interface ArchiveTotals {
  messages: number
  conversations: number
  customers: number
  /** Cases without a message are missing. */
  perCase: Map<Case, number>
  /** The largest group first. */
  keptBy: KeptGroup[]
}

export async function countArchive(sql: Sql, accountId: number): Promise<ArchiveTotals> {
  const counts = await sql.query<Pick<ArchiveTotals, 'messages' | 'conversations' | 'customers'>>(
    `SELECT count(*)::int AS messages, count(DISTINCT "conversationId")::int AS conversations,
       count(DISTINCT "customerId")::int AS customers FROM "Message" WHERE "accountId" = $1`,
    [accountId],
  )
  const perCase = await sql.query<{ case: Case; count: number }>(
    'SELECT "case", count(*)::int AS count FROM "Message" WHERE "accountId" = $1 GROUP BY "case"',
    [accountId],
  )
  const keptBy = await sql.query<KeptGroup>(
    `SELECT "retention"->>'rule' AS rule, count(*)::int AS messages, min("archiveUntil") AS from,
       max("archiveUntil") AS until
     FROM "Message" WHERE "accountId" = $1 GROUP BY 1 ORDER BY 2 DESC`,
    [accountId],
  )
  return {
    ...counts.rows[0]!,
    perCase: new Map(perCase.rows.map((row) => [row.case, row.count])),
    keptBy: keptBy.rows,
  }
}
