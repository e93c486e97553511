import { parseSearchQuery } from '../../../core/search/search-query.ts'
import { searchMessages } from '../../../pipeline/find/search.ts'
import type { Account } from '../../../store/accounts.ts'
import type { MessageRow } from '../../../store/message/messages.ts'
import { fill } from '../../../text/texts.ts'
import { givenCount } from '../../call/bad-input.ts'
import type { Call } from '../../call/call.ts'
import { listTable, noteReading, readListed, type ListedMessage } from './list.ts'
import { chosenAccounts, withArchive } from '../../call/with-archive.ts'

interface Hit {
  account: Account
  row: MessageRow
  subject: string
}

export async function search(call: Call): Promise<undefined> {
  const limit = givenCount(call, 'limit', 50, 10_000)
  const query = parseSearchQuery(call.args.join(' '))
  await withArchive(call, async (opened) => {
    const accounts = chosenAccounts(call, opened, call.given.text('account'))
    const hits: Hit[] = []
    const broken: number[] = []
    for (const account of accounts) {
      const found = await searchMessages(opened.archive, account.id, query, limit, {
        onBroken: (id) => broken.push(id),
      })
      hits.push(...found.map(({ row, message }) => ({ account, row, subject: message.subject })))
    }
    const newest = hits.sort((a, b) => b.row.receivedAt.getTime() - a.row.receivedAt.getTime()).slice(0, limit)
    const items: ListedMessage[] = []
    for (const { account, row, subject } of newest) items.push(await readListed(opened, account.id, row, { subject }))
    await noteReading(
      call,
      opened,
      accounts,
      newest.map(({ account, row }) => ({ accountId: account.id, id: row.id })),
      'searched',
    )
    if (broken.length > 0)
      call.note(
        fill(call.texts.restoredUnopened, { count: broken.length, ids: broken.map((id) => `m${id}`).join(' ') }),
      )
    call.report(items, () => (items.length === 0 ? call.texts.nothingFound : listTable(call, items)))
  })
}
