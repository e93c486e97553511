/** Messages of which some part cannot be decrypted, and how one is sealed again in its own row. */
import type { Direction } from '../../core/message/message.ts'
import type { Archive } from '../archive.ts'
import { openWithAny } from '../epochs/epochs.ts'
import { insertSources, type MessageEvidence } from './messages.ts'
import { readSourcePieces } from './open-messages.ts'
import { open, openJson, openSource, sealJson, sealPacked, unlessBroken } from '../keys/seal.ts'
import { createRowKey, identityOf, type RowKey } from '../keys/sealed-row.ts'
import type { Sql } from '../postgres/sql.ts'

/** One message as it lies in the database: its clear facts, and what of the sealed opens. */
export interface ExaminedMessage {
  id: number
  conversationId: number
  direction: Direction
  receivedAt: Date
  digestHash: string
  sourceHash: string
  /** Key, content, evidence and every piece of the source open, under the epoch the row names. */
  whole: boolean
  /** null: cannot be decrypted. */
  evidence: MessageEvidence | null
  /** The raw octets; null: they cannot be decrypted. */
  source: Buffer | null
}

interface StoredRow
  extends
    RowKey,
    Pick<ExaminedMessage, 'id' | 'conversationId' | 'direction' | 'receivedAt' | 'digestHash' | 'sourceHash'> {
  sealedContent: Buffer
  sealedEvidence: Buffer
}

/**
 * Opens all of a message; null when it no longer exists. With `lock` the row stays as it is until the transaction ends.
 */
export async function examineMessage(
  sql: Sql,
  archive: Archive,
  accountId: number,
  id: number,
  lock = false,
): Promise<ExaminedMessage | null> {
  const { rows } = await sql.query<StoredRow>(
    `SELECT "id", "conversationId", "direction", "receivedAt", "digestHash", "sourceHash", "epoch", "wrappedKey",
       "sealedContent", "sealedEvidence"
     FROM "Message" WHERE "accountId" = $1 AND "id" = $2 ${lock ? 'FOR NO KEY UPDATE' : ''}`,
    [accountId, id],
  )
  const row = rows[0]
  if (row === undefined) return null
  const pieces = await readSourcePieces(sql, accountId, id)
  const { conversationId, direction, receivedAt, digestHash, sourceHash } = row
  const identity = identityOf('Message', accountId, id)
  // Another process may have begun an epoch meanwhile.
  if (row.epoch > archive.keyring.epochs().at(-1)!.id) archive.keyring.reload()
  const found = openWithAny(archive.keyring.epochs(), row, identity)
  const opened =
    found === null
      ? { content: null, evidence: null, source: null }
      : {
          content: unlessBroken(() => open(found.key, row.sealedContent, `${identity}:content`)),
          evidence: unlessBroken(
            () => openJson(found.key, row.sealedEvidence, `${identity}:evidence`) as MessageEvidence,
          ),
          source: unlessBroken(() => openSource(found.key, pieces, `${identity}:source`)),
        }
  const whole = found?.by === row.epoch && opened.content !== null && opened.evidence !== null && opened.source !== null
  return {
    id,
    conversationId,
    direction,
    receivedAt,
    digestHash,
    sourceHash,
    whole,
    evidence: opened.evidence,
    source: opened.source,
  }
}

/** What is sealed of a message. */
interface SealedParts {
  /** As `packJson` packs the `Message`. */
  content: Uint8Array
  evidence: MessageEvidence
  /** As `packSource` gives it; of `size` octets. */
  source: Iterable<Uint8Array[]>
  sourceHash: string
  size: number
}

/**
 * All of it under a fresh key in the newest epoch. Everything else of the row stays; a row that no longer exists is not
 * made again.
 */
export async function resealMessage(
  tx: Sql,
  archive: Archive,
  accountId: number,
  { id, ...parts }: SealedParts & { id: number },
  now: Date,
): Promise<void> {
  const identity = identityOf('Message', accountId, id)
  const { key, epoch, wrappedKey } = createRowKey(archive.keyring, identity, now)
  const { rowCount } = await tx.query(
    `UPDATE "Message" SET "epoch" = $3, "wrappedKey" = $4, "sealedContent" = $5, "sealedEvidence" = $6,
       "sourceHash" = $7, "size" = $8
     WHERE "accountId" = $1 AND "id" = $2`,
    [
      accountId,
      id,
      epoch,
      wrappedKey,
      sealPacked(key, parts.content, `${identity}:content`),
      sealJson(key, parts.evidence, `${identity}:evidence`),
      parts.sourceHash,
      parts.size,
    ],
  )
  if (rowCount !== 1) return
  await tx.query('DELETE FROM "MessageSource" WHERE "accountId" = $1 AND "messageId" = $2', [accountId, id])
  await insertSources(tx, accountId, [{ id, key, source: parts.source, size: parts.size }])
}
