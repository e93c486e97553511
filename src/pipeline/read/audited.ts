/**
 * The one place of the promise that a read is in the audit log before it is shown (P6, P7). The use cases of this
 * folder open mail only with a `Noted`, and only these functions make one: after its event is written.
 */
import type { Message } from '../../core/message/message.ts'
import type { Archive } from '../../store/archive.ts'
import { appendAudit, type AuditPayload } from '../../store/audit.ts'
import { getCustomerCard, type CustomerCard } from '../../store/customer/customers.ts'
import type { MessageEvidence } from '../../store/message/messages.ts'
import { openMessage, openUnlessBroken } from '../../store/message/open-messages.ts'
import { inTransaction } from '../../store/postgres/sql.ts'
import { actorName, type Actor } from '../decide/actor.ts'

/** Where is read, who reads and when. */
export interface Reading {
  archive: Archive
  reader: Actor
  now: Date
}

interface MessagePlace {
  accountId: number
  id: number
}

const NOTED: unique symbol = Symbol('noted')

/** Says that the audit log holds who reads these messages. */
export interface Noted {
  readonly [NOTED]: ReadonlySet<string>
  readonly archive: Archive
}

/** One event for each account that has any of the messages: their ids, never their text. */
export async function noteReading(
  reading: Reading,
  kind: 'read' | 'listed' | 'searched',
  places: readonly MessagePlace[],
): Promise<Noted> {
  for (const accountId of new Set(places.map((place) => place.accountId)))
    await append(reading, accountId, kind, { messages: idsIn(places, accountId) })
  return noted(reading.archive, places)
}

/** One event for each account looked through; that nothing was found is an event too. */
export async function noteScan(
  reading: Reading,
  accountIds: readonly number[],
  scanned: number,
  found: readonly MessagePlace[],
): Promise<Noted> {
  for (const accountId of accountIds)
    await append(reading, accountId, 'scanned', { scanned, messages: idsIn(found, accountId) })
  return noted(reading.archive, found)
}

/** @throws GallraError seal-broken, not-found */
export function openNoted(noted: Noted, place: MessagePlace): Promise<{ message: Message; evidence: MessageEvidence }> {
  requireNoted(noted, place)
  return openMessage(noted.archive.pool, noted.archive, place.accountId, place.id)
}

/** What it says; null: it cannot be decrypted, or is gone. */
export function openNotedMessage(noted: Noted, place: MessagePlace): Promise<Message | null> {
  requireNoted(noted, place)
  return openUnlessBroken(noted.archive.pool, noted.archive, place.accountId, place.id)
}

/** The customer a noted message is filed under; null: the card cannot be decrypted. */
export function openNotedCustomer(
  { archive }: Noted,
  accountId: number,
  customerId: number,
): Promise<CustomerCard | null> {
  return getCustomerCard(archive.pool, archive, accountId, customerId)
}

function noted(archive: Archive, places: readonly MessagePlace[]): Noted {
  return { [NOTED]: new Set(places.map(keyOf)), archive }
}

function requireNoted(noted: Noted, place: MessagePlace): void {
  if (!noted[NOTED].has(keyOf(place))) throw new Error('a message is opened that was not noted as read')
}

function keyOf({ accountId, id }: MessagePlace): string {
  return `${accountId}:${id}`
}

function idsIn(places: readonly MessagePlace[], accountId: number): number[] {
  return places.filter((place) => place.accountId === accountId).map(({ id }) => id)
}

async function append(
  { archive, reader, now }: Reading,
  accountId: number,
  kind: string,
  payload: AuditPayload,
): Promise<void> {
  await inTransaction(archive.pool, (tx) =>
    appendAudit(tx, archive, accountId, { at: now, actor: actorName(reader), kind, payload }),
  )
}
