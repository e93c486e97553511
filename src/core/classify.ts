/**
 * Judges one message: rules and learned model together give each case a probability, marks are set by
 * rules, and doubt is told. Every verdict carries what spoke for it (P6).
 */
import { CASES, MARKS, type Case, type Classification, type ConversationContext, type Evidence, type Mark } from './classification.ts'
import { explain } from './explain.ts'
import { featuresOf, rowOf } from './features.ts'
import { probabilitiesOf } from './model.ts'
import { placesOf, type ClassifyInput, type Places } from './places.ts'
import { quotedMessages } from './quoted-messages.ts'
import { ruleEvidence } from './rule-evidence.ts'
import type { TrainedRulebook } from './rules.ts'

/** Probability of a case that a hard rule settled. */
const SETTLED = 0.99
const COMPLAINTS = CASES.indexOf('complaints')

export function classify(message: ClassifyInput, context: ConversationContext, rulebook: TrainedRulebook): Classification {
  const { thresholds, model } = rulebook
  const places = placesOf(message)
  const own = ruleEvidence(places, rulebook, 'own')
  const history = ruleEvidence(places, rulebook, 'quotedText')
  const read = featuresOf(message, places, context, [...own, ...history].map((one) => one.rule), rulebook.meanings)
  const row = rowOf(read.features)
  const probabilities = settle(probabilitiesOf(model, row), own, rulebook)

  const ranked = CASES.map((one, index) => ({ case: one, probability: probabilities[index]! })).sort((a, b) => b.probability - a.probability)
  const [best, second] = ranked as [(typeof ranked)[number], (typeof ranked)[number]]
  const guess = best.case
  const empty = places.newText.normalised === '' && places.subject.normalised === ''
  const speaking = [...new Set<Case>([guess, second.case, 'complaints'])]
  const marks = marksOf(own, guess, context, rulebook)
  // An automatic reply belongs to no case, but what it answers may be a complaint, and it may say so.
  const answersComplaint = marks.includes('auto-reply') && own.some((one) => one.for === 'complaints' && one.weight > 0)
  return {
    case: guess,
    marks,
    confidence: best.probability,
    uncertain: best.probability - second.probability < thresholds.certainMargin && !empty,
    mayBeComplaint:
      guess === 'complaints' || probabilities[COMPLAINTS]! >= thresholds.mayBeComplaint || answersComplaint || historyMayBeComplaint(message, places, history, rulebook),
    evidence: explain(model, read, row, [...own, ...history], speaking),
    rulebook: rulebook.version,
  }
}

/** A complaint is in the conversation, by best guess. */
export function isComplaintConversation(classifications: readonly Pick<Classification, 'case'>[]): boolean {
  return classifications.some((one) => one.case === 'complaints')
}

/** The safe reading: some message could be a complaint, so the conversation must not be purged by itself. */
export function conversationMayBeComplaint(classifications: readonly Pick<Classification, 'case' | 'mayBeComplaint'>[]): boolean {
  return classifications.some((one) => one.mayBeComplaint || one.case === 'complaints')
}

/** A hard rule outranks the model; where two of different cases speak, neither does. */
function settle(probabilities: number[], own: readonly Evidence[], { rules }: TrainedRulebook): number[] {
  const hard = new Set(rules.filter((rule) => rule.hard && own.some((one) => one.rule === rule.name)).map((rule) => rule.for))
  const [only] = hard
  if (only === undefined || hard.size > 1) return probabilities
  const settled = CASES.findIndex((one) => one === only)
  const rest = 1 - probabilities[settled]!
  return probabilities.map((one, index) => (index === settled ? Math.max(one, SETTLED) : rest === 0 ? 0 : (one / rest) * Math.min(rest, 1 - SETTLED)))
}

function marksOf(own: readonly Evidence[], guess: Case, context: ConversationContext, { thresholds }: TrainedRulebook): Mark[] {
  const said = (mark: Mark) => own.reduce((sum, one) => sum + (one.for === mark ? one.weight : 0), 0)
  return MARKS.filter((mark) => (mark === 'open-complaint' ? guess === 'complaints' || context.openComplaint : said(mark) >= thresholds.mark))
}

/**
 * History never decides the case, which is about what is new. But a complaint seen only there, in a
 * conversation whose earlier mail we may not have, keeps the message from being purged by itself.
 */
function historyMayBeComplaint(message: ClassifyInput, places: Places, history: readonly Evidence[], rulebook: TrainedRulebook): boolean {
  if (places.quotedText.normalised === '') return false
  if (history.some((one) => one.for === 'complaints')) return true
  return quotedMessages(message).some((quoted) => {
    const texts = placesOf(quoted)
    const rules = ruleEvidence(texts, rulebook, 'own').map((one) => one.rule)
    const { features } = featuresOf(quoted, texts, { earlierCases: [], openComplaint: false }, rules, rulebook.meanings)
    return probabilitiesOf(rulebook.model, rowOf(features))[COMPLAINTS]! >= rulebook.thresholds.mayBeComplaintInHistory
  })
}
