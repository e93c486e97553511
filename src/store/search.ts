import type { Archive } from './archive.ts'
import type { Sql } from './sql.ts'

export async function saveSearchEntries(
  tx: Sql,
  archive: Archive,
  accountId: number,
  messageId: number,
  parts: { field: string; terms: Set<string> }[],
): Promise<void> {
  for (const { field, terms } of parts) {
    if (terms.size === 0) continue
    await tx.query('INSERT INTO "SearchEntry" ("accountId", "messageId", "part", "terms") VALUES ($1, $2, $3, $4)', [
      accountId,
      messageId,
      field,
      archive.index.terms(terms),
    ])
  }
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
              AND s."terms" @> $${termParameter}::bigint[] ${fieldCondition})`
  })
  const { rows } = await sql.query<{ id: number }>(
    `SELECT m."id" FROM "Message" m WHERE m."accountId" = $1 AND m."state" <> 'limited' ${conditions.join('\n')}
     ORDER BY m."receivedAt" DESC, m."id" DESC LIMIT $2 OFFSET $3`,
    values,
  )
  return rows.map((row) => row.id)
}
