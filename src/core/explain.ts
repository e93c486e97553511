/** Says in words what spoke for and against: what the model's features of one message weigh, readably (P6). */
import { CASES, type Case, type Evidence } from './classification.ts'
import { bucketOf, GROUPS, type FeatureRow, type Group, type ReadFeatures, type ReadWord } from './features.ts'
import { CLASSES, groupFactor, type Model } from './model.ts'
import { QUOTE_LENGTH } from './rule-evidence.ts'
import { isCase, type Learned } from './rules.ts'

const SHOWN = 6
/** Log odds below which nothing is said. */
const SILENT = 0.05

/** What one thing says for each case asked about, in log odds against the average of all cases. */
type Voice = number[]
type Voices = ReadonlyMap<string, Voice>

/**
 * Evidence of the model for the given cases: what speaks for each, and against the first. Rules' evidence
 * gets the weight that the model gives it. `row` holds the hashes of the same features.
 */
export function explain(model: Model, { features, words }: ReadFeatures, row: FeatureRow, rules: readonly Evidence[], cases: readonly Case[]): Evidence[] {
  const asked = cases.map((one) => CASES.indexOf(one))
  const voicesOf = (group: Group, labels: readonly number[]): Voices => {
    const place = GROUPS.indexOf(group)
    const { factor, absolute } = groupFactor(row[place]!, place, model.rarity, model.scale)
    return new Map(features[group].map((name) => [name, voiceOf(model, bucketOf(place, name), factor, absolute, labels)]))
  }
  const groups: [Learned, Voices][] = [
    ['words', wordVoices(words, (group) => voicesOf(group, asked))],
    ['meanings', voicesOf('meaning', asked)],
    ['facts', voicesOf('fact', asked)],
    ['files', voicesOf('file', asked)],
    ['history', voicesOf('history', asked)],
  ]
  const learned = cases.flatMap((one, index) => groups.flatMap(([rule, said]) => [...spoken(rule, said, one, index, 1), ...(index === 0 ? spoken(rule, said, one, index, -1) : [])]))
  const ruleVoices = voicesOf('rule', [...CASES.keys()])
  return [...rules.map((one) => ({ ...one, weight: ruleWeight(ruleVoices, one) })), ...learned]
}

function spoken(rule: Learned, voices: Voices, one: Case, index: number, sign: 1 | -1): Evidence[] {
  const said: { text: string; weight: number }[] = []
  for (const [text, voice] of voices) if (voice[index]! * sign > 0) said.push({ text, weight: voice[index]! * sign })
  const weight = rounded(said.reduce((sum, each) => sum + each.weight, 0))
  if (weight < SILENT) return []
  said.sort((a, b) => b.weight - a.weight || (a.text < b.text ? -1 : 1))
  const text = said.slice(0, SHOWN).map((each) => each.text).join(', ')
  return [{ rule, for: one, weight: weight * sign, text: text.slice(0, QUOTE_LENGTH) }]
}

function ruleWeight(voices: Voices, { rule, for: speaksFor, weight }: Evidence): number {
  return isCase(speaksFor) ? rounded(voices.get(rule)?.[CASES.indexOf(speaksFor)] ?? 0) : weight
}

function voiceOf({ weights, rarity, temperature }: Model, bucket: number, factor: number, absolute: boolean, labels: readonly number[]): Voice {
  const value = (factor * (absolute ? 1 : rarity[bucket]!)) / temperature
  const base = bucket * CLASSES
  let sum = 0
  for (let one = 0; one < CLASSES; one += 1) sum += weights[base + one]!
  return labels.map((label) => (weights[base + label]! - sum / CLASSES) * value)
}

/** A word speaks by its stem, by its place in the subject and by its pieces, each shared with other words that have them. */
function wordVoices(words: readonly ReadWord[], voicesOf: (group: Group) => Voices): Voices {
  const [stems, subject, letters] = [voicesOf('word'), voicesOf('subject'), voicesOf('letters')]
  const sharers = new Map<string, number>()
  for (const { stem, pieces } of words) {
    sharers.set(` ${stem}`, (sharers.get(` ${stem}`) ?? 0) + 1)
    for (const piece of pieces) sharers.set(piece, (sharers.get(piece) ?? 0) + 1)
  }
  const said = new Map(voicesOf('pair'))
  for (const { word, stem, pieces } of words) {
    const sum: Voice = []
    const add = (voice: Voice | undefined, sharedBy: number) => voice?.forEach((weight, index) => (sum[index] = (sum[index] ?? 0) + weight / sharedBy))
    add(stems.get(stem), sharers.get(` ${stem}`) ?? 1)
    add(subject.get(stem), sharers.get(` ${stem}`) ?? 1)
    for (const piece of pieces) add(letters.get(piece), sharers.get(piece) ?? 1)
    said.set(word, sum)
  }
  return said
}

function rounded(weight: number): number {
  return Math.round(weight * 1000) / 1000
}
