import type { Archive } from './archive.ts'
import { getCustomerCard, saveCustomerCard } from './customers.ts'
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
  for (const [id, seen] of identities) {
    // A message from before schema 0002 does not tell: the card stays until it is gone too.
    if (seen.some((identity) => identity === undefined)) continue
    await refreshCustomer(tx, archive, accountId, id, seen.flatMap((identity) => identity ?? []), now)
  }
}

async function refreshCustomer(
  tx: Sql,
  archive: Archive,
  accountId: number,
  id: number,
  seen: NonNullable<MessageEvidence['identity']>[],
  now: Date,
): Promise<void> {
  const keys = seen.flatMap((identity) => identity.keys.map((key) => archive.index.hash('customer', key)))
  await tx.query('DELETE FROM "CustomerKey" WHERE "accountId" = $1 AND "customerId" = $2 AND NOT ("keyHash" = ANY($3))', [accountId, id, keys])
  const { chosenName } = await getCustomerCard(tx, archive, accountId, id)
  const distinct = (values: string[]) => [...new Set(values.filter((value) => value !== ''))]
  const people = seen.map(({ primary }) => primary)
  const card = { chosenName, names: distinct(people.map(({ name }) => name)), addresses: distinct(people.map(({ address }) => address)) }
  await saveCustomerCard(tx, archive, accountId, id, card, now)
}

async function dropCustomers(tx: Sql, accountId: number, ids: number[]): Promise<void> {
  if (ids.length === 0) return
  for (const [table, column] of [['CustomerKey', 'customerId'], ['Hold', 'customerId'], ['Customer', 'id']]) {
    await tx.query(`DELETE FROM "${table}" WHERE "accountId" = $1 AND "${column}" = ANY($2)`, [accountId, ids])
  }
}
