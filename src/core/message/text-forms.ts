/** Text in the one form that rules and features see: lower case, composed, single blanks, bounded. */
import { Buffer } from 'node:buffer'

/** Characters of text that are judged; what a mail wants is said well before this. */
const TEXT_JUDGED = 100_000

const FOLDED: Readonly<Record<string, string>> = {
  å: 'a',
  ä: 'a',
  æ: 'a',
  á: 'a',
  à: 'a',
  â: 'a',
  ö: 'o',
  ø: 'o',
  ó: 'o',
  ô: 'o',
  é: 'e',
  è: 'e',
  ê: 'e',
  ë: 'e',
  ü: 'u',
  ú: 'u',
  í: 'i',
  ï: 'i',
  ñ: 'n',
  ç: 'c',
  ß: 's',
}

/** Lower case, NFKC, white space as single blanks, capped. */
export function normaliseText(text: string): string {
  return text
    .slice(0, TEXT_JUDGED)
    .normalize('NFKC')
    .toLowerCase()
    .replace(/\u00ad/g, '')
    .replace(/\s+/g, ' ')
    .slice(0, TEXT_JUDGED)
}

/** å, ä, ö and their neighbours as plain letters, one for one, so that positions stay. */
export function foldText(normalised: string): string {
  return normalised.replace(/[^\u0000-\u007f]/g, (letter) => FOLDED[letter] ?? letter)
}

/**
 * The same text in memory of its own, for what is remembered: V8 holds a piece cut out of a text (13 units and more) as
 * a
 * view, and with it the whole text. A lone surrogate becomes U+FFFD.
 */
export function ownString(piece: string): string {
  return Buffer.from(piece).toString()
}
