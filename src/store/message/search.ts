import type pg from 'pg'
import type { Case } from '../../core/classification.ts'
import type { RequiredTerms, SearchQuery } from '../../core/search/search-query.ts'
import type { Archive } from '../archive.ts'
import { bulkInsert } from '../postgres/bulk-insert.ts'
import { inTransaction, type Sql } from '../postgres/sql.ts'

/** What one part of a message is found by. */
export interface SearchEntry {
  part: string
  /** Hashes, none twice. */
  terms: number[]
  /** Of its words, see `NeighbourFilter`. */
  neighbours: Uint8Array
}

/** Of messages just archived. */
export async function insertSearchEntries(
  tx: Sql,
  accountId: number,
  messages: { messageId: number; entries: SearchEntry[] }[],
): Promise<void> {
  const rows = messages.flatMap(({ messageId, entries }) =>
    entries.map((entry) => ({ accountId, messageId, ...entry })),
  )
  await bulkInsert(
    tx,
    'SearchEntry',
    { accountId: 'int', messageId: 'int', part: 'text', terms: 'int[]', neighbours: 'bytes' },
    rows,
  )
}

/** A message that may match, with what its place in the list and the limits of a query rest on. */
export interface SearchCandidate {
  id: number
  receivedAt: Date
  case: Case
  attachments: number
}

/** What narrows besides terms; days as in a `SearchQuery`, which still verifies them. */
type SearchLimits = Pick<SearchQuery, 'case' | 'before' | 'after' | 'hasAttachment'>

/**
 * Above this many entries a walk from the newest message meets enough of them soon; to fetch and sort fewer costs some
 * 10 ms.
 */
const FEW = 1_000
/** More neighbours of a long phrase are not asked for: few messages are left. */
const MOST_QUESTIONS = 16

/**
 * All messages that have the terms of one of the clauses, when there are few; null when every clause names many. Which
 * way is the faster the database cannot know: it keeps no count of each of the terms.
 */
export async function listFewMatches(
  pool: pg.Pool,
  archive: Archive,
  accountId: number,
  clauses: readonly RequiredTerms[],
): Promise<number[] | null> {
  if (clauses.length === 0) return null
  return inTransaction(pool, async (tx) => {
    // By the index of terms, whatever is guessed of them.
    await tx.query('SET LOCAL enable_seqscan = off')
    await tx.query('SET LOCAL enable_indexscan = off')
    for (const clause of clauses) {
      const values: unknown[] = [accountId]
      const { rows } = await tx.query<{ messageId: number }>(
        `SELECT s."messageId" FROM "SearchEntry" s WHERE s."accountId" = $1 AND ${entryHas(archive, clause, values)}
           LIMIT ${FEW + 1}`,
        values,
      )
      if (rows.length <= FEW) return [...new Set(rows.map((row) => row.messageId))]
    }
    return null
  })
}

/** A message's place in the list: newest first. */
export type SearchPlace = Pick<SearchCandidate, 'id' | 'receivedAt'>

/** The last of the newest `count` messages; null when there are not more. */
export async function findPlace(sql: Sql, accountId: number, count: number): Promise<SearchPlace | null> {
  const { rows } = await sql.query<SearchPlace>(
    `SELECT "id", "receivedAt" FROM "Message" WHERE "accountId" = $1 ORDER BY "receivedAt" DESC, "id" DESC OFFSET $2
       LIMIT 2`,
    [accountId, count - 1],
  )
  return rows.length === 2 ? rows[0]! : null
}

/**
 * Messages that carry the terms of every clause, newest first; to be verified on the text. The next page begins `after`
 * the last candidate of this one: an offset would find all the earlier ones again. `among`: as `listFewMatches` says;
 * `downTo`: no older one.
 */
export async function listSearchCandidates(
  sql: Sql,
  archive: Archive,
  accountId: number,
  wanted: { clauses: readonly RequiredTerms[]; limits: SearchLimits },
  page: { limit: number; after: SearchPlace | null; downTo: SearchPlace | null; among: number[] | null },
): Promise<SearchCandidate[]> {
  const values: unknown[] = [accountId, page.limit]
  const place = (value: unknown): string => `$${values.push(value)}`
  // With LIMIT the planner goes from message to entry: by its guess of how few match it would rather find them all
  // first.
  // PostgreSQL 15 wants a name for each.
  const entries = wanted.clauses.map(
    (clause, index) =>
      `CROSS JOIN LATERAL (SELECT 1 FROM "SearchEntry" s WHERE s."accountId" = $1 AND s."messageId" = m."id"
         AND ${entryHas(archive, clause, values)} LIMIT 1) entry${index}`,
  )
  const conditions: string[] = []
  if (page.among !== null) conditions.push(`AND m."id" = ANY(${place(page.among)})`)
  if (page.after !== null)
    conditions.push(`AND (m."receivedAt", m."id") < (${place(page.after.receivedAt)}, ${place(page.after.id)})`)
  if (page.downTo !== null)
    conditions.push(`AND (m."receivedAt", m."id") >= (${place(page.downTo.receivedAt)}, ${place(page.downTo.id)})`)
  const { case: judged, before, after, hasAttachment } = wanted.limits
  if (judged !== null) conditions.push(`AND m."case" = ${place(judged)}`)
  if (hasAttachment) conditions.push('AND m."attachments" > 0')
  // A day of slack each way: the firm's day is not that of UTC.
  if (before !== null) conditions.push(`AND m."receivedAt" < ${place(before)}::date + 1`)
  if (after !== null) conditions.push(`AND m."receivedAt" >= ${place(after)}::date - 1`)
  const { rows } = await sql.query<SearchCandidate>(
    `SELECT m."id", m."receivedAt", m."case", m."attachments" FROM "Message" m ${entries.join('\n')}
     WHERE m."accountId" = $1 AND m."state" <> 'limited' ${conditions.join('\n')}
     ORDER BY m."receivedAt" DESC, m."id" DESC LIMIT $2`,
    values,
  )
  return rows
}

/** Condition on the entry `s`, what is decided fastest first; its parameters are added to `values`. */
function entryHas(archive: Archive, { field, terms, neighbours }: RequiredTerms, values: unknown[]): string {
  const place = (value: unknown, type: string): string => `$${values.push(value)}::${type}`
  const conditions: string[] = []
  if (field !== null) conditions.push(`s."part" = ${place(field, 'text')}`)
  const questions = archive.index.neighbourQuestions(neighbours).slice(0, MOST_QUESTIONS)
  const answers = questions.map(
    (question) => `get_bit(s."neighbours", ${place(question, 'bigint')} % (octet_length(s."neighbours") * 8)) = 1`,
  )
  if (answers.length > 0) conditions.push(`(s."neighbours" IS NULL OR (${answers.join(' AND ')}))`)
  conditions.push(
    `s."terms" @> ${place(
      terms.map((term) => archive.index.term(term)),
      'int[]',
    )}`,
  )
  return conditions.join(' AND ')
}

/** Removes what messages are found by: of ids after `afterId`, up to and with `untilId`. */
export async function removeSearchEntries(
  tx: Sql,
  accountId: number,
  { afterId, untilId }: { afterId: number; untilId: number },
): Promise<void> {
  await tx.query('DELETE FROM "SearchEntry" WHERE "accountId" = $1 AND "messageId" > $2 AND "messageId" <= $3', [
    accountId,
    afterId,
    untilId,
  ])
}
