/**
 * What the learned model sees of a message: features in groups. While a message is judged they keep their
 * names, so that a verdict can cite them; what is stored or shipped is their hashes only.
 */
import { bucketOf, BUCKETS, GROUPS, type FeatureRow, type Group } from './feature-space.ts'
import type { Meanings } from './meanings.ts'
import { factsOf } from './message-facts.ts'
import type { ClassifyInput, Places } from './places.ts'
import { meaningsIn, pairBucket, readWords, type ReadWord } from './read-words.ts'

/** Groups whose features have names of their own; those of the others are made of words. */
export type NamedGroup = Extract<Group, 'history' | 'file' | 'fact' | 'rule' | 'meaning'>

/** Features of a message by itself. What its conversation adds are facts: `contextFactsOf`. */
export interface Features {
  row: FeatureRow
  /** Distinct words, subject first. */
  words: ReadWord[]
  /** Pairs of neighbours, one for each bucket of the group. */
  pairs: [ReadWord, ReadWord][]
  /** A name for each bucket of the group. */
  names: Record<NamedGroup, string[]>
}

/** Distinct words that count: bounds the work on a hostile text. */
const WORDS_COUNTED = 1_500
const HISTORY_WORDS = 300
const LETTERS_MOST = 4_000

export function featuresOf(message: ClassifyInput, places: Places, rules: readonly string[], meanings: Meanings): Features {
  const subject = readWords(places.subject.folded, HISTORY_WORDS, meanings)
  const all = [...subject, ...readWords(places.newText.folded, WORDS_COUNTED, meanings)]
  const words = [...new Map(all.map((one) => [one.word, one])).values()]
  const history = readWords(places.quotedText.folded, HISTORY_WORDS, meanings)
  const files = readWords(places.attachmentName.folded, HISTORY_WORDS, meanings)
  const pairs: [ReadWord, ReadWord][] = []
  const names: Features['names'] = { history: [], file: [], fact: [], rule: [], meaning: [] }
  const row: Record<Group, Uint32Array> = {
    word: distinct((add) => words.forEach((one) => add(one.asWord))),
    pair: distinct((add) => {
      for (let at = 1; at < all.length; at += 1) {
        const [first, second] = [all[at - 1]!, all[at]!]
        if (add(pairBucket(first, second))) pairs.push([first, second])
      }
    }),
    letters: distinct((add) => {
      let count = 0
      for (const { pieces } of words) {
        for (const piece of pieces) if (add(piece)) count += 1
        if (count >= LETTERS_MOST) break
      }
    }),
    subject: distinct((add) => subject.forEach((one) => add(one.asSubject))),
    history: distinct((add) => history.forEach((one) => add(one.asHistory) && names.history.push(one.stem))),
    file: distinct((add) => files.forEach((one) => add(one.asFile) && names.file.push(one.stem))),
    fact: named('fact', factsOf(message, places), names.fact),
    rule: named('rule', rules, names.rule),
    meaning: named('meaning', meaningsIn(all), names.meaning),
  }
  return { row: GROUPS.map((group) => row[group]), words, pairs, names }
}

/** Facts that the conversation adds to those of the message. */
export function withFacts(row: FeatureRow, facts: readonly string[]): FeatureRow {
  const place = GROUPS.indexOf('fact')
  const added = named('fact', facts, [])
  return row.map((buckets, group) => (group !== place ? buckets : distinct((add) => { buckets.forEach(add); added.forEach(add) })))
}

function named(group: Group, all: Iterable<string>, names: string[]): Uint32Array {
  const place = GROUPS.indexOf(group)
  return distinct((add) => {
    for (const name of all) if (add(bucketOf(place, name))) names.push(name)
  })
}

/** Scratch of `distinct`: which call saw a bucket last. A set of numbers costs ten times as much. */
const seenIn = new Uint32Array(BUCKETS)
let call = 0
let found = new Uint32Array(8_192)

/** Buckets in order of first appearance; `add` tells whether one is new. */
function distinct(fill: (add: (bucket: number) => boolean) => void): Uint32Array {
  call += 1
  if (call > 0xffff_fffe) {
    seenIn.fill(0)
    call = 1
  }
  const current = call
  let length = 0
  fill((bucket) => {
    if (seenIn[bucket] === current) return false
    seenIn[bucket] = current
    if (length === found.length) {
      const larger = new Uint32Array(length * 2)
      larger.set(found)
      found = larger
    }
    found[length] = bucket
    length += 1
    return true
  })
  return found.slice(0, length)
}
