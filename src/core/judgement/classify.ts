/**
 * Judges one message: rules and learned model together give each case a probability, marks are set by
 * rules, and doubt is reported. Every verdict carries its evidence (P6).
 */
import {
  CASES,
  MARKS,
  type Case,
  type Classification,
  type ConversationContext,
  type Evidence,
  type Mark,
} from '../classification.ts'
import { explain, factVoices, joined, speech } from './explain.ts'
import { contextFactsOf } from './message-facts.ts'
import { CLASSES, softmax } from './model.ts'
import type { ClassifyInput } from './places.ts'
import { readMessage, type Reading } from './reading.ts'
import type { TrainedRulebook } from './rules.ts'

/** Probability of a case that a hard rule settled. */
const SETTLED = 0.99
const COMPLAINTS = CASES.indexOf('complaints')

export function classify(
  message: ClassifyInput,
  context: ConversationContext,
  rulebook: TrainedRulebook,
): Classification {
  return judge(readMessage(message, rulebook), context, rulebook)
}

/**
 * The verdict on a message read before, at its place in the conversation. `rulebook` must be the one it was read
 * with.
 */
export function judge(reading: Reading, context: ConversationContext, rulebook: TrainedRulebook): Classification {
  const { thresholds, model } = rulebook
  const added = factVoices(model, contextFactsOf(reading.direction, reading.length, context), reading.facts)
  // Voices are scores less what all cases have in common, which no probability depends on.
  const scores = reading.scores.map((score, label) =>
    added.names.reduce((sum, _, at) => sum + added.says[at * CLASSES + label]!, score),
  )
  const probabilities = settle(softmax(scores), reading.own, rulebook)

  const ranked = CASES.map((one, index) => ({ case: one, probability: probabilities[index]! })).sort(
    (a, b) => b.probability - a.probability,
  )
  const [best, second] = ranked as [(typeof ranked)[number], (typeof ranked)[number]]
  const guess = best.case
  const speaking = [...new Set<Case>([guess, second.case, 'complaints'])]
  const marks = marksOf(reading.own, guess, context, rulebook)
  // An automatic reply belongs to no case, but what it answers may be a complaint, and it may say so.
  const answersComplaint =
    marks.includes('auto-reply') && reading.own.some((one) => one.for === 'complaints' && one.weight > 0)
  return {
    case: guess,
    marks,
    confidence: best.probability,
    uncertain: best.probability - second.probability < thresholds.certainMargin && !reading.empty,
    mayBeComplaint:
      guess === 'complaints' ||
      probabilities[COMPLAINTS]! >= thresholds.mayBeComplaint ||
      answersComplaint ||
      reading.historyMayBeComplaint,
    evidence: [
      ...reading.weighed,
      ...explain([...reading.speeches, speech('facts', joined(reading.factVoices, added))], speaking),
    ],
    rulebook: rulebook.version,
  }
}

/** A complaint is in the conversation, by best guess. */
export function isComplaintConversation(classifications: readonly Pick<Classification, 'case'>[]): boolean {
  return classifications.some((one) => one.case === 'complaints')
}

/** The safe reading: some message could be a complaint, so the conversation must not be purged by itself. */
export function conversationMayBeComplaint(
  classifications: readonly Pick<Classification, 'case' | 'mayBeComplaint'>[],
): boolean {
  return classifications.some((one) => one.mayBeComplaint || one.case === 'complaints')
}

/** A hard rule outranks the model; where hard rules for different cases match, none does. */
function settle(probabilities: number[], own: readonly Evidence[], { rules }: TrainedRulebook): number[] {
  const hard = new Set(
    rules.filter((rule) => rule.hard && own.some((one) => one.rule === rule.name)).map((rule) => rule.for),
  )
  const [only] = hard
  if (only === undefined || hard.size > 1) return probabilities
  const settled = CASES.findIndex((one) => one === only)
  const rest = 1 - probabilities[settled]!
  return probabilities.map((one, index) =>
    index === settled ? Math.max(one, SETTLED) : rest === 0 ? 0 : (one / rest) * Math.min(rest, 1 - SETTLED),
  )
}

function marksOf(
  own: readonly Evidence[],
  guess: Case,
  context: ConversationContext,
  { thresholds }: TrainedRulebook,
): Mark[] {
  const said = (mark: Mark) => own.reduce((sum, one) => sum + (one.for === mark ? one.weight : 0), 0)
  return MARKS.filter((mark) =>
    mark === 'open-complaint' ? guess === 'complaints' || context.openComplaint : said(mark) >= thresholds.mark,
  )
}
