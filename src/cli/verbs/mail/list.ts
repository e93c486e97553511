import { startOfDayAt, stockholmDate } from '../../../core/retention/calendar.ts'
import { listMessages, type MessageFilter } from '../../../pipeline/read/list-messages.ts'
import { messageRows } from '../../../present/message-list.ts'
import { givenCount, givenDay, oneOf } from '../../call/bad-input.ts'
import type { Call } from '../../call/call.ts'
import { parseId } from '../../call/ids.ts'
import { table } from '../../call/table.ts'
import { chosenAccounts, readingOf, withArchive } from '../../call/with-archive.ts'

export async function list(call: Call): Promise<undefined> {
  const { texts } = call
  const filter = filterOf(call)
  await withArchive(call, async (opened) => {
    const accounts = chosenAccounts(call, opened, call.given.text('account'))
    const accountIds = accounts.map(({ id }) => id)
    const items = await listMessages(await readingOf(call, opened), { ...filter, accountIds })
    call.report(items, () => (items.length === 0 ? texts.nothingFound : table(call, messageRows(call, items))))
  })
}

function filterOf(call: Call): Omit<MessageFilter, 'accountIds'> {
  const { given, texts } = call
  const idOf = (name: string, kind: 'k' | 'c') => {
    const text = given.text(name)
    return text === undefined ? null : parseId(text, [kind], texts).number
  }
  const startOf = (name: string) => {
    const day = givenDay(call, name)
    return day === null ? null : startOfDayAt(day)
  }
  return {
    case: oneOf(call, '--case', given.text('case'), 'case'),
    state: oneOf(call, '--state', given.text('state'), 'state'),
    customerId: idOf('customer', 'k'),
    conversationId: idOf('conversation', 'c'),
    after: startOf('after'),
    before: startOf('before'),
    review: given.has('review'),
    idleOn: given.has('idle') ? stockholmDate(call.clock()) : null,
    limit: givenCount(call, 'limit', 50, 10_000),
  }
}
