import snowball from 'snowball-stemmers'
import { ownString } from '../message/text-forms.ts'

const swedish = snowball.newStemmer('swedish')

/**
 * Noun endings that Snowball's Swedish leaves (it knows `fakturor`, not `fakturan` or `köpet`),
 * longest first. A stem keeps at least three letters.
 */
const ENDINGS = [
  ...['ornas', 'arnas', 'ernas', 'orna', 'arna', 'erna', 'orn', 'arn', 'ern'],
  ...['ans', 'ens', 'ets', 'rna', 'an', 'ar', 'or', 'er', 'el', 'en', 'et', 'na', 'rn'],
]
/** After a vowel: skon, skor, kontot. */
const AFTER_VOWEL = ['n', 'r', 't']
const VOWELS = 'aeiouyåäö'
const SHORTEST_STEM = 3
/** The memo saves most of the stemming of ordinary mail; emptied when full. */
const MEMO_WORDS = 50_000
const memo = new Map<string, string>()

/**
 * What all inflections of a Swedish noun share: Snowball's stem (snowballstem.org, algorithm
 * `swedish`), then endings taken off until none fits, then a doubled or cut last consonant evened
 * out (`nummer`, `numret`; `nyckel`, `nycklar`). It joins too much rather than too little (`order`
 * with `orden`); a quoted word is compared letter by letter instead. Not found this way: compounds
 * (use `faktura*`), changed vowels (`bok`, `böcker`), inflection in other languages.
 */
export function stemWord(word: string): string {
  const known = memo.get(word)
  if (known !== undefined) return known
  const stem = /^\p{L}+$/u.test(word) ? reduce(swedish.stem(word)) : word
  if (memo.size >= MEMO_WORDS) memo.clear()
  memo.set(ownString(word), ownString(stem))
  return stem
}

function reduce(stemmed: string): string {
  let stem = stemmed
  for (;;) {
    const shorter = withoutEnding(stem)
    if (shorter === stem) return evenOut(stem)
    stem = shorter
  }
}

function withoutEnding(word: string): string {
  const ending = ENDINGS.find((candidate) => fits(word, candidate))
  if (ending !== undefined) return word.slice(0, -ending.length)
  const last = word.at(-1) ?? ''
  const before = word.at(-2) ?? ''
  if (word.length <= SHORTEST_STEM) return word
  if (VOWELS.includes(before) ? AFTER_VOWEL.includes(last) : last === 'n' && 'lr'.includes(before))
    return word.slice(0, -1)
  return word.endsWith('a') || word.endsWith('e') || word.endsWith('s') ? word.slice(0, -1) : word
}

function fits(word: string, ending: string): boolean {
  return word.length - ending.length >= SHORTEST_STEM && word.endsWith(ending)
}

function evenOut(stem: string): string {
  const last = stem.at(-1) ?? ''
  const before = stem.at(-2) ?? ''
  if (stem.length <= SHORTEST_STEM || VOWELS.includes(before)) return stem
  return last === before || 'lrn'.includes(last) ? stem.slice(0, -1) : stem
}
