import { CASES, type Case } from '../classification.ts'
import { stemWord } from './search-stem.ts'
import {
  addressForms,
  addressTerm,
  findNumbers,
  fold,
  LONGEST_WORD,
  neighbourTerm,
  normalise,
  normalNumber,
  numberTerm,
  prefixTerm,
  readSearchable,
  SHORTEST_NUMBER,
  SHORTEST_PREFIX,
  splitWords,
  stemTerm,
  trimAddress,
  type SearchableText,
  type SearchField,
  type SearchPart,
} from './search-terms.ts'

/** One thing that must (or, negated, must not) be found. `field` null: in any part. */
interface SearchClause {
  field: SearchField | null
  negated: boolean
  wanted: Wanted
}

export type Wanted =
  /** In any inflection. */
  | { kind: 'word'; word: string }
  /** One or more neighbouring words, letter by letter; a word without å, ä, ö also finds one with. */
  | { kind: 'phrase'; words: string[] }
  | { kind: 'prefix'; prefix: string }
  /** In normal form. */
  | { kind: 'number'; number: string }
  /** Whole, `@domain` or `local@`. */
  | { kind: 'address'; address: string }

/** All clauses hold. Days are ISO 8601 days of the firm's own calendar. */
export interface SearchQuery {
  clauses: SearchClause[]
  case: Case | null
  /** Messages of earlier days only. */
  before: string | null
  /** Messages of this day and later only. */
  after: string | null
  hasAttachment: boolean
}

/** What a query is compared with. `day` is the message's day in the firm's calendar, null when unknown. */
export interface SearchableMessage {
  parts: SearchPart[]
  case: Case | null
  day: string | null
  hasAttachment: boolean
}

export type SearchProblem =
  | 'empty'
  | 'too-long'
  | 'unclosed-quote'
  | 'unknown-field'
  | 'unknown-case'
  | 'bad-day'
  | 'prefix-too-short'
  | 'twice'
  | 'nothing-to-find'

/** What is wrong with a query, and where. `part` quotes the user's own input: show it, never log it. */
export class SearchQueryError extends Error {
  readonly problem: SearchProblem
  readonly part: string

  constructor(problem: SearchProblem, part = '') {
    super(problem)
    this.name = 'SearchQueryError'
    this.problem = problem
    this.part = part
  }
}

const LONGEST_QUERY = 500
const MOST_CLAUSES = 30

/** Names of the fields before the colon, English and Swedish. */
const FIELDS = namesIn<SearchField>({
  from: ['from', 'från'],
  to: ['to', 'till'],
  subject: ['subject', 'ämne'],
  text: ['text'],
  attachment: ['attachment', 'bilaga'],
})
const LIMITS = namesIn<keyof Omit<SearchQuery, 'clauses'>>({
  case: ['case', 'ärende'],
  before: ['before', 'före'],
  after: ['after', 'efter'],
  hasAttachment: ['has', 'har'],
})

function namesIn<T extends string>(names: Record<T, readonly string[]>): ReadonlyMap<string, T> {
  const entries = Object.entries<readonly string[]>(names) as [T, readonly string[]][]
  return new Map(entries.flatMap(([one, all]) => all.map((name) => [name, one] as const)))
}

/** The case a person means by a word; null when there is none of that name. */
type CaseNamed = (value: string) => Case | null

/**
 * Words, "phrases", prefix*, -negation, from: to: subject: text: attachment: (Swedish names too),
 * case:complaints, before: and after: with a day, month or year, has:attachment. All must hold.
 * `caseNamed` reads the value of case:, the codes alone without it.
 * @throws SearchQueryError
 */
export function parseSearchQuery(input: string, caseNamed: CaseNamed = caseOfCode): SearchQuery {
  if (input.length > LONGEST_QUERY) throw new SearchQueryError('too-long')
  const query: SearchQuery = { clauses: [], case: null, before: null, after: null, hasAttachment: false }
  const tokens = splitTokens(input.normalize('NFC'))
  if (tokens.length === 0) throw new SearchQueryError('empty')
  if (tokens.length > MOST_CLAUSES) throw new SearchQueryError('too-long')
  for (const token of tokens) readToken(token, query, caseNamed)
  return query
}

interface Token {
  negated: boolean
  name: string | null
  value: string
  quoted: boolean
  written: string
}

function splitTokens(input: string): Token[] {
  const tokens: Token[] = []
  const pattern = /\s*(-?)(?:([\p{L}]+):(?!\/\/))?(?:"([^"]*)("?)|([^\s"]+))|\s*(\S+)/uy
  while (input.slice(pattern.lastIndex).trim() !== '') {
    const match = pattern.exec(input)
    if (match === null) break
    const [written, minus, name, quoted, close, plain, rest] = match
    if (quoted !== undefined && close === '') throw new SearchQueryError('unclosed-quote', written.trim())
    if (rest !== undefined) throw new SearchQueryError('nothing-to-find', rest)
    tokens.push({
      negated: minus === '-',
      name: name?.toLowerCase() ?? null,
      value: quoted ?? plain ?? '',
      quoted: quoted !== undefined,
      written: written.trim(),
    })
  }
  return tokens
}

function readToken(token: Token, query: SearchQuery, caseNamed: CaseNamed): void {
  const { name, value, negated } = token
  const alone = token.quoted ? undefined : /^(\p{L}+):$/u.exec(value)?.[1]?.toLowerCase()
  // `from: anna`: the space parts the name from its value.
  if (alone !== undefined && (FIELDS.has(alone) || LIMITS.has(alone)))
    throw new SearchQueryError('nothing-to-find', value)
  const limit = name === null ? undefined : LIMITS.get(name)
  if (limit === undefined) {
    const field = name === null ? null : FIELDS.get(name)
    if (field === undefined) throw new SearchQueryError('unknown-field', name ?? '')
    query.clauses.push({ field, negated, wanted: readWanted(token) })
    return
  }
  const given = limit === 'hasAttachment' ? query.hasAttachment : query[limit] !== null
  if (negated || given) throw new SearchQueryError('twice', `${name}:`)
  if (limit === 'case') query.case = readCase(value, caseNamed)
  else if (limit === 'hasAttachment') query.hasAttachment = readHas(value)
  else query[limit] = readDay(value)
}

function readCase(value: string, caseNamed: CaseNamed): Case {
  const found = caseNamed(value)
  if (found === null) throw new SearchQueryError('unknown-case', value)
  return found
}

function caseOfCode(value: string): Case | null {
  return CASES.find((name) => name === value.toLowerCase()) ?? null
}

function readHas(value: string): true {
  if (!['attachment', 'bilaga'].includes(value.toLowerCase()))
    throw new SearchQueryError('unknown-field', `has:${value}`)
  return true
}

/** The first day of the year, month or day named. */
function readDay(value: string): string {
  const match = /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$/.exec(value)
  if (match === null) throw new SearchQueryError('bad-day', value)
  const day = `${match[1]}-${match[2] ?? '01'}-${match[3] ?? '01'}`
  const at = new Date(`${day}T00:00:00Z`)
  if (Number.isNaN(at.getTime()) || at.toISOString().slice(0, 10) !== day) throw new SearchQueryError('bad-day', value)
  return day
}

function readWanted({ value, quoted, written }: Token): Wanted {
  const text = normalise(value)
  const digits = text.replace(/\D/g, '')
  if (digits.length >= SHORTEST_NUMBER && /^[+(]?\d[\d ()./+\u2010-\u2014-]*$/.test(text)) {
    const number = normalNumber(digits)
    // Only as it would be found in a text, which has bounds that a query may exceed.
    if (findNumbers(text).has(number)) return { kind: 'number', number }
  }
  if (!quoted && text.includes('@') && text.length > 1) return { kind: 'address', address: trimAddress(text) }
  const words = splitWords(text)
  const [first, ...others] = words
  if (first === undefined) throw new SearchQueryError('nothing-to-find', written)
  if (!quoted && others.length === 0 && text.endsWith('*')) {
    if (fold(first).length < SHORTEST_PREFIX) throw new SearchQueryError('prefix-too-short', written)
    return { kind: 'prefix', prefix: first }
  }
  return quoted || others.length > 0 ? { kind: 'phrase', words } : { kind: 'word', word: first }
}

/** Terms that every match has in one and the same part, of the field or (null) of any. */
export interface RequiredTerms {
  field: SearchField | null
  terms: string[]
  /** Terms of words that follow each other in this order, as `neighbourTerm` says. */
  neighbours: string[]
}

/** What every match has, clause by clause. Negations narrow nothing. */
export function requiredTerms(query: SearchQuery): RequiredTerms[] {
  return query.clauses.flatMap(({ field, negated, wanted }) =>
    negated
      ? []
      : [
          {
            field,
            terms: termsOf(wanted),
            neighbours: wanted.kind === 'phrase' ? wanted.words.map(neighbourTerm) : [],
          },
        ],
  )
}

function termsOf(wanted: Wanted): string[] {
  switch (wanted.kind) {
    case 'word':
      return [stemTerm(stemWord(wanted.word))]
    case 'prefix':
      return [prefixTerm(wanted.prefix)]
    case 'number':
      return [numberTerm(wanted.number)]
    case 'address':
      return [addressTerm(wanted.address)]
    case 'phrase':
      // Each word is in the text as written or folded, and the index has the stems of both.
      return [...new Set(wanted.words.map((word) => stemTerm(stemWord(word))))]
  }
}

/** The verification, on decrypted text: exact where the index is only a hint. */
export function matchesQuery(query: SearchQuery, message: SearchableMessage): boolean {
  if (query.case !== null && query.case !== message.case) return false
  if (query.hasAttachment && !message.hasAttachment) return false
  if (query.before !== null && (message.day === null || message.day >= query.before)) return false
  if (query.after !== null && (message.day === null || message.day < query.after)) return false
  const texts = message.parts.map(readSearchable)
  return query.clauses.every(({ field, negated, wanted }) => {
    const found = texts.some((text) => (field === null || text.field === field) && holds(wanted, text))
    return found !== negated
  })
}

function holds(wanted: Wanted, text: SearchableText): boolean {
  switch (wanted.kind) {
    case 'word':
      return hasStem(stemWord(wanted.word), text.words) || hasStem(stemWord(wanted.word), text.folded)
    case 'prefix':
      return text.words.some((word, at) => word.startsWith(wanted.prefix) || text.folded[at]?.startsWith(wanted.prefix))
    case 'number':
      return text.numbers.has(wanted.number)
    case 'address':
      return [...text.addresses].some((address) => addressForms(address).includes(wanted.address))
    case 'phrase':
      return (
        mayStandTogether(wanted.words, text) &&
        text.words.some((_, at) => wanted.words.every((word, i) => isWord(word, text, at + i)))
      )
  }
}

const together = new WeakMap<readonly string[], RegExp>()

/**
 * False only when the words are nowhere neighbours. Does not take the text apart: in most candidates they are not.
 */
function mayStandTogether(words: readonly string[], text: SearchableText): boolean {
  // Of a longer word the text has only the beginning.
  if (words.some((word) => word.length >= LONGEST_WORD)) return true
  let pattern = together.get(words)
  if (pattern === undefined) together.set(words, (pattern = new RegExp(words.map(fold).join('[^\\p{L}\\p{N}]+'), 'u')))
  return pattern.test(text.foldedText)
}

/** A stem begins as its word does: only endings are taken off. */
function hasStem(stem: string, words: readonly string[]): boolean {
  return words.some((word) => word.charCodeAt(0) === stem.charCodeAt(0) && stemWord(word) === stem)
}

function isWord(wanted: string, text: SearchableText, at: number): boolean {
  return text.words[at] === wanted || text.folded[at] === wanted
}
