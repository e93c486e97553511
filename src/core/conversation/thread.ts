import { isSpoofed, readAuthentication } from '../message/authentication.ts'
import { resolveComponent } from '../grouping.ts'
import { addressKey, correspondenceOf, isOwnAddress, senderIsStaff } from '../customer/correspondents.ts'
import { findForwardedSender, isForwardSubject } from '../quoting/forwarded.ts'
import type { Direction, Message, OwnIdentity } from '../message/message.ts'
import { boundReferences, normaliseMessageId } from '../message/message-id.ts'
import { isReplySubject, subjectKey } from '../message/subject-line.ts'

/**
 * What threading looks at, all keys opaque (clear strings in tests, keyed hashes in the store).
 * Two messages are linked by a symmetric predicate; a conversation is a connected component of
 * that graph, so arrival order cannot matter.
 */
export interface ThreadNode {
  /** Key of the message's own Message-ID; null when it has none. */
  idKey: string | null
  /**
   * Keys of References and In-Reply-To, the direct parent last. Ghosts included: the referenced message
   * may be unseen. At most 101: the first and the last hundred.
   */
  referenceKeys: string[]
  /** Key of the normalised subject; null when too short or generic to link by. */
  subjectKey: string | null
  /**
   * Keys of correspondents outside the firm (staff among themselves when there is none): the proven ones
   * only, so the sender of what comes in, never its Cc, and the recipients of what goes out.
   */
  correspondentKeys: string[]
  /**
   * Keys of the sender under every address: full name with phone or number, where the trusted host vouches for the
   * sender.
   */
  personKeys?: string[]
  /** Subject says that it passes something on. Absent in nodes of older versions: then it may. */
  forward?: boolean
  /**
   * Key of the one sender, proven or not; null when it names several or none. Absent in nodes of older
   * versions.
   */
  senderKey?: string | null
  /**
   * Of what came in and proves no correspondent: keys of all whom it asks to answer. Absent in nodes of older
   * versions.
   */
  claimedKeys?: string[]
  /** Key of whom the firm's own forward says it passes on; null when it does not say, or is none. */
  forwardedKey?: string | null
  /** Subject carries a reply or forward prefix. */
  reply: boolean
  /** Sent by the firm, and known to be (Sent folder or authenticated). */
  outgoing: boolean
  /** Failed the trusted host's DMARC check: proves nothing. */
  spoofed: boolean
  at: Date
}

/**
 * Why two messages belong together (P6). `shared`: the correspondent in both; null when the firm's own act links them.
 */
export type ThreadLink =
  | { by: 'reference'; key: string; shared: string | null }
  | { by: 'shared-reference'; key: string; shared: string }
  | { by: 'subject'; key: string; shared: string; days: number }

export interface ThreadResolution {
  kind: 'start' | 'join' | 'merge'
  /** The smallest of those linked; null when a conversation starts. */
  conversationId: number | null
  /** Conversations to be moved into `conversationId`, ascending. */
  merged: number[]
  evidence: { conversationId: number; link: ThreadLink }[]
  /** It refers to a known message of a conversation it was kept out of (P10). */
  forged: boolean
}

interface ThreadFacts {
  direction: Direction
  /** When the server received it: the sender's Date is only a claim. */
  at: Date
  /** In the Sent folder, or vouched for by the trusted host (see isTrustedOutgoing). */
  trustedOutgoing: boolean
  /** As `ThreadNode.personKeys`. */
  personKeys?: string[]
}

/** P30D: how far apart two messages may be and still be linked by subject alone. */
const SUBJECT_WINDOW_DAYS = 30
const DAY = 86_400_000
/** Mail to more than this is a mailing: those who answer it have nothing to do with each other. */
const MOST_RECIPIENTS = 8
const MOST_EVIDENCE = 20
/** Each costs a key for every reference. */
const MOST_PERSON_KEYS = 2

export function threadNode(message: Message, own: OwnIdentity, facts: ThreadFacts): ThreadNode {
  const parents = message.inReplyTo.flatMap((id) => normaliseMessageId(id) ?? [])
  const ancestors = message.references.flatMap((id) => normaliseMessageId(id) ?? [])
  // In-Reply-To may name several; the direct parent is its first (RFC 5322 3.6.4), and comes last here.
  const referenceKeys = boundReferences([...ancestors, ...parents.toReversed()])
  const from = message.from[0]?.address ?? ''
  const authentication = readAuthentication(message.signs.authenticationResults, own.authservId)
  return {
    idKey: message.messageId === null ? null : normaliseMessageId(message.messageId),
    referenceKeys,
    subjectKey: subjectKey(message.subject),
    correspondentKeys: correspondentKeys(message, own, facts),
    personKeys: (facts.personKeys ?? []).slice(0, MOST_PERSON_KEYS),
    forward: isForwardSubject(message.subject),
    senderKey: message.from.length === 1 && from !== '' ? addressKey(from) : null,
    ...claimedKeys(message, own),
    forwardedKey: facts.trustedOutgoing ? forwardedKey(message) : null,
    reply: isReplySubject(message.subject),
    outgoing: facts.trustedOutgoing,
    spoofed: !facts.trustedOutgoing && isSpoofed(authentication, from, senderIsStaff(message, own)),
    at: facts.at,
  }
}

/**
 * Keys of a message in the index of threads. Made so that a stranger's flood under a known key finds no one else's
 * history (P10).
 */
export interface ThreadKeys {
  /** Under which the message is found. */
  stored: string[]
  /** Find what may be linked through a shared correspondent. No stranger's mail is stored under them. */
  shared: string[]
  /** Find what it names, and the firm's own direct answers to it. Strangers can crowd these. */
  named: string[]
}

/**
 * Complete for `linkMessages`: whenever two messages are linked, each finds the other. A reference and a
 * subject are looked up together with the correspondent, so the cost does not grow with what others write.
 */
export function threadKeys(node: ThreadNode): ThreadKeys {
  const parent = node.referenceKeys.at(-1)
  const ids = [...new Set([...node.referenceKeys, ...listed(node.idKey)])]
  const subjects = listed(node.subjectKey)
  const lost = lostReferences(node)
  const withEach = (kind: string, keys: string[], people = node.correspondentKeys) =>
    keys.flatMap((key) => people.map((who) => `${kind}|${key}|${who}`))
  const references = withEach('reference', ids, [...node.correspondentKeys, ...(node.personKeys ?? [])])
  return {
    stored: [
      ...listed(node.idKey).map((key) => `id|${key}`),
      ...(node.outgoing && parent !== undefined ? [`answer|${parent}`] : []),
      ...references,
      ...withEach('subject', subjects),
      ...(lost ? withEach('lost', subjects) : []),
    ],
    shared: [...references, ...withEach(lost ? 'subject' : 'lost', subjects)],
    named: [...ids.map((key) => `id|${key}`), ...listed(node.idKey).map((key) => `answer|${key}`)],
  }
}

function listed<T>(value: T | null): T[] {
  return value === null ? [] : [value]
}

/** Symmetric: `linkMessages(a, b)` and `linkMessages(b, a)` are both a link or both null. */
export function linkMessages(a: ThreadNode, b: ThreadNode): ThreadLink | null {
  if (a.spoofed !== b.spoofed) return null
  const address = sharedKey(a.correspondentKeys, b.correspondentKeys)
  const shared = address ?? sharedKey(a.personKeys ?? [], b.personKeys ?? [])
  return linkByReference(a, b, shared) ?? linkByGhost(a, b, shared) ?? linkBySubject(a, b, address)
}

/** Joins, starts or merges. Links are symmetric and pairwise, so the final partition is the same in any order. */
export function resolveThread(
  node: ThreadNode,
  candidates: { conversationId: number; node: ThreadNode }[],
): ThreadResolution {
  const evidence = candidates.flatMap((candidate) => {
    const link = linkMessages(node, candidate.node)
    return link === null ? [] : [{ conversationId: candidate.conversationId, link }]
  })
  const joined = new Set(evidence.map(({ conversationId }) => conversationId))
  const component = resolveComponent([...joined])
  return {
    kind: component.kind === 'none' ? 'start' : component.kind,
    conversationId: component.kind === 'none' ? null : component.id,
    merged: component.kind === 'merge' ? component.merged : [],
    evidence: evidence.slice(0, MOST_EVIDENCE),
    forged: candidates.some(
      (candidate) => !joined.has(candidate.conversationId) && claimsDescent(node, candidate.node),
    ),
  }
}

/**
 * One names the other. A shared correspondent is an address, or a vouched-for person who writes from another one.
 * Without it only the firm's own direct answer or forward counts.
 */
function linkByReference(a: ThreadNode, b: ThreadNode, shared: string | null): ThreadLink | null {
  const key = namedBy(a, b) ?? namedBy(b, a) ?? sameId(a, b)
  if (key === null) return null
  return shared !== null || answersDirectly(a, b) || answersDirectly(b, a) ? { by: 'reference', key, shared } : null
}

/** Both name a third, perhaps never seen. */
function linkByGhost(a: ThreadNode, b: ThreadNode, shared: string | null): ThreadLink | null {
  const key = shared === null ? null : sharedKey(a.referenceKeys, b.referenceKeys)
  return key === null || shared === null ? null : { by: 'shared-reference', key, shared }
}

/** A reply that lost its references, within the window. */
function linkBySubject(a: ThreadNode, b: ThreadNode, shared: string | null): ThreadLink | null {
  if (shared === null || a.subjectKey === null || a.subjectKey !== b.subjectKey) return null
  if (!lostReferences(a) && !lostReferences(b)) return null
  const days = Math.abs(a.at.getTime() - b.at.getTime()) / DAY
  return days <= SUBJECT_WINDOW_DAYS ? { by: 'subject', key: a.subjectKey, shared, days: Math.floor(days) } : null
}

/**
 * `a` went out from the firm in direct answer to `b`. Only the direct parent counts: a reply carries on all
 * References of what it answers, so a stranger's forged ones would otherwise come back as the firm's own. A reply goes
 * to
 * whom it answers: one that went to somebody else answered another message, and `b` only bears its Message-ID. The same
 * where `b` proves nobody (several senders, a form robot): then it went to all whom `b` names. So does a
 * `b` of another sender than the forward says it passes on; a forward that does not say may pass on any.
 */
function answersDirectly(a: ThreadNode, b: ThreadNode): boolean {
  if (!a.outgoing || b.idKey === null || a.referenceKeys.at(-1) !== b.idKey) return false
  if (a.forward === false) return b.correspondentKeys.length === 0 && (b.outgoing || answersAll(a, b))
  const passedOn = a.forwardedKey ?? null
  if (passedOn === null || b.outgoing) return true
  return b.senderKey === undefined
    ? b.correspondentKeys.length === 0 || b.correspondentKeys.includes(passedOn)
    : b.senderKey === passedOn
}

/** Nodes of older versions only know whether there was one sender. */
function answersAll(a: ThreadNode, { claimedKeys, senderKey }: ThreadNode): boolean {
  return claimedKeys === undefined
    ? senderKey !== null
    : claimedKeys.length > 0 && claimedKeys.every((key) => a.correspondentKeys.includes(key))
}

function lostReferences(node: ThreadNode): boolean {
  return node.reply && node.referenceKeys.length === 0
}

function namedBy(a: ThreadNode, b: ThreadNode): string | null {
  return b.idKey !== null && a.referenceKeys.includes(b.idKey) ? b.idKey : null
}

function sameId(a: ThreadNode, b: ThreadNode): string | null {
  return a.idKey === b.idKey ? a.idKey : null
}

/** Answering a mailing is innocent though nobody is joined by it; so is what the firm itself wrote. */
function claimsDescent(node: ThreadNode, known: ThreadNode): boolean {
  const mailing = known.outgoing && known.correspondentKeys.length === 0
  return !node.outgoing && !mailing && (namedBy(node, known) !== null || sameId(node, known) !== null)
}

/** The smallest common key, so that both directions give the same evidence. */
function sharedKey(a: string[], b: string[]): string | null {
  const known = new Set(b)
  return a.filter((key) => known.has(key)).sort()[0] ?? null
}

function forwardedKey(message: Message): string | null {
  const found = isForwardSubject(message.subject) ? findForwardedSender(message.subject, message.text) : null
  return found === null ? null : addressKey(found.sender.address)
}

function correspondentKeys(message: Message, own: OwnIdentity, facts: ThreadFacts): string[] {
  const { correspondents, by } = correspondenceOf(message, own)
  const staff = senderIsStaff(message, own)
  // What an outside form robot says of its visitor proves nothing here, nor does a From of several.
  const proven = staff || (by === 'header' && message.from.length === 1) ? correspondents : []
  if (staff && proven.length > MOST_RECIPIENTS) return []
  if (proven.length > 0) return distinctKeys(proven.map(({ address }) => address))
  if (facts.direction !== 'internal') return []
  const people = [...message.from, ...message.to, ...message.cc]
    .map(({ address }) => address)
    .filter((address) => isOwnAddress(address, own))
  const persons = people.filter((address) => !own.addresses.includes(address))
  return distinctKeys((persons.length > 0 ? persons : people).slice(0, MOST_RECIPIENTS))
}

/** The firm's own address among several senders is not an address an answer goes to: no message answers such a one. */
function claimedKeys(message: Message, own: OwnIdentity): Pick<ThreadNode, 'claimedKeys'> {
  if (senderIsStaff(message, own)) return {}
  const { correspondents, by } = correspondenceOf(message, own)
  if (by === 'header' && message.from.length === 1) return {}
  return {
    claimedKeys: distinctKeys((message.from.length > 1 ? message.from : correspondents).map(({ address }) => address)),
  }
}

function distinctKeys(addresses: string[]): string[] {
  return [...new Set(addresses.map(addressKey))].sort()
}
