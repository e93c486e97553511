/** Decrypts what messages say, why they were judged as they were, and their octets. */
import type { Message } from '../../core/message/message.ts'
import { GallraError } from '../../errors.ts'
import type { Archive } from '../archive.ts'
import type { Message as StoredMessage } from '../generated/client.ts'
import type { Keyring } from '../keys/keyring-file.ts'
import { openJson, openSource, unlessBroken } from '../keys/seal.ts'
import { identityOf, openRowKey, type RowKey } from '../keys/sealed-row.ts'
import type { Sql } from '../postgres/sql.ts'
import type { MessageEvidence } from './messages.ts'

type SealedMessageRow = Pick<StoredMessage, 'epoch' | 'wrappedKey' | 'sealedContent' | 'sealedEvidence'>

export async function openMessage(
  sql: Sql,
  archive: Archive,
  accountId: number,
  id: number,
): Promise<{ message: Message; evidence: MessageEvidence }> {
  const { rows } = await sql.query<SealedMessageRow>(
    `SELECT "epoch", "wrappedKey", "sealedContent", "sealedEvidence" FROM "Message" WHERE "accountId" = $1
       AND "id" = $2`,
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

/**
 * What it says, whatever has become of its evidence; null when that cannot be decrypted, damaged or changed, or the
 * message no longer exists.
 */
export async function openUnlessBroken(
  sql: Sql,
  archive: Archive,
  accountId: number,
  id: number,
): Promise<Message | null> {
  return (await openMessages(sql, archive, accountId, [id])).get(id) ?? null
}

/**
 * What several say, by id; those that are not there are left out, and so are those that cannot be decrypted, damaged or
 * changed: `onBroken` gets their ids.
 */
export async function openMessages(
  sql: Sql,
  archive: Archive,
  accountId: number,
  ids: number[],
  onBroken?: (id: number) => void,
): Promise<Map<number, Message>> {
  const { rows } = await sql.query<Pick<StoredMessage, 'id' | 'epoch' | 'wrappedKey' | 'sealedContent'>>(
    'SELECT "id", "epoch", "wrappedKey", "sealedContent" FROM "Message" WHERE "accountId" = $1 AND "id" = ANY($2)',
    [accountId, ids],
  )
  return new Map(
    rows.flatMap((row): [number, Message][] => {
      const identity = identityOf('Message', accountId, row.id)
      const message = unlessBroken(
        () => openJson(openRowKey(archive.keyring, row, identity), row.sealedContent, `${identity}:content`) as Message,
      )
      if (message === null) onBroken?.(row.id)
      return message === null ? [] : [[row.id, reviveDate(message)]]
    }),
  )
}

/** Why it was judged as it was. */
export function openEvidence(
  archive: Archive,
  accountId: number,
  id: number,
  row: RowKey & { sealedEvidence: Uint8Array },
): MessageEvidence {
  const identity = identityOf('Message', accountId, id)
  return openJson(
    openRowKey(archive.keyring, row, identity),
    row.sealedEvidence,
    `${identity}:evidence`,
  ) as MessageEvidence
}

/**
 * What each message of these customers alone says of them, by when it came; `identity` is undefined when the message
 * cannot be decrypted or is from before schema 0002.
 */
export async function listCustomerIdentities(
  sql: Sql,
  archive: Archive,
  accountId: number,
  customerIds: number[],
): Promise<{ id: number; customerId: number; identity: MessageEvidence['identity'] }[]> {
  const { rows } = await sql.query<RowKey & { id: number; customerId: number; sealedEvidence: Buffer }>(
    `SELECT "id", "customerId", "epoch", "wrappedKey", "sealedEvidence" FROM "Message" WHERE "accountId" = $1
       AND "customerId" = ANY($2) ORDER BY "receivedAt", "id"`,
    [accountId, customerIds],
  )
  return rows.map((row) => {
    const evidence = unlessBroken(() => openEvidence(archive, accountId, row.id, row))
    return { id: row.id, customerId: row.customerId, identity: evidence?.identity }
  })
}

/** The raw octets as they were fetched. */
export async function openMessageSource(sql: Sql, archive: Archive, accountId: number, id: number): Promise<Buffer> {
  return readMessageSource(sql, archive.keyring, accountId, id)
}

/** Sealed, in order. */
export async function readSourcePieces(sql: Sql, accountId: number, id: number): Promise<Buffer[]> {
  const { rows } = await sql.query<{ sealed: Buffer }>(
    'SELECT "sealed" FROM "MessageSource" WHERE "accountId" = $1 AND "messageId" = $2 ORDER BY "piece"',
    [accountId, id],
  )
  return rows.map(({ sealed }) => sealed)
}

/** The same where only keys are at hand. @throws GallraError not-found, seal-broken */
export async function readMessageSource(
  sql: Sql,
  keys: Pick<Keyring, 'epochKey'>,
  accountId: number,
  id: number,
): Promise<Buffer> {
  const { rows } = await sql.query<RowKey>(
    'SELECT "epoch", "wrappedKey" FROM "Message" WHERE "accountId" = $1 AND "id" = $2',
    [accountId, id],
  )
  if (!rows[0]) throw new GallraError('not-found', { id: `m${id}` })
  const identity = identityOf('Message', accountId, id)
  return openSource(
    openRowKey(keys, rows[0], identity),
    await readSourcePieces(sql, accountId, id),
    `${identity}:source`,
  )
}

function reviveDate(message: Message): Message {
  return { ...message, date: message.date === null ? null : new Date(message.date) }
}
