/** A message as the texts that rules and features look at, each in its normal form. */
import { judgedAttachments, letterText } from './attachment-places.ts'
import { senderIsStaff } from '../customer/correspondents.ts'
import type { Direction, Message, OwnIdentity } from '../message/message.ts'
import { foldText, normaliseText } from '../message/text-forms.ts'
import { extractNewText } from '../quoting/quoting.ts'

/**
 * Parts of a message a rule can look at. `signs`: one line a fact, see `signsText`. `attachmentText`: what stands
 * inside the
 * attachments, a `|` before each, then `number:ocr` and the like for numbers whose check digit is right.
 */
export const PLACES = [
  'subject',
  'newText',
  'quotedText',
  'attachmentName',
  'attachmentText',
  'sender',
  'signs',
] as const
export type Place = (typeof PLACES)[number]

export type ClassifyInput = Pick<Message, 'from' | 'subject' | 'newText' | 'text' | 'attachments' | 'signs'> & {
  direction: Direction
  senderIsStaff: boolean
}

/** A message as the firm judges it. Stored directions count, not what would be read from it today. */
export function classifyInput(message: Message, direction: Direction, own: OwnIdentity): ClassifyInput {
  return { ...message, direction, senderIsStaff: senderIsStaff(message, own) }
}

interface PlaceText {
  normalised: string
  folded: string
}
export type Places = Record<Place, PlaceText>

export const REPLY_PREFIX = /^(?:\s{0,5}(?:re|sv|vs|vb|aw|wg|fwd?|antw)\s?(?:\[\d{1,3}\])?:){1,20}/iu

const ATTACHMENTS_SEEN = 50

/** Characters of a message in which history is looked for. */
const TEXT_READ = 200_000

/** The history that came along, as it is written. */
export function quotedTextOf({ text, newText, subject }: Pick<ClassifyInput, 'text' | 'newText' | 'subject'>): string {
  return text.length > newText.length ? extractNewText(text.slice(0, TEXT_READ), { subject }).quotedText : ''
}

/** `quoted` as `quotedTextOf` gives it. */
export function placesOf(message: ClassifyInput, quoted = quotedTextOf(message)): Places {
  return {
    subject: textOf(message.subject.slice(0, 1000).replace(REPLY_PREFIX, '').trim()),
    newText: textOf(`${message.newText}${letterText(message)}`),
    quotedText: textOf(quoted),
    attachmentName: textOf(
      message.attachments
        .slice(0, ATTACHMENTS_SEEN)
        .map((one) => (one.filename ?? '').slice(0, 200))
        .join(' | '),
    ),
    attachmentText: textOf(judgedAttachments(message)),
    sender: textOf(
      message.from
        .slice(0, 5)
        .map((one) => `${one.name.slice(0, 200)} <${one.address.slice(0, 320)}>`)
        .join(' '),
    ),
    signs: textOf(signsText(message)),
  }
}

/** Facts about the sending as text that rules can match: `direction:incoming staff:no precedence:bulk …`. */
export function signsText(
  message: Pick<ClassifyInput, 'signs' | 'direction' | 'senderIsStaff' | 'attachments'>,
): string {
  const { signs } = message
  const facts = [
    `direction:${message.direction}`,
    `staff:${message.senderIsStaff ? 'yes' : 'no'}`,
    `attachments:${message.attachments.length}`,
  ]
  if (signs.autoSubmitted !== '') facts.push(`auto-submitted:${signs.autoSubmitted.slice(0, 60)}`)
  if (signs.precedence !== '') facts.push(`precedence:${signs.precedence.slice(0, 60)}`)
  if (signs.listId !== '') facts.push('list-id:yes')
  if (signs.listUnsubscribe !== '') facts.push('list-unsubscribe:yes')
  if (signs.returnPath.trim() === '<>') facts.push('return-path:empty')
  return facts.join(' ')
}

function textOf(text: string): PlaceText {
  const normalised = normaliseText(text).trim()
  return { normalised, folded: foldText(normalised) }
}
