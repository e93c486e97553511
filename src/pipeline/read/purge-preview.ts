import type { Case } from '../../core/classification.ts'
import type { Disposal } from '../../core/retention/disposal.ts'
import type { RetentionDecision } from '../../core/retention/retention.ts'
import type { Account } from '../../store/accounts.ts'
import type { Archive } from '../../store/archive.ts'
import { readSetting } from '../../store/settings.ts'
import type { Rules } from '../decide/rules.ts'
import { decideDisposal, type Verdict } from '../purge/guard.ts'
import { previewPurge } from '../purge/purge.ts'

/** The guard's verdict on one message. */
export interface DisposalVerdict {
  /** m12 */
  id: string
  /** c7 */
  conversation: string
  case: Case
  act: Disposal['act']
  reason: Disposal['reason']
  dueOn: string | null
  rule: string
  /** Last day it is kept; null: no end. */
  until: string | null
  notBefore: string | null
}

/** What the next purge of an account would do. */
export interface PreviewedAccount {
  /** Its address. */
  account: string
  accountId: number
  total: number
  due: DisposalVerdict[]
  /** Past their time but for a person to approve. */
  review: DisposalVerdict[]
  /** Due but waiting after a weakening (P9). */
  waiting: DisposalVerdict[]
  /** Due, but a copy lies where gallra may not go, or where it has not read yet. */
  blocked: DisposalVerdict[]
  /** Purged before and back in the mailbox: go on this date. */
  reappeared: { tombstone: string; on: string }[]
  withinCaps: boolean
  limit: number
}

export async function isArmed({ pool }: Pick<Archive, 'pool'>): Promise<boolean> {
  return (await readSetting(pool, 'armed')) !== null
}

export async function readPurgePreview(
  { archive, rules }: { archive: Archive; rules: Rules },
  accounts: readonly Account[],
  now: Date,
): Promise<{ armed: boolean; accounts: PreviewedAccount[] }> {
  const armed = await isArmed(archive)
  const previewed: PreviewedAccount[] = []
  for (const account of accounts) {
    const found = await previewPurge(archive, account, rules, now)
    previewed.push({
      account: account.settings.address,
      ...found,
      due: found.due.map(verdictOf),
      review: found.review.map(verdictOf),
      waiting: found.waiting.map(verdictOf),
      blocked: found.blocked.map(verdictOf),
      reappeared: found.reappeared.map(({ tombstoneId, on }) => ({ tombstone: `t${tombstoneId}`, on })),
    })
  }
  return { armed, accounts: previewed }
}

/** Why one message goes or stays. */
export interface ExplainedDisposal {
  verdict: DisposalVerdict & { holds: string[]; labels: RetentionDecision['labels'] }
  decision: RetentionDecision
}

/** @throws GallraError not-found */
export async function explainDisposal(
  { archive, rules }: { archive: Archive; rules: Rules },
  account: Account,
  messageId: number,
  now: Date,
): Promise<ExplainedDisposal> {
  const verdict = await decideDisposal(archive.pool, account.id, messageId, rules, now)
  const { decision, standing } = verdict
  return { verdict: { ...verdictOf(verdict), holds: standing.facts.holds, labels: decision.labels }, decision }
}

function verdictOf({ messageId, disposal, decision, standing }: Verdict): DisposalVerdict {
  return {
    id: `m${messageId}`,
    conversation: `c${standing.row.conversationId}`,
    case: standing.row.case,
    act: disposal.act,
    reason: disposal.reason,
    dueOn: disposal.dueOn,
    rule: decision.rule,
    until: decision.archiveUntil,
    notBefore: standing.row.notBefore,
  }
}
