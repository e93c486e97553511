/** Says in words what spoke for and against: what the model's features of one message weigh, readably (P6). */
import { CASES, type Case, type Evidence } from './classification.ts'
import { BUCKETS, bucketOf, GROUPS, type Group } from './feature-space.ts'
import type { Features } from './features.ts'
import { CLASSES, groupFactor, type GroupFactor, type Model } from './model.ts'
import type { ReadWord } from './read-words.ts'
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

/** What words, meanings, files and history say. Facts are told apart: the conversation adds to them. */
export function speechesOf(model: Model, features: Features): Speech[] {
  return [
    speech('words', wordVoices(model, features)),
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
  names.forEach((name, at) => { addVoice(model, bucketOf(place, name), { factor: model.scale.fact, absolute: true }, says, at * CLASSES, 1) })
  return { names, says }
}

export function joined(one: Voices, other: Voices): Voices {
  const says = new Float32Array(one.says.length + other.says.length)
  says.set(one.says)
  says.set(other.says, one.says.length)
  return { names: [...one.names, ...other.names], says }
}

/** Evidence of the model for the given cases: what speaks for each, and against the first. */
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
    addVoice(model, bucketOf(place, one.rule), { factor: model.scale.rule, absolute: true }, says, 0, 1)
    return { ...one, weight: rounded(says[CASES.indexOf(one.for)]!) }
  })
}

/** The loudest of each, for and against every case. */
export function speech(rule: Learned, { names, says }: Voices): Speech {
  const loudest = (label: number, sign: 1 | -1): Said => {
    let sum = 0
    const top: { name: string; weight: number }[] = []
    for (let at = 0; at < names.length; at += 1) {
      const weight = says[at * CLASSES + label]! * sign
      if (weight <= 0) continue
      sum += weight
      if (top.length === SHOWN && weight <= top[SHOWN - 1]!.weight) continue
      const place = top.findIndex((one) => weight > one.weight)
      top.splice(place < 0 ? top.length : place, 0, { name: names[at]!, weight })
      if (top.length > SHOWN) top.pop()
    }
    const weight = rounded(sum)
    return weight < SILENT ? null : { weight, text: top.map((one) => one.name).join(', ').slice(0, QUOTE_LENGTH) }
  }
  return { rule, for: CASES.map((_, label) => loudest(label, 1)), against: CASES.map((_, label) => loudest(label, -1)) }
}

/** What the features of a group that have names of their own say. */
export function namedVoices(model: Model, { row, names }: Pick<Features, 'row' | 'names'>, group: keyof Features['names']): Voices {
  const place = GROUPS.indexOf(group)
  const buckets = row[place]!
  const factor = groupFactor(buckets, place, model.rarity, model.scale)
  const says = new Float32Array(buckets.length * CLASSES)
  buckets.forEach((bucket, at) => { addVoice(model, bucket, factor, says, at * CLASSES, 1) })
  return { names: names[group], says }
}

/** Scratch of `wordVoices`: how many words share a bucket. Zero between calls. */
const sharers = new Uint16Array(BUCKETS)

/** A word speaks by its stem, by its place in the subject and by its pieces, each shared with other words that have them. */
function wordVoices(model: Model, { row, words, pairs }: Features): Voices {
  const factorOf = (group: Group): GroupFactor => groupFactor(row[GROUPS.indexOf(group)]!, GROUPS.indexOf(group), model.rarity, model.scale)
  const [stem, subject, letters, pair] = [factorOf('word'), factorOf('subject'), factorOf('letters'), factorOf('pair')]
  const inSubject = new Set(row[GROUPS.indexOf('subject')])
  const says = new Float32Array((words.length + pairs.length) * CLASSES)
  forEachBucket(words, (bucket) => (sharers[bucket]! += 1))
  words.forEach((word, at) => {
    const place = at * CLASSES
    const sharedBy = sharers[word.asWord]!
    addVoice(model, word.asWord, stem, says, place, sharedBy)
    if (inSubject.has(word.asSubject)) addVoice(model, word.asSubject, subject, says, place, sharedBy)
    for (const piece of word.pieces) addVoice(model, piece, letters, says, place, sharers[piece]!)
  })
  forEachBucket(words, (bucket) => (sharers[bucket] = 0))
  const pairBuckets = row[GROUPS.indexOf('pair')]!
  pairBuckets.forEach((bucket, at) => { addVoice(model, bucket, pair, says, (words.length + at) * CLASSES, 1) })
  return { names: [...words.map((one) => one.word), ...pairs.map(([first, second]) => `${first.stem} ${second.stem}`)], says }
}

/** Buckets that several words may share: stems and pieces. */
function forEachBucket(words: readonly ReadWord[], visit: (bucket: number) => void): void {
  for (const { asWord, pieces } of words) {
    visit(asWord)
    for (const piece of pieces) visit(piece)
  }
}

function addVoice({ weights, rarity, temperature }: Model, bucket: number, { factor, absolute }: GroupFactor, says: Float32Array, place: number, sharedBy: number): void {
  const value = (factor * (absolute ? 1 : rarity[bucket]!)) / temperature / sharedBy
  const base = bucket * CLASSES
  let sum = 0
  for (let one = 0; one < CLASSES; one += 1) sum += weights[base + one]!
  for (let one = 0; one < CLASSES; one += 1) says[place + one]! += (weights[base + one]! - sum / CLASSES) * value
}

function rounded(weight: number): number {
  return Math.round(weight * 1000) / 1000
}
