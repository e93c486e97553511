import { Buffer } from 'node:buffer'

/**
 * The same text in memory of its own, for what is remembered: V8 holds a piece cut out of a text (13 units and more) as a
 * view, and with it the whole text. A lone surrogate becomes U+FFFD.
 */
export function ownString(piece: string): string {
  return Buffer.from(piece).toString()
}
