import { createHmac } from 'node:crypto'

/** Keyed hashes of what must be found again but may not lie in clear (P7). */
export interface BlindIndex {
  /** 16 bytes of HMAC-SHA256 as 22 base64url characters. `kind` keeps equal values of different kinds apart. */
  hash(kind: string, value: string): string
  /** A search term as a signed 64-bit number; collisions only widen the candidates, which are verified. */
  term(term: string): bigint
  /** Sorted by nothing, doubles removed. */
  terms(terms: Iterable<string>): bigint[]
}

export function createBlindIndex(indexKey: Buffer): BlindIndex {
  const term = (value: string): bigint =>
    createHmac('sha256', indexKey).update(`term\0${value}`).digest().readBigInt64BE(0)
  return {
    hash: (kind, value) =>
      createHmac('sha256', indexKey).update(`hash\0${kind}\0${value}`).digest().toString('base64url', 0, 16),
    term,
    terms: (values) => Array.from(new Set(values), term),
  }
}
