import { CASES, type Case } from '../../core/classification.ts'
import type { Account } from '../../store/accounts.ts'
import type { Archive } from '../../store/archive.ts'
import { openMessage } from '../../store/message/open-messages.ts'
import { countArchive, type KeptGroup } from '../../store/read/archive-totals.ts'
import { previewPurge, type PurgePreview } from './purge.ts'
import type { Rules } from '../decide/rules.ts'

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
  const totals = await countArchive(archive.pool, account.id)
  const preview = await previewPurge(archive, account, rules, now)
  const due = preview.due.filter(({ disposal }) => disposal.act === 'purge')
  return {
    messages: totals.messages,
    conversations: totals.conversations,
    customers: totals.customers,
    cases: Object.fromEntries(CASES.map((name) => [name, totals.perCase.get(name) ?? 0])) as Record<Case, number>,
    kept: totals.messages - due.length,
    keptBy: totals.keptBy,
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
