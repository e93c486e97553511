/**
 * What a response line is built of; `adjacent` lists have no space between their first elements (RFC 3501: body and
 * address lists).
 */
export type WireValue = null | number | string | WireValue[] | { adjacent: WireValue[]; then: WireValue[] }

/** Octets as a latin1 string; text that no quoted string may hold becomes a literal. */
export function renderValue(value: WireValue): string {
  if (value === null) return 'NIL'
  if (typeof value === 'number') return String(value)
  if (typeof value === 'string') return renderString(value)
  if (Array.isArray(value)) return `(${value.map(renderValue).join(' ')})`
  return `(${value.adjacent.map(renderValue).join('')}${value.then.map((part) => ` ${renderValue(part)}`).join('')})`
}

function renderString(text: string): string {
  return /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/.test(text) ? `"${text}"` : `{${text.length}}\r\n${text}`
}

export function renderFlags(flags: Iterable<string>): string {
  return `(${[...flags].join(' ')})`
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** RFC 3501 date-time, always in UTC. */
export function renderInternalDate(date: Date): string {
  const two = (number: number): string => String(number).padStart(2, '0')
  const day = `${two(date.getUTCDate())}-${MONTHS[date.getUTCMonth()]!}-${date.getUTCFullYear()}`
  return `"${day} ${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())} +0000"`
}
