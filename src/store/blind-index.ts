import { createHmac } from 'node:crypto'

/** Keyed hashes of what must be found again but may not lie in clear (P7). */
export interface BlindIndex {
  /** 16 bytes of HMAC-SHA256 as 22 base64url characters. `kind` keeps equal values of different kinds apart. */
  hash(kind: string, value: string): string
  /** A search term as a signed 32-bit number; collisions only widen the candidates, which are verified. */
  term(term: string): number
  /** Hashes of the words' terms and of the others, doubles removed. `termsOf` must answer a word always the same. */
  terms(words: Iterable<string>, termsOf: (word: string) => string[], others: Iterable<string>): number[]
}

/** A mailbox uses the same words over and over: of a hundred, all but three have been hashed before. Emptied when full. */
const MEMO_WORDS = 100_000

export function createBlindIndex(indexKey: Buffer): BlindIndex {
  const memo = new Map<string, number[]>()
  const term = (value: string): number => createHmac('sha256', indexKey).update(`term\0${value}`).digest().readInt32BE(4)
  const hashed = (word: string, termsOf: (word: string) => string[]): number[] => {
    const known = memo.get(word)
    if (known !== undefined) return known
    const terms = termsOf(word).map(term)
    if (memo.size >= MEMO_WORDS) memo.clear()
    memo.set(word, terms)
    return terms
  }
  return {
    hash: (kind, value) =>
      createHmac('sha256', indexKey).update(`hash\0${kind}\0${value}`).digest().toString('base64url', 0, 16),
    term,
    terms: (words, termsOf, others) => {
      const terms = new Set<number>()
      for (const word of new Set(words)) for (const one of hashed(word, termsOf)) terms.add(one)
      for (const other of others) terms.add(term(other))
      return [...terms]
    },
  }
}
