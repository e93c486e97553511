import type { Address, Direction, Message, OwnIdentity } from '../message/message.ts'
import { findForwardedSender, isForwardSubject } from '../quoting/forwarded.ts'
import { findNumbers, findPhones } from '../quoting/signature.ts'

/** Who a message is exchanged with, and on whose word. */
export interface Correspondence {
  correspondents: Address[]
  /** `header`: From or recipients. Otherwise the firm's own form or staff, or an outside form, says so. */
  by: 'header' | 'web-form' | 'reply-to' | 'forwarded'
  evidence: string
  form: WebForm | null
}

/** Fields of a contact form as its mail spells them out. */
interface WebForm {
  sender: Address
  phones: string[]
  numbers: string[]
}

const MOST_CORRESPONDENTS = 50
const FORM_LINES = 80
const FORM_SENDER = new RegExp(
  String.raw`^(?:no-?reply|donotreply|wordpress|web|webb|webform|webmaster|form|forms|formular|` +
    String.raw`formulär|kontaktformul[aä]r|contact-?form|www|www-data|apache)$`,
  'u',
)
const FORM_LINE = new RegExp(
  String.raw`^[>*\s]{0,5}(namn|name|för- och efternamn|your name|ditt namn|e-?post(?:adress)?|` +
    String.raw`e-?mail(?: address)?|your email|telefon(?:nummer)?|tel|phone|mobil|ordernummer|ordernr|` +
    String.raw`order(?: number)?|fakturanummer)\*?\s?[:：]\**\s?(.{1,150})$`,
  'iu',
)
const ADDRESS = /^[<"']?([^\s<>"',;]{1,64}@[\p{L}\p{N}-]{1,63}(?:\.[\p{L}\p{N}-]{1,63}){1,6})/u

export function isOwnAddress(address: string, own: OwnIdentity): boolean {
  const lower = address.toLowerCase()
  return own.addresses.includes(lower) || own.staffAddresses.includes(lower) || own.domains.includes(domainOf(lower))
}

/** The From address is the firm's or one of its people's: never a customer. A claim until authenticated. */
export function senderIsStaff(message: Message, own: OwnIdentity): boolean {
  return message.from.length > 0 && message.from.every(({ address }) => isOwnAddress(address, own))
}

/**
 * A copy in the Sent folder went out. Elsewhere the firm's own From is internal when one of its own receives
 * it, unless it is the website passing on what a visitor wrote.
 */
export function directionOf(message: Message, own: OwnIdentity, inSentFolder: boolean): Direction {
  const recipients = recipientsOf(message)
  const outside = recipients.some(({ address }) => !isOwnAddress(address, own))
  if (inSentFolder) return outside || recipients.length === 0 ? 'outgoing' : 'internal'
  if (!senderIsStaff(message, own) || webFormOf(message, own) !== null) return 'incoming'
  return outside ? 'outgoing' : 'internal'
}

/**
 * Sent by the firm and known to be: `vouched` is the trusted host's word (DMARC pass or a login), see
 * authentication.ts. Nothing else lets a message bring new correspondents into a conversation.
 */
export function isTrustedOutgoing(
  message: Message,
  own: OwnIdentity,
  inSentFolder: boolean,
  vouched: boolean,
): boolean {
  return inSentFolder || (vouched && senderIsStaff(message, own) && webFormOf(message, own) === null)
}

/** Those outside the firm whom the message is from (incoming), to (outgoing) or about (forwarded by staff). */
export function correspondentsOf(message: Message, own: OwnIdentity): Address[] {
  return correspondenceOf(message, own).correspondents
}

export function correspondenceOf(message: Message, own: OwnIdentity): Correspondence {
  const outsiders = (addresses: Address[]) =>
    distinct(addresses.filter(({ address }) => address !== '' && !isOwnAddress(address, own)))
  const form = webFormOf(message, own)
  if (form !== null) return { correspondents: [form.sender], by: 'web-form', evidence: form.sender.address, form }
  if (!senderIsStaff(message, own)) {
    const fromMachine = message.from.some(({ address }) => FORM_SENDER.test(localPartOf(address)))
    const sameHouse = ({ address }: Address) =>
      message.from.some((from) => domainOf(from.address) === domainOf(address))
    const replyTo = fromMachine ? outsiders(message.replyTo).filter((address) => !sameHouse(address)) : []
    if (replyTo.length === 1)
      return { correspondents: replyTo, by: 'reply-to', evidence: replyTo[0]!.address, form: null }
    return { correspondents: outsiders(message.from), by: 'header', evidence: 'From', form: null }
  }
  const recipients = outsiders(recipientsOf(message))
  if (recipients.length > 0) return { correspondents: recipients, by: 'header', evidence: 'To, Cc, Bcc', form: null }
  const forwarded = findForwardedSender(message.subject, message.text)
  if (forwarded !== null && !isOwnAddress(forwarded.sender.address, own)) {
    return { correspondents: [forwarded.sender], by: 'forwarded', evidence: forwarded.evidence.text, form: null }
  }
  return { correspondents: [], by: 'header', evidence: 'own people only', form: null }
}

/** The visitor behind a contact form: From is our own or a form robot's, and fields or Reply-To name who wrote. */
function webFormOf(message: Message, own: OwnIdentity): WebForm | null {
  const from = message.from[0]?.address ?? ''
  const ownSender = isOwnAddress(from, own)
  if (message.from.length !== 1 || (!ownSender && !FORM_SENDER.test(localPartOf(from)))) return null
  if (own.staffAddresses.includes(from) || isForwardSubject(message.subject)) return null
  const recipients = recipientsOf(message)
  // A form writes to the firm only; mail of ours that goes out is ours, whatever its text lists.
  if (recipients.length === 0 || recipients.some(({ address }) => !isOwnAddress(address, own))) return null
  const fields = readFields(message.text)
  const written = ADDRESS.exec(fields.address)?.[1]?.toLowerCase()
  const replyTo = message.replyTo.filter(({ address }) => address !== '' && !isOwnAddress(address, own))
  const address =
    written ??
    (replyTo.length === 1 && (ownSender || fields.name !== '') ? replyTo[0]!.address.toLowerCase() : undefined)
  if (address === undefined || isOwnAddress(address, own)) return null
  return {
    sender: { name: fields.name || (replyTo[0]?.name ?? ''), address },
    phones: findPhones(fields.phone),
    numbers: findNumbers(fields.number === '' ? '' : `order ${fields.number}`),
  }
}

export function localPartOf(address: string): string {
  return address.slice(0, Math.max(0, address.lastIndexOf('@'))).toLowerCase()
}

export function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1).toLowerCase()
}

/** Comparable form of an address: lower case, NFKC, without `+tag` (RFC 5233 subaddress). */
export function addressKey(address: string): string {
  const normal = address.normalize('NFKC').trim().toLowerCase()
  return `${localPartOf(normal).replace(/(?<=.)\+.*$/u, '')}@${domainOf(normal)}`
}

function recipientsOf(message: Message): Address[] {
  return [...message.to, ...message.cc, ...message.bcc]
}

function distinct(addresses: Address[]): Address[] {
  return [...new Map(addresses.map((address) => [addressKey(address.address), address])).values()].slice(
    0,
    MOST_CORRESPONDENTS,
  )
}

function readFields(text: string): { name: string; address: string; phone: string; number: string } {
  const fields = { name: '', address: '', phone: '', number: '' }
  for (const line of text.slice(0, 10_000).split('\n', FORM_LINES)) {
    const [, label = '', value = ''] = FORM_LINE.exec(line.slice(0, 220).trimEnd()) ?? []
    if (label === '') continue
    const field =
      /namn|name/i.test(label) && !/post|mail/i.test(label)
        ? 'name'
        : /post|mail/i.test(label)
          ? 'address'
          : /tel|phone|mobil/i.test(label)
            ? 'phone'
            : 'number'
    // The first mention counts: what the visitor typed comes last in a form mail and may imitate fields.
    if (fields[field] === '') fields[field] = value.trim()
  }
  return fields
}
