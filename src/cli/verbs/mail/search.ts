import { parseSearchQuery } from '../../../core/search/search-query.ts'
import { searchMessages } from '../../../pipeline/read/search-messages.ts'
import { messageRows } from '../../../present/message-list.ts'
import { codeOf } from '../../../text/names.ts'
import { fill } from '../../../text/wording/wording.ts'
import { givenCount } from '../../call/bad-input.ts'
import type { Call } from '../../call/call.ts'
import { table } from '../../call/table.ts'
import { chosenAccounts, readingOf, withArchive } from '../../call/with-archive.ts'

export async function search(call: Call): Promise<undefined> {
  const limit = givenCount(call, 'limit', 50, 10_000)
  const query = parseSearchQuery(call.args.join(' '), (name) => codeOf('case', name))
  await withArchive(call, async (opened) => {
    const accounts = chosenAccounts(call, opened, call.given.text('account'))
    const { items, unreadable } = await searchMessages(await readingOf(call, opened), accounts, query, limit)
    if (unreadable.length > 0) {
      const ids = unreadable.map((id) => `m${id}`).join(' ')
      call.note(fill(call.texts.restoredUnopened, { count: unreadable.length, ids }))
    }
    call.report(items, () => (items.length === 0 ? call.texts.nothingFound : table(call, messageRows(call, items))))
  })
}
