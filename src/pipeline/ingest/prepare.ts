import { createHash } from 'node:crypto'
import { isVerified, readAuthentication, type Authentication } from '../../core/message/authentication.ts'
import { directionOf, isTrustedOutgoing } from '../../core/customer/correspondents.ts'
import type { Case } from '../../core/classification.ts'
import { identityKeys, type CustomerIdentity } from '../../core/customer/customer.ts'
import { placedDigest } from '../../core/message/canonical-digest.ts'
import type { Direction, Message, OwnIdentity } from '../../core/message/message.ts'
import { classifyInput } from '../../core/judgement/places.ts'
import { readMessage, type Reading } from '../../core/judgement/reading.ts'
import type { TrainedRulebook } from '../../core/judgement/rules.ts'
import { splitTerms, wordTerms, type SearchPart } from '../../core/search/search-terms.ts'
import { threadKeys, threadNode, type ThreadKeys, type ThreadNode } from '../../core/conversation/thread.ts'
import { withAttachmentText } from '../../mail/parse/attachment-text.ts'
import type { RawMessage } from '../../mail/imap/mailbox-types.ts'
import { parseMessage } from '../../mail/parse/parse.ts'
import type { Archive } from '../../store/archive.ts'
import type { BlindIndex, SplitText } from '../../store/keys/blind-index.ts'
import { hashThreadKeys, hashThreadNode } from '../../store/message/conversations.ts'
import type { Folder } from '../../store/mailbox/folders.ts'
import { packJson, packSource } from '../../store/keys/seal.ts'
import type { SearchEntry } from '../../store/message/search.ts'
import { isEnvironmentFault } from '../../store/postgres/sql.ts'
import type { FilingPlan } from '../mailbox/file-mail.ts'
import type { AccountContext } from '../decide/rules.ts'

/** What preparing needs besides the message: no database, so that another thread can do it. */
interface Workshop {
  index: BlindIndex
  tombstoneIndex: BlindIndex
  rulebook: TrainedRulebook
  own: OwnIdentity
  inSentFolder: boolean
}

/** Where a message comes from: a folder on the server, or an imported file (no copy to purge). */
export interface IngestSource extends AccountContext {
  /** `withheld` grows while the folder is read: UIDs whose messages the server has but does not give. */
  folder: SourceFolder | null
}

export interface SourceFolder extends Pick<Folder, 'id' | 'role'> {
  uidValidity: bigint
  withheld?: number[]
  /** The case that a person means by moving mail into it. */
  case?: Case | null
  /** When it was last read to its end: known messages found now have come since. */
  lookedAt?: Date | null
  /** Where gallra itself puts new mail of this folder. */
  filing?: FilingPlan | null
}

/** All that a message says by itself, worked out before the database is asked. Plain data. */
export interface PreparedMessage {
  /** The body could not be read. */
  failed: boolean
  problems: string[]
  messageId: string | null
  date: Date | null
  attachments: number
  digestHash: string
  /** As tombstones know the content. */
  purgedHash: string
  sourceHash: string
  direction: Direction
  authentication: Authentication
  /** Hashed; `at` is set when the message is filed. */
  node: ThreadNode
  threadKeys: ThreadKeys
  identity: CustomerIdentity
  /** Keys that may join this message to a customer, in clear and hashed. */
  identityKeys: string[]
  customerKeys: string[]
  searchEntries: SearchEntry[]
  reading: Reading
  /** The `Message`, packed for sealing. */
  content: Uint8Array
  /** The source, packed for sealing; null: large, it is packed piece by piece as it is written. */
  source: Uint8Array[][] | null
}

/** Source octets above which a message is not held twice. */
const LARGE_SOURCE = 4 * 1024 * 1024

export function workshopOf({ archive, account, rules, folder }: IngestSource): Workshop {
  const { index, tombstoneIndex } = archive
  return {
    index,
    tombstoneIndex,
    rulebook: rules.rulebook,
    own: account.settings.own,
    inSentFolder: folder?.role === 'sent',
  }
}

/**
 * A message that makes gallra's own code fail is prepared as unread: archived whole and put on the review list, so that
 * it never stops the folder.
 */
export async function prepareMessage(
  workshop: Workshop,
  raw: Pick<RawMessage, 'source' | 'internalDate'>,
): Promise<PreparedMessage> {
  try {
    const { message, failed, problems } = await withAttachmentText(await parseMessage(raw.source))
    return prepare(workshop, raw, {
      message: { ...message, digest: placedDigest(message, raw.internalDate) },
      failed,
      problems,
    })
  } catch (error) {
    if (isEnvironmentFault(error)) throw error
    return prepareUnread(workshop, raw)
  }
}

export function prepareUnread(workshop: Workshop, raw: Pick<RawMessage, 'source' | 'internalDate'>): PreparedMessage {
  const digest = createHash('sha256').update(raw.source).digest('hex')
  const signs = {
    autoSubmitted: '',
    precedence: '',
    listId: '',
    listUnsubscribe: '',
    returnPath: '',
    authenticationResults: [],
  }
  const people = { from: [], replyTo: [], to: [], cc: [], bcc: [] }
  const message: Message = {
    messageId: null,
    inReplyTo: [],
    references: [],
    ...people,
    date: null,
    subject: '',
    text: '',
    newText: '',
    attachments: [],
    signs,
    digest,
  }
  return prepare(workshop, raw, { message, failed: true, problems: ['not-understood'] })
}

function prepare(
  workshop: Workshop,
  raw: Pick<RawMessage, 'source' | 'internalDate'>,
  read: { message: Message; failed: boolean; problems: string[] },
): PreparedMessage {
  const { message, failed, problems } = read
  const { index, tombstoneIndex, rulebook, own, inSentFolder } = workshop
  const authentication = readAuthentication(message.signs.authenticationResults, own.authservId)
  const direction = directionOf(message, own, inSentFolder)
  const vouched = authentication.submitted || isVerified(authentication, message.from[0]?.address ?? '')
  const trustedOutgoing = direction === 'outgoing' && isTrustedOutgoing(message, own, inSentFolder, vouched)
  const identity = identityKeys(message, own, direction, authentication)
  const trusted = trustedKeys(identity)
  const personKeys = trusted.filter((key) => key.startsWith('person:'))
  const node = hashThreadNode(
    workshop,
    threadNode(message, own, { direction, at: raw.internalDate, trustedOutgoing, personKeys }),
  )
  return {
    failed,
    problems,
    messageId: message.messageId,
    date: message.date,
    attachments: message.attachments.length,
    digestHash: index.hash('digest', message.digest),
    purgedHash: tombstoneIndex.hash('digest', message.digest),
    sourceHash: index.hash('source', createHash('sha256').update(raw.source).digest('hex')),
    direction,
    authentication,
    node,
    threadKeys: hashThreadKeys(workshop, threadKeys(node)),
    identity,
    identityKeys: trusted,
    customerKeys: trusted.map((key) => index.hash('customer', key)),
    searchEntries: searchEntriesOf(workshop, message),
    reading: readMessage(classifyInput(message, direction, own), rulebook),
    content: packJson(message),
    source: raw.source.length > LARGE_SOURCE ? null : [...packSource(raw.source)],
  }
}

/**
 * Strangers can copy a name and a phone number: these join two addresses only when the trusted host vouches for the
 * sender (P10).
 */
function trustedKeys(identity: CustomerIdentity): string[] {
  return identity.addressKeys.filter((key) => identity.verified || !key.startsWith('person:'))
}

/** What the message is found by, part by part. */
export function searchEntriesOf({ index }: Pick<Archive, 'index'>, message: Message): SearchEntry[] {
  const byField = new Map<string, SplitText[]>()
  for (const part of searchableParts(message)) {
    const split = splitTerms(part)
    const known = byField.get(part.field)
    if (known !== undefined) known.push(split)
    else byField.set(part.field, [split])
  }
  return [...byField].flatMap(([part, texts]) => {
    const entry = index.entry(texts, wordTerms)
    return entry.terms.length === 0 ? [] : [{ part, ...entry }]
  })
}

/** The texts one can search for, by field. */
export function searchableParts(message: Message): SearchPart[] {
  const people = (list: Message['from']) => list.map((person) => `${person.name} ${person.address}`).join('\n')
  return [
    { field: 'subject', text: message.subject },
    { field: 'from', text: people([...message.from, ...message.replyTo]) },
    { field: 'to', text: people([...message.to, ...message.cc, ...message.bcc]) },
    { field: 'text', text: message.text },
    { field: 'attachment', text: message.attachments.map((attachment) => attachment.filename ?? '').join('\n') },
    // Each by itself: the bounds of search are those of one text.
    ...message.attachments.flatMap(({ text }): SearchPart[] =>
      text === undefined || text === '' ? [] : [{ field: 'attachment', text }],
    ),
  ]
}
