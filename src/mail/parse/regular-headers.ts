import libmime from 'libmime'

/** The MIME fields of one part (RFC 2045), with their defaults. */
export interface RegularHeaders {
  /** Lower case, e.g. 'text/plain'. */
  type: string
  /** Lower case; 'utf-8' when not given. */
  charset: string
  /** '' when not given. */
  boundary: string
  /** Lower-case Content-Transfer-Encoding; '' when not given. */
  encoding: string
  disposition: 'attachment' | 'inline' | ''
  /** Decoded; '' when not given. */
  filename: string
  /** format=flowed (RFC 3676). */
  flowed: { delSp: boolean } | null
  /** Offset behind the empty line. */
  bodyStart: number
}

const MOST_OCTETS = 64 * 1024
const MIME_FIELDS = new Set(['content-type', 'content-disposition', 'content-transfer-encoding'])
/** A type or disposition and its parameters, no comments, no escapes: what RFC 2045 section 5.1 calls for. */
const STRUCTURED = /^[A-Za-z0-9.+_/-]+(?:\s*;\s*[A-Za-z0-9_-]+\*?(?:\d\*?)?=(?:"[^"\\()]*"|[^\s"\\;()<>,]+))*\s*;?$/

/** null: not regular, let mailparser read it. */
export function regularHeaders(source: Buffer, start: number, end: number): RegularHeaders | null {
  const bodyStart = behindEmptyLine(source, start, end)
  if (bodyStart === null) return null
  const fields = mimeFields(source.toString('latin1', start, bodyStart))
  if (fields === null) return null
  const type = fields.get('content-type')
  const disposition = fields.get('content-disposition')
  // Without a type it is guessed from the file name.
  if (type === undefined && disposition !== undefined) return null
  return structured(
    type ?? 'text/plain',
    disposition ?? '',
    (fields.get('content-transfer-encoding') ?? '').toLowerCase(),
    bodyStart,
  )
}

function structured(
  typeField: string,
  dispositionField: string,
  encoding: string,
  bodyStart: number,
): RegularHeaders | null {
  const type = libmime.parseHeaderValue(typeField)
  const disposition = libmime.parseHeaderValue(dispositionField)
  const name = type.value.toLowerCase()
  const shown = disposition.value.toLowerCase()
  if (!/^[a-z0-9.+_-]+\/[a-z0-9.+_-]+$/.test(name) || name.startsWith('message/')) return null
  if (shown !== '' && shown !== 'attachment' && shown !== 'inline') return null
  const filename = filenameOf(type, disposition)
  if (filename === null) return null
  const boundary = type.params['boundary'] ?? ''
  if (boundary !== boundary.trim() || boundary.length > 200) return null
  const flowed = name === 'text/plain' && type.params['format']?.toLowerCase() === 'flowed'
  return {
    type: name,
    charset: type.params['charset']?.toLowerCase() ?? 'utf-8',
    boundary,
    encoding,
    disposition: shown,
    filename,
    flowed: flowed ? { delSp: type.params['delsp']?.toLowerCase() === 'yes' } : null,
    bodyStart,
  }
}

type Structured = ReturnType<typeof libmime.parseHeaderValue>

/**
 * A parameter in RFC 2231 form is decoded already. Encoded words in a parameter, which RFC 2047 forbids and programs
 * still write, are not.
 */
function filenameOf(type: Structured, disposition: Structured): string | null {
  const given = disposition.params['filename'] ?? ''
  const [value, from, key] = given !== '' ? [given, disposition, 'filename'] : [type.params['name'] ?? '', type, 'name']
  if (from.decodedParams.includes(key)) return value
  try {
    return libmime.decodeWords(value)
  } catch {
    return null
  }
}

/** Unfolded values of the MIME fields. Null when one comes twice or is written in an unusual way. */
function mimeFields(block: string): Map<string, string> | null {
  const fields = new Map<string, string>()
  let open = ''
  for (const line of block.slice(0, -4).split('\r\n')) {
    if (line === '') continue
    if (line.includes('\n') || line.includes('\r')) return null
    if (line.startsWith(' ') || line.startsWith('\t')) {
      if (open === '') return null
      if (MIME_FIELDS.has(open)) fields.set(open, `${fields.get(open) ?? ''} ${line.trim()}`)
      continue
    }
    const colon = line.indexOf(':')
    if (colon <= 0) return null
    open = line.slice(0, colon).toLowerCase()
    if (!/^[!-9;-~]+$/.test(open) || fields.has(open)) return null
    if (MIME_FIELDS.has(open)) fields.set(open, line.slice(colon + 1).trim())
  }
  for (const [name, value] of fields) {
    const fine = name === 'content-transfer-encoding' ? /^[A-Za-z0-9-]*$/.test(value) : STRUCTURED.test(value)
    if (!fine) return null
  }
  return fields
}

/** Offset behind the first empty line; a part that begins with one has no fields. */
function behindEmptyLine(source: Buffer, start: number, end: number): number | null {
  if (source[start] === 13 && source[start + 1] === 10 && start + 2 <= end) return start + 2
  const limit = Math.min(end, start + MOST_OCTETS)
  const empty = source.subarray(start, limit).indexOf('\r\n\r\n')
  return empty < 0 ? null : start + empty + 4
}
