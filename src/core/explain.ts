/** Says in words what spoke for and against: what the model's features of one message weigh, readably (P6). */
import { CASES, type Case, type Evidence } from './classification.ts'
import { bucketOf, GROUPS, piecesOf, rowOf, stemOf, type Features, type Group, type ReadFeatures } from './features.ts'
import { CLASSES, groupFactor, type Model } from './model.ts'
import { QUOTE_LENGTH } from './rule-evidence.ts'
import { isCase, type Learned } from './rules.ts'

const SHOWN = 6
/** Log odds below which nothing is said. */
const SILENT = 0.05

/** What one thing says for each case, in log odds against the average of all cases. */
type Voices = Map<string, number[]>

/**
 * Evidence of the model for the given cases: what speaks for each, and against the first. Rules' evidence
 * gets the weight that the model gives it.
 */
export function explain(model: Model, { features, words }: ReadFeatures, rules: readonly Evidence[], cases: readonly Case[]): Evidence[] {
  const voices = groupVoices(model, features)
  const groups: [Learned, Voices][] = [
    ['words', wordVoices(voices, words)],
    ['meanings', voices.meaning],
    ['facts', voices.fact],
    ['files', voices.file],
    ['history', voices.history],
  ]
  const learned = cases.flatMap((one, index) => groups.flatMap(([rule, said]) => [...spoken(rule, said, one, 1), ...(index === 0 ? spoken(rule, said, one, -1) : [])]))
  return [...rules.map((one) => ({ ...one, weight: ruleWeight(voices.rule, one) })), ...learned]
}

function spoken(rule: Learned, voices: Voices, one: Case, sign: 1 | -1): Evidence[] {
  const index = CASES.indexOf(one)
  const said = [...voices].map(([text, weights]) => ({ text, weight: weights[index]! * sign })).filter(({ weight }) => weight > 0)
  const weight = rounded(said.reduce((sum, each) => sum + each.weight, 0))
  if (weight < SILENT) return []
  said.sort((a, b) => b.weight - a.weight || (a.text < b.text ? -1 : 1))
  const text = said.slice(0, SHOWN).map((each) => each.text).join(', ')
  return [{ rule, for: one, weight: weight * sign, text: text.slice(0, QUOTE_LENGTH) }]
}

function ruleWeight(voices: Voices, { rule, for: speaksFor, weight }: Evidence): number {
  return isCase(speaksFor) ? rounded(voices.get(rule)?.[CASES.indexOf(speaksFor)] ?? 0) : weight
}

function groupVoices(model: Model, features: Features): Record<Group, Voices> {
  const row = rowOf(features)
  const voices = GROUPS.map((group, place): [Group, Voices] => {
    const { factor, absolute } = groupFactor(row[place]!, place, model.rarity, model.scale)
    return [group, new Map(features[group].map((name) => [name, voiceOf(model, bucketOf(place, name), factor, absolute)]))]
  })
  return Object.fromEntries(voices) as Record<Group, Voices>
}

function voiceOf(model: Model, bucket: number, factor: number, absolute: boolean): number[] {
  const value = (factor * (absolute ? 1 : model.rarity[bucket]!)) / model.temperature
  const weights = model.weights.subarray(bucket * CLASSES, (bucket + 1) * CLASSES)
  const mean = weights.reduce((sum, weight) => sum + weight, 0) / CLASSES
  return Array.from(weights, (weight) => (weight - mean) * value)
}

/** A word speaks by its stem, by its place in the subject and by its pieces, each shared with other words that have them. */
function wordVoices(voices: Record<Group, Voices>, words: readonly string[]): Voices {
  const parts = words.map((word) => ({ word, stem: stemOf(word), pieces: piecesOf(word) }))
  const sharers = new Map<string, number>()
  for (const { stem, pieces } of parts) for (const part of [` ${stem}`, ...new Set(pieces)]) sharers.set(part, (sharers.get(part) ?? 0) + 1)
  const said: Voices = new Map(voices.pair)
  for (const { word, stem, pieces } of parts) {
    const sum = new Array<number>(CLASSES).fill(0)
    const add = (voice: readonly number[] | undefined, sharedBy: number) => voice?.forEach((weight, index) => (sum[index]! += weight / sharedBy))
    const together = sharers.get(` ${stem}`) ?? 1
    add(voices.word.get(stem), together)
    add(voices.subject.get(stem), together)
    for (const piece of new Set(pieces)) add(voices.letters.get(piece), sharers.get(piece) ?? 1)
    said.set(word, sum)
  }
  return said
}

function rounded(weight: number): number {
  return Math.round(weight * 1000) / 1000
}
