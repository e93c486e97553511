import type { Message } from '../../core/message/message.ts'
import { GallraError } from '../../errors.ts'
import type { Account } from '../../store/accounts.ts'
import { listAudit, type AuditEvent } from '../../store/audit.ts'
import type { CustomerCard } from '../../store/customer/customers.ts'
import { promisedUnlessBroken } from '../../store/keys/seal.ts'
import { getConversation, type ConversationRow } from '../../store/message/conversations.ts'
import {
  getMessage,
  listConversationMessages,
  type MessageEvidence,
  type MessageRow,
} from '../../store/message/messages.ts'
import { noteReading, openNoted, openNotedCustomer, type Noted, type Reading } from './audited.ts'
import { readDecidedBy, type DecidedBy } from './decided-by.ts'
import { plainValue, type Plain } from './plain-value.ts'

/** A message with all that is known of it. */
export type ShownMessage = Plain<{
  row: MessageRow
  message: Message
  evidence: MessageEvidence
  /** null: there is none, or it cannot be decrypted. */
  customer: CustomerCard | null
  customerBroken: boolean
  decidedBy: DecidedBy
  /** Every event about this message, the first first. */
  history: AuditEvent[]
}>

export type ShownConversation = Plain<ConversationRow>

export interface Shown {
  /** The account's address. */
  account: string
  conversation: ShownConversation
  messages: ShownMessage[]
  /** Messages of the conversation that cannot be decrypted: m12. */
  unopened: string[]
}

/** One message. @throws GallraError not-found, seal-broken */
export async function showMessage(reading: Reading, account: Account, id: number): Promise<Shown> {
  const row = await getMessage(reading.archive.pool, account.id, id)
  const conversation = await findConversation(reading, account, row.conversationId)
  const noted = await noteReading(reading, 'read', [{ accountId: account.id, id }])
  const messages = [await openShown(noted, account.id, row)]
  return { account: account.settings.address, conversation, messages, unopened: [] }
}

/** All messages of a conversation that can be decrypted, by when they came. @throws GallraError not-found */
export async function showConversation(reading: Reading, account: Account, id: number): Promise<Shown> {
  const rows = await listConversationMessages(reading.archive.pool, account.id, [id])
  const conversation = await findConversation(reading, account, id)
  const noted = await noteReading(
    reading,
    'read',
    rows.map((row) => ({ accountId: account.id, id: row.id })),
  )
  const messages: ShownMessage[] = []
  const unopened: string[] = []
  for (const row of rows) {
    const shown = await promisedUnlessBroken(openShown(noted, account.id, row))
    if (shown === null) unopened.push(`m${row.id}`)
    else messages.push(shown)
  }
  return { account: account.settings.address, conversation, messages, unopened }
}

async function findConversation({ archive }: Reading, account: Account, id: number): Promise<ShownConversation> {
  const conversation = await getConversation(archive.pool, account.id, id)
  if (conversation === null) throw new GallraError('not-found', { id: `c${id}` })
  return plainValue(conversation)
}

async function openShown(noted: Noted, accountId: number, row: MessageRow): Promise<ShownMessage> {
  const { archive } = noted
  const { message, evidence } = await openNoted(noted, { accountId, id: row.id })
  const customer = row.customerId === null ? null : await openNotedCustomer(noted, accountId, row.customerId)
  return plainValue({
    row,
    message,
    evidence,
    customer,
    customerBroken: row.customerId !== null && customer === null,
    decidedBy: await readDecidedBy(archive, accountId, row),
    history: await listAudit(archive.pool, accountId, row.id),
  })
}
