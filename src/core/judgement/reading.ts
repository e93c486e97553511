/**
 * What a message says by itself: everything that needs neither its conversation nor the archive, so that many
 * can be read side by side. Plain data, fit to be sent from one thread to another.
 */
import { CASES, type Evidence } from '../classification.ts'
import { namedVoices, speechesOf, weighRules, type Speech, type Voices } from './explain.ts'
import { featuresOf, withFacts } from './features.ts'
import { contextFactsOf, lengthOf } from './message-facts.ts'
import type { Direction } from '../message/message.ts'
import { scoresOfFeatures, softmax } from './model.ts'
import { placesOf, quotedTextOf, type ClassifyInput } from './places.ts'
import { headerBlockAt } from '../quoting/quoting-lines.ts'
import { extractNewText } from '../quoting/quoting.ts'
import { ruleEvidence } from './rule-evidence.ts'
import type { TrainedRulebook } from './rules.ts'

export interface Reading {
  direction: Direction
  /** Neither subject nor new text. */
  empty: boolean
  /** How long the new text is, see `lengthOf`. */
  length: string
  /** What rules found in the message, and in its quoted history. */
  own: Evidence[]
  history: Evidence[]
  /** The same, weighed as the model does. */
  weighed: Evidence[]
  /** Log odds by case, in the order of CASES, without what the conversation adds. */
  scores: number[]
  /** Buckets of the facts that are counted in the scores. */
  facts: Uint32Array
  factVoices: Voices
  speeches: Speech[]
  /** A message in the quoted history may be a complaint. */
  historyMayBeComplaint: boolean
}

const NO_CONTEXT = { earlierCases: [], openComplaint: false }
const DEEPEST = 6
const NO_SIGNS = {
  autoSubmitted: '',
  precedence: '',
  listId: '',
  listUnsubscribe: '',
  returnPath: '',
  authenticationResults: [],
}
const COMPLAINTS = CASES.indexOf('complaints')

export function readMessage(message: ClassifyInput, rulebook: TrainedRulebook): Reading {
  const quoted = quotedTextOf(message)
  const places = placesOf(message, quoted)
  const own = ruleEvidence(places, rulebook, 'own')
  const history = ruleEvidence(places, rulebook, 'quotedText')
  const { model } = rulebook
  const features = featuresOf(
    message,
    places,
    [...own, ...history].map((one) => one.rule),
    rulebook.meanings,
  )
  return {
    direction: message.direction,
    empty: places.newText.normalised === '' && places.subject.normalised === '',
    length: lengthOf(places.newText.normalised),
    own,
    history,
    weighed: weighRules(model, [...own, ...history]),
    scores: scoresOfFeatures(model, features),
    facts: features.buckets.fact,
    factVoices: namedVoices(model, features, 'fact'),
    speeches: speechesOf(model, features),
    historyMayBeComplaint: historyMayBeComplaint(quoted, history, rulebook),
  }
}

/**
 * History never decides the case, which is about what is new. But a complaint seen only there, in a
 * conversation whose earlier mail we may not have, keeps the message from being purged by itself.
 */
function historyMayBeComplaint(quotedText: string, history: readonly Evidence[], rulebook: TrainedRulebook): boolean {
  if (history.some((one) => one.for === 'complaints')) return true
  return quotedMessages(quotedText).some((quoted) => mayBeComplaint(quoted, rulebook))
}

function mayBeComplaint(quoted: ClassifyInput, rulebook: TrainedRulebook): boolean {
  const texts = placesOf(quoted)
  const rules = ruleEvidence(texts, rulebook, 'own').map((one) => one.rule)
  const features = withFacts(
    featuresOf(quoted, texts, rules, rulebook.meanings),
    contextFactsOf(quoted.direction, lengthOf(texts.newText.normalised), NO_CONTEXT),
  )
  return softmax(scoresOfFeatures(rulebook.model, features))[COMPLAINTS]! >= rulebook.thresholds.mayBeComplaintInHistory
}

/**
 * The messages inside quoted history, each as if it had come by itself, newest first. Who wrote them is not known: they
 * count as incoming, without subject and attachments.
 */
export function quotedMessages(history: string): ClassifyInput[] {
  const quoted: ClassifyInput[] = []
  let quotedText = history
  while (quotedText !== '' && quoted.length < DEEPEST) {
    const inner = extractNewText(withoutHeader(quotedText))
    const { newText } = inner
    if (newText !== '')
      quoted.push({
        from: [],
        subject: '',
        text: newText,
        newText,
        attachments: [],
        signs: NO_SIGNS,
        direction: 'incoming',
        senderIsStaff: false,
      })
    if (inner.quotedText.length >= quotedText.length) break
    quotedText = inner.quotedText
  }
  return quoted
}

/** History that Outlook wrote begins with From, Sent, To, Subject, which are not the quoted writer's words. */
function withoutHeader(text: string): string {
  const lines = text.split('\n')
  return lines.slice(headerBlockAt(lines, 0)).join('\n')
}
