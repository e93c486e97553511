/**
 * Words of folded text with what the model knows them by, each worked out once: mail uses the same words over and over.
 */
import { bucketAt, bucketOf, GROUPS, hashOf, hashOn } from './feature-space.ts'
import { continues, meaningsOfWord, type Meanings, type Phrase } from './meanings.ts'
import { ownString } from '../message/text-forms.ts'
import type { KnownWord } from './model.ts'

/** One folded word and its hashed features. */
export interface ReadWord extends KnownWord {
  word: string
  stem: string
  /** Buckets of its stem in the groups of those names. */
  asSubject: number
  asHistory: number
  asFile: number
  /** State of the hash after the stem and a blank, for pairs. */
  opening: number
  /** What it means by itself, and the phrases it may begin. */
  meanings: readonly string[]
  phrases: readonly Phrase[]
}

/** Letters of a word that count. Long enough to tell words apart, short enough to drop endings. */
const STEM_LENGTH = 6
/** Letters in a piece of a word; word ends count as letters. */
const PIECE = 4
const LONGEST_WORD = 40
/** Some 1 KB each. */
const MEMO_WORDS = 20_000

const [WORD, PAIR, LETTERS, SUBJECT, HISTORY, FILE] = (
  ['word', 'pair', 'letters', 'subject', 'history', 'file'] as const
).map((name) => GROUPS.indexOf(name)) as [number, number, number, number, number, number]

const memos = new WeakMap<Meanings, Map<string, ReadWord>>()

/** The first `most` words, in order. The same word is the same object, as long as few words have been read. */
export function readWords(folded: string, most: number, meanings: Meanings): ReadWord[] {
  let memo = memos.get(meanings)
  if (memo === undefined || memo.size >= MEMO_WORDS) {
    memo = new Map()
    memos.set(meanings, memo)
  }
  const seen = memo
  return wordsOf(folded, most).map((word) => {
    const known = seen.get(word)
    if (known !== undefined) return known
    const read = readWord(ownString(word), meanings)
    seen.set(read.word, read)
    return read
  })
}

/** Bucket of two words that follow each other. */
export function pairBucket(first: ReadWord, second: ReadWord): number {
  return bucketAt(hashOn(first.opening, second.stem))
}

/** What words mean by themselves and together. */
export function meaningsIn(words: readonly ReadWord[]): Set<string> {
  const found = new Set<string>()
  words.forEach((word, at) => {
    for (const name of word.meanings) found.add(name)
    for (const phrase of word.phrases)
      if (!found.has(phrase.name) && continues(words, at, phrase)) found.add(phrase.name)
  })
  return found
}

function readWord(word: string, meanings: Meanings): ReadWord {
  // Numbers become '#', so that an amount is an amount.
  const isNumber = /^\d/.test(word)
  const stem = isNumber ? '#' : word.slice(0, STEM_LENGTH)
  return {
    word,
    stem,
    asWord: bucketOf(WORD, stem),
    asSubject: bucketOf(SUBJECT, stem),
    asHistory: bucketOf(HISTORY, stem),
    asFile: bucketOf(FILE, stem),
    pieces: isNumber ? new Uint32Array() : piecesOf(word),
    opening: hashOf(PAIR, `${stem} `),
    meanings: meaningsOfWord(word, meanings),
    phrases: meanings.phrases.get(word) ?? [],
    shares: null,
  }
}

/** Pieces of four letters, word ends included: typing errors, compounds and neighbouring languages share them. */
function piecesOf(word: string): Uint32Array {
  const marked = `‹${word.slice(0, LONGEST_WORD)}›`
  const pieces = new Set<number>()
  for (let at = 0; at + PIECE <= marked.length; at += 1) pieces.add(bucketOf(LETTERS, marked.slice(at, at + PIECE)))
  return Uint32Array.from(pieces)
}

/**
 * A word is a run of letters and digits; cut off by its end, so that a hostile text costs no more than `most` words.
 */
function wordsOf(folded: string, most: number): string[] {
  const words = folded.match(/[\p{L}\p{N}]+/gu) ?? []
  return words.length > most ? words.slice(0, most) : words
}
