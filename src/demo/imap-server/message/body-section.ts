import type { MimePart } from './mime-tree.ts'

/**
 * The octets of `BODY[section]` (RFC 3501 section 6.4.5), null where the message has no such part.
 * @param section upper case, e.g. '', '1.2', 'HEADER', '2.MIME', 'HEADER.FIELDS'
 * @param fields the names for HEADER.FIELDS and HEADER.FIELDS.NOT
 */
export function bodySection(message: MimePart, section: string, fields: readonly string[]): Buffer | null {
  const words = section === '' ? [] : section.split('.')
  const numbers = words.filter((word) => /^\d+$/.test(word))
  const rest = words.slice(numbers.length).join('.')
  const part = partAt(message, numbers.map(Number))
  if (part === null) return null
  const { source } = message
  const nested = numbers.length > 0
  if (rest === '') return source.subarray(nested ? part.bodyStart : part.start, part.end)
  if (rest === 'MIME') return source.subarray(part.start, part.bodyStart)
  const inner = nested ? part.enclosed : part
  if (inner === null) return null
  if (rest === 'TEXT') return source.subarray(inner.bodyStart, inner.end)
  if (rest === 'HEADER') return source.subarray(inner.start, inner.bodyStart)
  return selectFields(inner, fields, rest === 'HEADER.FIELDS.NOT')
}

function partAt(message: MimePart, path: number[]): MimePart | null {
  let part: MimePart = message
  for (const number of path) {
    const container: MimePart = part !== message && part.enclosed !== null ? part.enclosed : part
    // A message that is not multipart has one part, number 1: itself.
    const next: MimePart | undefined = container.children.length > 0 ? container.children[number - 1] : container
    if (next === undefined || (container.children.length === 0 && number !== 1)) return null
    part = next
  }
  return part
}

function selectFields(part: MimePart, names: readonly string[], inverted: boolean): Buffer {
  const wanted = new Set(names.map((name) => name.toLowerCase()))
  const lines = part.source.toString('latin1', part.start, part.bodyStart).split(/\r\n(?![ \t])/)
  const chosen = lines.filter(
    (line) => line !== '' && wanted.has(line.split(':', 1)[0]!.trim().toLowerCase()) !== inverted,
  )
  return Buffer.from(`${chosen.map((line) => `${line}\r\n`).join('')}\r\n`, 'latin1')
}
