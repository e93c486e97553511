import type { Archive } from './archive.ts'
import { bulkInsert } from './bulk-insert.ts'
import type { Sql } from './sql.ts'

/** What one part of a message is found by. */
export interface SearchEntry {
  part: string
  /** Hashes, none twice. */
  terms: number[]
}

/** Of messages just archived. */
export async function insertSearchEntries(tx: Sql, accountId: number, messages: { messageId: number; entries: SearchEntry[] }[]): Promise<void> {
  const rows = messages.flatMap(({ messageId, entries }) => entries.map((entry) => ({ accountId, messageId, ...entry })))
  await bulkInsert(tx, 'SearchEntry', { accountId: 'int', messageId: 'int', part: 'text', terms: 'int[]' }, rows)
}

/** A message that may match, with what its place in the list rests on. */
export interface SearchCandidate {
  id: number
  receivedAt: Date
}

/**
 * Messages that carry every term (each in its field, or in any), newest first; to be verified on the text. The next
 * page begins `after` the last candidate of this one: an offset would find all the earlier ones again.
 */
export async function listSearchCandidates(
  sql: Sql,
  archive: Archive,
  accountId: number,
  terms: { field: string | null; term: string }[],
  page: { limit: number; after: SearchCandidate | null },
): Promise<SearchCandidate[]> {
  const values: unknown[] = [accountId, page.limit]
  const place = (value: unknown): string => `$${values.push(value)}`
  const conditions = terms.map(({ field, term }) => {
    const fieldCondition = field === null ? '' : `AND s."part" = ${place(field)}`
    return `AND EXISTS (SELECT 1 FROM "SearchEntry" s WHERE s."accountId" = $1 AND s."messageId" = m."id"
              AND s."terms" @> ${place([archive.index.term(term)])}::int[] ${fieldCondition})`
  })
  const older = page.after === null ? '' : `AND (m."receivedAt", m."id") < (${place(page.after.receivedAt)}, ${place(page.after.id)})`
  const { rows } = await sql.query<SearchCandidate>(
    `SELECT m."id", m."receivedAt" FROM "Message" m WHERE m."accountId" = $1 AND m."state" <> 'limited' ${older} ${conditions.join('\n')}
     ORDER BY m."receivedAt" DESC, m."id" DESC LIMIT $2`,
    values,
  )
  return rows
}
