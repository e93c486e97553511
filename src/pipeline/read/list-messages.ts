import { stockholmDate } from '../../core/retention/calendar.ts'
import { displayName } from '../../core/customer/customer.ts'
import type { MessageRow } from '../../store/message/messages.ts'
import { listMessages as findMessages, type MessageFilter } from '../../store/read/list.ts'
import { noteReading, openNotedCustomer, openNotedMessage, type Noted, type Reading } from './audited.ts'
import { readDecidedBy, type DecidedBy } from './decided-by.ts'

export type { MessageFilter } from '../../store/read/list.ts'

/** One message in a list. */
export interface ListedMessage {
  /** m12 */
  id: string
  /** c7 */
  conversation: string
  /** k3; null: none. */
  customer: string | null
  /** Stockholm date of arrival. */
  date: string
  direction: MessageRow['direction']
  case: MessageRow['case']
  marks: MessageRow['marks']
  decidedBy: DecidedBy
  state: MessageRow['state']
  /** Last day it is kept; null: no end. */
  until: string | null
  /** null: cannot be decrypted. */
  subject: string | null
  /** '': no customer; null: cannot be decrypted. */
  customerName: string | null
}

/** The newest messages that fit the filter. */
export async function listMessages(reading: Reading, filter: MessageFilter): Promise<ListedMessage[]> {
  const rows = await findMessages(reading.archive.pool, filter)
  const noted = await noteReading(reading, 'listed', rows)
  const items: ListedMessage[] = []
  for (const row of rows) items.push(await readListed(noted, row.accountId, row))
  return items
}

/** `known`: the message where it is open already. */
export async function readListed(
  noted: Noted,
  accountId: number,
  row: MessageRow,
  known?: { subject: string },
): Promise<ListedMessage> {
  const subject = (known ?? (await openNotedMessage(noted, { accountId, id: row.id })))?.subject ?? null
  const card = row.customerId === null ? null : await openNotedCustomer(noted, accountId, row.customerId)
  return {
    id: `m${row.id}`,
    conversation: `c${row.conversationId}`,
    customer: row.customerId === null ? null : `k${row.customerId}`,
    date: stockholmDate(row.receivedAt),
    direction: row.direction,
    case: row.case,
    marks: row.marks,
    decidedBy: await readDecidedBy(noted.archive, accountId, row),
    state: row.state,
    until: row.archiveUntil,
    subject,
    customerName: row.customerId === null ? '' : card === null ? null : displayName(card),
  }
}
