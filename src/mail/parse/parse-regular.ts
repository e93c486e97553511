import libmime from 'libmime'
import { decode } from 'libmime/lib/charset.js'
import { attachmentPart, type BodyParts } from './parse-body.ts'
import { regularHeaders, type RegularHeaders } from './regular-headers.ts'
import { decodeTransfer } from './regular-transfer.ts'

/**
 * The body of a regular message without a parser in between: one pass over the octets, native
 * base64. mailparser stays the reference: whatever is not plainly regular (embedded messages,
 * comments, unusual encodings, missing delimiters …) is declined with null, never guessed, and a
 * differential test holds what is accepted equal to mailparser's reading.
 */
export function regularBody(source: Buffer): BodyParts | null {
  const walk: Walk = { texts: [], attachments: [], parts: 0, hasPlain: false, hasHtml: false }
  return readPart(source, walk, { start: 0, end: source.length, depth: 0, alternative: false }) ? joined(walk) : null
}

const MOST_PARTS = 100
const DEEPEST = 8

interface Text {
  html: boolean
  content: string
  alternative: boolean
  root: boolean
}

interface Walk {
  texts: Text[]
  attachments: BodyParts['attachments']
  parts: number
  hasPlain: boolean
  hasHtml: boolean
}

interface Range {
  start: number
  end: number
  depth: number
  /** Below a multipart/alternative. */
  alternative: boolean
}

/** false: not regular. */
function readPart(source: Buffer, walk: Walk, range: Range): boolean {
  walk.parts += 1
  if (walk.parts > MOST_PARTS || range.depth > DEEPEST) return false
  const headers = regularHeaders(source, range.start, range.end)
  if (headers === null) return false
  const { bodyStart } = headers
  if (headers.type.startsWith('multipart/')) return readMultipart(source, walk, { ...range, start: bodyStart }, headers)
  const text = headers.type === 'text/plain' || headers.type === 'text/html'
  if (text && headers.disposition !== 'attachment')
    return readText(source.subarray(bodyStart, range.end), walk, range, headers)
  const content = decodeTransfer(source.subarray(bodyStart, range.end), headers.encoding)
  if (content === null) return false
  const guessed = headers.type === 'application/octet-stream' && headers.filename !== ''
  const type = guessed ? libmime.detectMimeType(headers.filename) || 'application/octet-stream' : headers.type
  walk.attachments.push(attachmentPart(headers.filename === '' ? undefined : headers.filename, type, content))
  return true
}

/** RFC 2046 section 5.1.1; the line end before a delimiter belongs to it. */
function readMultipart(
  source: Buffer,
  walk: Walk,
  range: Range,
  { boundary, type, encoding }: RegularHeaders,
): boolean {
  if (boundary === '' || !['', '7bit', '8bit', 'binary'].includes(encoding)) return false
  const delimiter = Buffer.from(`--${boundary}`, 'latin1')
  const alternative = range.alternative || type === 'multipart/alternative'
  let partStart = -1
  for (
    let at = source.indexOf(delimiter, range.start);
    at >= 0 && at < range.end;
    at = source.indexOf(delimiter, at + delimiter.length)
  ) {
    const before = source[at - 1]
    if (at > range.start && before === 13) return false
    if (at > range.start && before !== 10) continue
    const line = delimiterLine(source, at + delimiter.length, range.end)
    if (line === 'irregular') return false
    if (line === null) continue
    if (partStart >= 0) {
      const end = withoutLineEnd(source, partStart, at)
      if (!readPart(source, walk, { start: partStart, end, depth: range.depth + 1, alternative })) return false
    }
    if (line.closes) return partStart >= 0
    partStart = line.next
  }
  return false
}

/**
 * What follows `--boundary` on its line; null: other letters, so it is not a delimiter. Blanks are left to mailparser.
 */
function delimiterLine(
  source: Buffer,
  at: number,
  end: number,
): { closes: boolean; next: number } | null | 'irregular' {
  const closes = source[at] === 45 && source[at + 1] === 45
  const after = closes ? at + 2 : at
  if (after === end) return closes ? { closes, next: after } : 'irregular'
  if (source[after] === 13 && source[after + 1] === 10 && after + 2 <= end) return { closes, next: after + 2 }
  return [9, 10, 13, 32, 45].includes(source[after] ?? 0) ? 'irregular' : null
}

function withoutLineEnd(source: Buffer, start: number, end: number): number {
  let trimmed = end
  if (trimmed > start && source[trimmed - 1] === 10) {
    trimmed -= 1
    if (trimmed > start && source[trimmed - 1] === 13) trimmed -= 1
  }
  return trimmed
}

function readText(body: Buffer, walk: Walk, range: Range, headers: RegularHeaders): boolean {
  let octets = decodeTransfer(body, headers.encoding)
  if (octets === null) return false
  if (headers.flowed !== null)
    octets = Buffer.from(libmime.decodeFlowed(octets.toString('latin1'), headers.flowed.delSp), 'latin1')
  const content = decodeCharset(withoutCarriageReturns(octets), headers.charset)
  if (content === null) return false
  const html = headers.type === 'text/html'
  if (html) walk.hasHtml = true
  else walk.hasPlain = true
  walk.texts.push({ html, content, alternative: range.alternative, root: range.depth === 0 })
  return true
}

/** CRLF as LF, while it is octets: V8 notes every replacement in a text, half a gigabyte for ten million line ends. */
function withoutCarriageReturns(octets: Buffer): Buffer {
  if (!octets.includes(13)) return octets
  const kept = Buffer.allocUnsafe(octets.length)
  let length = 0
  for (let at = 0; at < octets.length; at += 1) {
    const octet = octets[at]!
    if (octet !== 13 || octets[at + 1] !== 10) kept[length++] = octet
  }
  return kept.subarray(0, length)
}

const UNICODE = new Set(['utf-8', 'utf8', 'us-ascii', 'ascii'])
const WESTERN = new Set(['iso-8859-1', 'iso-8859-15', 'windows-1252'])

function decodeCharset(octets: Buffer, charset: string): string | null {
  if (UNICODE.has(charset)) return octets.toString('utf8')
  return WESTERN.has(charset) ? decode(octets, charset) : null
}

/** As mailparser joins several text parts of one message, its empty stand-ins included. */
function joined({ texts, attachments, hasPlain, hasHtml }: Walk): BodyParts {
  const plain: string[] = []
  const html: string[] = []
  for (const text of texts) {
    if (text.content === '') continue
    if (!text.html) {
      plain.push(text.content)
      if (!text.alternative && hasHtml) html.push('')
      continue
    }
    if ((!text.alternative && hasPlain) || (text.root && !hasPlain)) plain.push('')
    html.push(text.content)
  }
  return { plain: plain.join('\n'), html: html.join('<br/>\n'), attachments }
}
