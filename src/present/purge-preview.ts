import type { Disposal } from '../core/retention/disposal.ts'
import type { Schedule } from '../core/retention/schedule.ts'
import type { DisposalVerdict, ExplainedDisposal, PreviewedAccount } from '../pipeline/read/purge-preview.ts'
import { nameOf } from '../text/names.ts'
import type { TextKey } from '../text/texts.ts'
import { fill } from '../text/wording/wording.ts'
import { retentionFacts, ruleName } from './retention.ts'
import type { Fact, Rows, Words } from './words.ts'

/** What the next purge would do, in words. */
export interface PreviewCard {
  head: string
  /** Those that are not empty. */
  lists: { title: string; rows: Rows }[]
  foot: string[]
}

export function previewCard(words: Words, found: PreviewedAccount): PreviewCard {
  const { texts } = words
  const lists: [string, DisposalVerdict[]][] = [
    [texts.previewDue, found.due],
    [texts.previewReview, found.review],
    [texts.previewWaiting, found.waiting],
    [texts.previewBlocked, found.blocked],
  ]
  return {
    head: fill(texts.previewHead, { account: found.account, total: found.total, due: found.due.length }),
    lists: lists
      .filter(([, verdicts]) => verdicts.length > 0)
      .map(([title, verdicts]) => ({ title: `${title}: ${verdicts.length}`, rows: verdictRows(words, verdicts) })),
    foot: [
      ...found.reappeared.map(({ tombstone, on }) => fill(texts.previewReappeared, { id: tombstone, date: on })),
      fill(found.withinCaps ? texts.previewWithin : texts.previewOver, { limit: found.limit }),
    ],
  }
}

function verdictRows(words: Words, verdicts: readonly DisposalVerdict[]): Rows {
  const { texts, language } = words
  return {
    head: [texts.headId, texts.headCase, texts.headRule, texts.headUntil, texts.headAct],
    rows: verdicts.map(({ id, case: is, rule, until, act }) => [
      id,
      nameOf(language, 'messageCase', is),
      ruleName(words, rule),
      until ?? texts.noEnd,
      nameOf(language, 'act', act),
    ]),
  }
}

/** The guard's verdict in a sentence, and the decision it rests on. */
export function disposalCard(
  words: Words,
  { verdict, decision }: ExplainedDisposal,
  schedule: Schedule,
): { why: string; retention: Fact[] } {
  const { id, dueOn, notBefore, holds, reason } = verdict
  const values = { id, date: dueOn ?? '-', holds: holds.join(', '), notBefore: dueOn ?? notBefore ?? '-' }
  return {
    why: fill(words.texts[REASONS[reason]], values),
    retention: retentionFacts(words, decision, { state: decision.state, notBefore, dueOn }, schedule),
  }
}

const REASONS = {
  due: 'whyDue',
  'not-due': 'whyNotDue',
  hold: 'whyHold',
  review: 'whyReview',
  'no-expiry': 'whyNoExpiry',
  waiting: 'whyWaiting',
  unfollowed: 'whyUnfollowed',
  unread: 'whyUnread',
} as const satisfies Record<Disposal['reason'], TextKey>
