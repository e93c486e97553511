/**
 * What the learned model sees of a message: named features in groups. Names stay readable while a message
 * is judged, so that a verdict can cite them; what is stored or shipped is their hashes only.
 */
import type { ConversationContext } from './classification.ts'
import { meaningsIn, type Meanings } from './meanings.ts'
import { factsOf } from './message-facts.ts'
import type { ClassifyInput, Places } from './places.ts'

/** Each group is scaled by itself, so that long texts and loud groups do not drown the others. */
export const GROUPS = ['word', 'pair', 'letters', 'subject', 'history', 'file', 'fact', 'rule', 'meaning'] as const
export type Group = (typeof GROUPS)[number]

/** Readable features by group, distinct within a group, in order of first appearance. */
export type Features = Record<Group, string[]>

/** A distinct folded word with what stands for it among the features. */
export interface ReadWord {
  word: string
  stem: string
  pieces: string[]
}

/** Features, and the words they were made of (subject first), for saying which words spoke. */
export interface ReadFeatures {
  features: Features
  words: ReadWord[]
}

/** The same as hashes: what the model computes with and all that a stored example holds. */
export type FeatureRow = Uint32Array[]

/** Buckets of the hashed feature space. */
export const BUCKETS = 1 << 18

/** Letters of a word that count. Long enough to tell words apart, short enough to drop endings. */
const STEM_LENGTH = 6
/** Distinct words that count: bounds the work on a hostile text. */
const WORDS_COUNTED = 1_500
const HISTORY_WORDS = 300
const LETTERS_MOST = 4_000
/** Letters in a piece of a word; word ends count as letters. */
const PIECE = 4
const LONGEST_WORD = 40

export function featuresOf(message: ClassifyInput, places: Places, context: ConversationContext, rules: readonly string[], meanings: Meanings): ReadFeatures {
  const text = wordsOf(places.newText.folded, WORDS_COUNTED)
  const subject = wordsOf(places.subject.folded, HISTORY_WORDS)
  const all = [...subject, ...text]
  const stems = all.map(stemOf)
  const words = distinct(all).map((word): ReadWord => ({ word, stem: stemOf(word), pieces: piecesOf(word) }))
  const features = {
    word: distinct(stems),
    pair: distinct(pairsOf(stems)),
    letters: lettersOf(words),
    subject: distinct(subject.map(stemOf)),
    history: distinct(wordsOf(places.quotedText.folded, HISTORY_WORDS).map(stemOf)),
    file: distinct(wordsOf(places.attachmentName.folded, HISTORY_WORDS).map(stemOf)),
    fact: distinct(factsOf(message, places, context)),
    rule: distinct(rules),
    meaning: [...meaningsIn(all, meanings)],
  }
  return { features, words }
}

/** Hashes, sorted and distinct within each group. */
export function rowOf(features: Features): FeatureRow {
  return GROUPS.map((group, index) => Uint32Array.from(new Set(features[group].map((name) => bucketOf(index, name)))).sort())
}

/** FNV-1a over UTF-16 units, seeded with the group so that equal names of two groups differ. */
export function bucketOf(group: number, name: string): number {
  let hash = (0x811c9dc5 ^ (group + 1)) >>> 0
  hash = Math.imul(hash, 0x01000193)
  for (let at = 0; at < name.length; at += 1) hash = Math.imul(hash ^ name.charCodeAt(at), 0x01000193)
  hash ^= hash >>> 15
  hash = Math.imul(hash, 0x2c1b3c6d)
  hash ^= hash >>> 13
  return (hash >>> 0) % BUCKETS
}

/** Stem of one folded word. Numbers become '#', so that an amount is an amount. */
function stemOf(word: string): string {
  return /^\d/.test(word) ? '#' : word.slice(0, STEM_LENGTH)
}

function wordsOf(folded: string, most: number): string[] {
  const words: string[] = []
  for (const match of folded.matchAll(/[\p{L}\p{N}]+/gu)) {
    words.push(match[0])
    if (words.length >= most) break
  }
  return words
}

function* pairsOf(stems: readonly string[]): Generator<string> {
  for (let at = 1; at < stems.length; at += 1) yield `${stems[at - 1] ?? ''} ${stems[at] ?? ''}`
}

/** Pieces of four letters, word ends included: typing errors, compounds and neighbouring languages share them. */
function lettersOf(words: readonly ReadWord[]): string[] {
  const letters = new Set<string>()
  for (const { pieces } of words) {
    for (const piece of pieces) letters.add(piece)
    if (letters.size >= LETTERS_MOST) break
  }
  return [...letters]
}

function piecesOf(word: string): string[] {
  if (/^\d/.test(word)) return []
  const marked = `‹${word.slice(0, LONGEST_WORD)}›`
  const pieces: string[] = []
  for (let at = 0; at + PIECE <= marked.length; at += 1) pieces.push(marked.slice(at, at + PIECE))
  return pieces
}

function distinct(names: Iterable<string>): string[] {
  return [...new Set(names)]
}
