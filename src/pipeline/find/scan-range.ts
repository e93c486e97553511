import {
  findPerson,
  strongest,
  personParts,
  type Strength,
  type PersonMatch,
  type PersonPart,
} from '../../core/person/find-person.ts'
import type { PersonTerm } from '../../core/person/person-terms.ts'
import { canonicalRoom, type CanonicalRoom } from '../../core/person/placed-text.ts'
import type { Message } from '../../core/message/message.ts'
import { GallraError } from '../../errors.ts'
import { MAX_TEXT_LENGTH } from '../../mail/parse/parse.ts'
import {
  openContent,
  readContent,
  readContents,
  type IdRange,
  type SealedContent,
} from '../../store/message/contents.ts'
import { readMessageSource } from '../../store/message/open-messages.ts'
import { isSealBroken } from '../../store/keys/seal.ts'
import type { Sql } from '../../store/postgres/sql.ts'

/** Whom to look for; plain data, so that it can be given to a thread. */
export interface Wanted {
  terms: PersonTerm[]
  /** Messages filed under these concern the person whatever they say. */
  customerIds: number[]
}

/** One message that says something of the person. */
export interface Finding {
  accountId: number
  messageId: number
  conversationId: number
  customerId: number | null
  /** Filed under a customer that was asked for. */
  byCustomer: boolean
  /** The strongest of all below; `identifier` for one filed under the customer. */
  strength: Strength
  matches: PersonMatch[]
}

export interface ScannedPage {
  scanned: number
  findings: Finding[]
  /** Whose seal did not open: nobody knows what they say. */
  unopened: number[]
  /** Searched only as their source stands, for their text could not be read whole: a person has to look. */
  partly: number[]
}

/** The key of an epoch, or null when there is none any more. */
export type EpochKeys = (epoch: number) => Promise<Buffer | null>

/** Reads, opens and searches every message of the range, a page at a time; memory does not grow with the range. */
export async function* scanRange(
  sql: Sql,
  epochKeys: EpochKeys,
  wanted: Wanted,
  range: IdRange,
): AsyncGenerator<ScannedPage> {
  const sought = { ...wanted, room: canonicalRoom() }
  for await (const rows of readContents(sql, range)) {
    const keys = new Map<number, Buffer | null>()
    for (const epoch of new Set(rows.map((row) => row.epoch))) keys.set(epoch, await epochKeys(epoch))
    const page: ScannedPage = { scanned: rows.length, findings: [], unopened: [], partly: [] }
    const scan: Scan = { sql, keys, sought, accountId: range.accountId }
    for (const row of rows) await scanMessage(scan, row, page)
    yield page
  }
}

interface Scan {
  sql: Sql
  /** By epoch; null where the epoch has been destroyed. */
  keys: Map<number, Buffer | null>
  sought: Wanted & { room: CanonicalRoom }
  accountId: number
}

/** Adds what it finds in one message to the page. */
async function scanMessage(
  { sql, keys, sought, accountId }: Scan,
  row: SealedContent,
  page: ScannedPage,
): Promise<void> {
  const keyring = { epochKey: (epoch: number) => keys.get(epoch) ?? destroyed(epoch) }
  let parts: PersonPart[]
  try {
    const message = readContent(openContent(keyring, accountId, row)) as Message
    parts = personParts(message)
    if (row.unparsed || message.text.length >= MAX_TEXT_LENGTH) {
      const source = await readMessageSource(sql, keyring, accountId, row.id)
      parts.push({ field: 'source', text: source.toString('utf8') })
      page.partly.push(row.id)
    }
  } catch (error) {
    // Purged while its page was open.
    if (error instanceof GallraError && error.code === 'not-found') return
    // Damage to one message must not hide the others; the caller reports it.
    if (!isSealBroken(error) && !(error instanceof SyntaxError)) throw error
    page.unopened.push(row.id)
    return
  }
  const matches = findPerson(sought.terms, parts, sought.room)
  const byCustomer = row.customerId !== null && sought.customerIds.includes(row.customerId)
  const strength = byCustomer ? 'identifier' : strongest(matches)
  if (strength === null) return
  page.findings.push({
    accountId,
    messageId: row.id,
    conversationId: row.conversationId,
    customerId: row.customerId,
    byCustomer,
    strength,
    matches,
  })
}

function destroyed(epoch: number): never {
  throw new GallraError('seal-broken', { identity: `epoch ${epoch}` })
}
