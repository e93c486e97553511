/**
 * A 32-byte key in a form for paper: 7 lines of 8 letters and digits in two groups, each with one
 * sign that checks its line, and 24 bits of SHA-256 over the whole at the end.
 */
import { createHash } from 'node:crypto'

/** Crockford's base 32: no I, L, O, U, and the first three are read as the digits they look like. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
export const PAPER_LINES = 7
const LINE_SIGNS = 8
const KEY_BYTES = 32
const CHECK_BYTES = 3
/** A prime below the alphabet's size, so that one wrong sign or two exchanged ones show in their line. */
const LINE_MODULUS = 31

export function writePaperKey(key: Uint8Array): string[] {
  const signs = toSigns(Buffer.concat([key, checkOf(key)]))
  return Array.from({ length: PAPER_LINES }, (_, line) => {
    const part = signs.slice(line * LINE_SIGNS, (line + 1) * LINE_SIGNS)
    return `${part.slice(0, 4)} ${part.slice(4)} ${lineCheck(part, line)}`
  })
}

/** The eight signs of one typed line; null when its check does not fit. `line` counts from 0. */
export function readPaperLine(text: string, line: number): string | null {
  const signs = text
    .replace(/^\s*\d\)/, '')
    .toUpperCase()
    .replaceAll('O', '0')
    .replace(/[IL]/g, '1')
    .replace(/[\s-]/g, '')
  if (signs.length !== LINE_SIGNS + 1 || Array.from(signs).some((sign) => !ALPHABET.includes(sign))) return null
  const part = signs.slice(0, LINE_SIGNS)
  return lineCheck(part, line) === signs.at(-1) ? part : null
}

/** The key of all lines' signs; null when the whole does not fit. */
export function readPaperKey(lines: readonly string[]): Buffer | null {
  const octets = fromSigns(lines.join(''))
  if (octets.length !== KEY_BYTES + CHECK_BYTES) return null
  const key = octets.subarray(0, KEY_BYTES)
  return checkOf(key).equals(octets.subarray(KEY_BYTES)) ? key : null
}

/** Eight hex digits by which two papers are told apart; says nothing about the key. */
export function paperMark(key: Uint8Array): string {
  return createHash('sha256').update('gallra master key mark\0').update(key).digest('hex').slice(0, 8)
}

function checkOf(key: Uint8Array): Buffer {
  return createHash('sha256').update('gallra master key\0').update(key).digest().subarray(0, CHECK_BYTES)
}

function lineCheck(signs: string, line: number): string {
  const sum = Array.from(signs).reduce((total, sign, at) => total + (at + 2) * ALPHABET.indexOf(sign), line * 11)
  return ALPHABET[sum % LINE_MODULUS]!
}

function toSigns(octets: Uint8Array): string {
  let bits = ''
  for (const octet of octets) bits += octet.toString(2).padStart(8, '0')
  return (bits.match(/.{5}/g) ?? []).map((five) => ALPHABET[parseInt(five, 2)]!).join('')
}

function fromSigns(signs: string): Buffer {
  const bits = Array.from(signs)
    .map((sign) => ALPHABET.indexOf(sign).toString(2).padStart(5, '0'))
    .join('')
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((eight) => parseInt(eight, 2)))
}
