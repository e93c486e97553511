/** Draws that come out the same each time: for shuffling, resampling and folds. */
import { bucketOf, GROUPS } from '../judgement/feature-space.ts'

/** Numbers in [0, 1) from a seed (mulberry32): an order for shuffling and resampling, never a secret. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** Puts `order` into a random order, in place. */
export function shuffle(order: Uint32Array, random: () => number): void {
  for (let at = order.length - 1; at > 0; at -= 1) {
    const other = Math.floor(random() * (at + 1))
    const kept = order[at]!
    order[at] = order[other]!
    order[other] = kept
  }
}

/** Which of `folds` folds a conversation is in: by its name alone, so that it never moves. */
export function foldOf(conversation: string, folds: number): number {
  return bucketOf(GROUPS.length, conversation) % folds
}
