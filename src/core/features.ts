/**
 * What the classifier sees of a text: folded words, cut to stems, and pairs of neighbours.
 * One function for the rulebook's vocabulary and for anything that learns from staff.
 */

/** Characters of text that are judged; what a mail wants is said well before this. */
export const TEXT_JUDGED = 100_000
/** Letters of a word that count. Long enough to tell words apart, short enough to drop endings. */
const STEM_LENGTH = 6
/** Distinct words that count: bounds the work on a hostile text. */
const WORDS_COUNTED = 1_500

const FOLDED: Readonly<Record<string, string>> = {
  å: 'a', ä: 'a', æ: 'a', á: 'a', à: 'a', â: 'a', ö: 'o', ø: 'o', ó: 'o', ô: 'o', é: 'e', è: 'e', ê: 'e', ë: 'e', ü: 'u', ú: 'u', í: 'i', ï: 'i', ñ: 'n', ç: 'c', ß: 's',
}

/** Lower case, NFKC, white space as single blanks, capped. */
export function normaliseText(text: string): string {
  return text.slice(0, TEXT_JUDGED).normalize('NFKC').toLowerCase().replace(/\u00ad/g, '').replace(/\s+/g, ' ').slice(0, TEXT_JUDGED)
}

/** å, ä, ö and their neighbours as plain letters, one for one, so that positions stay. */
export function foldText(normalised: string): string {
  return normalised.replace(/[^\u0000-\u007f]/g, (letter) => FOLDED[letter] ?? letter)
}

/** Stem of one folded word. Numbers become '#', so that an amount is an amount. */
export function stemOf(word: string): string {
  return /^\d/.test(word) ? '#' : word.slice(0, STEM_LENGTH)
}

/**
 * Distinct features of a text: stems, and pairs of stems joined by '_'. `words` counts the distinct
 * stems, for scaling by length. Deterministic: order of first appearance.
 */
export function featuresOf(normalised: string): { features: Set<string>; words: number } {
  const features = new Set<string>()
  let words = 0
  let before = ''
  for (const match of foldText(normalised).matchAll(/[\p{L}\p{N}]+/gu)) {
    const stem = stemOf(match[0])
    if (!features.has(stem)) {
      words += 1
      features.add(stem)
    }
    if (before !== '') features.add(`${before}_${stem}`)
    before = stem
    if (words >= WORDS_COUNTED) break
  }
  return { features, words }
}

/** Weight of one feature in a text of `words` distinct stems: long texts must not win by length. */
export function featureScale(words: number): number {
  return 5 / Math.sqrt(Math.max(words, 12))
}
