/**
 * What the learned model sees of a message: features in groups. While a message is judged they keep their
 * names, so that a verdict can cite them; what is stored or shipped is their hashes only.
 */
import { bucketOf, GROUPS, type BucketGroups, type FeatureRow, type Group, type WordGroup } from './feature-space.ts'
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
    pair: distinct(all.length, (add) => {
      for (let at = 1; at < all.length; at += 1) {
        const [first, second] = [all[at - 1]!, all[at]!]
        if (add(pairBucket(first, second))) pairs.push([first, second])
      }
    }),
    subject: distinct(subject.length, (add) => subject.forEach((one) => add(one.asSubject))),
    history: distinct(history.length, (add) =>
      history.forEach((one) => add(one.asHistory) && names.history.push(one.stem)),
    ),
    file: distinct(files.length, (add) => files.forEach((one) => add(one.asFile) && names.file.push(one.stem))),
    fact: named('fact', factsOf(message, places), names.fact),
    rule: named('rule', rules, names.rule),
    meaning: named('meaning', [...meaningsIn(all)], names.meaning),
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
      fact: distinct(buckets.fact.length + added.length, (add) => {
        buckets.fact.forEach(add)
        added.forEach(add)
      }),
    },
  }
}

function named(group: Group, all: readonly string[], names: string[]): Uint32Array {
  const place = GROUPS.indexOf(group)
  return distinct(all.length, (add) => {
    for (const name of all) if (add(bucketOf(place, name))) names.push(name)
  })
}

/**
 * Buckets in order of first appearance; `add` says whether one is new and is called at most `most` times. What was seen
 * lies in a hash table of this call: a set of numbers costs ten times as much.
 */
function distinct(most: number, fill: (add: (bucket: number) => boolean) => void): Uint32Array {
  // At most half full, and 0 is free: places hold buckets plus one.
  const places = new Uint32Array(2 ** (32 - Math.clz32(most * 2)))
  const mask = places.length - 1
  const found = new Uint32Array(most)
  let length = 0
  fill((bucket) => {
    let place = bucket & mask
    for (let seen = places[place]; seen !== 0; seen = places[place]) {
      if (seen === bucket + 1) return false
      place = (place + 1) & mask
    }
    places[place] = bucket + 1
    found[length] = bucket
    length += 1
    return true
  })
  return found.slice(0, length)
}
