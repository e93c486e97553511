/**
 * Judges one message by the rulebook: what each rule and word says is summed per case, the sums become
 * probabilities, and doubt is told. Every verdict carries what spoke for it (P6).
 */
import { CASES, MARKS, type Case, type Classification, type ConversationContext, type Evidence, type Mark } from './classification.ts'
import { featureScale, featuresOf, foldText, normaliseText } from './features.ts'
import type { Direction, Message } from './message.ts'
import { extractNewText } from './quoting.ts'
import { findIn, VOCABULARY_RULE, type Place, type Rulebook } from './rules.ts'

export type ClassifyInput = Pick<Message, 'from' | 'subject' | 'newText' | 'text' | 'attachments' | 'signs'> & {
  direction: Direction
  senderIsStaff: boolean
}

/** Characters an evidence quotes. */
const QUOTE_LENGTH = 80
const WORDS_SHOWN = 6
const ATTACHMENTS_SEEN = 50
const REPLY_PREFIX = /^(?:\s{0,5}(?:re|sv|vs|vb|aw|wg|fwd?|antw)\s?(?:\[\d{1,3}\])?:){1,20}/iu

interface Text {
  normalised: string
  folded: string
}

export function classify(message: ClassifyInput, context: ConversationContext, rulebook: Rulebook): Classification {
  const texts = textsOf(message)
  const scores = new Map<Case | Mark, number>(CASES.map((one, index) => [one, rulebook.vocabulary.bias[index] ?? 0]))
  const history = ruleEvidence(texts, rulebook, 'quotedText')
  const evidence = [...ruleEvidence(texts, rulebook, 'own'), ...vocabularyEvidence(texts, rulebook), ...contextEvidence(context, rulebook)]
  for (const { for: spoken, weight } of evidence) scores.set(spoken, (scores.get(spoken) ?? 0) + weight)

  const probabilities = softmax(CASES.map((one) => scores.get(one) ?? 0))
  const ranked = CASES.map((one, index) => ({ case: one, probability: probabilities[index] ?? 0 })).sort((a, b) => b.probability - a.probability)
  const [best, second] = ranked
  const guess = best?.case ?? 'other'
  const confidence = best?.probability ?? 0
  const empty = texts.newText.normalised === '' && texts.subject.normalised === ''
  const uncertain = confidence - (second?.probability ?? 0) < rulebook.thresholds.certainMargin
  const complaint = probabilities[CASES.indexOf('complaints')] ?? 0
  const threshold = guess === 'other' && !uncertain ? rulebook.thresholds.mayBeComplaintInOther : rulebook.thresholds.mayBeComplaint
  return {
    case: guess,
    marks: MARKS.filter((mark) => (mark === 'open-complaint' ? guess === 'complaints' || context.openComplaint : (scores.get(mark) ?? 0) >= rulebook.thresholds.mark)),
    confidence,
    uncertain: uncertain && !empty,
    mayBeComplaint: guess === 'complaints' || complaint >= threshold || history.some((one) => one.for === 'complaints' && one.weight > 0),
    evidence: [...evidence, ...history],
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

function textsOf(message: ClassifyInput): Record<Place, Text> {
  const quoted = message.text.length > message.newText.length ? extractNewText(message.text.slice(0, 200_000), { subject: message.subject }).quotedText : ''
  return {
    subject: textOf(message.subject.slice(0, 1000).replace(REPLY_PREFIX, '').trim()),
    newText: textOf(message.newText),
    quotedText: textOf(quoted),
    attachmentName: textOf(message.attachments.slice(0, ATTACHMENTS_SEEN).map((one) => (one.filename ?? '').slice(0, 200)).join(' | ')),
    sender: textOf(message.from.slice(0, 5).map((one) => `${one.name.slice(0, 200)} <${one.address.slice(0, 320)}>`).join(' ')),
    signs: textOf(signsText(message)),
  }
}

/** Facts about the sending as text that rules can match: `direction:incoming staff:no precedence:bulk …`. */
export function signsText(message: Pick<ClassifyInput, 'signs' | 'direction' | 'senderIsStaff' | 'attachments'>): string {
  const { signs } = message
  const facts = [`direction:${message.direction}`, `staff:${message.senderIsStaff ? 'yes' : 'no'}`, `attachments:${message.attachments.length}`]
  if (signs.autoSubmitted !== '') facts.push(`auto-submitted:${signs.autoSubmitted.slice(0, 60)}`)
  if (signs.precedence !== '') facts.push(`precedence:${signs.precedence.slice(0, 60)}`)
  if (signs.listId !== '') facts.push('list-id:yes')
  if (signs.listUnsubscribe !== '') facts.push('list-unsubscribe:yes')
  if (signs.returnPath.trim() === '<>') facts.push('return-path:empty')
  return facts.join(' ')
}

function textOf(text: string): Text {
  const normalised = normaliseText(text).trim()
  return { normalised, folded: foldText(normalised) }
}

/**
 * What the rules find in the message itself, or in its quoted history. History never decides the case
 * (that is about what is new), but a complaint seen only there makes the message one that may be.
 */
function ruleEvidence(texts: Record<Place, Text>, rulebook: Rulebook, part: 'own' | 'quotedText'): Evidence[] {
  const evidence: Evidence[] = []
  for (const rule of rulebook.rules) {
    const places = rule.where.filter((place) => (place === 'quotedText') === (part === 'quotedText'))
    if (places.length === 0) continue
    // An exception anywhere the rule looks silences it, so that a subject does not outvote the text.
    if (rule.exception !== null && places.some((place) => rule.exception?.test(texts[place].normalised))) continue
    for (const place of places) {
      const { normalised, folded } = texts[place]
      const found = normalised === '' ? null : findIn(rule, normalised, folded)
      if (found === null) continue
      evidence.push({ rule: rule.name, for: rule.for, weight: rule.weight, text: quoteAt(normalised, found.index, found[0].length) })
      break
    }
  }
  return evidence
}

/** One entry a case, quoting the words that said most; their weights are summed. */
function vocabularyEvidence(texts: Record<Place, Text>, rulebook: Rulebook): Evidence[] {
  const { features, words } = featuresOf(`${texts.subject.normalised} ${texts.newText.normalised}`)
  const scale = featureScale(words)
  const sums = CASES.map(() => 0)
  const said: { feature: string; weights: readonly number[] }[] = []
  for (const feature of features) {
    const weights = rulebook.vocabulary.words.get(feature)
    if (weights === undefined) continue
    said.push({ feature, weights })
    weights.forEach((weight, index) => (sums[index] = (sums[index] ?? 0) + weight * scale))
  }
  return CASES.flatMap((one, index) => {
    const weight = Math.round((sums[index] ?? 0) * 1000) / 1000
    if (weight === 0) return []
    const towards = said
      .map(({ feature, weights }) => ({ feature, weight: (weights[index] ?? 0) * Math.sign(weight) }))
      .filter((spoken) => spoken.weight > 0)
      .sort((a, b) => b.weight - a.weight || (a.feature < b.feature ? -1 : 1))
      .slice(0, WORDS_SHOWN)
    return [{ rule: VOCABULARY_RULE, for: one, weight, text: towards.map((spoken) => spoken.feature.replace('_', ' ')).join(', ').slice(0, QUOTE_LENGTH) }]
  })
}

function contextEvidence(context: ConversationContext, rulebook: Rulebook): Evidence[] {
  const evidence: Evidence[] = []
  const before = context.earlierCases.at(-1)
  if (before !== undefined && rulebook.context.sameCase !== 0) {
    evidence.push({ rule: 'context-same-case', for: before, weight: rulebook.context.sameCase, text: before })
  }
  if ((context.openComplaint || context.earlierCases.includes('complaints')) && rulebook.context.complaintConversation !== 0) {
    evidence.push({ rule: 'context-complaint', for: 'complaints', weight: rulebook.context.complaintConversation, text: 'complaints' })
  }
  return evidence
}

/** The words that matched, with a little of what follows, at most QUOTE_LENGTH characters. */
function quoteAt(text: string, at: number, length: number): string {
  const end = text.indexOf(' ', at + length)
  return text.slice(at, Math.min(end < 0 ? text.length : end, at + QUOTE_LENGTH)).trim()
}

function softmax(scores: readonly number[]): number[] {
  const highest = Math.max(...scores)
  const powers = scores.map((score) => Math.exp(score - highest))
  const sum = powers.reduce((total, power) => total + power, 0)
  return powers.map((power) => power / sum)
}

