import { stockholmDate } from '../../core/retention/calendar.ts'
import type { Message } from '../../core/message/message.ts'
import {
  matchesQuery,
  requiredTerms,
  type SearchableMessage,
  type SearchQuery,
} from '../../core/search/search-query.ts'
import type { Archive } from '../../store/archive.ts'
import { listMessages, type MessageRow } from '../../store/message/messages.ts'
import { openMessages } from '../../store/message/open-messages.ts'
import {
  findPlace,
  listFewMatches,
  listSearchCandidates,
  type SearchCandidate,
  type SearchPlace,
} from '../../store/message/search.ts'
import { searchableParts } from '../ingest/prepare.ts'

/** As many as are usually wanted: opening and comparing costs most. Where few of them match, more come at once. */
const FIRST_PAGE = 50
const LARGEST_PAGE = 200
/** So many of the newest messages are always looked through (some 10 ms): what is frequent is found there. */
const RECENT = 1_000
/**
 * With so large a share of candidates among them the first hits are not far; with a smaller one the index of terms is
 * asked how many there are.
 */
const FREQUENT = 0.01

export interface SearchHit {
  row: MessageRow
  message: Message
}

interface SearchOptions {
  /** How many of the newest messages are looked through first. */
  recent?: number
  /** Called with a candidate that cannot be decrypted. */
  onBroken?: (id: number) => void
}

/**
 * The newest `limit` that match. The index names candidates; each is opened and compared, so that only true hits show;
 * one that cannot be decrypted is left out and reported.
 */
export async function searchMessages(
  archive: Archive,
  accountId: number,
  query: SearchQuery,
  limit: number,
  { recent = RECENT, onBroken }: SearchOptions = {},
): Promise<SearchHit[]> {
  const { pool } = archive
  const found = new Map<number, Message>()
  for await (const candidates of candidatePages(archive, accountId, query, recent)) {
    const messages = await openMessages(
      pool,
      archive,
      accountId,
      candidates.map(({ id }) => id),
      onBroken,
    )
    for (const candidate of candidates) {
      const message = messages.get(candidate.id)
      if (found.size < limit && message !== undefined && matchesQuery(query, searchable(candidate, message)))
        found.set(candidate.id, message)
    }
    if (found.size >= limit) break
  }
  const rows = await listMessages(pool, accountId, [...found.keys()])
  return rows.map((row) => ({ row, message: found.get(row.id)! }))
}

/**
 * All candidates, newest first. Which way to them is short depends on how rare they are, which the database cannot
 * know.
 */
async function* candidatePages(
  archive: Archive,
  accountId: number,
  query: SearchQuery,
  recent: number,
): AsyncGenerator<SearchCandidate[]> {
  const { pool } = archive
  const wanted = { clauses: requiredTerms(query), limits: query }
  let size = FIRST_PAGE
  async function* pages(
    after: SearchPlace | null,
    downTo: SearchPlace | null,
    among: number[] | null,
  ): AsyncGenerator<SearchCandidate[]> {
    for (let from = after, last = false; !last; size = Math.min(size * 2, LARGEST_PAGE)) {
      const candidates = await listSearchCandidates(pool, archive, accountId, wanted, {
        limit: size,
        after: from,
        downTo,
        among,
      })
      last = candidates.length < size
      from = candidates.at(-1) ?? null
      yield candidates
    }
  }
  const border = await findPlace(pool, accountId, recent)
  let met = 0
  for await (const page of pages(null, border, null)) {
    met += page.length
    yield page
  }
  if (border === null) return
  yield* pages(
    border,
    null,
    met >= recent * FREQUENT ? null : await listFewMatches(pool, archive, accountId, wanted.clauses),
  )
}

function searchable(candidate: SearchCandidate, message: Message): SearchableMessage {
  return {
    parts: searchableParts(message),
    case: candidate.case,
    day: stockholmDate(candidate.receivedAt),
    hasAttachment: candidate.attachments > 0,
  }
}
