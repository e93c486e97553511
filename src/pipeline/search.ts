import { stockholmDate } from '../core/calendar.ts'
import type { Message } from '../core/message.ts'
import { matchesQuery, requiredTerms, type SearchableMessage, type SearchQuery } from '../core/search-query.ts'
import type { Archive } from '../store/archive.ts'
import { listMessages, openMessages, type MessageRow } from '../store/messages.ts'
import { listFewMatches, listSearchCandidates, type SearchCandidate } from '../store/search.ts'
import { searchableParts } from './prepare.ts'

/** As many as are usually wanted: opening and comparing costs most. Where few of them match, more come at once. */
const FIRST_PAGE = 50
const LARGEST_PAGE = 200

export interface SearchHit {
  row: MessageRow
  message: Message
}

/** The newest `limit` that match. The index names candidates; each is opened and compared, so that only true hits show. */
export async function searchMessages(archive: Archive, accountId: number, query: SearchQuery, limit: number): Promise<SearchHit[]> {
  const { pool } = archive
  const clauses = requiredTerms(query)
  const wanted = { clauses, limits: query, among: await listFewMatches(pool, archive, accountId, clauses) }
  const found = new Map<number, Message>()
  let after: SearchCandidate | null = null
  for (let size = FIRST_PAGE; found.size < limit; size = Math.min(size * 2, LARGEST_PAGE)) {
    const candidates: SearchCandidate[] = await listSearchCandidates(pool, archive, accountId, wanted, { limit: size, after })
    const messages = await openMessages(pool, archive, accountId, candidates.map(({ id }) => id))
    for (const candidate of candidates) {
      const message = messages.get(candidate.id)
      if (found.size < limit && message !== undefined && matchesQuery(query, searchable(candidate, message))) found.set(candidate.id, message)
    }
    if (candidates.length < size) break
    after = candidates.at(-1)!
  }
  const rows = await listMessages(pool, accountId, [...found.keys()])
  return rows.map((row) => ({ row, message: found.get(row.id)! }))
}

function searchable(candidate: SearchCandidate, message: Message): SearchableMessage {
  return { parts: searchableParts(message), case: candidate.case, day: stockholmDate(candidate.receivedAt), hasAttachment: candidate.attachments > 0 }
}
