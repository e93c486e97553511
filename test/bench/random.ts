import { createCipheriv } from 'node:crypto'

/** Repeatable randomness: the same seed gives the same mailbox on every machine (xorshift32, Marsaglia 2003). */
export class Random {
  #state: number

  constructor(seed: number) {
    this.#state = (Math.imul(seed, 0x9e3779b1) ^ 0x6d2b79f5) | 1
  }

  /** 0 <= x < 1 */
  fraction(): number {
    this.#state ^= this.#state << 13
    this.#state ^= this.#state >>> 17
    this.#state ^= this.#state << 5
    return (this.#state >>> 0) / 0x1_0000_0000
  }

  /** Both ends included. */
  between(low: number, high: number): number {
    return low + Math.floor(this.fraction() * (high - low + 1))
  }

  chance(probability: number): boolean {
    return this.fraction() < probability
  }

  pick<T>(list: readonly T[]): T {
    const one = list[Math.floor(this.fraction() * list.length)]
    if (one === undefined) throw new Error('an empty list')
    return one
  }

  /** Early ones much more often than late ones, as words and customers are. */
  pickSkewed<T>(list: readonly T[]): T {
    const one = list[Math.floor(this.fraction() ** 2 * list.length)]
    if (one === undefined) throw new Error('an empty list')
    return one
  }
}

const POOL_BYTES = 4 * 1024 * 1024
const pool = createCipheriv('aes-128-ctr', Buffer.alloc(16, 7), Buffer.alloc(16)).update(Buffer.alloc(POOL_BYTES))

/** Octets that do not compress, as those of JPEG and PDF do not. At most 3 MB. */
export function noise(random: Random, octets: number): Buffer {
  const from = random.between(0, POOL_BYTES - octets)
  return pool.subarray(from, from + octets)
}
