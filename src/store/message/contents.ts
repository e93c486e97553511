import type { Message } from '../../core/message/message.ts'
import type { Keyring } from '../keys/keyring-file.ts'
import { open } from '../keys/seal.ts'
import { identityOf, openRowKey, type RowKey } from '../keys/sealed-row.ts'
import type { Sql } from '../postgres/sql.ts'

/** What one message says, still sealed, with the facts a scan reports. */
export interface SealedContent extends RowKey {
  id: number
  conversationId: number
  customerId: number | null
  /** The body could not be read: its text is in the source only. */
  unparsed: boolean
  sealedContent: Buffer
}

/** Ids above `afterId`, up to and with `untilId`, of one account. */
export interface IdRange {
  accountId: number
  afterId: number
  untilId: number
}

const PAGE_ROWS = 256
/** Sealed octets in memory at once; one larger message comes alone. */
const PAGE_OCTETS = 4 * 1024 * 1024

/**
 * Contents in id order, page by page; whatever their state, for a person's own mail is theirs to see. The next page is
 * read while one is used.
 */
export async function* readContents(sql: Sql, range: IdRange): AsyncGenerator<SealedContent[]> {
  let coming = readPage(sql, range, range.afterId)
  for (;;) {
    const page = await coming
    const last = page.at(-1)
    if (last === undefined) return
    coming = readPage(sql, range, last.id)
    // A reader that stops here would leave a failure of the next page unhandled.
    coming.catch(() => undefined)
    yield page
  }
}

async function readPage(sql: Sql, { accountId, untilId }: IdRange, afterId: number): Promise<SealedContent[]> {
  if (afterId >= untilId) return []
  const { rows } = await sql.query<SealedContent>(
    `SELECT "id", "conversationId", "customerId", "unparsed", "epoch", "wrappedKey", "sealedContent"
     FROM (SELECT page.*,
             sum(octet_length("sealedContent")) OVER (ORDER BY "id") - octet_length("sealedContent") AS before
           FROM (SELECT "id", "conversationId", "customerId", "unparsed", "epoch", "wrappedKey", "sealedContent"
                 FROM "Message" WHERE "accountId" = $1 AND "id" > $2 AND "id" <= $3
                 ORDER BY "id" LIMIT ${PAGE_ROWS}) page) sized
     WHERE before < ${PAGE_OCTETS} ORDER BY "id"`,
    [accountId, afterId, untilId],
  )
  return rows
}

/** What the seal holds, as octets of JSON. @throws GallraError 'seal-broken' */
export function openContent(
  keys: Pick<Keyring, 'epochKey'>,
  accountId: number,
  row: Pick<SealedContent, 'id' | 'epoch' | 'wrappedKey' | 'sealedContent'>,
): Buffer {
  const identity = identityOf('Message', accountId, row.id)
  return open(openRowKey(keys, row, identity), row.sealedContent, `${identity}:content`)
}

/** A content as it was archived; its `date` is still text. */
export function readContent(octets: Buffer): Omit<Message, 'date'> {
  return JSON.parse(octets.toString('utf8')) as Message
}

/** Where the contents of an account lie, and how many there are. Null of an empty one. */
export async function contentBounds(
  sql: Sql,
  accountId: number,
): Promise<{ firstId: number; lastId: number; count: number } | null> {
  const { rows } = await sql.query<{ firstId: number | null; lastId: number; count: number }>(
    `SELECT min("id") AS "firstId", max("id") AS "lastId", count(*)::int AS count FROM "Message"
       WHERE "accountId" = $1`,
    [accountId],
  )
  const { firstId, lastId, count } = rows[0]!
  return firstId === null ? null : { firstId, lastId, count }
}
