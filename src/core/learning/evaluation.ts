/** How well verdicts fit labels. Pure counting; the rows come from a labelled corpus or from staff decisions. */
import { CASES, type Case, type Classification } from '../classification.ts'
import { groupBy } from '../grouping.ts'
import { seededRandom } from './sampling.ts'

export interface EvaluationRow {
  conversation: string
  expectedCase: Case
  /** The conversation holds a complaint; labelled on every message of it. */
  expectedComplaint: boolean
  expectedAccounting: boolean
  got: Classification
  /** The conversation ended up kept as a complaint. */
  keptLong: boolean
  /** The message ended up on the list a person decides from. */
  onReview: boolean
}

/** Shares between 0 and 1; 0 where there was nothing to find and nothing was found. */
interface Accuracy {
  precision: number
  recall: number
  f1: number
}

export interface EvaluationReport {
  messages: number
  perCase: Record<Case, Accuracy & { support: number }>
  /** Mean of the cases' F1; the best guess counts even when uncertain. */
  macroF1: number
  /** Conversations kept as complaints against conversations that are. */
  complaintConversations: Accuracy
  /** Complaint conversations neither kept long nor on the review list: these would be purged. */
  unsafeComplaintConversations: number
  /** Share of the other conversations kept long or on review: the price of safety. */
  heldShare: number
  accountingRecords: Accuracy
  /** Share of conversations on review. */
  reviewShare: number
  /** Expected calibration error: how far stated confidence lies from the share that was right, over ten bins. */
  calibrationError: number
}

/** What chance alone could have made of a figure: 95 % of resamplings lie between. */
export type Interval = readonly [low: number, high: number]

export interface EvaluationIntervals {
  macroF1: Interval
  complaintsRecall: Interval
  privacyF1: Interval
  accountingRecordsF1: Interval
  unsafeComplaintConversations: Interval
  heldShare: Interval
  reviewShare: Interval
  calibrationError: Interval
}

const CONFIDENCE_BINS = 10
const RESAMPLINGS = 500
const OUTSIDE = 0.025

interface ConversationOutcome {
  complaint: boolean
  keptLong: boolean
  onReview: boolean
}

export function evaluate(rows: readonly EvaluationRow[]): EvaluationReport {
  const conversations = [...conversationsOf(rows).values()]
  const others = conversations.filter((one) => !one.complaint)
  const perCase = Object.fromEntries(
    CASES.map((one) => [one, accuracyOfCase(rows, one)]),
  ) as EvaluationReport['perCase']
  return {
    messages: rows.length,
    perCase,
    macroF1: CASES.reduce((sum, one) => sum + perCase[one].f1, 0) / CASES.length,
    complaintConversations: accuracyOf(conversations.map((one) => ({ expected: one.complaint, got: one.keptLong }))),
    unsafeComplaintConversations: conversations.filter((one) => one.complaint && !one.keptLong && !one.onReview).length,
    heldShare: share(others.filter((one) => one.keptLong || one.onReview).length, others.length),
    accountingRecords: accuracyOf(
      rows.map((row) => ({ expected: row.expectedAccounting, got: row.got.marks.includes('accounting-record') })),
    ),
    reviewShare: share(conversations.filter((one) => one.onReview).length, conversations.length),
    calibrationError: calibrationErrorOf(rows),
  }
}

/**
 * Percentile bootstrap over conversations, which are what was drawn independently; the same rows give the same
 * intervals.
 */
export function intervalsOf(rows: readonly EvaluationRow[]): EvaluationIntervals {
  const groups = [...groupBy(rows, ({ conversation }) => conversation).values()]
  const random = seededRandom(groups.length)
  const reports = Array.from({ length: RESAMPLINGS }, () =>
    evaluate(
      groups.flatMap((_, draw) =>
        groups[Math.floor(random() * groups.length)]!.map((row) => ({ ...row, conversation: String(draw) })),
      ),
    ),
  )
  const interval = (figure: (report: EvaluationReport) => number): Interval => {
    const sorted = reports.map(figure).sort((a, b) => a - b)
    return [sorted[Math.floor(OUTSIDE * RESAMPLINGS)]!, sorted[Math.ceil((1 - OUTSIDE) * RESAMPLINGS) - 1]!]
  }
  return {
    macroF1: interval((one) => one.macroF1),
    complaintsRecall: interval((one) => one.perCase.complaints.recall),
    privacyF1: interval((one) => one.perCase.privacy.f1),
    accountingRecordsF1: interval((one) => one.accountingRecords.f1),
    unsafeComplaintConversations: interval((one) => one.unsafeComplaintConversations),
    heldShare: interval((one) => one.heldShare),
    reviewShare: interval((one) => one.reviewShare),
    calibrationError: interval((one) => one.calibrationError),
  }
}

function calibrationErrorOf(rows: readonly EvaluationRow[]): number {
  const bins = Array.from({ length: CONFIDENCE_BINS }, () => ({ stated: 0, right: 0 }))
  for (const { got, expectedCase } of rows) {
    const bin = bins[Math.min(CONFIDENCE_BINS - 1, Math.floor(got.confidence * CONFIDENCE_BINS))]!
    bin.stated += got.confidence
    if (got.case === expectedCase) bin.right += 1
  }
  return share(
    bins.reduce((sum, bin) => sum + Math.abs(bin.stated - bin.right), 0),
    rows.length,
  )
}

/** One message of a conversation is enough for each outcome. */
function conversationsOf(rows: readonly EvaluationRow[]): Map<string, ConversationOutcome> {
  const outcomes = new Map<string, ConversationOutcome>()
  for (const row of rows) {
    const before = outcomes.get(row.conversation) ?? { complaint: false, keptLong: false, onReview: false }
    outcomes.set(row.conversation, {
      complaint: before.complaint || row.expectedComplaint,
      keptLong: before.keptLong || row.keptLong,
      onReview: before.onReview || row.onReview,
    })
  }
  return outcomes
}

function accuracyOfCase(rows: readonly EvaluationRow[], one: Case): Accuracy & { support: number } {
  const accuracy = accuracyOf(rows.map((row) => ({ expected: row.expectedCase === one, got: row.got.case === one })))
  return { ...accuracy, support: rows.filter((row) => row.expectedCase === one).length }
}

function accuracyOf(verdicts: readonly { expected: boolean; got: boolean }[]): Accuracy {
  const right = verdicts.filter((verdict) => verdict.expected && verdict.got).length
  const claimed = verdicts.filter((verdict) => verdict.got).length
  const wanted = verdicts.filter((verdict) => verdict.expected).length
  return { precision: share(right, claimed), recall: share(right, wanted), f1: share(2 * right, claimed + wanted) }
}

function share(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole
}
