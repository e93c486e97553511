import { createCipheriv, createHmac } from 'node:crypto'

/**
 * Which words stand side by side in a text, as a Bloom filter (B. H. Bloom, Communications of the ACM 13 (1970) 7): no
 * pair that is there is missed, fewer than one in a hundred that are not there seem to be. Without the key it answers
 * no question.
 */
export interface NeighbourFilter {
  /** Words by their index terms, in order; pairs do not reach from one text to the next. */
  filter(texts: readonly (readonly number[])[]): Uint8Array
  /** What a filter must answer yes to when these terms stand side by side: whole numbers, each modulo its bits. */
  questions(words: readonly number[]): number[]
}

const BITS_A_PAIR = 12
/** Octets: one block of AES a pair, taken as four hashes. */
const BLOCK = 16
const HASH = 4

export function createNeighbourFilter(indexKey: Buffer): NeighbourFilter {
  const key = createHmac('sha256', indexKey).update('neighbours').digest()
  return {
    filter: (texts) => {
      const hashed = hashPairs(key, texts)
      const octets = new Uint8Array(Math.max(1, Math.ceil((hashed.length / BLOCK) * (BITS_A_PAIR / 8))))
      const bits = octets.length * 8
      for (let at = 0; at < hashed.length; at += HASH) {
        // As PostgreSQL counts the bits of a bytea (get_bit): the lowest of an octet first.
        const bit = hashed.readUInt32BE(at) % bits
        octets[bit >> 3]! |= 1 << (bit & 7)
      }
      return octets
    },
    questions: (words) => {
      const hashed = hashPairs(key, [words])
      return Array.from({ length: hashed.length / HASH }, (_, at) => hashed.readUInt32BE(at * HASH))
    },
  }
}

/**
 * One block of AES for each pair, a keyed pseudorandom function of 128 bits: a block in, a block out, so no mode is
 * needed.
 */
function hashPairs(key: Buffer, texts: readonly (readonly number[])[]): Buffer {
  const pairs = texts.reduce((sum, words) => sum + Math.max(0, words.length - 1), 0)
  const blocks = Buffer.alloc(pairs * BLOCK)
  let at = 0
  for (const words of texts) {
    for (let index = 1; index < words.length; index += 1) {
      blocks.writeInt32BE(words[index - 1]!, at)
      blocks.writeInt32BE(words[index]!, at + 4)
      at += BLOCK
    }
  }
  return createCipheriv('aes-256-ecb', key, null).setAutoPadding(false).update(blocks)
}
