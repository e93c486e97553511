import { CASES, type Case } from '../classification.ts'

/** Keywords of gallra's own begin so. */
export const KEYWORD_PREFIX = 'gallra-'

/** System flags (RFC 9051 section 2.3.2) and registered keywords, which begin with `$` (RFC 5788). */
const REGISTERED = /^[\\$][A-Za-z0-9_-]{1,60}$/

/** The flags that may be stored in clear. Words that people or programs made up may name somebody (P7). */
export function storableFlags(flags: Iterable<string>): string[] {
  return [...flags].filter(
    (flag) => REGISTERED.test(flag) || flag.startsWith(KEYWORD_PREFIX) || caseOfKeyword(flag) !== null,
  )
}

/** The keyword staff see on a message, e.g. `gallra-complaints`. An ASCII atom, as IMAP demands. */
export function caseKeyword(caseName: string): string {
  return `${KEYWORD_PREFIX}${caseName}`
}

/** Letter case does not count in flags (RFC 9051 section 2.3.2). */
export function caseOfKeyword(flag: string): Case | null {
  const lower = flag.toLowerCase()
  return CASES.find((known) => caseKeyword(known) === lower) ?? null
}

export function hasFlag(flags: readonly string[], wanted: string): boolean {
  return flags.some((flag) => flag.toLowerCase() === wanted.toLowerCase())
}
