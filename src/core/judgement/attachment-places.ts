/** What rules and features see of the text inside attachments. */
import { findIdentifiers } from '../customer/identifiers.ts'
import type { Message } from '../message/message.ts'

type Attached = Pick<Message, 'newText' | 'attachments'>

/** Characters of one attachment that are judged: its beginning says what it is, its end has the sums. */
const BEGINNING = 8_000
const END = 4_000
const MOST_JUDGED = 60_000
/** A message this short says little more than that something is attached: then the letter inside is what it says. */
const SHORT = 120
const LETTER = 4_000
/**
 * An invoice or receipt is not a letter, and its small print mentions complaints and personal data: only its title
 * counts.
 */
const HEAD = 200
const PAPER = new RegExp(
  String.raw`^(?:\p{L}{0,12}faktura|\p{L}{0,8}kvitto|kreditnota|kvittering|(?:credit |tax )?invoice|` +
    String.raw`receipt|credit note|rechnung|quittung|offert|quotation|orderbekräftelse|` +
    String.raw`order confirmation|följesedel|delivery note|\p{L}{0,10}påminnelse|` +
    String.raw`inkassokrav)(?!\p{L}).{0,24}$`,
  'imu',
)

/** All texts, ` | ` before each, then the kinds of numbers in them. '' when nothing was read. */
export function judgedAttachments({ attachments }: Attached): string {
  const texts = textsOf(attachments)
  if (texts.length === 0) return ''
  const judged = texts
    .map((text) => ` | ${text.length <= BEGINNING + END ? text : `${text.slice(0, BEGINNING)} ${text.slice(-END)}`}`)
    .join('')
    .slice(0, MOST_JUDGED)
  const kinds = new Set(findIdentifiers(judged).map(({ kind }) => `number:${kind}`))
  return [judged, ...kinds].join(' ')
}

/** The words of a letter that was sent as an attachment under next to no text of its own; '' otherwise. */
export function letterText({ newText, attachments }: Attached): string {
  if (newText.trim().length > SHORT) return ''
  const texts = textsOf(attachments).map((text) => PAPER.exec(text.slice(0, HEAD))?.[0] ?? text.slice(0, LETTER))
  return texts.length === 0 ? '' : `\n\n${texts.join('\n\n').slice(0, LETTER)}`
}

function textsOf(attachments: Attached['attachments']): string[] {
  return attachments.flatMap(({ text }) => (text === undefined || text === '' ? [] : [text]))
}
