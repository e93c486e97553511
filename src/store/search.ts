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

/** Messages that carry every term (each in its field, or in any), newest first; to be verified on the text. */
export async function listSearchCandidates(
  sql: Sql,
  archive: Archive,
  accountId: number,
  terms: { field: string | null; term: string }[],
  page: { limit: number; offset: number },
): Promise<number[]> {
  const values: unknown[] = [accountId, page.limit, page.offset]
  const conditions = terms.map(({ field, term }) => {
    values.push([archive.index.term(term)])
    const termParameter = values.length
    if (field !== null) values.push(field)
    const fieldCondition = field === null ? '' : `AND s."part" = $${values.length}`
    return `AND EXISTS (SELECT 1 FROM "SearchEntry" s WHERE s."accountId" = $1 AND s."messageId" = m."id"
              AND s."terms" @> $${termParameter}::int[] ${fieldCondition})`
  })
  const { rows } = await sql.query<{ id: number }>(
    `SELECT m."id" FROM "Message" m WHERE m."accountId" = $1 AND m."state" <> 'limited' ${conditions.join('\n')}
     ORDER BY m."receivedAt" DESC, m."id" DESC LIMIT $2 OFFSET $3`,
    values,
  )
  return rows.map((row) => row.id)
}
