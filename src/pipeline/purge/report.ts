import { CASES, type Case } from '../../core/classification.ts'
import type { Account } from '../../store/accounts.ts'
import type { Archive } from '../../store/archive.ts'
import { openMessage } from '../../store/message/messages.ts'
import { previewPurge, type PurgePreview } from './purge.ts'
import type { Rules } from '../decide/rules.ts'

/** How many messages one retention rule keeps, and until when. */
export interface KeptGroup {
  rule: string
  messages: number
  /** Earliest and latest last day; null = no expiry. */
  from: string | null
  until: string | null
}

/** One message as an example, opened for the reader at the terminal only. */
export interface Example {
  messageId: number
  subject: string
  case: Case
  rule: string
  until: string | null
}

export interface Report {
  messages: number
  conversations: number
  customers: number
  cases: Record<Case, number>
  /** Messages that stay after the purge the preview shows. */
  kept: number
  keptBy: KeptGroup[]
  /** Due now: would go from mailbox and archive. */
  due: number
  /** Due to leave the mailbox only; the archive keeps it limited. */
  leavesMailbox: number
  dueByRule: Record<string, number>
  review: number
  dueExamples: Example[]
  reviewExamples: Example[]
  withinCaps: boolean
  limit: number
}

const EXAMPLES = 4

/** Counts what the archive holds and what the schedule will do to it. */
export async function reportAccount(archive: Archive, account: Account, rules: Rules, now: Date): Promise<Report> {
  const counts = await archive.pool.query<{ messages: string; conversations: string; customers: string }>(
    `SELECT count(*) AS messages, count(DISTINCT "conversationId") AS conversations, count(DISTINCT "customerId") AS customers
     FROM "Message" WHERE "accountId" = $1`,
    [account.id],
  )
  const byCase = await archive.pool.query<{ case: Case; count: string }>(
    'SELECT "case", count(*) FROM "Message" WHERE "accountId" = $1 GROUP BY "case"',
    [account.id],
  )
  const byRule = await archive.pool.query<{
    rule: string
    messages: string
    from: string | null
    until: string | null
  }>(
    `SELECT "retention"->>'rule' AS rule, count(*) AS messages, min("archiveUntil") AS from, max("archiveUntil") AS until
     FROM "Message" WHERE "accountId" = $1 GROUP BY 1 ORDER BY 2 DESC`,
    [account.id],
  )
  const preview = await previewPurge(archive, account, rules, now)
  const due = preview.due.filter(({ disposal }) => disposal.act === 'purge')
  const row = counts.rows[0]!
  return {
    messages: Number(row.messages),
    conversations: Number(row.conversations),
    customers: Number(row.customers),
    cases: Object.fromEntries(
      CASES.map((name) => [name, Number(byCase.rows.find((each) => each.case === name)?.count ?? 0)]),
    ) as Record<Case, number>,
    kept: Number(row.messages) - due.length,
    keptBy: byRule.rows.map((each) => ({ ...each, messages: Number(each.messages) })),
    due: due.length,
    leavesMailbox: preview.due.length - due.length,
    dueByRule: countByRule(due),
    review: preview.review.length,
    dueExamples: await examples(archive, account, due),
    reviewExamples: await examples(archive, account, preview.review),
    withinCaps: preview.withinCaps,
    limit: preview.limit,
  }
}

function countByRule(due: PurgePreview['due']): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { decision } of due) counts[decision.rule] = (counts[decision.rule] ?? 0) + 1
  return counts
}

async function examples(archive: Archive, account: Account, verdicts: PurgePreview['due']): Promise<Example[]> {
  const picked = verdicts
    .filter((_, at) => at % Math.max(1, Math.floor(verdicts.length / EXAMPLES)) === 0)
    .slice(0, EXAMPLES)
  return Promise.all(
    picked.map(async ({ messageId, decision, standing }) => ({
      messageId,
      subject: (await openMessage(archive.pool, archive, account.id, messageId)).message.subject,
      case: standing.row.case,
      rule: decision.rule,
      until: decision.archiveUntil,
    })),
  )
}
