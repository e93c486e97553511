import type { Archive } from './archive.ts'
import { listCustomerCards, saveCustomerCards } from './customers.ts'
import { listCustomerIdentities, type MessageEvidence } from './messages.ts'
import type { Sql } from './sql.ts'

/**
 * Makes the cards of these customers anew from the messages they still have, so that no address or number
 * outlives the message it came from (P3). A customer without messages goes. What staff call them stays.
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
  const distinct = (values: string[]) => [...new Set(values.filter((value) => value !== ''))]
  const refreshed = told.flatMap(({ id, seen }) => {
    const before = cards.get(id)
    if (before === undefined) return []
    const people = seen.map(({ primary }) => primary)
    return [{ id, card: { chosenName: before.chosenName, names: distinct(people.map(({ name }) => name)), addresses: distinct(people.map(({ address }) => address)) } }]
  })
  await saveCustomerCards(tx, archive, accountId, refreshed, now)
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
