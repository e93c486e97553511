import type { Authentication } from '../../core/message/authentication.ts'
import type { Classification } from '../../core/classification.ts'
import type { CustomerEvidence } from '../../core/customer/customer.ts'
import type { Address, Direction } from '../../core/message/message.ts'
import type { RetentionDecision } from '../../core/retention/retention.ts'
import type { ThreadLink, ThreadNode } from '../../core/conversation/thread.ts'
import { GallraError } from '../../errors.ts'
import type { Archive } from '../archive.ts'
import type { Message as StoredMessage } from '../generated/client.ts'
import { bulkInsert } from '../postgres/bulk-insert.ts'
import { sealJson, sealPacked, sealSource } from '../keys/seal.ts'
import { createRowKey, identityOf } from '../keys/sealed-row.ts'
import type { Sql } from '../postgres/sql.ts'

/** Why a message was judged as it was (P6); sealed, because it quotes mail. */
export interface MessageEvidence {
  classification: Classification
  thread: readonly { conversationId: number; link: ThreadLink }[]
  forgedReferences: boolean
  customer: readonly CustomerEvidence[]
  /**
   * What this message alone says of its customer: the card is made of these (P3). Absent in archives begun before
   * schema 0002.
   */
  identity?: { primary: Address; keys: string[] } | null
  authentication: Authentication
  problems: string[]
}

/** A message to be archived, decided already. */
export interface NewMessage {
  row: MessageRow
  digestHash: string
  sourceHash: string
  thread: ThreadNode
  /** The `Message`, as `packJson` packs it. */
  content: Uint8Array
  /** The source in pieces, as `packSource` gives them. */
  source: Iterable<Uint8Array[]>
  evidence: MessageEvidence
}

/** What lists and decisions read: the row without anything sealed. */
export interface MessageRow {
  id: number
  conversationId: number
  customerId: number | null
  direction: Direction
  receivedAt: Date
  archivedAt: Date
  size: number
  attachments: number
  unparsed: boolean
  case: Classification['case']
  marks: Classification['marks']
  caseBy: 'rule' | 'staff'
  confidence: number
  uncertain: boolean
  mayBeComplaint: boolean
  customerAmbiguous: boolean
  rulebook: string
  state: RetentionDecision['state']
  mailboxUntil: string | null
  archiveUntil: string | null
  notBefore: string | null
  dueOn: string | null
  /** null only before the first decision. */
  retention: RetentionDecision | null
  approvedAt: Date | null
  settledOn: string | null
  transferredOn: string | null
  financialYearEnd: string | null
}

export const MESSAGE_COLUMNS = `"id", "conversationId", "customerId", "direction", "receivedAt", "archivedAt", "size",
  "attachments", "unparsed", "case", "marks", "caseBy", "confidence", "uncertain", "mayBeComplaint",
  "customerAmbiguous", "rulebook", "state", "mailboxUntil", "archiveUntil", "notBefore", "dueOn", "retention",
  "approvedAt", "settledOn", "transferredOn", "financialYearEnd"`

const COPIED = {
  accountId: 'int',
  id: 'int',
  digestHash: 'text',
  sourceHash: 'text',
  conversationId: 'int',
  customerId: 'int',
  direction: 'text',
  receivedAt: 'instant',
  archivedAt: 'instant',
  size: 'int',
  attachments: 'int',
  unparsed: 'boolean',
  customerAmbiguous: 'boolean',
  thread: 'json',
  case: 'text',
  marks: 'text[]',
  caseBy: 'text',
  confidence: 'double',
  uncertain: 'boolean',
  mayBeComplaint: 'boolean',
  rulebook: 'text',
  state: 'text',
  mailboxUntil: 'date',
  archiveUntil: 'date',
  notBefore: 'date',
  dueOn: 'date',
  retention: 'json',
  epoch: 'int',
  wrappedKey: 'bytes',
  sealedContent: 'bytes',
  sealedEvidence: 'bytes',
} as const

/** Writes messages, keys and sources. Their ids were reserved before: the seals bind to them. */
export async function insertMessages(
  tx: Sql,
  archive: Archive,
  accountId: number,
  entries: NewMessage[],
  now: Date,
): Promise<void> {
  const keys = new Map<number, Buffer>()
  const sealed = entries.map(({ row, content, evidence, ...entry }) => {
    const identity = identityOf('Message', accountId, row.id)
    const { key, epoch, wrappedKey } = createRowKey(archive.keyring, identity, now)
    keys.set(row.id, key)
    const seals = {
      epoch,
      wrappedKey,
      sealedContent: sealPacked(key, content, `${identity}:content`),
      sealedEvidence: sealJson(key, evidence, `${identity}:evidence`),
    }
    return {
      accountId,
      ...row,
      digestHash: entry.digestHash,
      sourceHash: entry.sourceHash,
      thread: entry.thread,
      ...seals,
    }
  })
  await bulkInsert(tx, 'Message', COPIED, sealed)
  await insertSources(
    tx,
    accountId,
    entries.map(({ row, source }) => ({ id: row.id, key: keys.get(row.id)!, source, size: row.size })),
  )
}

/** A source in pieces, as `packSource` gives them, of `size` octets, and the data key of its message. */
interface NewSource {
  id: number
  key: Buffer
  source: Iterable<Uint8Array[]>
  size: number
}

export async function insertSources(tx: Sql, accountId: number, sources: NewSource[]): Promise<void> {
  await bulkInsert(
    tx,
    'MessageSource',
    { accountId: 'int', messageId: 'int', piece: 'int', sealed: 'bytes' },
    sealedPieces(accountId, sources),
  )
}

/** Sealed one by one as they are sent. */
function* sealedPieces(
  accountId: number,
  sources: NewSource[],
): Generator<{ accountId: number; messageId: number; piece: number; sealed: Uint8Array[] }> {
  for (const { id, key, source, size } of sources) {
    let piece = 0
    for (const sealed of sealSource(key, source, size, `${identityOf('Message', accountId, id)}:source`)) {
      yield { accountId, messageId: id, piece, sealed }
      piece += 1
    }
  }
}

/** Where known contents are archived, by digest hash. */
export async function findByDigests(
  tx: Sql,
  accountId: number,
  digestHashes: string[],
): Promise<Map<string, { id: number; conversationId: number }>> {
  const { rows } = await tx.query<Pick<StoredMessage, 'digestHash' | 'id' | 'conversationId'>>(
    'SELECT "digestHash", "id", "conversationId" FROM "Message" WHERE "accountId" = $1 AND "digestHash" = ANY($2)',
    [accountId, digestHashes],
  )
  return new Map(rows.map(({ digestHash, id, conversationId }) => [digestHash, { id, conversationId }]))
}

/** The digest hashes of messages, by id. */
export async function listDigests(sql: Sql, accountId: number, ids: number[]): Promise<Map<number, string>> {
  const { rows } = await sql.query<Pick<StoredMessage, 'id' | 'digestHash'>>(
    'SELECT "id", "digestHash" FROM "Message" WHERE "accountId" = $1 AND "id" = ANY($2)',
    [accountId, ids],
  )
  return new Map(rows.map((row) => [row.id, row.digestHash]))
}

/** The next ids after `after`, in order. */
export async function listMessageIds(sql: Sql, accountId: number, after: number, limit: number): Promise<number[]> {
  const { rows } = await sql.query<{ id: number }>(
    'SELECT "id" FROM "Message" WHERE "accountId" = $1 AND "id" > $2 ORDER BY "id" LIMIT $3',
    [accountId, after, limit],
  )
  return rows.map(({ id }) => id)
}

export async function countMessages(sql: Sql, accountId: number): Promise<number> {
  const { rows } = await sql.query<{ count: number }>(
    'SELECT count(*)::int AS count FROM "Message" WHERE "accountId" = $1',
    [accountId],
  )
  return rows[0]!.count
}

/** Of all accounts. */
export async function countAllMessages(sql: Sql): Promise<number> {
  const { rows } = await sql.query<{ count: number }>('SELECT count(*)::int AS count FROM "Message"')
  return rows[0]!.count
}

/** Whose messages these are from now on. */
export async function saveCustomerOf(
  tx: Sql,
  accountId: number,
  messageIds: number[],
  customerId: number,
): Promise<void> {
  await tx.query('UPDATE "Message" SET "customerId" = $3 WHERE "accountId" = $1 AND "id" = ANY($2)', [
    accountId,
    messageIds,
    customerId,
  ])
}

export async function findMessage(sql: Sql, accountId: number, id: number): Promise<MessageRow | null> {
  const { rows } = await sql.query<MessageRow>(
    `SELECT ${MESSAGE_COLUMNS} FROM "Message" WHERE "accountId" = $1 AND "id" = $2`,
    [accountId, id],
  )
  return rows[0] ?? null
}

export async function getMessage(sql: Sql, accountId: number, id: number): Promise<MessageRow> {
  const row = await findMessage(sql, accountId, id)
  if (!row) throw new GallraError('not-found', { id: `m${id}` })
  return row
}

/** In the order of `ids`; those that are not there are left out. */
export async function listMessages(sql: Sql, accountId: number, ids: number[]): Promise<MessageRow[]> {
  const { rows } = await sql.query<MessageRow>(
    `SELECT ${MESSAGE_COLUMNS} FROM "Message" WHERE "accountId" = $1 AND "id" = ANY($2)`,
    [accountId, ids],
  )
  const byId = new Map(rows.map((row) => [row.id, row]))
  return ids.flatMap((id) => byId.get(id) ?? [])
}

/** All messages of these conversations, by when they came. */
export async function listConversationMessages(
  sql: Sql,
  accountId: number,
  conversationIds: number[],
): Promise<MessageRow[]> {
  const { rows } = await sql.query<MessageRow>(
    `SELECT ${MESSAGE_COLUMNS} FROM "Message" WHERE "accountId" = $1 AND "conversationId" = ANY($2)
       ORDER BY "receivedAt", "id"`,
    [accountId, conversationIds],
  )
  return rows
}
