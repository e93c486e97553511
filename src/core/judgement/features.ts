/**
 * What the learned model sees of a message: features in groups. While a message is judged they keep their
 * names, so that a verdict can cite them; what is stored or shipped is their hashes only.
 */
import {
  bucketOf,
  BUCKETS,
  GROUPS,
  type BucketGroups,
  type FeatureRow,
  type Group,
  type WordGroup,
} from './feature-space.ts'
import type { Meanings } from './meanings.ts'
import { factsOf } from './message-facts.ts'
import type { ClassifyInput, Places } from './places.ts'
import { meaningsIn, pairBucket, readWords, type ReadWord } from './read-words.ts'

/** Groups whose features have names of their own; those of the others are made of words. */
export type NamedGroup = Extract<Group, 'history' | 'file' | 'fact' | 'rule' | 'meaning'>

/** Features of a message by itself. What its conversation adds are facts: `contextFactsOf`. */
export interface Features {
  /** Distinct words, subject first. */
  words: ReadWord[]
  /** Pairs of neighbours, one for each bucket of the group. */
  pairs: [ReadWord, ReadWord][]
  buckets: BucketGroups
  /** A name for each bucket of the group. */
  names: Record<NamedGroup, string[]>
}

/** Words that count: bounds the work on a hostile text. */
const WORDS_COUNTED = 1_500
const HISTORY_WORDS = 300

export function featuresOf(
  message: ClassifyInput,
  places: Places,
  rules: readonly string[],
  meanings: Meanings,
): Features {
  const subject = readWords(places.subject.folded, HISTORY_WORDS, meanings)
  const all = [...subject, ...readWords(places.newText.folded, WORDS_COUNTED, meanings)]
  const history = readWords(places.quotedText.folded, HISTORY_WORDS, meanings)
  const files = readWords(places.attachmentName.folded, HISTORY_WORDS, meanings)
  const pairs: [ReadWord, ReadWord][] = []
  const names: Features['names'] = { history: [], file: [], fact: [], rule: [], meaning: [] }
  const buckets: Features['buckets'] = {
    pair: distinct((add) => {
      for (let at = 1; at < all.length; at += 1) {
        const [first, second] = [all[at - 1]!, all[at]!]
        if (add(pairBucket(first, second))) pairs.push([first, second])
      }
    }),
    subject: distinct((add) => subject.forEach((one) => add(one.asSubject))),
    history: distinct((add) => history.forEach((one) => add(one.asHistory) && names.history.push(one.stem))),
    file: distinct((add) => files.forEach((one) => add(one.asFile) && names.file.push(one.stem))),
    fact: named('fact', factsOf(message, places), names.fact),
    rule: named('rule', rules, names.rule),
    meaning: named('meaning', meaningsIn(all), names.meaning),
  }
  return { words: [...new Set(all)], pairs, buckets, names }
}

/** All groups as buckets: what is learned from. */
export function rowOf({ words, buckets }: Pick<Features, 'words' | 'buckets'>): FeatureRow {
  const ofWords: Record<WordGroup, () => Uint32Array> = {
    word: () => Uint32Array.from(words, (one) => one.asWord),
    letters: () => Uint32Array.from(words.flatMap((one) => [...one.pieces])),
  }
  return GROUPS.map((group) => (group === 'word' || group === 'letters' ? ofWords[group]() : buckets[group]))
}

/** With the facts that the conversation adds to those of the message. */
export function withFacts<T extends Pick<Features, 'words' | 'buckets'>>(features: T, facts: readonly string[]): T {
  const { buckets } = features
  const added = named('fact', facts, [])
  return {
    ...features,
    buckets: {
      ...buckets,
      fact: distinct((add) => {
        buckets.fact.forEach(add)
        added.forEach(add)
      }),
    },
  }
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
