import type { SearchQuery } from '../../core/search/search-query.ts'
import type { Account } from '../../store/accounts.ts'
import { searchMessages as findMatches, type SearchHit } from '../find/search.ts'
import { noteReading, type Reading } from './audited.ts'
import { readListed, type ListedMessage } from './list-messages.ts'

interface SearchResult {
  /** The newest first. */
  items: ListedMessage[]
  /** Candidates that cannot be decrypted, so that no one knows whether they match. */
  unreadable: number[]
}

/** The newest `limit` messages of all the accounts that match. Their text leaves this function after the event. */
export async function searchMessages(
  reading: Reading,
  accounts: readonly Account[],
  query: SearchQuery,
  limit: number,
): Promise<SearchResult> {
  const found: (SearchHit & { accountId: number })[] = []
  const unreadable: number[] = []
  for (const { id: accountId } of accounts) {
    const hits = await findMatches(reading.archive, accountId, query, limit, {
      onBroken: (id) => unreadable.push(id),
    })
    found.push(...hits.map((hit) => ({ ...hit, accountId })))
  }
  const newest = found.sort((a, b) => b.row.receivedAt.getTime() - a.row.receivedAt.getTime()).slice(0, limit)
  const noted = await noteReading(
    reading,
    'searched',
    newest.map(({ accountId, row }) => ({ accountId, id: row.id })),
  )
  const items: ListedMessage[] = []
  for (const { accountId, row, message } of newest) items.push(await readListed(noted, accountId, row, message))
  return { items, unreadable }
}
