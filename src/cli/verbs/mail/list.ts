import { STATES } from '../../../core/retention/retention.ts'
import { CASES } from '../../../core/classification.ts'
import { startOfDayAt, stockholmDate } from '../../../core/retention/calendar.ts'
import type { Account } from '../../../store/accounts.ts'
import { appendAudit } from '../../../store/audit.ts'
import { displayName, getCustomerCard } from '../../../store/customer/customers.ts'
import { listLatestOverrides } from '../../../store/staff/overrides.ts'
import { openUnlessBroken, type MessageRow } from '../../../store/message/messages.ts'
import { listMessages, type MessageFilter } from '../../../store/read/list.ts'
import { inTransaction } from '../../../store/postgres/sql.ts'
import { givenCount, givenDay, oneOf } from '../../call/bad-input.ts'
import type { Call } from '../../call/call.ts'
import { parseId } from '../../call/ids.ts'
import { oneLine } from '../../call/plain-text.ts'
import { table } from '../../call/output.ts'
import { chosenAccounts, withArchive, type Opened } from '../../call/with-archive.ts'

export async function list(call: Call): Promise<undefined> {
  const { texts } = call
  const filter = filterOf(call)
  await withArchive(call, async (opened) => {
    const accounts = chosenAccounts(call, opened, call.given.text('account'))
    const rows = await listMessages(opened.archive.pool, { ...filter, accountIds: accounts.map(({ id }) => id) })
    const items: ListedMessage[] = []
    for (const row of rows) items.push(await readListed(opened, row.accountId, row))
    await noteReading(call, opened, accounts, rows, 'listed')
    call.report(items, () => (items.length === 0 ? texts.nothingFound : listTable(call, items)))
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
    case: oneOf(call, '--case', given.text('case'), CASES),
    state: oneOf(call, '--state', given.text('state'), STATES),
    customerId: idOf('customer', 'k'),
    conversationId: idOf('conversation', 'c'),
    after: startOf('after'),
    before: startOf('before'),
    review: given.has('review'),
    idleOn: given.has('idle') ? stockholmDate(call.clock()) : null,
    limit: givenCount(call, 'limit', 50, 10_000),
  }
}

export type DecidedBy = 'rule' | 'staff' | 'mailbox'

/** Who said which case it is. */
export async function readDecidedBy(
  { archive }: Opened,
  accountId: number,
  { id, caseBy }: MessageRow,
): Promise<DecidedBy> {
  if (caseBy === 'rule') return 'rule'
  return (await listLatestOverrides(archive.pool, accountId, [id])).get(id)?.via === 'mailbox' ? 'mailbox' : 'staff'
}

/** One line of a list; subject and customer come out of their seals. */
export interface ListedMessage {
  id: string
  conversation: string
  customer: string | null
  date: string
  direction: MessageRow['direction']
  case: MessageRow['case']
  marks: MessageRow['marks']
  decidedBy: DecidedBy
  state: MessageRow['state']
  until: string | null
  /** null: does not open, damaged or changed. */
  subject: string | null
  /** null: does not open. */
  customerName: string | null
}

export async function readListed(
  opened: Opened,
  accountId: number,
  row: MessageRow,
  known?: { subject: string },
): Promise<ListedMessage> {
  const { archive } = opened
  const subject = (known ?? (await openUnlessBroken(archive.pool, archive, accountId, row.id)))?.subject ?? null
  const card = row.customerId === null ? null : await getCustomerCard(archive.pool, archive, accountId, row.customerId)
  return {
    id: `m${row.id}`,
    conversation: `c${row.conversationId}`,
    customer: row.customerId === null ? null : `k${row.customerId}`,
    date: stockholmDate(row.receivedAt),
    direction: row.direction,
    case: row.case,
    marks: row.marks,
    decidedBy: await readDecidedBy(opened, accountId, row),
    state: row.state,
    until: row.archiveUntil,
    subject,
    customerName: row.customerId === null ? '' : card === null ? null : displayName(card),
  }
}

export function listTable(call: Call, items: ListedMessage[]): string {
  const { texts } = call
  return table(
    call,
    [
      texts.headId,
      texts.headDate,
      texts.headDirection,
      texts.headCase,
      texts.headDecidedBy,
      texts.headState,
      texts.headUntil,
      texts.headSubject,
      texts.headCustomer,
    ],
    items.map((item) => [
      item.id,
      item.date,
      texts[DIRECTIONS[item.direction]],
      item.case,
      texts[DECIDED_BY[item.decidedBy]],
      texts[STATE_TEXTS[item.state]],
      item.until ?? texts.noEnd,
      oneLine(item.subject ?? texts.subjectBroken, 50),
      oneLine(item.customer === null ? '' : `${item.customer} ${item.customerName ?? texts.subjectBroken}`, 30),
    ]),
  )
}

export const DECIDED_BY = { rule: 'decidedByRule', staff: 'decidedByStaff', mailbox: 'decidedByMailbox' } as const
export const DIRECTIONS = { incoming: 'directionIn', outgoing: 'directionOut', internal: 'directionInternal' } as const
export const STATE_TEXTS = { active: 'stateActive', limited: 'stateLimited', review: 'stateReview' } as const

/** Reading is an event too: which messages, by ids only, and by whom where that was told. */
export async function noteReading(
  call: Call,
  { archive }: Opened,
  accounts: Account[],
  rows: { accountId: number; id: number }[],
  kind: 'read' | 'listed' | 'searched',
  actor = 'cli',
): Promise<void> {
  for (const account of accounts) {
    const messages = rows.filter((row) => row.accountId === account.id).map((row) => row.id)
    if (messages.length === 0) continue
    await inTransaction(archive.pool, (tx) =>
      appendAudit(tx, archive, account.id, { at: call.clock(), actor, kind, payload: { messages } }),
    )
  }
}
