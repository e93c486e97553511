/** What the trusted host found, kept as evidence. Results and method names are lower-cased. */
export interface Authentication {
  /** `none`: the host looked and found no policy or no result; `unknown`: no trusted host looked. */
  dmarc: 'pass' | 'fail' | 'none' | 'unknown'
  /** The domain the DMARC result speaks of (RFC 7489 11.2, `header.from`); null when not given. */
  headerFrom: string | null
  /** Submitted with a login to the trusted host itself (RFC 8601 2.7.4, `auth=pass`). */
  submitted: boolean
  /** The trusted fields, word for word. */
  evidence: string[]
}

const MOST_FIELDS = 10
const LONGEST_FIELD = 4_000

/**
 * Reads Authentication-Results (RFC 8601), topmost first. Only the unbroken run of fields at the very top
 * that bears the trusted authserv-id counts: what lies below another host's field came with the message,
 * and so may have been written by its sender (RFC 8601 section 5 and 7.1). Any failure in the run wins.
 */
export function readAuthentication(fields: string[], authservId: string | null): Authentication {
  const unknown: Authentication = { dmarc: 'unknown', headerFrom: null, submitted: false, evidence: [] }
  if (authservId === null) return unknown
  const trusted: { field: string; parts: string[] }[] = []
  for (const field of fields.slice(0, MOST_FIELDS)) {
    const parts = splitParts(field.slice(0, LONGEST_FIELD))
    const id = parts[0]?.split(/\s+/)[0]?.replaceAll('"', '').toLowerCase()
    if (id !== authservId.toLowerCase()) break
    trusted.push({ field: field.slice(0, LONGEST_FIELD), parts: parts.slice(1) })
  }
  if (trusted.length === 0) return unknown
  const results = trusted.flatMap(({ parts }) => parts.map(readResult))
  const dmarc = results.filter((result) => result.method === 'dmarc')
  const deciding = dmarc.find((result) => result.result === 'fail') ?? dmarc[0]
  return {
    dmarc: deciding === undefined ? 'none' : verdictOf(deciding.result),
    headerFrom: deciding?.headerFrom ?? null,
    submitted: results.some((result) => result.method === 'auth' && result.result === 'pass'),
    evidence: trusted.map(({ field }) => field),
  }
}

/** DMARC passed, and for this very sender domain. */
export function isVerified(authentication: Authentication, fromAddress: string): boolean {
  return authentication.dmarc === 'pass' && speaksOf(authentication, fromAddress)
}

/**
 * The sender address is not to be believed (P10): the trusted host says so, or vouched for another domain.
 * The firm's own domain needs more than the absence of failure: from outside it must pass.
 */
export function isSpoofed(authentication: Authentication, fromAddress: string, fromOwn: boolean): boolean {
  if (authentication.submitted && fromOwn) return false
  if (authentication.dmarc === 'fail') return true
  if (authentication.dmarc === 'pass') return !speaksOf(authentication, fromAddress)
  return fromOwn && authentication.dmarc === 'none'
}

function speaksOf(authentication: Authentication, fromAddress: string): boolean {
  return (
    authentication.headerFrom === null ||
    authentication.headerFrom === fromAddress.slice(fromAddress.lastIndexOf('@') + 1).toLowerCase()
  )
}

function verdictOf(result: string): Authentication['dmarc'] {
  if (result === 'pass' || result === 'fail') return result
  // temperror and permerror (RFC 8601 2.7.1): the host looked but has no result.
  return result === 'temperror' || result === 'permerror' ? 'unknown' : 'none'
}

function readResult(part: string): { method: string; result: string; headerFrom: string | null } {
  const [head = '', ...properties] = part.replace(/\s*=\s*/g, '=').split(/\s+/)
  const [method = '', result = ''] = head.toLowerCase().split('=')
  const headerFrom = properties
    .find((property) => property.toLowerCase().startsWith('header.from='))
    ?.slice('header.from='.length)
  return {
    method: method.split('/')[0]!,
    result,
    headerFrom: headerFrom === undefined ? null : headerFrom.replaceAll('"', '').replace(/^.*@/, '').toLowerCase(),
  }
}

/** Splits at ';' outside quoted strings, and drops comments (RFC 5322 3.2.2), which may nest and lie. */
function splitParts(field: string): string[] {
  const parts: string[] = []
  let part = ''
  let depth = 0
  let quoted = false
  for (let at = 0; at < field.length; at += 1) {
    const char = field[at]!
    if (char === '\\' && (quoted || depth > 0)) {
      // An escaped sign inside quotes is a letter like any other.
      if (depth === 0) part += '_'
      at += 1
    } else if (char === '"' && depth === 0) {
      quoted = !quoted
      part += char
    } else if (!quoted && char === '(') depth += 1
    else if (!quoted && char === ')' && depth > 0) {
      depth -= 1
      part += ' '
    } else if (depth > 0) continue
    // A quoted '=' or space must not look like syntax to the reader of the part.
    else if (quoted) part += /[\s=;]/.test(char) ? '_' : char
    else if (char === ';') {
      parts.push(part.trim())
      part = ''
    } else part += char
  }
  return [...parts, part.trim()]
}
