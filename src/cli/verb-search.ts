import { matchesQuery, parseSearchQuery, requiredTerms, type SearchQuery } from '../core/search-query.ts'
import { stockholmDate } from '../core/calendar.ts'
import { searchableParts } from '../pipeline/ingest.ts'
import type { Account } from '../store/accounts.ts'
import { getMessage, openMessage, type MessageRow } from '../store/messages.ts'
import { listSearchCandidates } from '../store/search.ts'
import { givenCount } from './bad-input.ts'
import type { Call, Verb } from './call.ts'
import { ACCOUNT } from './options.ts'
import { listTable, noteReading, readListed, type ListedMessage } from './verb-list.ts'
import { chosenAccounts, withArchive, type Opened } from './with-archive.ts'

const PAGE = 200

export const SEARCH_VERBS: readonly Verb[] = [
  { name: 'search', about: 'aboutSearch', args: ['<query...>'], options: [ACCOUNT, { flags: '--limit <count>', about: 'optLimit' }], act: search },
]

interface Hit {
  account: Account
  row: MessageRow
  subject: string
}

async function search(call: Call): Promise<undefined> {
  const limit = givenCount(call, 'limit', 50, 10_000)
  const query = parseSearchQuery(call.args.join(' '))
  await withArchive(call, async (opened) => {
    const accounts = chosenAccounts(call, opened, call.given.text('account'))
    const hits: Hit[] = []
    for (const account of accounts) hits.push(...(await searchAccount(opened, account, query, limit)))
    const newest = hits.sort((a, b) => b.row.receivedAt.getTime() - a.row.receivedAt.getTime()).slice(0, limit)
    const items: ListedMessage[] = []
    for (const { account, row, subject } of newest) items.push(await readListed(opened, account.id, row, { subject }))
    await noteReading(call, opened, accounts, newest.map(({ account, row }) => ({ accountId: account.id, id: row.id })), 'searched')
    call.report(items, () => (items.length === 0 ? call.texts.nothingFound : listTable(call, items)))
  })
}

/** The index names candidates; each is opened and compared, so that only true hits show. */
async function searchAccount({ archive }: Opened, account: Account, query: SearchQuery, limit: number): Promise<Hit[]> {
  const hits: Hit[] = []
  const terms = requiredTerms(query)
  for (let offset = 0; ; offset += PAGE) {
    const ids = await listSearchCandidates(archive.pool, archive, account.id, terms, { limit: PAGE, offset })
    for (const id of ids) {
      const row = await getMessage(archive.pool, account.id, id)
      const { message } = await openMessage(archive.pool, archive, account.id, id)
      const searched = { parts: searchableParts(message), case: row.case, day: stockholmDate(row.receivedAt), hasAttachment: row.attachments > 0 }
      if (matchesQuery(query, searched)) hits.push({ account, row, subject: message.subject })
      if (hits.length >= limit) return hits
    }
    if (ids.length < PAGE) return hits
  }
}
