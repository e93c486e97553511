import type { Address } from '../core/message.ts'
import type { Archive } from './archive.ts'
import { listCustomerCards, saveCustomerCards, type CustomerCard } from './customers.ts'
import { listCustomerIdentities, type MessageEvidence } from './messages.ts'
import type { Sql } from './sql.ts'

/**
 * Makes the cards of these customers anew from the messages they still have, so that no address or number
 * outlives the message it came from (P3). A customer without messages goes. What staff call them stays; of a card that does not
 * open it is lost.
 */
export async function refreshCustomers(tx: Sql, archive: Archive, accountId: number, ids: number[], now: Date): Promise<void> {
  const identities = new Map<number, MessageEvidence['identity'][]>()
  for (const { customerId, identity } of await listCustomerIdentities(tx, archive, accountId, ids)) {
    const seen = identities.get(customerId)
    if (seen) seen.push(identity)
    else identities.set(customerId, [identity])
  }
  await dropCustomers(tx, accountId, ids.filter((id) => !identities.has(id)))
  // A message from before schema 0002 does not tell: the card stays until it is gone too.
  const told = [...identities].flatMap(([id, seen]) => (seen.every((identity) => identity !== undefined) ? [{ id, seen: seen.filter((identity) => identity !== null) }] : []))
  await dropOtherKeys(tx, archive, accountId, told)
  const cards = await listCustomerCards(tx, archive, accountId, told.map(({ id }) => id))
  const refreshed = told.flatMap(({ id, seen }) => {
    const before = cards.get(id)
    if (before === undefined) return []
    return [{ id, card: cardOf(seen.map(({ primary }) => primary), before?.chosenName ?? null) }]
  })
  await saveCustomerCards(tx, archive, accountId, refreshed, now)
}

/**
 * Puts a card in place of one that does not open: names and addresses of the messages that tell. What staff called the
 * customer is lost; keys and holds stay. False: opens, or no message tells.
 */
export async function renewCustomer(tx: Sql, archive: Archive, accountId: number, id: number, now: Date): Promise<boolean> {
  if ((await listCustomerCards(tx, archive, accountId, [id])).get(id) !== null) return false
  const people = (await listCustomerIdentities(tx, archive, accountId, [id])).flatMap(({ identity }) => identity?.primary ?? [])
  if (people.length === 0) return false
  await saveCustomerCards(tx, archive, accountId, [{ id, card: cardOf(people, null) }], now)
  return true
}

function cardOf(people: readonly Address[], chosenName: string | null): CustomerCard {
  const distinct = (values: string[]) => [...new Set(values.filter((value) => value !== ''))]
  return { chosenName, names: distinct(people.map(({ name }) => name)), addresses: distinct(people.map(({ address }) => address)) }
}

interface Told {
  id: number
  seen: NonNullable<MessageEvidence['identity']>[]
}

async function dropOtherKeys(tx: Sql, archive: Archive, accountId: number, told: Told[]): Promise<void> {
  const kept = told.flatMap(({ id, seen }) => seen.flatMap(({ keys }) => keys.map((key) => ({ id, hash: archive.index.hash('customer', key) }))))
  await tx.query(
    `DELETE FROM "CustomerKey" k WHERE k."accountId" = $1 AND k."customerId" = ANY($2)
       AND NOT EXISTS (SELECT 1 FROM unnest($3::int[], $4::text[]) kept(id, hash) WHERE kept.id = k."customerId" AND kept.hash = k."keyHash")`,
    [accountId, told.map(({ id }) => id), kept.map(({ id }) => id), kept.map(({ hash }) => hash)],
  )
}

async function dropCustomers(tx: Sql, accountId: number, ids: number[]): Promise<void> {
  if (ids.length === 0) return
  for (const [table, column] of [['CustomerKey', 'customerId'], ['Hold', 'customerId'], ['Customer', 'id']]) {
    await tx.query(`DELETE FROM "${table}" WHERE "accountId" = $1 AND "${column}" = ANY($2)`, [accountId, ids])
  }
}
