import { headerValue, type MimePart } from './mime-tree.ts'
import type { WireValue } from '../wire/wire-value.ts'

/** RFC 3501 section 7.4.2: ENVELOPE. */
export function envelopeOf(message: MimePart): WireValue {
  const addresses = (name: string): WireValue => addressList(headerValue(message, name))
  const from = addresses('from')
  return [
    headerValue(message, 'date'),
    headerValue(message, 'subject'),
    from,
    addresses('sender') ?? from,
    addresses('reply-to') ?? from,
    addresses('to'),
    addresses('cc'),
    addresses('bcc'),
    headerValue(message, 'in-reply-to'),
    headerValue(message, 'message-id'),
  ]
}

function addressList(text: string | null): WireValue {
  const addresses = text === null ? [] : splitAddresses(text).map(addressOf)
  return addresses.length === 0 ? null : { adjacent: addresses, then: [] }
}

/** Splits at commas outside quotes and angle brackets; group names are dropped, their members kept. */
function splitAddresses(text: string): string[] {
  const found: string[] = []
  let current = ''
  let quoted = false
  let bracketed = false
  for (const sign of text) {
    if (sign === '"') quoted = !quoted
    else if (!quoted && sign === '<') bracketed = true
    else if (!quoted && sign === '>') bracketed = false
    else if (!quoted && !bracketed && (sign === ',' || sign === ';' || sign === ':')) {
      if (sign !== ':') found.push(current)
      current = ''
      continue
    }
    current += sign
  }
  return [...found, current].map((part) => part.trim()).filter((part) => part !== '')
}

function addressOf(text: string): WireValue {
  const open = text.endsWith('>') ? text.lastIndexOf('<') : -1
  const name =
    open < 0
      ? ''
      : text
          .slice(0, open)
          .trim()
          .replace(/^"(.*)"$/, '$1')
          .replace(/\\(.)/g, '$1')
  const address = open < 0 ? text : text.slice(open + 1, -1).trim()
  const at = address.lastIndexOf('@')
  return [name === '' ? null : name, null, at < 0 ? address : address.slice(0, at), at < 0 ? '' : address.slice(at + 1)]
}
