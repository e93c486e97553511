/** One MIME entity as offsets into its message. */
export interface MimePart {
  source: Buffer
  start: number
  bodyStart: number
  end: number
  /** In order, names lower-cased, unfolded, octets as latin1. */
  headerFields: [name: string, value: string][]
  contentType: Structured
  children: MimePart[]
  /** The message inside a message/rfc822 part. */
  enclosed: MimePart | null
}

export interface Structured {
  value: string
  parameters: Record<string, string>
}

const DEEPEST = 20

export function parseMime(source: Buffer, start = 0, end = source.length, depth = 0): MimePart {
  const bodyStart = findBody(source, start, end)
  const headerFields = parseHeaderFields(source.toString('latin1', start, bodyStart))
  const contentType = parseStructured(valueOf(headerFields, 'content-type') ?? 'text/plain; charset=us-ascii')
  const part: MimePart = { source, start, bodyStart, end, headerFields, contentType, children: [], enclosed: null }
  if (depth >= DEEPEST) return part
  const boundary = contentType.parameters['boundary']
  if (contentType.value.startsWith('multipart/') && boundary !== undefined && boundary !== '') {
    part.children = splitBody(part, boundary).map(([from, to]) => parseMime(source, from, to, depth + 1))
  } else if (contentType.value === 'message/rfc822') {
    part.enclosed = parseMime(source, bodyStart, end, depth + 1)
  }
  return part
}

export function headerValue(part: MimePart, name: string): string | null {
  return valueOf(part.headerFields, name)
}

function valueOf(fields: [string, string][], name: string): string | null {
  return fields.find(([known]) => known === name)?.[1] ?? null
}

function findBody(source: Buffer, start: number, end: number): number {
  if (source.toString('latin1', start, start + 2) === '\r\n') return Math.min(start + 2, end)
  const blank = source.indexOf('\r\n\r\n', start)
  return blank < 0 || blank + 4 > end ? end : blank + 4
}

function splitBody(part: MimePart, boundary: string): [number, number][] {
  const { source, bodyStart, end } = part
  const delimiter = Buffer.from(`--${boundary}`, 'latin1')
  const ranges: [number, number][] = []
  let open: number | null = null
  for (let at = source.indexOf(delimiter, bodyStart); at >= 0 && at < end; at = source.indexOf(delimiter, at + 1)) {
    if (at > 0 && source[at - 1] !== 0x0a) continue
    const after = source.toString('latin1', at + delimiter.length, at + delimiter.length + 2)
    if (after !== '--' && !/^[ \t\r\n]/.test(after)) continue
    // The line break before a delimiter belongs to the delimiter (RFC 2046 section 5.1.1).
    if (open !== null) ranges.push([open, Math.max(open, at - 2)])
    const lineEnd = source.indexOf(0x0a, at)
    open = after === '--' || lineEnd < 0 ? null : Math.min(lineEnd + 1, end)
    if (after === '--') break
  }
  if (open !== null && open < end) ranges.push([open, end])
  return ranges
}

function parseHeaderFields(text: string): [string, string][] {
  const fields: [string, string][] = []
  for (const line of text.replace(/\r\n[ \t]+/g, ' ').split('\r\n')) {
    const colon = line.indexOf(':')
    if (colon > 0) fields.push([line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()])
  }
  return fields
}

/** `value; name=value; name="value"`, as in Content-Type and Content-Disposition. */
export function parseStructured(text: string): Structured {
  const parameters: Record<string, string> = {}
  const semicolon = text.indexOf(';')
  const value = (semicolon < 0 ? text : text.slice(0, semicolon)).trim().toLowerCase()
  if (semicolon >= 0) {
    for (const match of text.slice(semicolon).matchAll(/;[ \t]*([^\s=;"]+)=(?:"((?:[^"\\]|\\.)*)"|([^;"]*))/g)) {
      parameters[match[1]!.toLowerCase()] = match[2]?.replace(/\\(.)/g, '$1') ?? match[3]!.trim()
    }
  }
  return { value, parameters }
}
