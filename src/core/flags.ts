/** Keywords of gallra's own begin so. */
export const KEYWORD_PREFIX = 'gallra-'

/** System flags (RFC 9051 section 2.3.2) and registered keywords, which begin with `$` (RFC 5788). */
const REGISTERED = /^[\\$][A-Za-z0-9_-]{1,60}$/

/** The flags that may be stored in clear. Words that people or programs made up may name somebody (P7). */
export function storableFlags(flags: Iterable<string>): string[] {
  return [...flags].filter((flag) => REGISTERED.test(flag) || flag.startsWith(KEYWORD_PREFIX))
}
