/** Seeded randomness (mulberry32), so that every run can be run again. */
export interface Random {
  /** 0 <= x < 1 */
  next(): number
  /** An integer from 0 to below `end`. */
  below(end: number): number
  chance(probability: number): boolean
  pick<T>(items: readonly T[]): T
  /** Octets of any value. */
  octets(length: number): Buffer
}

export function seeded(seed: number): Random {
  let state = (seed * 0x9e3779b1) >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const below = (end: number): number => Math.floor(next() * end)
  return {
    next,
    below,
    chance: (probability) => next() < probability,
    pick: (items) => items[below(items.length)]!,
    octets: (length) => Buffer.from(Array.from({ length }, () => below(256))),
  }
}
