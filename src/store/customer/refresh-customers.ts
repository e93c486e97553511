import { groupBy } from '../../core/grouping.ts'
import type { Address } from '../../core/message/message.ts'
import type { Archive } from '../archive.ts'
import { extendedCard, listCustomerCards, pagesOfCards, saveCustomerCards, type CustomerCard } from './customers.ts'
import { type MessageEvidence } from '../message/messages.ts'
import { listCustomerIdentities } from '../message/open-messages.ts'
import type { Sql } from '../postgres/sql.ts'

/**
 * Makes the cards of these customers again from the messages they still have, so that no address or number outlives the
 * message it came from (P3). A customer without messages goes. What staff call them stays; if the card cannot be
 * decrypted, that name is lost.
 */
export async function refreshCustomers(
  tx: Sql,
  archive: Archive,
  accountId: number,
  ids: number[],
  now: Date,
): Promise<void> {
  const identities = await identitiesOf(tx, archive, accountId, ids)
  await dropCustomers(
    tx,
    accountId,
    ids.filter((id) => !identities.has(id)),
  )
  // A message from before schema 0002 does not say whose it is: the card stays until that message is gone too.
  const told = [...identities].flatMap(([id, seen]) =>
    seen.every((identity) => identity !== undefined)
      ? [{ id, seen: seen.filter((identity) => identity !== null) }]
      : [],
  )
  await dropOtherKeys(tx, archive, accountId, told)
  const cards = await listCustomerCards(
    tx,
    archive,
    accountId,
    told.map(({ id }) => id),
  )
  const refreshed = told.flatMap(({ id, seen }) => {
    const before = cards.get(id)
    if (before === undefined) return []
    return [
      {
        id,
        card: cardOf(
          seen.map(({ primary }) => primary),
          before?.chosenName ?? null,
        ),
      },
    ]
  })
  await saveCustomerCards(tx, archive, accountId, refreshed, now)
}

/**
 * What became of a customer. `anew`, `anew-in-part`: the card could not be decrypted and was made from the messages; in
 * part: some of them do not say whose they are, so names and addresses may be missing. `completed`: what messages say
 * was missing. `nobody`: the card cannot be decrypted and no message says whose it is.
 */
export type Renewal = 'anew' | 'anew-in-part' | 'completed' | 'nobody' | 'nothing-to-do'

/**
 * Replaces a card that cannot be decrypted, and completes one that lacks what messages say: it was made while a message
 * could not be decrypted that now can. What staff called the customer is lost with the card; keys and holds stay.
 */
export async function renewCustomer(
  tx: Sql,
  archive: Archive,
  accountId: number,
  id: number,
  now: Date,
): Promise<Renewal> {
  const card = (await listCustomerCards(tx, archive, accountId, [id])).get(id)
  if (card === undefined) return 'nothing-to-do'
  const identities = (await identitiesOf(tx, archive, accountId, [id])).get(id) ?? []
  const made = cardOf(peopleOf(identities), null)
  if (card === null && made.addresses.length === 0) return 'nobody'
  const renewed = card === null ? made : extendedCard(card, made)
  if (renewed === null) return 'nothing-to-do'
  await saveCustomerCards(tx, archive, accountId, [{ id, card: renewed }], now)
  if (card !== null) return 'completed'
  return identities.includes(undefined) ? 'anew-in-part' : 'anew'
}

/** For `renewCustomer`, in order. */
export async function listCustomersToRenew(sql: Sql, archive: Archive, accountId: number): Promise<number[]> {
  const found: number[] = []
  for await (const cards of pagesOfCards(sql, archive, accountId)) {
    const identities = await identitiesOf(sql, archive, accountId, [...cards.keys()])
    for (const [id, card] of cards) {
      if (card === null || extendedCard(card, cardOf(peopleOf(identities.get(id) ?? []), null)) !== null) found.push(id)
    }
  }
  return found
}

async function identitiesOf(
  sql: Sql,
  archive: Archive,
  accountId: number,
  ids: number[],
): Promise<Map<number, MessageEvidence['identity'][]>> {
  const groups = groupBy(await listCustomerIdentities(sql, archive, accountId, ids), ({ customerId }) => customerId)
  return new Map([...groups].map(([id, said]) => [id, said.map(({ identity }) => identity)]))
}

function peopleOf(identities: readonly MessageEvidence['identity'][]): Address[] {
  return identities.flatMap((identity) => identity?.primary ?? [])
}

function cardOf(people: readonly Address[], chosenName: string | null): CustomerCard {
  const distinct = (values: string[]) => [...new Set(values.filter((value) => value !== ''))]
  return {
    chosenName,
    names: distinct(people.map(({ name }) => name)),
    addresses: distinct(people.map(({ address }) => address)),
  }
}

interface Told {
  id: number
  seen: NonNullable<MessageEvidence['identity']>[]
}

async function dropOtherKeys(tx: Sql, archive: Archive, accountId: number, told: Told[]): Promise<void> {
  const kept = told.flatMap(({ id, seen }) =>
    seen.flatMap(({ keys }) => keys.map((key) => ({ id, hash: archive.index.hash('customer', key) }))),
  )
  await tx.query(
    `DELETE FROM "CustomerKey" k WHERE k."accountId" = $1 AND k."customerId" = ANY($2)
       AND NOT EXISTS (SELECT 1 FROM unnest($3::int[], $4::text[]) kept(id, hash) WHERE kept.id = k."customerId"
         AND kept.hash = k."keyHash")`,
    [accountId, told.map(({ id }) => id), kept.map(({ id }) => id), kept.map(({ hash }) => hash)],
  )
}

async function dropCustomers(tx: Sql, accountId: number, ids: number[]): Promise<void> {
  if (ids.length === 0) return
  for (const [table, column] of [
    ['CustomerKey', 'customerId'],
    ['Hold', 'customerId'],
    ['Customer', 'id'],
  ]) {
    await tx.query(`DELETE FROM "${table}" WHERE "accountId" = $1 AND "${column}" = ANY($2)`, [accountId, ids])
  }
}
