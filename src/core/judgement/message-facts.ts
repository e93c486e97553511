/** Facts of a message beyond its words: who sent it, its attachments, its numbers, its place in the conversation. */
import type { ConversationContext } from '../classification.ts'
import { localPartOf } from '../customer/correspondents.ts'
import { findIdentifiers } from '../customer/identifiers.ts'
import type { Direction } from '../message/message.ts'
import { REPLY_PREFIX, type ClassifyInput, type Places } from './places.ts'

/** Characters searched for numbers. */
const NUMBERS_SOUGHT = 8_000
const MACHINE = new RegExp(
  String.raw`^(?:no-?_?reply|do-?not-?reply|mailer-?daemon|postmaster|bounces?|notifications?|` +
    String.raw`noreply[._-].{0,60}|.{0,60}[._-]noreply)$`,
  'u',
)
/** Words in an address that say what desk writes, not who. */
const DESK = new RegExp(
  String.raw`(?:^|[._-])(noreply|no-reply|nyhetsbrev|newsletter|news|marketing|kampanj|info|order|` +
    String.raw`orders|faktura|fakturor|invoice|invoices|billing|reskontra|ekonomi|accounts|accounting|` +
    String.raw`redovisning|regnskab|regnskap|inkop|purchasing|procurement|kundtjanst|kundservice|` +
    String.raw`support|service|sales|salj|forsaljning|jobb|hr|rekrytering|reklamation|claims|dpo|` +
    String.raw`dataskydd|privacy|gdpr|registrator|frakt|spedition|logistik|leverans|bank|swish|` +
    String.raw`betalning|payments?|rapport)(?=$|[._-])`,
  'gu',
)
const IMAGE = /^image\//u
const AMOUNT = /\d[\d .,]{0,12}(?: ?(?:kr|sek|kronor|kroner|nok|dkk|eur|euro|usd)(?!\p{L})|:-)|[€$£] ?\d/u

/** Facts of the message by itself. */
export function factsOf(message: ClassifyInput, places: Places): string[] {
  return [...senderFacts(message), ...attachmentFacts(message), ...textFacts(message, places)]
}

/** Facts of its place in the conversation; `length` as `lengthOf` says. */
export function contextFactsOf(
  direction: Direction,
  length: string,
  { earlierCases, openComplaint }: ConversationContext,
): string[] {
  const before = earlierCases.at(-1)
  const facts = [`position:${Math.min(earlierCases.length, 3)}`]
  if (openComplaint) facts.push('open-complaint')
  if (before === undefined) return facts
  for (const one of new Set(earlierCases)) facts.push(`earlier:${one}`)
  facts.push(`before:${before}`, `before:${before} ${direction}`, `before:${before} length:${length}`)
  return facts
}

function senderFacts({ from, signs, direction, senderIsStaff }: ClassifyInput): string[] {
  const local = localPartOf(from[0]?.address ?? '')
  const bulk = signs.listId !== '' || signs.listUnsubscribe !== '' || /bulk|list|junk/iu.test(signs.precedence)
  const automatic = /^auto-/iu.test(signs.autoSubmitted) || signs.returnPath.trim() === '<>'
  const machine = MACHINE.test(local) || automatic || bulk
  const desks = [...local.matchAll(DESK)].map((match) => `desk:${match[1] ?? ''}`)
  const kind = senderIsStaff ? 'staff' : machine ? 'machine' : desks.length > 0 ? 'supplier' : 'customer'
  return [
    `sender:${kind}`,
    `direction:${direction}`,
    ...desks,
    ...(bulk ? ['bulk'] : []),
    ...(automatic ? ['automatic'] : []),
  ]
}

function attachmentFacts({ attachments }: ClassifyInput): string[] {
  const kinds = attachments.slice(0, 50).map(({ filename, contentType }) => {
    const ending = /\.([a-z0-9]{1,5})$/iu.exec(filename ?? '')?.[1]?.toLowerCase() ?? ''
    return IMAGE.test(contentType) ? 'image' : ending || contentType.slice(0, 40)
  })
  return [`files:${Math.min(attachments.length, 3)}`, ...kinds.map((kind) => `file:${kind}`)]
}

function textFacts({ subject, newText }: ClassifyInput, { newText: { normalised }, quotedText }: Places): string[] {
  const facts = [`length:${lengthOf(normalised)}`]
  const questions = (normalised.match(/\?/gu) ?? []).length
  facts.push(`questions:${Math.min(questions, 3)}`)
  if (/!/u.test(normalised)) facts.push('exclaims')
  if (/!{2,}|\?{2,}/u.test(normalised)) facts.push('shouts')
  if (isInCapitals(newText.slice(0, 2_000))) facts.push('capitals')
  if (AMOUNT.test(normalised.slice(0, NUMBERS_SOUGHT))) facts.push('amount')
  if (/https?:|www\./u.test(normalised)) facts.push('link')
  for (const { kind } of findIdentifiers(`${subject.slice(0, 300)}\n${newText.slice(0, NUMBERS_SOUGHT)}`))
    facts.push(`number:${kind}`)
  const prefix = REPLY_PREFIX.exec(subject)?.[0] ?? ''
  facts.push(prefix === '' ? 'starts' : /vb|fw|wg/iu.test(prefix) ? 'forwards' : 'answers')
  if (quotedText.normalised !== '') facts.push('quotes')
  return facts
}

/** Most of its letters, and more than ten, are capitals. Unit by unit, for every mail's text is looked at. */
function isInCapitals(text: string): boolean {
  let capitals = 0
  let letters = 0
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at)
    const isCapital = unit < 0x80 ? unit >= 0x41 && unit <= 0x5a : isUpper(text[at]!)
    if (isCapital) capitals += 1
    if (isCapital || (unit < 0x80 ? unit >= 0x61 && unit <= 0x7a : isLower(text[at]!))) letters += 1
  }
  return letters > 20 && capitals > letters / 2
}

function isUpper(letter: string): boolean {
  return letter !== letter.toLowerCase()
}

function isLower(letter: string): boolean {
  return letter !== letter.toUpperCase()
}

/** How long the new text is, in normal form. */
export function lengthOf(text: string): string {
  const { length } = text
  return length === 0
    ? 'none'
    : length < 25
      ? 'tiny'
      : length < 80
        ? 'short'
        : length < 250
          ? 'some'
          : length < 800
            ? 'usual'
            : 'long'
}
