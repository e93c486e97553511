import { stockholmDate } from '../core/calendar.ts'
import type { Message } from '../core/message.ts'
import { matchesQuery, requiredTerms, type SearchQuery } from '../core/search-query.ts'
import type { Archive } from '../store/archive.ts'
import { listMessages, openMessages, type MessageRow } from '../store/messages.ts'
import { listSearchCandidates, type SearchCandidate } from '../store/search.ts'
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
  const hits: SearchHit[] = []
  const terms = requiredTerms(query)
  let after: SearchCandidate | null = null
  for (let size = FIRST_PAGE; ; size = Math.min(size * 2, LARGEST_PAGE)) {
    const candidates: SearchCandidate[] = await listSearchCandidates(archive.pool, archive, accountId, terms, { limit: size, after })
    const ids = candidates.map(({ id }) => id)
    const messages = await openMessages(archive.pool, archive, accountId, ids)
    for (const row of await listMessages(archive.pool, accountId, ids)) {
      const message = messages.get(row.id)
      if (message === undefined) continue
      const searched = { parts: searchableParts(message), case: row.case, day: stockholmDate(row.receivedAt), hasAttachment: row.attachments > 0 }
      if (matchesQuery(query, searched)) hits.push({ row, message })
      if (hits.length >= limit) return hits
    }
    if (candidates.length < size) return hits
    after = candidates.at(-1)!
  }
}
