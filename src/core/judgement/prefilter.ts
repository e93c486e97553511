/** Which rules cannot match a text, by its runs of three letters: one pass over the text for all rules. */
import { requiredLiterals } from './regex-literals.ts'

/** Alternatives, each the places (see `trigramsOf`) that must all be set; null: always try. */
export type Prefilter = Uint16Array[] | null

/** A bit for each hashed run of three letters that occurs. */
export type Trigrams = Uint32Array

const BITS = 1 << 14

export function prefilterOf(matcher: RegExp): Prefilter {
  const required = requiredLiterals(matcher.source, matcher.flags)
  if (required === null) return null
  const alternatives = required.map((pieces) => Uint16Array.from(new Set(pieces.flatMap(placesIn))))
  return alternatives.some((places) => places.length === 0) ? null : alternatives
}

/** `text` as the rule's matcher sees it: normalised or folded. */
export function trigramsOf(text: string): Trigrams {
  const trigrams = new Uint32Array(BITS / 32)
  for (let at = 2; at < text.length; at += 1) {
    const place = placeOf(text.charCodeAt(at - 2), text.charCodeAt(at - 1), text.charCodeAt(at))
    trigrams[place >>> 5]! |= 1 << (place & 31)
  }
  return trigrams
}

/** False only when the matcher would find nothing. */
export function mayMatch(prefilter: Prefilter, trigrams: Trigrams): boolean {
  if (prefilter === null) return true
  for (const places of prefilter) {
    let all = true
    for (const place of places) {
      if ((trigrams[place >>> 5]! & (1 << (place & 31))) !== 0) continue
      all = false
      break
    }
    if (all) return true
  }
  return false
}

function placesIn(piece: string): number[] {
  return Array.from({ length: Math.max(0, piece.length - 2) }, (_, at) =>
    placeOf(piece.charCodeAt(at), piece.charCodeAt(at + 1), piece.charCodeAt(at + 2)),
  )
}

function placeOf(first: number, second: number, third: number): number {
  return (Math.imul(Math.imul(first, 31) + second, 1_009) + Math.imul(third, 7_919)) & (BITS - 1)
}
