import libmime from 'libmime'
import { parseAddressHeader } from 'mailparser'
import type { Address, SenderSigns } from '../../core/message/message.ts'

/** Octets of header that are read. RFC 5322 sets no limit; real headers stay below 64 KB. */
export const MAX_HEADER_BYTES = 256 * 1024
const MAX_FIELDS = 2000
const MAX_VALUE = 16_000
const MAX_ADDRESSES = 1000
const MAX_SUBJECT = 2000

/** Header fields in order, unfolded, not decoded; names in lower case. */
export type HeaderFields = { name: string; value: string }[]

export function readHeaderFields(source: Buffer): { fields: HeaderFields; cut: boolean } {
  const end = headerEnd(source)
  const cut = end > MAX_HEADER_BYTES
  const text = decodeOctets(source.subarray(0, Math.min(end, MAX_HEADER_BYTES)))
  const fields: HeaderFields = []
  let pieces: string[] = []
  let name = ''
  const close = (): void => {
    if (name !== '' && fields.length < MAX_FIELDS) fields.push({ name, value: pieces.join(' ').slice(0, MAX_VALUE) })
    name = ''
    pieces = []
  }
  for (const line of text.split(/\r\n|\n|\r/)) {
    if (/^[ \t]/.test(line)) {
      if (name !== '') pieces.push(line.trim())
      continue
    }
    close()
    const colon = line.indexOf(':')
    if (colon <= 0 || colon > 100) continue
    name = line.slice(0, colon).trim().toLowerCase()
    pieces = [line.slice(colon + 1).trim()]
  }
  close()
  return { fields, cut: cut || fields.length === MAX_FIELDS }
}

/** First occurrence: RFC 5322 allows one, and a later one did not come from the sender's program. '' when absent. */
export function fieldValue(fields: HeaderFields, name: string): string {
  return fields.find((field) => field.name === name)?.value ?? ''
}

export function decodedText(value: string, limit = MAX_SUBJECT): string {
  let decoded = value
  try {
    decoded = libmime.decodeWords(value)
  } catch {
    // An encoded word that cannot be decoded stays as it was written.
  }
  return cleanLine(decoded).slice(0, limit)
}

export function addresses(fields: HeaderFields, name: string): Address[] {
  const found: Address[] = []
  for (const field of fields) {
    if (field.name !== name) continue
    for (const one of parsedAddresses(field.value)) {
      if (found.length >= MAX_ADDRESSES) return found
      const address = cleanLine(one.address ?? '').toLowerCase()
      if (address !== '' && address.length <= 320) found.push({ name: cleanLine(one.name).slice(0, 300), address })
    }
  }
  return found
}

function parsedAddresses(value: string): { name: string; address?: string }[] {
  try {
    return parseAddressHeader(value, { flatten: true }).value
  } catch {
    return []
  }
}

export function senderSigns(fields: HeaderFields): SenderSigns {
  const first = (name: string): string => cleanLine(fieldValue(fields, name))
  return {
    autoSubmitted: first('auto-submitted'),
    precedence: first('precedence'),
    listId: first('list-id'),
    listUnsubscribe: first('list-unsubscribe'),
    returnPath: first('return-path'),
    authenticationResults: fields
      .filter((field) => field.name === 'authentication-results')
      .slice(0, 50)
      .map((field) => cleanLine(field.value)),
  }
}

const FIRST_DATE = Date.UTC(1980, 0, 1)
const LAST_DATE = Date.UTC(2100, 0, 1)

const DATE_TIME = new RegExp(
  String.raw`^(?:[a-z]{2,9},? )?(\d{1,2})[ -]([a-z]{3})[a-z]*[ -](\d{4}|\d{2})` +
    String.raw` (\d{1,2}:\d{2}(?::\d{2})?)(?:\.\d{1,9})?(?: ?([+-]\d{4}|[a-z]{1,5}))?$`,
  'i',
)
const ISO_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$/

/**
 * RFC 5322 date-time (ISO 8601 too, some programs send it); null when unreadable or absurd (before
 * 1980 or after 2099). Date.parse alone finds dates in any text, so the form is checked first.
 * Without a usable zone it is UTC (section 4.3), whatever this computer's is.
 */
export function headerDate(value: string): Date | null {
  const bare = value
    .slice(0, 200)
    .replace(/\([^()]*\)/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
  const match = DATE_TIME.exec(bare)
  if (match === null && !ISO_TIME.test(bare)) return null
  const [, day = '', month = '', year = '', time = '', zone = ''] = match ?? []
  const known = /^([+-]\d{4}|GMT|UTC|[ECMP][SD]T)$/i.test(zone) ? zone : '+0000'
  const ms = Date.parse(match === null ? bare : `${day} ${month} ${fullYear(year)} ${time} ${known}`)
  return Number.isNaN(ms) || ms < FIRST_DATE || ms >= LAST_DATE ? null : new Date(ms)
}

/** Two digits as RFC 5322 section 4.3 reads them. */
function fullYear(year: string): string {
  if (year.length > 2) return year
  return String(Number(year) + (Number(year) < 50 ? 2000 : 1900))
}

/** Without control characters (NUL, escape sequences, line ends, bidi overrides). */
export function cleanLine(value: string): string {
  return value.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]+/g, ' ').trim()
}

function headerEnd(source: Buffer): number {
  const ends = [source.indexOf('\r\n\r\n'), source.indexOf('\n\n')].filter((end) => end >= 0)
  return ends.length === 0 ? source.length : Math.min(...ends)
}

/** Raw 8-bit headers: UTF-8 (RFC 6532) when valid, else Windows-1252 as older programs send. */
function decodeOctets(octets: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(octets)
  } catch {
    return new TextDecoder('windows-1252').decode(octets)
  }
}
