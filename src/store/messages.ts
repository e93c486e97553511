import type { Authentication } from '../core/authentication.ts'
import type { Classification } from '../core/classification.ts'
import type { CustomerEvidence } from '../core/customer.ts'
import type { Address, Direction, Message } from '../core/message.ts'
import type { RetentionDecision } from '../core/retention.ts'
import type { ThreadLink, ThreadNode } from '../core/thread.ts'
import { GallraError } from '../errors.ts'
import type { Archive } from './archive.ts'
import { openJson, openSource, sealJson, sealSource } from './seal.ts'
import { createRowKey, identityOf, openRowKey, type RowKey } from './sealed-row.ts'
import { nextId, type Sql } from './sql.ts'

/** Why a message was judged as it was (P6); sealed, because it quotes mail. */
export interface MessageEvidence {
  classification: Classification
  thread: readonly { conversationId: number; link: ThreadLink }[]
  forgedReferences: boolean
  customer: readonly CustomerEvidence[]
  /** What this message alone says of its customer: the card is made of these (P3). Absent in archives begun before schema 0002. */
  identity?: { primary: Address; keys: string[] } | null
  authentication: Authentication
  problems: string[]
}

export interface NewMessage {
  digestHash: string
  sourceHash: string
  conversationId: number
  customerId: number | null
  direction: Direction
  receivedAt: Date
  unparsed: boolean
  customerAmbiguous: boolean
  thread: ThreadNode
  classification: Classification
  message: Message
  source: Buffer
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
  /** null only inside the transaction that archives it. */
  retention: RetentionDecision | null
  approvedAt: Date | null
  settledOn: string | null
  transferredOn: string | null
  financialYearEnd: string | null
}

export const MESSAGE_COLUMNS = `"id", "conversationId", "customerId", "direction", "receivedAt", "archivedAt", "size", "attachments", "unparsed",
  "case", "marks", "caseBy", "confidence", "uncertain", "mayBeComplaint", "customerAmbiguous", "rulebook", "state",
  "mailboxUntil", "archiveUntil", "notBefore", "dueOn", "retention", "approvedAt", "settledOn", "transferredOn", "financialYearEnd"`

/** Writes message, key and source. Retention is decided afterwards, once the conversation is known. */
export async function insertMessage(tx: Sql, archive: Archive, accountId: number, entry: NewMessage, now: Date): Promise<number> {
  const id = await nextId(tx, 'Message')
  const identity = identityOf('Message', accountId, id)
  const { key, epoch, wrappedKey } = createRowKey(archive.keyring, identity, now)
  const { classification } = entry
  await tx.query(
    `INSERT INTO "Message" ("accountId", "id", "digestHash", "sourceHash", "conversationId", "customerId", "direction",
       "receivedAt", "archivedAt", "size", "attachments", "unparsed", "customerAmbiguous", "thread", "case", "marks", "caseBy", "confidence",
       "uncertain", "mayBeComplaint", "rulebook", "state", "retention", "epoch", "wrappedKey", "sealedContent", "sealedEvidence")
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, 'rule', $17, $18, $19, $20, 'review', 'null', $21, $22, $23, $24)`,
    [
      accountId,
      id,
      entry.digestHash,
      entry.sourceHash,
      entry.conversationId,
      entry.customerId,
      entry.direction,
      entry.receivedAt,
      now,
      entry.source.length,
      entry.message.attachments.length,
      entry.unparsed,
      entry.customerAmbiguous,
      JSON.stringify(entry.thread),
      classification.case,
      classification.marks,
      classification.confidence,
      classification.uncertain,
      classification.mayBeComplaint,
      classification.rulebook,
      epoch,
      wrappedKey,
      sealJson(key, entry.message, `${identity}:content`),
      sealJson(key, entry.evidence, `${identity}:evidence`),
    ],
  )
  const pieces = sealSource(key, entry.source, `${identity}:source`)
  for (const [piece, sealed] of pieces.entries()) {
    await tx.query('INSERT INTO "MessageSource" ("accountId", "messageId", "piece", "sealed") VALUES ($1, $2, $3, $4)', [
      accountId,
      id,
      piece,
      sealed,
    ])
  }
  return id
}

export async function findByDigest(tx: Sql, accountId: number, digestHash: string): Promise<number | null> {
  const { rows } = await tx.query<{ id: number }>('SELECT "id" FROM "Message" WHERE "accountId" = $1 AND "digestHash" = $2', [
    accountId,
    digestHash,
  ])
  return rows[0]?.id ?? null
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

export async function listConversationMessages(sql: Sql, accountId: number, conversationId: number): Promise<MessageRow[]> {
  const { rows } = await sql.query<MessageRow>(
    `SELECT ${MESSAGE_COLUMNS} FROM "Message" WHERE "accountId" = $1 AND "conversationId" = $2 ORDER BY "receivedAt", "id"`,
    [accountId, conversationId],
  )
  return rows
}

interface SealedMessageRow extends RowKey {
  sealedContent: Buffer
  sealedEvidence: Buffer
}

export async function openMessage(
  sql: Sql,
  archive: Archive,
  accountId: number,
  id: number,
): Promise<{ message: Message; evidence: MessageEvidence }> {
  const { rows } = await sql.query<SealedMessageRow>(
    'SELECT "epoch", "wrappedKey", "sealedContent", "sealedEvidence" FROM "Message" WHERE "accountId" = $1 AND "id" = $2',
    [accountId, id],
  )
  if (!rows[0]) throw new GallraError('not-found', { id: `m${id}` })
  const identity = identityOf('Message', accountId, id)
  const key = openRowKey(archive.keyring, rows[0], identity)
  return {
    message: reviveDate(openJson(key, rows[0].sealedContent, `${identity}:content`) as Message),
    evidence: openJson(key, rows[0].sealedEvidence, `${identity}:evidence`) as MessageEvidence,
  }
}

/** Why it was judged as it was. */
export function openEvidence(archive: Archive, accountId: number, id: number, row: RowKey & { sealedEvidence: Buffer }): MessageEvidence {
  const identity = identityOf('Message', accountId, id)
  return openJson(openRowKey(archive.keyring, row, identity), row.sealedEvidence, `${identity}:evidence`) as MessageEvidence
}

/** What each message of a customer alone says of them. */
export async function listCustomerIdentities(
  sql: Sql,
  archive: Archive,
  accountId: number,
  customerId: number,
): Promise<{ id: number; identity: MessageEvidence['identity'] }[]> {
  const { rows } = await sql.query<RowKey & { id: number; sealedEvidence: Buffer }>(
    'SELECT "id", "epoch", "wrappedKey", "sealedEvidence" FROM "Message" WHERE "accountId" = $1 AND "customerId" = $2 ORDER BY "receivedAt", "id"',
    [accountId, customerId],
  )
  return rows.map((row) => ({ id: row.id, identity: openEvidence(archive, accountId, row.id, row).identity }))
}

/** The raw octets as they were fetched. */
export async function openMessageSource(sql: Sql, archive: Archive, accountId: number, id: number): Promise<Buffer> {
  const { rows } = await sql.query<RowKey>('SELECT "epoch", "wrappedKey" FROM "Message" WHERE "accountId" = $1 AND "id" = $2', [
    accountId,
    id,
  ])
  if (!rows[0]) throw new GallraError('not-found', { id: `m${id}` })
  const pieces = await sql.query<{ sealed: Buffer }>(
    'SELECT "sealed" FROM "MessageSource" WHERE "accountId" = $1 AND "messageId" = $2 ORDER BY "piece"',
    [accountId, id],
  )
  const identity = identityOf('Message', accountId, id)
  return openSource(openRowKey(archive.keyring, rows[0], identity), pieces.rows.map((row) => row.sealed), `${identity}:source`)
}

function reviveDate(message: Message): Message {
  return { ...message, date: message.date === null ? null : new Date(message.date) }
}
