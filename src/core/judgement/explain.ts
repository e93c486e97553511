/** Says in words what spoke for and against: what the model's features of one message weigh, readably (P6). */
import { CASES, type Case, type Evidence } from '../classification.ts'
import { bucketOf, GROUPS } from './feature-space.ts'
import type { Features, NamedGroup } from './features.ts'
import { CLASSES, groupFactor, wordFactors, wordShares, type GroupFactor, type Model } from './model.ts'
import { QUOTE_LENGTH } from './rule-evidence.ts'
import { isCase, type Learned } from './rules.ts'

const SHOWN = 6
/** Log odds below which nothing is said. */
const SILENT = 0.05

/** What named things say: CLASSES numbers each, in log odds against the average of all cases. */
export interface Voices {
  names: string[]
  says: Float32Array
}

/** What one kind of feature says for a case, or against it; null when next to nothing. */
export type Said = { weight: number; text: string } | null

/** What one kind of feature says of every case, in the order of CASES. */
export interface Speech {
  rule: Learned
  for: Said[]
  against: Said[]
}

/** What words, meanings, files and history weigh. Facts are handled apart: the conversation adds to them. */
export function speechesOf(model: Model, features: Features): Speech[] {
  return [
    wordSpeech(model, features),
    speech('meanings', namedVoices(model, features, 'meaning')),
    speech('files', namedVoices(model, features, 'file')),
    speech('history', namedVoices(model, features, 'history')),
  ]
}

/** What facts that the conversation adds say, those left out whose buckets are in `known`. */
export function factVoices(model: Model, facts: readonly string[], known: Uint32Array): Voices {
  const place = GROUPS.indexOf('fact')
  const names = facts.filter((name) => !known.includes(bucketOf(place, name)))
  const says = new Float32Array(names.length * CLASSES)
  names.forEach((name, at) => {
    addVoice(model, bucketOf(place, name), { factor: model.scale.fact, absolute: true }, says, at * CLASSES)
  })
  return { names, says }
}

export function joined(one: Voices, other: Voices): Voices {
  const says = new Float32Array(one.says.length + other.says.length)
  says.set(one.says)
  says.set(other.says, one.says.length)
  return { names: [...one.names, ...other.names], says }
}

/** Evidence of the model: for each of the given cases, and against the first. */
export function explain(speeches: readonly Speech[], cases: readonly Case[]): Evidence[] {
  return cases.flatMap((one, index) => {
    const place = CASES.indexOf(one)
    return speeches.flatMap(({ rule, for: pro, against }) => [
      ...evidence(rule, one, pro[place] ?? null, 1),
      ...(index === 0 ? evidence(rule, one, against[place] ?? null, -1) : []),
    ])
  })
}

function evidence(rule: Learned, one: Case, said: Said, sign: 1 | -1): Evidence[] {
  return said === null ? [] : [{ rule, for: one, weight: said.weight * sign, text: said.text }]
}

/** Rules' evidence with the weight that the model gives it. */
export function weighRules(model: Model, found: readonly Evidence[]): Evidence[] {
  const place = GROUPS.indexOf('rule')
  return found.map((one) => {
    if (!isCase(one.for)) return one
    const says = new Float32Array(CLASSES)
    addVoice(model, bucketOf(place, one.rule), { factor: model.scale.rule, absolute: true }, says, 0)
    return { ...one, weight: rounded(says[CASES.indexOf(one.for)]!) }
  })
}

/** The loudest of each, for and against every case. */
export function speech(rule: Learned, { names, says }: Voices): Speech {
  return loudest(rule, says, (at) => names[at]!)
}

function loudest(rule: Learned, says: Float32Array, nameOf: (at: number) => string): Speech {
  const tops = Array.from({ length: 2 * CLASSES }, () => new Loudest())
  for (let at = 0; at * CLASSES < says.length; at += 1) {
    for (let label = 0; label < CLASSES; label += 1) {
      const weight = says[at * CLASSES + label]!
      if (weight > 0) tops[label]!.hear(at, weight)
      else if (weight < 0) tops[CLASSES + label]!.hear(at, -weight)
    }
  }
  const said = tops.map((top) => top.said(nameOf))
  return { rule, for: said.slice(0, CLASSES), against: said.slice(CLASSES) }
}

/** The sum of all weights, and the SHOWN largest, the largest first; of equals the earlier. */
class Loudest {
  #sum = 0
  readonly #weights = new Float64Array(SHOWN)
  readonly #places = new Int32Array(SHOWN).fill(-1)

  hear(place: number, weight: number): void {
    this.#sum += weight
    if (weight <= this.#weights[SHOWN - 1]!) return
    let at = SHOWN - 1
    for (; at > 0 && weight > this.#weights[at - 1]!; at -= 1) {
      this.#weights[at] = this.#weights[at - 1]!
      this.#places[at] = this.#places[at - 1]!
    }
    this.#weights[at] = weight
    this.#places[at] = place
  }

  said(nameOf: (at: number) => string): Said {
    const weight = rounded(this.#sum)
    if (weight < SILENT) return null
    return {
      weight,
      text: Array.from(
        this.#places.filter((place) => place >= 0),
        nameOf,
      )
        .join(', ')
        .slice(0, QUOTE_LENGTH),
    }
  }
}

/** What the features of a group that have names of their own say. */
export function namedVoices(
  model: Model,
  { buckets, names }: Pick<Features, 'buckets' | 'names'>,
  group: NamedGroup,
): Voices {
  const factor = groupFactor(buckets[group], group, model)
  const says = new Float32Array(buckets[group].length * CLASSES)
  buckets[group].forEach((bucket, at) => {
    addVoice(model, bucket, factor, says, at * CLASSES)
  })
  return { names: names[group], says }
}

/** A word weighs by its stem, its letters and its place in the subject; pairs of words come after them. */
function wordSpeech(model: Model, { buckets, words, pairs }: Features): Speech {
  const factors = wordFactors(model, words)
  const says = new Float32Array((words.length + pairs.length) * CLASSES)
  const subject = groupFactor(buckets.subject, 'subject', model)
  // Words of one stem in the subject are one feature: its weight is given to the first.
  const unsaid = new Set(buckets.subject)
  words.forEach((one, at) => {
    const { word, letters } = wordShares(model, one)
    const place = at * CLASSES
    for (let label = 0; label < CLASSES; label += 1)
      says[place + label] =
        (factors.word * word.says[label]! + factors.letters * letters.says[label]!) / model.temperature
    centre(says, place)
    if (unsaid.delete(one.asSubject)) addVoice(model, one.asSubject, subject, says, place)
  })
  const pair = groupFactor(buckets.pair, 'pair', model)
  buckets.pair.forEach((bucket, at) => {
    addVoice(model, bucket, pair, says, (words.length + at) * CLASSES)
  })
  return loudest('words', says, (at) => {
    const [first, second] = pairs[at - words.length] ?? []
    return first === undefined || second === undefined ? words[at]!.word : `${first.stem} ${second.stem}`
  })
}

/** Takes away what all cases have in common. */
function centre(says: Float32Array, place: number): void {
  let sum = 0
  for (let one = 0; one < CLASSES; one += 1) sum += says[place + one]!
  for (let one = 0; one < CLASSES; one += 1) says[place + one]! -= sum / CLASSES
}

function addVoice(
  { weights, rarity, temperature }: Model,
  bucket: number,
  { factor, absolute }: GroupFactor,
  says: Float32Array,
  place: number,
): void {
  const value = (factor * (absolute ? 1 : rarity[bucket]!)) / temperature
  const base = bucket * CLASSES
  let sum = 0
  for (let one = 0; one < CLASSES; one += 1) sum += weights[base + one]!
  for (let one = 0; one < CLASSES; one += 1) says[place + one]! += (weights[base + one]! - sum / CLASSES) * value
}

function rounded(weight: number): number {
  return Math.round(weight * 1000) / 1000
}
