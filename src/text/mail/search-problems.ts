import type { SearchProblem, SearchQueryError } from '../../core/search/search-query.ts'
import { fill, type Language, type Wording } from '../wording/wording.ts'

/** What is wrong with a search; `{part}` quotes what the user wrote, `{known}` are the names of the cases. */
const searchProblems = {
  empty: { sv: 'Skriv något att söka efter.', en: 'Write something to search for.' },
  'too-long': {
    sv: 'Sökningen är för lång (högst 500 tecken och 30 villkor).',
    en: 'The search is too long (at most 500 characters and 30 conditions).',
  },
  'unclosed-quote': {
    sv: 'Citattecknet i {part} avslutas aldrig.',
    en: 'The quotation mark in {part} is never closed.',
  },
  'unknown-field': {
    sv: '{part}: finns inte. Använd från: till: ämne: ärende: före: efter: har: eller sätt citattecken runt.',
    en: '{part}: does not exist. Use from: to: subject: case: before: after: has: or put quotation marks around it.',
  },
  'unknown-case': {
    sv: '{part} är ingen ärendetyp. Använd {known}.',
    en: '{part} is not a case. Use {known}.',
  },
  'bad-day': {
    sv: '{part} är inte ett datum. Skriv 2026-05-31, 2026-05 eller 2026.',
    en: '{part} is not a date. Write 2026-05-31, 2026-05 or 2026.',
  },
  'prefix-too-short': {
    sv: '{part}: skriv minst tre bokstäver före *.',
    en: '{part}: write at least three letters before *.',
  },
  twice: { sv: '{part} får anges en gång och inte nekas.', en: '{part} can be given once and not be negated.' },
  'nothing-to-find': {
    sv: '{part} innehåller varken bokstäver eller siffror.',
    en: '{part} has neither letters nor digits.',
  },
} as const satisfies Record<SearchProblem, Wording>

/** `cases`: the names of the cases in this language. */
export function wordSearchProblem(
  { problem, part }: SearchQueryError,
  language: Language,
  cases: readonly string[],
): string {
  return fill(searchProblems[problem][language], { part, known: cases.join(', ') })
}
