import { createReadStream } from 'node:fs'
import { GallraError } from '../../errors.ts'
import { fieldValue, readHeaderFields } from '../parse/parse-headers.ts'

export interface ImportedMessage {
  /** Where it was found. Given as `after`, the import goes on with the next message. */
  position: string
  source: Buffer
  /** Delivery time by the From_ line or by the file time in a Maildir; null for .eml. */
  internalDate: Date | null
  /** IMAP flags, e.g. '\\Seen'. */
  flags: string[]
}

/** A single message above this (octets) is not mail; the import stops rather than fill the memory. */
export const MAX_IMPORT_BYTES = 256 * 1024 * 1024

const NEWLINE = 0x0a
const GREATER = 0x3e
/** A separator is "From ", a sender and a date with time and year (RFC 4155); body lines rarely look so. */
const SEPARATOR = /^From \S.{0,300}\d{1,2}:\d{2}.{0,40}\d{4}/

/** Messages of an mbox file in order. `position` is the offset (octets) of the separator after the message. */
export async function* readMbox(path: string, after: string | null): AsyncGenerator<ImportedMessage> {
  const start = after === null ? 0 : Number(after)
  if (!Number.isSafeInteger(start) || start < 0)
    throw new GallraError('import-unreadable', { path, problem: 'bad position' })
  let lines: Buffer[] = []
  let size = 0
  let separator: string | null = null
  let blank = true
  let offset = start
  for await (const line of readLines(path, start)) {
    const found: string | null = blank && line.length < 1000 ? separatorOf(line) : null
    if (found !== null) {
      if (separator !== null) yield imported(lines, separator, offset)
      separator = found
      lines = []
      size = 0
    } else if (separator === null) {
      throw new GallraError('import-unreadable', { path, problem: `no separator at ${offset}` })
    } else {
      size += line.length
      if (size > MAX_IMPORT_BYTES)
        throw new GallraError('import-unreadable', {
          path,
          problem: `more than ${MAX_IMPORT_BYTES} octets in one message`,
        })
      lines.push(unescaped(line))
    }
    offset += line.length
    blank = line.length <= 2 && line.every((octet) => octet === NEWLINE || octet === 0x0d)
  }
  if (separator !== null) yield imported(lines, separator, offset)
}

function separatorOf(line: Buffer): string | null {
  if (line.length < 5 || line.toString('latin1', 0, 5) !== 'From ') return null
  const text = line.toString('latin1').trimEnd()
  return SEPARATOR.test(text) ? text : null
}

/** mboxrd: one '>' was put before every line of '>'s and "From ". */
function unescaped(line: Buffer): Buffer {
  if (line[0] !== GREATER) return line
  let quotes = 0
  while (line[quotes] === GREATER) quotes += 1
  return line.toString('latin1', quotes, quotes + 5) === 'From ' ? line.subarray(1) : line
}

function imported(lines: Buffer[], separator: string, next: number): ImportedMessage {
  // The empty line before the next separator belongs to the format.
  const last = lines.at(-1)
  if (last !== undefined && last.length <= 2 && last.toString('latin1').trim() === '') lines.pop()
  const source = Buffer.concat(lines)
  return { position: String(next), source, internalDate: separatorDate(separator), flags: mboxFlags(source) }
}

const SEPARATOR_DATE = new RegExp(
  String.raw`([A-Z][a-z]{2}) +(\d{1,2}) +(\d{1,2}:\d{2}(?::\d{2})?)(?: +([+-]\d{4}|[A-Z]{3,4}))?` +
    String.raw` +(\d{4})(?: +([+-]\d{4}))?$`,
)

/** asctime date in UTC (RFC 4155), with or without a numeric zone; null when unreadable. */
function separatorDate(separator: string): Date | null {
  const match = SEPARATOR_DATE.exec(separator)
  if (match === null) return null
  const zone = [match[4], match[6]].find((one) => one !== undefined && /^[+-]/.test(one)) ?? '+0000'
  const ms = Date.parse(`${match[2] ?? ''} ${match[1] ?? ''} ${match[5] ?? ''} ${match[3] ?? ''} ${zone}`)
  return Number.isNaN(ms) ? null : new Date(ms)
}

function mboxFlags(source: Buffer): string[] {
  const { fields } = readHeaderFields(source)
  const letters = fieldValue(fields, 'status') + fieldValue(fields, 'x-status')
  const known: [string, string][] = [
    ['R', '\\Seen'],
    ['A', '\\Answered'],
    ['F', '\\Flagged'],
    ['T', '\\Draft'],
  ]
  return known.filter(([letter]) => letters.includes(letter)).map(([, flag]) => flag)
}

/** Lines with their line ends. A line above the message limit ends the import. */
async function* readLines(path: string, start: number): AsyncGenerator<Buffer> {
  let rest: Buffer[] = []
  let held = 0
  for await (const chunk of createReadStream(path, { start, highWaterMark: 256 * 1024 })) {
    let data: Buffer = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk))
    for (let end = data.indexOf(NEWLINE); end >= 0; end = data.indexOf(NEWLINE)) {
      yield Buffer.concat([...rest, data.subarray(0, end + 1)])
      rest = []
      held = 0
      data = data.subarray(end + 1)
    }
    rest.push(data)
    held += data.length
    if (held > MAX_IMPORT_BYTES) throw new GallraError('import-unreadable', { path, problem: 'endless line' })
  }
  if (held > 0) yield Buffer.concat(rest)
}
