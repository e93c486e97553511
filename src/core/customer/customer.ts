import { isSpoofed, isVerified, type Authentication } from '../message/authentication.ts'
import { resolveComponent } from '../grouping.ts'
import {
  addressKey,
  correspondenceOf,
  domainOf,
  isOwnAddress,
  localPartOf,
  senderIsStaff,
  type Correspondence,
} from './correspondents.ts'
import type { Address, Direction, Message, OwnIdentity } from '../message/message.ts'
import { nameKey, readSignature, type Signature } from '../quoting/signature.ts'

/** How a customer is called: what staff chose, else the first name or address of their mail. */
export function displayName(card: { chosenName: string | null; names: string[]; addresses: string[] }): string {
  return card.chosenName ?? card.names[0] ?? card.addresses[0] ?? ''
}

/** One thing that shows who the customer is (P6). */
export interface CustomerEvidence {
  by:
    | 'header'
    | 'web-form'
    | 'reply-to'
    | 'forwarded'
    | 'signature'
    | 'machine-sender'
    | 'spoofed'
    | 'several-correspondents'
    | 'own-people'
  text: string
}

export interface CustomerIdentity {
  /** Null: no customer (machine or own people), or several and none of them the one. */
  primary: Address | null
  /** Messages that share any of these have the same customer. Never a name alone. */
  addressKeys: string[]
  /** Several unrelated correspondents outside the firm: a person has to look. */
  ambiguous: boolean
  /** The trusted host vouches for the sender: DMARC pass for this domain, or a login of our own. */
  verified: boolean
  evidence: CustomerEvidence[]
}

type CustomerResolution =
  | { kind: 'none' }
  | { kind: 'one'; customerId: number }
  /** `customerId` is the smallest; `merged` ascends. */
  | { kind: 'merge'; customerId: number; merged: number[] }

/** One mailbox, several people: its name and signature do not identify the customer. */
const SHARED_MAILBOX = new RegExp(
  String.raw`^(?:info|order|orders|kontakt|contact|kundtjanst|kundtjänst|support|faktura|invoice|` +
    String.raw`ekonomi|finance|inkop|inköp|sales|salj|sälj|office|kontor|kontoret|hello|hej|mail|post|` +
    String.raw`reception|admin|service|help|familjen?|family|redovisning|bokforing|bokföring|` +
    String.raw`lager)(?:[._-].*)?$`,
  'u',
)
const MACHINE = new RegExp(
  String.raw`^(?:no-?_?\.?reply|do-?_?not-?_?reply|mailer-daemon|postmaster|bounces?|notifications?|` +
    String.raw`notify|newsletter|nyhetsbrev|news|marketing|automat|automated|robot|daemon|svara-?(?:ej|` +
    String.raw`inte)|noreply-.*|bounces?[-+=].*)$`,
  'u',
)
/** Domains where neighbours have nothing in common. */
const PUBLIC_PROVIDERS = new Set([
  'gmail.com',
  'googlemail.com',
  'hotmail.com',
  'hotmail.se',
  'outlook.com',
  'outlook.se',
  'live.se',
  'live.com',
  'msn.com',
  'yahoo.com',
  'yahoo.se',
  'icloud.com',
  'me.com',
  'mac.com',
  'telia.com',
  'spray.se',
  'bredband.net',
  'comhem.se',
  'tele2.se',
  'home.se',
  'proton.me',
  'protonmail.com',
  'gmx.com',
  'gmx.de',
  'web.de',
  'swipnet.se',
  'passagen.se',
  'aol.com',
  'online.no',
  'hotmail.no',
  'hotmail.dk',
])

/** Who the customer of one message is, by what the message alone shows. */
export function identityKeys(
  message: Message,
  own: OwnIdentity,
  direction: Direction,
  authentication: Authentication,
): CustomerIdentity {
  const from = message.from[0]?.address ?? ''
  const correspondence = correspondenceOf(message, own)
  const ours = senderIsStaff(message, own)
  const verified = isVerified(authentication, from) || (ours && authentication.submitted)
  if (isSpoofed(authentication, from, ours)) return spoofedIdentity(correspondence, from)
  const machine = direction === 'incoming' ? machineSign(message, correspondence.by) : null
  if (machine !== null) return nobody(verified, { by: 'machine-sender', text: machine })
  const people = correspondence.correspondents.filter(({ address }) => !MACHINE.test(localPartOf(address)))
  const primary = direction === 'outgoing' ? onlyAddressee(message, own, people) : (people[0] ?? null)
  if (people.length === 0) return nobody(verified, { by: 'own-people', text: correspondence.evidence })
  const evidence: CustomerEvidence[] = [{ by: correspondence.by, text: correspondence.evidence }]
  const ambiguous = !areRelated(people)
  if (ambiguous)
    evidence.push({
      by: 'several-correspondents',
      text: people
        .map(({ address }) => address)
        .join(', ')
        .slice(0, 500),
    })
  if (primary === null || (ambiguous && direction === 'incoming'))
    return { primary: null, addressKeys: [], ambiguous, verified, evidence }
  const strong = direction === 'incoming' && !ambiguous ? strongKeys(message, own, primary, correspondence) : []
  evidence.push(...strong.map((text): CustomerEvidence => ({ by: 'signature', text })))
  return { primary, addressKeys: [`addr:${addressKey(primary.address)}`, ...strong], ambiguous, verified, evidence }
}

/** A customer that shares a key with the message. */
interface CustomerCandidate {
  customerId: number
  keys: string[]
  /** Staff have split it: it is never merged with another by rule (P5). */
  pinned: boolean
}

/**
 * The customer the keys point at, as a connected component: arrival order does not matter. The first key is the
 * address: it decides where staff have said that two are not one.
 */
export function resolveCustomer(keys: string[], candidates: CustomerCandidate[]): CustomerResolution {
  const wanted = new Set(keys)
  const linked = candidates.filter((candidate) => candidate.keys.some((key) => wanted.has(key)))
  if (linked.length > 1 && linked.some(({ pinned }) => pinned)) {
    const byAddress = linked.find((candidate) => keys[0] !== undefined && candidate.keys.includes(keys[0]))
    return { kind: 'one', customerId: (byAddress ?? linked[0]!).customerId }
  }
  const component = resolveComponent(linked.map(({ customerId }) => customerId))
  if (component.kind === 'none') return component
  return component.kind === 'join'
    ? { kind: 'one', customerId: component.id }
    : { kind: 'merge', customerId: component.id, merged: component.merged }
}

/** Keys that hold several addresses of one person together: the full name with a phone or an order number. */
function strongKeys(message: Message, own: OwnIdentity, primary: Address, { by, form }: Correspondence): string[] {
  // A forward contains somebody else's words, and several people write from a shared mailbox.
  if (by === 'forwarded' || by === 'reply-to' || SHARED_MAILBOX.test(localPartOf(primary.address))) return []
  const signature = form === null ? readSignature(message.text) : { names: [], signedName: '', addresses: [], ...form }
  const name = agreedName(nameKey(primary.name), signature)
  if (name === null || isFirm(signature.addresses, own)) return []
  // Several phones or numbers: any one may be a switchboard's, but with the full name each is the person's.
  return [
    ...signature.phones.map((phone) => `person:${name}|tel:${phone}`),
    ...signature.numbers.filter(isParticular).map((number) => `person:${name}|number:${number}`),
  ]
}

/** Four digits are a year's orders of any small shop: too few to tell customers of one name apart. */
function isParticular(number: string): boolean {
  return number.replace(/\D/g, '').length >= 5
}

/** Two people at one address sign differently: then the name proves nothing. */
function agreedName(
  header: string | null,
  { names, signedName }: Pick<Signature, 'names' | 'signedName'>,
): string | null {
  const signed = nameKey(signedName)
  if (header === null || signed === null) return header ?? signed
  return names.some((name) => nameKey(name) === header) ? header : null
}

/** The signature is the firm's own, pasted or quoted without a mark. */
function isFirm(addresses: string[], own: OwnIdentity): boolean {
  return addresses.length > 0 && addresses.every((address) => isOwnAddress(address, own))
}

/**
 * RFC 2919, 2369, 3834: what no person wrote. An answer of a person's mailbox (auto-replied) is still that person's.
 */
function machineSign(message: Message, by: Correspondence['by']): string | null {
  if (by === 'web-form') return null
  const from = message.from[0]?.address ?? ''
  if (from === '') return 'no sender'
  if (by === 'header' && MACHINE.test(localPartOf(from))) return from
  const { autoSubmitted, precedence, listId, listUnsubscribe } = message.signs
  if (/^auto-generated/i.test(autoSubmitted)) return `Auto-Submitted: ${autoSubmitted}`
  if (/^(?:bulk|list|junk)$/i.test(precedence) && !/^auto-replied/i.test(autoSubmitted))
    return `Precedence: ${precedence}`
  if (listId !== '') return `List-Id: ${listId}`
  return listUnsubscribe === '' ? null : 'List-Unsubscribe'
}

/** The claim is kept apart under a key of its own: it opens no customer's history and merges no customers (P10). */
function spoofedIdentity({ correspondents }: Correspondence, from: string): CustomerIdentity {
  const claimed = correspondents[0] ?? null
  const address = claimed?.address ?? from
  return {
    primary: claimed,
    addressKeys: address === '' ? [] : [`spoofed:${addressKey(address)}`],
    ambiguous: false,
    verified: false,
    evidence: [{ by: 'spoofed', text: from }],
  }
}

function nobody(verified: boolean, evidence: CustomerEvidence): CustomerIdentity {
  return { primary: null, addressKeys: [], ambiguous: false, verified, evidence: [evidence] }
}

/** Of what went out: the one in To; others in Cc do not make it theirs. */
function onlyAddressee(message: Message, own: OwnIdentity, people: Address[]): Address | null {
  const addressed = message.to.filter(({ address }) => address !== '' && !isOwnAddress(address, own))
  if (addressed.length === 1)
    return people.find(({ address }) => addressKey(address) === addressKey(addressed[0]!.address)) ?? null
  return areRelated(people) ? (people[0] ?? null) : null
}

/** One person, or colleagues at one firm's domain. */
function areRelated(people: Address[]): boolean {
  const domains = new Set(people.map(({ address }) => domainOf(address)))
  return people.length <= 1 || (domains.size === 1 && ![...domains].some((domain) => PUBLIC_PROVIDERS.has(domain)))
}
