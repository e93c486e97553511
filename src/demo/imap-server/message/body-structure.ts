import { envelopeOf } from './envelope.ts'
import { headerValue, parseStructured, type MimePart } from './mime-tree.ts'
import type { WireValue } from '../wire/wire-value.ts'

/** RFC 3501 section 7.4.2: BODYSTRUCTURE, with extension data; BODY is the same without. */
export function bodyStructureOf(part: MimePart, extended: boolean): WireValue {
  const [type, subtype] = part.contentType.value.split('/')
  const disposition = dispositionOf(part)
  if (part.children.length > 0) {
    const extension = extended ? [parameterList(part.contentType.parameters), disposition, null, null] : []
    return {
      adjacent: part.children.map((child) => bodyStructureOf(child, extended)),
      then: [subtype ?? 'mixed', ...extension],
    }
  }
  const structure: WireValue[] = [
    type === undefined || type === '' ? 'text' : type,
    subtype ?? 'plain',
    parameterList(part.contentType.parameters),
    headerValue(part, 'content-id'),
    headerValue(part, 'content-description'),
    (headerValue(part, 'content-transfer-encoding') ?? '7bit').toLowerCase(),
    part.end - part.bodyStart,
  ]
  if (part.enclosed !== null) {
    structure.push(envelopeOf(part.enclosed), bodyStructureOf(part.enclosed, extended), countLines(part))
  } else if (type === 'text') {
    structure.push(countLines(part))
  }
  if (extended) structure.push(null, disposition, null, null)
  return structure
}

function dispositionOf(part: MimePart): WireValue {
  const field = headerValue(part, 'content-disposition')
  if (field === null) return null
  const { value, parameters } = parseStructured(field)
  return [value, parameterList(parameters)]
}

function parameterList(parameters: Record<string, string>): WireValue {
  const flat = Object.entries(parameters).flat()
  return flat.length === 0 ? null : flat
}

function countLines(part: MimePart): number {
  let lines = 0
  for (let at = part.source.indexOf(0x0a, part.bodyStart); at >= 0 && at < part.end; lines++) {
    at = part.source.indexOf(0x0a, at + 1)
  }
  return lines
}
