/** RFC 5322 sets no length for a msg-id; a header line may hold 998 octets (2.1.1), so longer ones are garbage. */
const LONGEST_ID = 998
/** A header longer than this is read from both ends, so that the first and the latest ancestors survive. */
const LONGEST_HEADER = 256_000
const FIRST_KEPT = 1
const LAST_KEPT = 100

/**
 * RFC 5322 3.6.4 msg-id without angle brackets, comments of folding removed, case kept; null when unusable.
 * Broken programs leave out the brackets or the '@': both are accepted, since only equality matters.
 */
export function normaliseMessageId(raw: string): string | null {
  if (raw.length > LONGEST_HEADER) return null
  const open = raw.indexOf('<')
  const close = raw.indexOf('>', open + 1)
  const inner = open >= 0 ? raw.slice(open + 1, close < 0 ? undefined : close) : raw.replaceAll('>', '')
  // Folding may fall inside the brackets; a msg-id never contains white space or control characters.
  const id = inner.normalize('NFC').replace(/[\s\p{Cc}\p{Cf}]+/gu, '')
  return id.length < 3 || id.length > LONGEST_ID || !/[\p{L}\p{N}]/u.test(id) ? null : id
}

/**
 * Every msg-id of a References or In-Reply-To field (RFC 5322 3.6.4), in order, without repeats.
 * Tolerates folding, missing brackets, commas and phrases in between (`"message of Monday" <id>`).
 */
export function parseReferences(header: string): string[] {
  const bounded =
    header.length <= LONGEST_HEADER
      ? header
      : `${header.slice(0, LONGEST_ID)} ${header.slice(-LONGEST_HEADER + LONGEST_ID)}`
  const bracketed = [...bounded.matchAll(/<([^<>]{3,2000})>/g)].map((match) => match[1]!)
  const parts = bracketed.length > 0 ? bracketed : bounded.split(/[\s,;<>]+/).filter((part) => part.includes('@'))
  return boundReferences(parts.flatMap((part) => normaliseMessageId(part) ?? []))
}

/** Without repeats, and at most the first and the last hundred: the root and the nearest ancestors. */
export function boundReferences(ids: string[]): string[] {
  // The last mention counts: the direct parent comes last.
  const unique = [...new Set([...ids].reverse())].reverse()
  return unique.length <= FIRST_KEPT + LAST_KEPT
    ? unique
    : [...unique.slice(0, FIRST_KEPT), ...unique.slice(-LAST_KEPT)]
}
