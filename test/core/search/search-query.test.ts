import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { wordSearchProblem } from '../../../src/text/mail/search-problems.ts'
import {
  matchesQuery,
  parseSearchQuery,
  requiredTerms,
  SearchQueryError,
  type SearchableMessage,
} from '../../../src/core/search/search-query.ts'
import {
  indexTerms,
  neighbourTerm,
  normalise,
  readSearchable,
  SEARCH_FIELDS,
  splitTerms,
  splitWords,
  type SearchPart,
} from '../../../src/core/search/search-terms.ts'
import { LONG } from '../../harness/long.ts'

const message = (
  parts: Partial<Record<SearchPart['field'], string>>,
  rest: Partial<SearchableMessage> = {},
): SearchableMessage => ({
  parts: Object.entries(parts).map(([field, text]) => ({ field: field as SearchPart['field'], text })),
  case: null,
  day: null,
  hasAttachment: false,
  ...rest,
})

const letter = message(
  {
    subject: 'Fråga om fakturan',
    from: 'Alice Ström <alice.strom@example.se>',
    to: 'info@example.org',
    text: 'Hej! Jag har inte fått räkningen för cykeln, order PX-120045. Ring 070-123 45 67. Skickad till Malmö.',
  },
  { case: 'payments', day: '2026-05-10', hasAttachment: true },
)

/** `npm run test:long` tries more. */

const pairsOf = (terms: string[]) => new Set(terms.slice(1).map((term, at) => `${terms[at]!}\n${term}`))

const finds = (input: string, in_: SearchableMessage = letter) => matchesQuery(parseSearchQuery(input), in_)

describe('a search finds', () => {
  test.each([
    'faktura',
    'fakturor',
    'FAKTURAN',
    'cyklar',
    'rakning',
    'räkningar',
    'malmo',
    'malmö',
    '"fått räkningen för"',
    '"fatt rakningen for"',
    'räkn*',
    'rakninge*',
    'malm*',
    'from:alice',
    'från:ström',
    'from:strom',
    'from:alice.strom@example.se',
    '@example.se',
    'from:alice.strom@',
    'to:info@example.org',
    'subject:faktura',
    'ämne:"om fakturan"',
    '120045',
    'PX-120045',
    '070-1234567',
    '+46701234567',
    '"070 123 45 67"',
    'case:payments',
    'after:2026-05-10 before:2026-05-11',
    'after:2026',
    'before:2026-06',
    'has:attachment',
    'har:bilaga',
    'faktura -paket',
    'faktura räkning from:alice',
    '-from:bob',
  ])('%s', (input) => {
    expect(finds(input)).toBe(true)
  })
})

describe('a search passes over', () => {
  test.each([
    '"faktura"',
    '"räkningen fått"',
    'malmå',
    'räk* paket',
    'from:bob',
    'from:malmö',
    'subject:alice',
    'text:info@example.org',
    '@example.com',
    '12004',
    '120046',
    'case:complaints',
    'before:2026-05-10',
    'after:2026-05-11',
    '-faktura',
    'alice -malmö',
  ])('%s', (input) => {
    expect(finds(input)).toBe(false)
  })

  test('what is limited to days and attachments when the message has none', () => {
    expect(finds('after:2000', message({ text: 'x' }))).toBe(false)
    expect(finds('has:attachment', message({ text: 'x' }))).toBe(false)
  })
})

describe('a query is refused', () => {
  test.each([
    ['', 'empty'],
    ['   ', 'empty'],
    ['"abc', 'unclosed-quote'],
    ['form:anna', 'unknown-field'],
    ['constructor:x', 'unknown-field'],
    ['case:refund', 'unknown-case'],
    ['before:2026-02-30', 'bad-day'],
    ['after:igår', 'bad-day'],
    ['fa*', 'prefix-too-short'],
    ['-case:support', 'twice'],
    ['before:2025 before:2026', 'twice'],
    ['has:x', 'unknown-field'],
    ['!!', 'nothing-to-find'],
    ['subject:', 'nothing-to-find'],
    ['x'.repeat(501), 'too-long'],
    ['a '.repeat(31), 'too-long'],
  ])('%j with %s, in both languages', (input, problem) => {
    const error = catchError(() => parseSearchQuery(input))
    expect(error).toMatchObject({ problem })
    expect(wordSearchProblem(error as SearchQueryError, 'sv', [])).not.toBe(
      wordSearchProblem(error as SearchQueryError, 'en', []),
    )
  })
})

function catchError(work: () => unknown): unknown {
  try {
    return work()
  } catch (error) {
    return error
  }
}

const word = fc.oneof(
  fc.constantFrom(
    'faktura',
    'fakturan',
    'FAKTUROR',
    'köp',
    'köpet',
    'kop',
    'Malmö',
    'malmo',
    'order',
    'ordern',
    'för',
    'for',
    'e-post',
    'cyklar',
    'anna@example.se',
    'Anna@Example.SE.',
    '070-123 45 67',
    '+46701234567',
    '19850101-1234',
    '850101-1234',
    '120045',
    '2026-11-24',
    'İstanbul',
    'straße',
    'ﬁnal',
    '각하다',
    '가',
    'x\u0301yz',
    'Ⅷ',
    'K',
    '１２３４',
  ),
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc.string({ unit: 'binary', maxLength: 6 }),
)
const text = fc
  .array(word, { maxLength: 12 })
  .chain((words) => fc.constantFrom(' ', '\n', ', ', '').map((gap) => words.join(gap)))
const part = fc.record({ field: fc.constantFrom(...SEARCH_FIELDS), text })
const clause = fc
  .record({
    field: fc.constantFrom('', '', 'from:', 'text:', 'subject:'),
    minus: fc.constantFrom('', '', '', '-'),
    word,
    other: word,
    form: fc.constantFrom('plain', 'phrase', 'pair', 'prefix'),
  })
  .map(({ field, minus, word, other, form }) => {
    const clean = (value: string) => value.replaceAll('"', '')
    if (form === 'phrase') return `${minus}${field}"${clean(word)}"`
    if (form === 'pair') return `${minus}${field}"${clean(word)} ${clean(other)}"`
    return `${minus}${field}${clean(word)}${form === 'prefix' ? '*' : ''}`
  })

describe('index and verification agree', () => {
  test('whatever a query matches has every term it requires, within one part of the clause’s field', () => {
    let matched = 0
    fc.assert(
      fc.property(
        fc.array(part, { maxLength: 4 }),
        fc.array(clause, { minLength: 1, maxLength: 2 }),
        (parts, clauses) => {
          let query
          try {
            query = parseSearchQuery(clauses.join(' '))
          } catch (error) {
            if (error instanceof SearchQueryError) return
            throw error
          }
          if (!matchesQuery(query, { parts, case: null, day: null, hasAttachment: false })) return
          matched++
          const indexed = parts.map((one) => ({
            field: one.field,
            terms: indexTerms(one),
            pairs: pairsOf(splitTerms(one).words.map(neighbourTerm)),
          }))
          for (const { field, terms, neighbours } of requiredTerms(query)) {
            const has = (one: (typeof indexed)[number]) =>
              terms.every((term) => one.terms.has(term)) &&
              [...pairsOf(neighbours)].every((pair) => one.pairs.has(pair))
            expect(
              indexed.some((one) => (field === null || one.field === field) && has(one)),
              [...terms, ...neighbours].join(),
            ).toBe(true)
          }
        },
      ),
      { numRuns: LONG ? 8_000 : 1_500 },
    )
    expect(matched).toBeGreaterThan(20)
  })

  test('a phrase is found where its words are neighbours, letter by letter or without marks, and only there', () => {
    const words = fc.constantFrom(
      'åka',
      'aka',
      'båt',
      'båtar',
      'bat',
      'ægir',
      'x1',
      'e\u0301n',
      'ß',
      'i'.repeat(70),
      'ﬁ',
    )
    const gaps = fc.constantFrom(' ', ', ', '\n', ' - ', ' \u0301 ', '.\u200b', '/')
    let matched = 0
    fc.assert(
      fc.property(
        fc.array(fc.tuple(words, gaps), { maxLength: 8 }),
        fc.array(words, { minLength: 1, maxLength: 3 }),
        (written, phrase) => {
          const one: SearchPart = { field: 'text', text: written.flat().join('') }
          const text = readSearchable(one)
          const wanted = splitWords(normalise(phrase.join(' ')))
          const expected = text.words.some((_, at) =>
            wanted.every((word, next) => text.words[at + next] === word || text.folded[at + next] === word),
          )
          if (expected) matched++
          expect(finds(`"${phrase.join(' ')}"`, { ...letter, parts: [one] })).toBe(expected)
        },
      ),
      { numRuns: LONG ? 2_000 : 600 },
    )
    expect(matched).toBeGreaterThan(20)
  })

  test('a word, phrase start, prefix and number taken from a text always finds that text', () => {
    fc.assert(
      fc.property(text, text, fc.nat(3), (before, after, at) => {
        const own = ['fakturan', 'Malmö', '0701234567', 'anna@example.se'][at] ?? ''
        const parts: SearchPart[] = [{ field: 'text', text: `${before} ${own} ${after}` }]
        expect(finds(own, { ...letter, parts })).toBe(true)
      }),
      { numRuns: LONG ? 5_000 : 500 },
    )
  })
})
