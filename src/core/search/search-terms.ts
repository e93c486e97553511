import { stemWord } from './search-stem.ts'

export const SEARCH_FIELDS = ['subject', 'from', 'to', 'text', 'attachment'] as const
export type SearchField = (typeof SEARCH_FIELDS)[number]

/** One searchable text of a message. Several of one field (attachments) are indexed apart, their terms united. */
export interface SearchPart {
  field: SearchField
  text: string
}

/** Only this much of a part is searchable, in the index and in the verification alike, so that they never differ. */
const LONGEST_TEXT = 400_000
const MOST_WORDS = 20_000
export const LONGEST_WORD = 64
const MOST_ADDRESSES = 2_000
const LONGEST_ADDRESS = 254
export const SHORTEST_PREFIX = 3
const PREFIXES = [SHORTEST_PREFIX, 6]
/** Digits of a number worth finding by itself: from a year or short order number to a long OCR number. */
export const SHORTEST_NUMBER = 4
const LONGEST_NUMBER = 25
/** Digit groups that may belong to one number: +46 (0) 70 123 45 67 has six. */
const MOST_GROUPS = 7
const MOST_DIGIT_GROUPS = 10_000

/** A part taken apart, each view at most once; what the verification looks at. */
export interface SearchableText {
  field: SearchField
  /** All of it in lower case NFKC, without marks. */
  foldedText: string
  /** In order, in lower case NFKC. */
  words: string[]
  /** Without marks: å, ä → a, ö → o. Same length as `words`. */
  folded: string[]
  /** Normal forms (see `normalNumber`). */
  numbers: Set<string>
  addresses: Set<string>
}

/** A search asks for one or two of them only: worked out when asked for. */
function once<T>(work: () => T): () => T {
  let done: { value: T } | null = null
  return () => (done ??= { value: work() }).value
}

export function readSearchable(part: SearchPart): SearchableText {
  const text = normalise(part.text)
  const foldedText = once(() => fold(text))
  const words = once(() => splitWords(text))
  const folded = once(() => words().map(fold))
  const numbers = once(() => findNumbers(text))
  const addresses = once(() => findAddresses(text))
  return {
    field: part.field,
    get foldedText() {
      return foldedText()
    },
    get words() {
      return words()
    },
    get folded() {
      return folded()
    },
    get numbers() {
      return numbers()
    },
    get addresses() {
      return addresses()
    },
  }
}

/**
 * The terms one part is found by: `s:` stems of words as written and folded (so that inflected Swedish
 * nouns are found), `p:` prefixes of 3 and 6 letters, folded, `n:` numbers in normal form, `a:` addresses
 * whole, `@domain` and `local@`. Bounded by the limits above. Phrases have no terms of their own: their
 * words narrow, and which of them are neighbours (`store/neighbours.ts`); the verification decides. Each term costs a
 * posting in the index, which is what
 * archiving spends most of its time on: words, pairs and all prefixes were three times as many.
 */
export function indexTerms(part: SearchPart): Set<string> {
  const { words, others } = splitTerms(part)
  return new Set([...[...new Set(words)].flatMap(wordTerms), ...others])
}

/** The same, as words in order, whose terms `wordTerms` gives, and the other terms. */
export function splitTerms(part: SearchPart): { words: string[]; others: Set<string> } {
  const text = normalise(part.text)
  const others = new Set<string>()
  for (const number of findNumbers(text)) others.add(numberTerm(number))
  for (const address of findAddresses(text)) {
    for (const known of addressForms(address)) others.add(addressTerm(known))
  }
  return { words: splitWords(text), others }
}

/** The terms of one word, first its `neighbourTerm`. */
export function wordTerms(word: string): string[] {
  const folded = fold(word)
  const stems = new Set([stemWord(folded), stemWord(word)])
  return [
    ...Array.from(stems, stemTerm),
    ...PREFIXES.filter((length) => folded.length >= length).map((length) => `p:${folded.slice(0, length)}`),
  ]
}

/** What a word is by its neighbours: as in any text where a phrase finds it. */
export const neighbourTerm = (word: string): string => stemTerm(stemWord(fold(word)))
export const stemTerm = (stem: string): string => `s:${stem}`
/** The longest indexed prefix that every word with this one has. */
export const prefixTerm = (prefix: string): string => {
  const folded = fold(prefix)
  return `p:${folded.slice(0, PREFIXES.findLast((length) => length <= folded.length) ?? SHORTEST_PREFIX)}`
}
export const numberTerm = (number: string): string => `n:${number}`
export const addressTerm = (address: string): string => `a:${address}`

/** Lower case before and after NFKC: each can undo the other (U+212A, U+0130). */
export function normalise(text: string): string {
  return text.slice(0, LONGEST_TEXT).toLowerCase().normalize('NFKC').toLowerCase().normalize('NFC')
}

/** Words of normalised text: runs of letters, marks and digits. */
export function splitWords(normalised: string): string[] {
  const words: string[] = []
  for (const word of normalised.match(/[\p{L}\p{N}\p{M}]+/gu) ?? []) {
    const short = word.length > LONGEST_WORD ? word.slice(0, LONGEST_WORD) : word
    if (/[a-z0-9]/.test(short) || fold(short) !== '') words.push(short)
    if (words.length === MOST_WORDS) break
  }
  return words
}

const LETTERS: Record<string, string> = { ø: 'o', æ: 'ae', ß: 'ss', đ: 'd', ł: 'l' }

/** Letter by letter, so that a prefix stays a prefix. */
export function fold(word: string): string {
  if (/^[a-z0-9]*$/.test(word)) return word
  return word
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replace(/[øæßđł]/g, (letter) => LETTERS[letter] ?? letter)
}

/**
 * Digits only, with the spellings of one number made one: +46 and 0046 as 0, a personnummer's
 * century dropped (19850101-1234 and 850101-1234).
 */
export function normalNumber(digits: string): string {
  const national = digits.replace(/^0046/, '46')
  if (/^46\d{8,10}$/.test(national)) return `0${national.slice(2).replace(/^0/, '')}`
  return /^(19|20)\d{10}$/.test(digits) ? digits.slice(2) : digits
}

/** Every run of neighbouring digit groups (`070-123 45 67`, and each group and part of it too). */
export function findNumbers(normalised: string): Set<string> {
  const numbers = new Set<string>()
  const groups: { digits: string; joined: boolean }[] = []
  let end = -1
  for (const match of normalised.matchAll(/\d+/g)) {
    const gap = normalised.slice(Math.max(end, match.index - 4), match.index)
    groups.push({
      digits: match[0],
      joined: end >= 0 && match.index - end <= 3 && /^[ ()./+\u00a0\u2010-\u2014-]*$/.test(gap),
    })
    end = match.index + match[0].length
    if (groups.length === MOST_DIGIT_GROUPS) break
  }
  groups.forEach((_, first) => {
    let digits = ''
    for (let at = first; at < Math.min(groups.length, first + MOST_GROUPS); at++) {
      const group = groups[at]
      if (group === undefined || (at > first && !group.joined)) break
      digits += group.digits
      if (digits.length > LONGEST_NUMBER) break
      if (digits.length >= SHORTEST_NUMBER) numbers.add(normalNumber(digits))
    }
  })
  return numbers
}

function findAddresses(normalised: string): Set<string> {
  const addresses = new Set<string>()
  for (let at = normalised.indexOf('@'); at >= 0 && addresses.size < MOST_ADDRESSES;) {
    let start = at
    while (start > 0 && !isAddressEnd(normalised.charCodeAt(start - 1))) start -= 1
    let end = at + 1
    while (end < normalised.length && !isAddressEnd(normalised.charCodeAt(end))) end += 1
    const address = trimAddress(normalised.slice(start, end))
    const sign = address.lastIndexOf('@')
    if (address.length <= LONGEST_ADDRESS && sign > 0 && sign < address.length - 1) addresses.add(address)
    at = normalised.indexOf('@', end)
  }
  return addresses
}

const ADDRESS_END = /[\s<>()[\],;:"]/
const ASCII_ADDRESS_END = Uint8Array.from({ length: 128 }, (_, code) =>
  ADDRESS_END.test(String.fromCharCode(code)) ? 1 : 0,
)

function isAddressEnd(code: number): boolean {
  return code < 128 ? ASCII_ADDRESS_END[code] === 1 : code >= 0x85 && ADDRESS_END.test(String.fromCharCode(code))
}

/** Without the sentence's punctuation around it. */
export function trimAddress(token: string): string {
  return token
    .slice(0, LONGEST_ADDRESS + 8)
    .replace(/^['.!?]{1,4}/, '')
    .replace(/['.!?]{1,4}$/, '')
}

/** Whole, `@domain` and `local@`: what a query may name. */
export function addressForms(address: string): string[] {
  const at = address.lastIndexOf('@')
  return [address, address.slice(at), address.slice(0, at + 1)]
}
