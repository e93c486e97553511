/** The closed vocabulary of cases; their rules are data in `rules/cases.yaml`. */
export const CASES = ['support', 'payments', 'complaints', 'privacy', 'other'] as const
export type Case = (typeof CASES)[number]

export const MARKS = ['accounting-record', 'open-complaint', 'unpaid', 'spam', 'auto-reply'] as const
export type Mark = (typeof MARKS)[number]

/** Rights of a data subject (GDPR Articles 15-21 and 7(3)), and the duty to act on a breach (33). */
export const RIGHTS = [
  'access',
  'rectification',
  'erasure',
  'restriction',
  'portability',
  'objection',
  'consent-withdrawal',
  'breach',
] as const
export type Right = (typeof RIGHTS)[number]

/** One piece of evidence for a verdict (P6). `text` quotes the words that matched; it is sealed when stored. */
export interface Evidence {
  rule: string
  /** What it is evidence for: a case or a mark. */
  for: Case | Mark
  weight: number
  text: string
}

/**
 * Verdict on one message. `case` is the best guess even when `uncertain`.
 * `mayBeComplaint` is the safe reading: the message could be a complaint, so doubt keeps it.
 */
export interface Classification {
  case: Case
  marks: Mark[]
  /** 0..1 */
  confidence: number
  uncertain: boolean
  mayBeComplaint: boolean
  evidence: Evidence[]
  /** Version (content hash) of the rulebook that judged. */
  rulebook: string
}

/** What is known of the conversation before this message. */
export interface ConversationContext {
  /** Cases of earlier messages, oldest first. */
  earlierCases: Case[]
  openComplaint: boolean
}

/**
 * What a verdict cites: the rulebook's content hash and, after `+`, the training whose model judged with it; without
 * one the shipped model did.
 */
interface JudgeVersion {
  rulebook: string
  model: number | null
}

export function writeVersion({ rulebook, model }: JudgeVersion): string {
  return model === null ? rulebook : `${rulebook}+${model}`
}

export function readVersion(text: string): JudgeVersion {
  const [rulebook = '', model] = text.split('+')
  return { rulebook, model: model === undefined ? null : Number(model) }
}
