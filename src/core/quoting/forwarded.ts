import EmailForwardParser from 'email-forward-parser'
import type { Address } from '../message/message.ts'

interface ForwardedSender {
  sender: Address
  /** How it was found, and the line that shows it. */
  evidence: { by: 'forward-parser' | 'header-block'; text: string }
}

/** The library's patterns take cubic time on hostile bodies; a forward shows itself early. */
const LONGEST_BODY = 6_000
const LONGEST_LINE = 300
const LONGEST_NAME = 120
const MOST_LINES = 200

const FORWARD_SUBJECT = /^\s*(?:vb|vs|vl|fw|fwd|wg|tr|videresend)\s?:/iu
const FROM_LINE = /^(?:från|from|fra|von|de|lähettäjä)\s?:\s?(.{3,290})$/iu
const OTHER_HEADER_LINE = new RegExp(
  String.raw`^(?:skickat|sent|sendt|gesendet|datum|date|dato|till|to|til|an|ämne|subject|emne|` +
    String.raw`betreff|kopia|cc|reply-to|svara till)\s?:`,
  'iu',
)
const ADDRESS = /[\p{L}\p{N}._%+'-]{1,64}@[\p{L}\p{N}-]{1,63}(?:\.[\p{L}\p{N}-]{1,63}){1,6}/u

const parser = new EmailForwardParser()

export function isForwardSubject(subject: string): boolean {
  return FORWARD_SUBJECT.test(subject.slice(0, 200))
}

/**
 * Who wrote the mail inside a forward; null when it is not a forward or does not say. The text proves
 * nothing by itself: it is as good as the word of whoever forwarded it.
 */
export function findForwardedSender(subject: string, text: string): ForwardedSender | null {
  const body = clip(text)
  return fromParser(subject, body) ?? fromHeaderBlock(subject, body)
}

function fromParser(subject: string, body: string): ForwardedSender | null {
  // Outlook writes `VB:`, people and phones `Vb:`; the library knows only the former.
  const normal = subject
    .slice(0, LONGEST_LINE)
    .replace(/^\s*(vb|vs|wg|fw)\s?:/iu, (prefix) => `${prefix.trim().replace(/\s?:$/, '').toUpperCase()}:`)
  const { forwarded, email } = parser.read(body, normal)
  // Its types promise more than it keeps: what is missing comes as undefined too.
  const from: { address?: unknown; name?: unknown } = email.from
  if (!forwarded || typeof from.address !== 'string') return null
  const sender = addressOf(from.address, typeof from.name === 'string' ? from.name : '')
  return sender && { sender, evidence: { by: 'forward-parser', text: `${sender.name} <${sender.address}>` } }
}

/** What Swedish Outlook, Thunderbird and webmails paste: `Från:` with at least one more header line beside it. */
function fromHeaderBlock(subject: string, body: string): ForwardedSender | null {
  const marked =
    isForwardSubject(subject) || /vidarebefordra|forwarded message|videresendt|begin forwarded/iu.test(body)
  if (!marked) return null
  const lines = body.split('\n').map((line) =>
    line
      .replace(/^[>\s*_]{1,20}/u, '')
      .replace(/\*/g, '')
      .trim(),
  )
  for (const [index, line] of lines.entries()) {
    const found = FROM_LINE.exec(line)?.[1]
    const neighbours = [...lines.slice(Math.max(0, index - 2), index), ...lines.slice(index + 1, index + 4)]
    if (found === undefined || !neighbours.some((other) => OTHER_HEADER_LINE.test(other))) continue
    const address = ADDRESS.exec(found)?.[0]
    const sender = address === undefined ? null : addressOf(address, found.slice(0, found.indexOf(address)))
    if (sender) return { sender, evidence: { by: 'header-block', text: line } }
  }
  return null
}

function addressOf(raw: string, name: string): Address | null {
  const address = ADDRESS.exec(raw.slice(0, LONGEST_LINE))?.[0]?.toLowerCase()
  if (address === undefined) return null
  const clean = name
    .replace(/mailto:/gi, '')
    .replace(/["<>[\]()*]/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, LONGEST_NAME)
  return { name: clean.includes('@') ? '' : clean, address }
}

/** Runs of white space are what makes the library's patterns slow (measured: 6,000 empty lines took 3 s). */
function clip(text: string): string {
  return (
    text
      .slice(0, LONGEST_BODY)
      .replace(/\r\n?|[\u2028\u2029\v\f]/g, '\n')
      .split('\n')
      .slice(0, MOST_LINES)
      // Quote marks go too: the library strips them, and they would leave empty lines behind.
      .map((line) =>
        line
          .slice(0, LONGEST_LINE)
          .replace(/^[>\s]+/, '')
          .replace(/\s+/g, ' ')
          .trim(),
      )
      .join('\n')
      .replace(/\n{3,}/g, '\n\n')
  )
}
