import { createHash } from 'node:crypto'
import { isVerified, readAuthentication, type Authentication } from '../core/authentication.ts'
import { directionOf, isTrustedOutgoing, senderIsStaff } from '../core/correspondents.ts'
import { identityKeys, type CustomerIdentity } from '../core/customer.ts'
import { placedDigest } from '../core/digest.ts'
import type { Direction, Message } from '../core/message.ts'
import { splitTerms, wordTerms, type SearchPart } from '../core/search-terms.ts'
import { threadKeys, threadNode, type ThreadKeys, type ThreadNode } from '../core/thread.ts'
import { withAttachmentText } from '../mail/attachment-text.ts'
import type { RawMessage } from '../mail/mailbox-types.ts'
import { parseMessage } from '../mail/parse.ts'
import type { Account } from '../store/accounts.ts'
import type { Archive } from '../store/archive.ts'
import { hashThreadKeys, hashThreadNode } from '../store/conversations.ts'
import type { Folder } from '../store/folders.ts'
import type { SearchEntry } from '../store/search.ts'
import { isEnvironmentFault } from '../store/sql.ts'
import type { Rules } from './rules.ts'

/** Where a message comes from: a folder on the server, or an imported file (no copy to purge). */
export interface IngestSource {
  archive: Archive
  account: Account
  rules: Rules
  /** `withheld` grows while the folder is read: UIDs whose messages the server has but does not give. */
  folder: (Pick<Folder, 'id' | 'role'> & { uidValidity: bigint; withheld?: number[] }) | null
}

/** All that a message says by itself, worked out before the database is asked. */
export interface PreparedMessage {
  raw: RawMessage
  message: Message
  /** The body could not be read. */
  failed: boolean
  problems: string[]
  digestHash: string
  /** As tombstones know the content. */
  purgedHash: string
  sourceHash: string
  direction: Direction
  fromStaff: boolean
  authentication: Authentication
  /** Hashed; `at` is set when the message is filed. */
  node: ThreadNode
  threadKeys: ThreadKeys
  identity: CustomerIdentity
  /** Keys that may join this message to a customer, in clear and hashed. */
  identityKeys: string[]
  customerKeys: string[]
  searchEntries: SearchEntry[]
}

/** A message that breaks something of ours is prepared as unread: archived whole and for review, it never stops the folder. */
export async function prepareMessage(from: IngestSource, raw: RawMessage): Promise<PreparedMessage> {
  try {
    const { message, failed, problems } = await withAttachmentText(await parseMessage(raw.source))
    return prepare(from, raw, { message: { ...message, digest: placedDigest(message, raw.internalDate) }, failed, problems })
  } catch (error) {
    if (isEnvironmentFault(error)) throw error
    return prepareUnread(from, raw)
  }
}

export function prepareUnread(from: IngestSource, raw: RawMessage): PreparedMessage {
  const digest = createHash('sha256').update(raw.source).digest('hex')
  const signs = { autoSubmitted: '', precedence: '', listId: '', listUnsubscribe: '', returnPath: '', authenticationResults: [] }
  const people = { from: [], replyTo: [], to: [], cc: [], bcc: [] }
  const message: Message = { messageId: null, inReplyTo: [], references: [], ...people, date: null, subject: '', text: '', newText: '', attachments: [], signs, digest }
  return prepare(from, raw, { message, failed: true, problems: ['not-understood'] })
}

function prepare({ archive, account, folder }: IngestSource, raw: RawMessage, read: { message: Message; failed: boolean; problems: string[] }): PreparedMessage {
  const { message } = read
  const { own } = account.settings
  const { index } = archive
  const authentication = readAuthentication(message.signs.authenticationResults, own.authservId)
  const inSentFolder = folder?.role === 'sent'
  const direction = directionOf(message, own, inSentFolder)
  const vouched = authentication.submitted || isVerified(authentication, message.from[0]?.address ?? '')
  const trustedOutgoing = direction === 'outgoing' && isTrustedOutgoing(message, own, inSentFolder, vouched)
  const identity = identityKeys(message, own, direction, authentication)
  const trusted = trustedKeys(identity)
  const personKeys = trusted.filter((key) => key.startsWith('person:'))
  const node = hashThreadNode(archive, threadNode(message, own, { direction, at: raw.internalDate, trustedOutgoing, personKeys }))
  return {
    raw,
    ...read,
    digestHash: index.hash('digest', message.digest),
    purgedHash: archive.tombstoneIndex.hash('digest', message.digest),
    sourceHash: index.hash('source', createHash('sha256').update(raw.source).digest('hex')),
    direction,
    fromStaff: senderIsStaff(message, own),
    authentication,
    node,
    threadKeys: hashThreadKeys(archive, threadKeys(node)),
    identity,
    identityKeys: trusted,
    customerKeys: trusted.map((key) => index.hash('customer', key)),
    searchEntries: searchEntriesOf(archive, message),
  }
}

/** Name and phone can be copied by anybody: they join two addresses only when the trusted host vouches for the sender (P10). */
function trustedKeys(identity: CustomerIdentity): string[] {
  return identity.addressKeys.filter((key) => identity.verified || !key.startsWith('person:'))
}

/** What the message is found by, part by part. */
export function searchEntriesOf(archive: Archive, message: Message): SearchEntry[] {
  const byField = new Map<string, SearchEntry>()
  for (const part of searchableParts(message)) {
    const { words, others } = splitTerms(part)
    const terms = archive.index.terms(words, wordTerms, others)
    const known = byField.get(part.field)
    if (known !== undefined) known.terms = [...new Set([...known.terms, ...terms])]
    else if (terms.length > 0) byField.set(part.field, { part: part.field, terms })
  }
  return [...byField.values()]
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
    ...message.attachments.flatMap(({ text }): SearchPart[] => (text === undefined || text === '' ? [] : [{ field: 'attachment', text }])),
  ]
}
