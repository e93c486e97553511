import { CASES } from '../core/classification.ts'
import type { RetentionDecision } from '../core/retention/retention.ts'
import { explainRule } from '../core/retention/schedule.ts'
import type { Rules } from '../pipeline/decide/rules.ts'
import type { ReviewItem } from '../pipeline/read/review-queue.ts'
import { nameOf } from '../text/names.ts'
import { fill } from '../text/wording/wording.ts'
import { caseAndMarks, evidenceText, percent } from './judgement.ts'
import { arrival, people } from './message.ts'
import { keptText } from './retention.ts'
import { oneLine } from './safe-text.ts'
import type { Fact, Words } from './words.ts'

/** Columns that a key takes beside the name of its case, and what is left at least. */
const BESIDE = 7
const NARROWEST = 50
/** Attachments named. */
const ATTACHMENTS = 3

/** One message for a person to decide on, in words. */
interface ReviewCard {
  head: Fact[]
  /** What is new in it, by lines; none: it says nothing. */
  newText: string[]
  judged: Fact[]
  /** What each key does, and what follows. */
  keys: Fact[]
}

/** `columns`: how wide a line may be. */
export function reviewCard(
  words: Words,
  rules: Rules,
  item: ReviewItem,
  { at, count, columns }: { at: number; count: number; columns: number },
): ReviewCard {
  const longestName = Math.max(...CASES.map((each) => nameOf(words.language, 'messageCase', each).length))
  const width = Math.max(NARROWEST, columns - BESIDE - longestName)
  const { message } = item
  const text = (message.newText.trim() === '' ? message.text : message.newText).trim()
  return {
    head: headFacts(words, item, fill(words.texts.reviewPlace, { at, count })),
    newText: text === '' ? [] : text.split('\n'),
    judged: judgedFacts(words, rules, item, width),
    keys: keyFacts(words, rules, item, width),
  }
}

function headFacts(words: Words, { row, message }: ReviewItem, place: string): Fact[] {
  const { texts } = words
  return [
    [texts.headId, `m${row.id} (c${row.conversationId}), ${place}`],
    [texts.headFrom, people(message.from, 80)],
    [texts.headDate, arrival(words, row)],
    [texts.headSubject, oneLine(message.subject, 100)],
    ...message.attachments
      .slice(0, ATTACHMENTS)
      .map(({ filename }): Fact => [texts.headAttachment, oneLine(filename ?? '-', 80)]),
  ]
}

function judgedFacts(words: Words, { rulebook }: Rules, { row, reasons }: ReviewItem, width: number): Fact[] {
  const { texts } = words
  const doubts = [
    ...(row.uncertain ? [texts.uncertain] : []),
    ...(row.mayBeComplaint ? [texts.mayBeComplaint] : []),
    ...(row.customerAmbiguous ? [texts.customerSeveral] : []),
  ]
  return [
    [texts.reviewSuggested, [caseAndMarks(words, row), percent(row.confidence), ...doubts].join(' – ')],
    ...(reasons.length === 0 ? [[texts.reviewReasons, texts.reviewNoReasons] satisfies Fact] : []),
    ...reasons.map((each, index): Fact => [
      index === 0 ? texts.reviewReasons : '',
      oneLine(`+${each.weight.toFixed(1)} ${evidenceText(words, rulebook, each, 60)}`, width),
    ]),
  ]
}

function keyFacts(words: Words, rules: Rules, { row, foreseen }: ReviewItem, width: number): Fact[] {
  const { texts, language } = words
  const follows = (decision: RetentionDecision) => outcome(words, rules, decision, width)
  return [
    ...foreseen.map(({ case: each, decision }): Fact => [
      `  ${CASES.indexOf(each) + 1} ${nameOf(language, 'messageCase', each)}`,
      follows(decision),
    ]),
    ['  a', texts.reviewKeyApprove],
    ...(row.retention === null ? [] : [['', follows({ ...row.retention, state: 'active' })] satisfies Fact]),
    ['  n', texts.reviewKeySkip],
    ['  u', texts.reviewKeyUndo],
    ['  q', texts.reviewKeyQuit],
  ]
}

function outcome(words: Words, { schedule }: Rules, decision: RetentionDecision, width: number): string {
  const why = explainRule(schedule, decision.rule)?.[words.language] ?? decision.rule
  const needsPerson = decision.state === 'review' ? [words.texts.reviewNeedsPerson] : []
  return oneLine([keptText(words, decision), ...needsPerson, why].join(' '), width)
}
