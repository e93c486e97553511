/**
 * Multinomial logistic regression over hashed features: what it is and how it scores. Plain numbers, so
 * that it can be stored and compared; training is in train.ts.
 */
import { CASES } from '../classification.ts'
import { BUCKETS, GROUPS, type BucketGroups, type FeatureRow, type Group, type WordGroup } from './feature-space.ts'

export const CLASSES = CASES.length

/**
 * Length of each text group's vector; for facts and rules, of each single feature. A longer vector
 * is regularised less, so this says how readily each group is believed.
 */
export type GroupScale = Readonly<Record<Group, number>>

export interface Model {
  /** CLASSES weights a bucket, in the order of CASES. */
  weights: Float32Array
  bias: Float32Array
  /** Inverse document frequency a bucket; what training never saw has the highest. */
  rarity: Float32Array
  scale: GroupScale
  /** Divides the scores, so that probabilities mean what they say; from cross-validation. */
  temperature: number
}

/** A word as the model knows it: by its buckets. */
export interface KnownWord {
  /** Bucket of its stem. */
  asWord: number
  /** Buckets of its pieces of letters, distinct. */
  pieces: Uint32Array
  /** What the model that asked last made of it; null before the first. */
  shares: WordShares | null
}

/** Features of one message as the model knows them. */
interface KnownFeatures {
  words: readonly KnownWord[]
  buckets: BucketGroups
}

/** Sums over the buckets that the word has in one group. */
interface WordShare {
  /** Weights times rarity, in the order of CASES. */
  says: Float64Array
  /** Rarity squared: what it adds to the square of the length of the group's vector. */
  squares: number
}

interface WordShares {
  model: Model
  word: WordShare
  letters: WordShare
}

/** What one feature of a group counts for: its vector's length shared by rarity, or as it is. */
export interface GroupFactor {
  factor: number
  absolute: boolean
}

/** Whether the features of a group count as they are. In the other groups they share one length. */
const IS_ABSOLUTE = {
  word: false,
  pair: false,
  letters: false,
  subject: false,
  history: false,
  file: false,
  fact: true,
  rule: true,
  meaning: true,
} as const satisfies Record<Group, boolean>

export function groupFactor(
  buckets: Iterable<number>,
  group: Group,
  { rarity, scale }: Pick<Model, 'rarity' | 'scale'>,
): GroupFactor {
  if (IS_ABSOLUTE[group]) return { factor: scale[group], absolute: true }
  let squares = 0
  for (const bucket of buckets) squares += rarity[bucket]! ** 2
  return { factor: factorOf(scale[group], squares), absolute: false }
}

/** The same for the groups of words. */
export function wordFactors(model: Model, words: readonly KnownWord[]): Record<WordGroup, number> {
  let [word, letters] = [0, 0]
  for (const one of words) {
    const shares = wordShares(model, one)
    word += shares.word.squares
    letters += shares.letters.squares
  }
  return { word: factorOf(model.scale.word, word), letters: factorOf(model.scale.letters, letters) }
}

function factorOf(scale: number, squares: number): number {
  return squares === 0 ? 0 : scale / Math.sqrt(squares)
}

/**
 * What a word adds to the scores by its stem and by its letters, remembered with the word: mail uses the same words
 * over
 * and over, and a sum of five numbers is read faster than the weights of some ten features.
 */
export function wordShares(model: Model, word: KnownWord): WordShares {
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

/** Scores divided by the temperature, in the order of CASES. */
export function scoresOf(model: Model, row: FeatureRow): number[] {
  const scores = Array.from(model.bias)
  row.forEach((buckets, group) => {
    addScores(model, buckets, GROUPS[group]!, scores)
  })
  return scores.map((score) => score / model.temperature)
}

/** The same without a row: sums already made for a word are used again. */
export function scoresOfFeatures(model: Model, { words, buckets }: KnownFeatures): number[] {
  const scores = Array.from(model.bias)
  const factors = wordFactors(model, words)
  for (const one of words) {
    const { word, letters } = wordShares(model, one)
    for (let label = 0; label < CLASSES; label += 1)
      scores[label]! += factors.word * word.says[label]! + factors.letters * letters.says[label]!
  }
  for (const group of GROUPS)
    if (group !== 'word' && group !== 'letters') addScores(model, buckets[group], group, scores)
  return scores.map((score) => score / model.temperature)
}

function addScores(model: Model, buckets: Uint32Array, group: Group, scores: number[]): void {
  const { weights, rarity } = model
  const { factor, absolute } = groupFactor(buckets, group, model)
  for (const bucket of buckets) {
    const value = absolute ? factor : factor * rarity[bucket]!
    const base = bucket * CLASSES
    for (let one = 0; one < CLASSES; one += 1) scores[one]! += weights[base + one]! * value
  }
}

export function softmax(scores: readonly number[]): number[] {
  const probabilities = Float64Array.from(scores)
  softmaxInPlace(probabilities)
  return [...probabilities]
}

export function softmaxInPlace(scores: Float64Array): void {
  let highest = -Infinity
  for (const score of scores) highest = Math.max(highest, score)
  let sum = 0
  for (let one = 0; one < scores.length; one += 1) {
    scores[one] = Math.exp(scores[one]! - highest)
    sum += scores[one]!
  }
  for (let one = 0; one < scores.length; one += 1) scores[one]! /= sum
}

/** A model that knows nothing: every case equally likely. */
export function emptyModel(scale: GroupScale): Model {
  return {
    weights: new Float32Array(BUCKETS * CLASSES),
    bias: new Float32Array(CLASSES),
    rarity: new Float32Array(BUCKETS).fill(1),
    scale,
    temperature: 1,
  }
}
