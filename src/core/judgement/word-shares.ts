/**
 * What a word adds to the scores of a model by its stem and by its letters, summed up once: mail uses the same words
 * over and over, and a sum of five numbers is read faster than the weights of some ten features.
 */
import { CLASSES, type Model } from './model.ts'
import type { ReadWord } from './read-words.ts'

/** Sums over the buckets that the word has in one group. */
export interface WordShare {
  /** Weights times rarity, in the order of CASES. */
  says: Float64Array
  /** Rarity squared: what it adds to the square of the length of the group's vector. */
  squares: number
}

export interface WordShares {
  model: Model
  word: WordShare
  letters: WordShare
}

/** Remembered with the word, for the model that asked last. */
export function wordShares(model: Model, word: ReadWord): WordShares {
  if (word.shares?.model !== model)
    word.shares = { model, word: shareOf(model, [word.asWord]), letters: shareOf(model, word.pieces) }
  return word.shares
}

function shareOf({ weights, rarity }: Model, buckets: Iterable<number>): WordShare {
  const says = new Float64Array(CLASSES)
  let squares = 0
  for (const bucket of buckets) {
    squares += rarity[bucket]! ** 2
    for (let one = 0; one < CLASSES; one += 1) says[one]! += weights[bucket * CLASSES + one]! * rarity[bucket]!
  }
  return { says, squares }
}
