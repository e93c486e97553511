import { CASES } from '../core/classification.ts'
import { startOfDayAt, stockholmDate } from '../core/calendar.ts'
import type { Account } from '../store/accounts.ts'
import { appendAudit } from '../store/audit.ts'
import { displayName, getCustomerCard } from '../store/customers.ts'
import { MESSAGE_COLUMNS, openMessage, type MessageRow } from '../store/messages.ts'
import { inTransaction } from '../store/sql.ts'
import { givenCount, givenDay, oneOf } from './bad-input.ts'
import type { Call, Verb } from './call.ts'
import { parseId } from './ids.ts'
import { ACCOUNT } from './options.ts'
import { oneLine, table } from './output.ts'
import { chosenAccounts, withArchive, type Opened } from './with-archive.ts'

const STATES = ['active', 'limited', 'review'] as const

export const LIST_VERBS: readonly Verb[] = [
  {
    name: 'list',
    about: 'aboutList',
    options: [
      ACCOUNT,
      { flags: '--case <case>', about: 'optCase', choices: CASES },
      { flags: '--customer <id>', about: 'optCustomer' },
      { flags: '--conversation <id>', about: 'optConversation' },
      { flags: '--state <state>', about: 'optState', choices: STATES },
      { flags: '--after <date>', about: 'optAfter' },
      { flags: '--before <date>', about: 'optBefore' },
      { flags: '--review', about: 'optReview' },
      { flags: '--idle', about: 'optIdle' },
      { flags: '--limit <count>', about: 'optLimit' },
    ],
    act: listMessages,
  },
]

async function listMessages(call: Call): Promise<undefined> {
  const { texts } = call
  const filter = filterOf(call)
  await withArchive(call, async (opened) => {
    const accounts = chosenAccounts(call, opened, call.given.text('account'))
    const { rows } = await opened.archive.pool.query<MessageRow & { accountId: number }>(
      `SELECT "accountId", ${MESSAGE_COLUMNS} FROM "Message" WHERE "accountId" = ANY($1) ${filter.where}
       ORDER BY "receivedAt" DESC, "id" DESC LIMIT ${filter.limit}`,
      [accounts.map(({ id }) => id), ...filter.values],
    )
    const items: ListedMessage[] = []
    for (const row of rows) items.push(await readListed(opened, row.accountId, row))
    await noteReading(call, opened, accounts, rows, 'listed')
    call.report(items, () => (items.length === 0 ? texts.nothingFound : listTable(call, items)))
  })
}

function filterOf(call: Call): { where: string; values: unknown[]; limit: number } {
  const { given, texts } = call
  const values: unknown[] = []
  const conditions: string[] = []
  const add = (condition: (parameter: string) => string, value: unknown) => {
    if (value === null || value === undefined) return
    values.push(value)
    conditions.push(`AND ${condition(`$${values.length + 1}`)}`)
  }
  const idOf = (name: string, kind: 'k' | 'c') => {
    const text = given.text(name)
    return text === undefined ? null : parseId(text, [kind], texts).number
  }
  const after = givenDay(call, 'after')
  const before = givenDay(call, 'before')
  add((p) => `"case" = ${p}`, oneOf(call, '--case', given.text('case'), CASES))
  add((p) => `"state" = ${p}`, oneOf(call, '--state', given.text('state'), STATES))
  add((p) => `"customerId" = ${p}`, idOf('customer', 'k'))
  add((p) => `"conversationId" = ${p}`, idOf('conversation', 'c'))
  add((p) => `"receivedAt" >= ${p}`, after === null ? null : startOfDayAt(after))
  add((p) => `"receivedAt" < ${p}`, before === null ? null : startOfDayAt(before))
  if (given.has('review')) conditions.push(`AND "state" = 'review' AND "approvedAt" IS NULL`)
  if (given.has('idle')) {
    add((p) => `("accountId", "conversationId") IN (SELECT "accountId", "id" FROM "Conversation" WHERE "idleReviewOn" <= ${p})`, stockholmDate(call.clock()))
  }
  return { where: conditions.join(' '), values, limit: givenCount(call, 'limit', 50, 10_000) }
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
  state: MessageRow['state']
  until: string | null
  subject: string
  customerName: string
}

export async function readListed({ archive }: Opened, accountId: number, row: MessageRow, known?: { subject: string }): Promise<ListedMessage> {
  const { subject } = known ?? (await openMessage(archive.pool, archive, accountId, row.id)).message
  const card = row.customerId === null ? null : await getCustomerCard(archive.pool, archive, accountId, row.customerId)
  return {
    id: `m${row.id}`,
    conversation: `c${row.conversationId}`,
    customer: row.customerId === null ? null : `k${row.customerId}`,
    date: stockholmDate(row.receivedAt),
    direction: row.direction,
    case: row.case,
    marks: row.marks,
    state: row.state,
    until: row.archiveUntil,
    subject,
    customerName: card === null ? '' : displayName(card),
  }
}

export function listTable(call: Call, items: ListedMessage[]): string {
  const { texts } = call
  return table(
    call,
    [texts.headId, texts.headDate, texts.headDirection, texts.headCase, texts.headState, texts.headUntil, texts.headSubject, texts.headCustomer],
    items.map((item) => [
      item.id,
      item.date,
      texts[DIRECTIONS[item.direction]],
      item.case,
      texts[STATE_TEXTS[item.state]],
      item.until ?? texts.noEnd,
      oneLine(item.subject, 50),
      oneLine(item.customer === null ? '' : `${item.customer} ${item.customerName}`, 30),
    ]),
  )
}

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
    await inTransaction(archive.pool, (tx) => appendAudit(tx, archive, account.id, { at: call.clock(), actor, kind, payload: { messages } }))
  }
}
