import { createHmac } from 'node:crypto'
import { ownString } from '../../core/message/text-forms.ts'
import { createNeighbourFilter } from './neighbours.ts'

/** Keyed hashes of what must be found again but may not lie in clear (P7). */
export interface BlindIndex {
  /** 16 bytes of HMAC-SHA256 as 22 base64url characters. `kind` keeps equal values of different kinds apart. */
  hash(kind: string, value: string): string
  /** A search term as a signed 32-bit number; collisions only widen the candidates, which are verified. */
  term(term: string): number
  /**
   * Of texts, each as its words in order and its other terms: hashes of all terms, doubles removed; and which words
   * stand side by side (see `NeighbourFilter`), asked by the first of each word's terms. `termsOf` must answer a word
   * always the same.
   */
  entry(texts: readonly SplitText[], termsOf: (word: string) => string[]): { terms: number[]; neighbours: Uint8Array }
  /** What `neighbours` must answer when these terms stand side by side. */
  neighbourQuestions(terms: readonly string[]): number[]
}

export interface SplitText {
  words: readonly string[]
  others: Iterable<string>
}

/** A mailbox uses the same words over and over: of a hundred, nearly all have been hashed before. */
const MEMO_WORDS = 40_000
/** Addresses and references come again soon or not at all. */
const MEMO_VALUES = 4_000
const LONGEST_REMEMBERED = 200
/** Kinds whose values hardly come again. */
const UNIQUE = new Set(['digest', 'source'])

export function createBlindIndex(indexKey: Buffer): BlindIndex {
  const keyed = (value: string): Buffer => createHmac('sha256', indexKey).update(value).digest()
  const termsOfWord = new Memo<number[]>(MEMO_WORDS)
  const termsOfOther = new Memo<number>(MEMO_VALUES)
  const hashes = new Map<string, Memo<string>>()
  const pairs = createNeighbourFilter(indexKey)
  const term = (value: string): number => keyed(`term\0${value}`).readInt32BE(4)
  return {
    hash: (kind, value) => {
      const hash = () => keyed(`hash\0${kind}\0${value}`).toString('base64url', 0, 16)
      if (UNIQUE.has(kind)) return hash()
      let memo = hashes.get(kind)
      if (memo === undefined) hashes.set(kind, (memo = new Memo(MEMO_VALUES)))
      return memo.get(value, hash)
    },
    term,
    entry: (texts, termsOf) => {
      const terms = new Set<number>()
      const inOrder = texts.map(({ words, others }) => {
        const firsts = words.map((word) => {
          const known = termsOfWord.get(word, () => termsOf(word).map(term))
          for (const one of known) terms.add(one)
          return known[0]!
        })
        for (const other of others) terms.add(termsOfOther.get(other, () => term(other)))
        return firsts
      })
      return { terms: [...terms], neighbours: pairs.filter(inOrder) }
    },
    neighbourQuestions: (terms) => pairs.questions(terms.map(term)),
  }
}

/** Answers by what was asked; plain text stays in memory only. Emptied when full. */
class Memo<T> {
  readonly #most: number
  readonly #known = new Map<string, T>()

  constructor(most: number) {
    this.#most = most
  }

  get(asked: string, work: () => T): T {
    const known = this.#known.get(asked)
    if (known !== undefined) return known
    const answer = work()
    if (asked.length > LONGEST_REMEMBERED) return answer
    if (this.#known.size >= this.#most) this.#known.clear()
    this.#known.set(ownString(asked), answer)
    return answer
  }
}
