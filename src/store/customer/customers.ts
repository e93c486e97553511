import type { Address } from '../../core/message/message.ts'
import { GallraError } from '../../errors.ts'
import type { Archive } from '../archive.ts'
import type { Customer } from '../generated/client.ts'
import { bulkInsert } from '../postgres/bulk-insert.ts'
import { unlessBroken } from '../keys/seal.ts'
import { identityOf, openRow, sealRow } from '../keys/sealed-row.ts'
import { nextId, type Sql } from '../postgres/sql.ts'

/** What is known of a customer; sealed. */
export interface CustomerCard {
  /** What staff call them; null = the first name their mail gives. */
  chosenName: string | null
  names: string[]
  addresses: string[]
}

const NOBODY: CustomerCard = { chosenName: null, names: [], addresses: [] }

type CustomerRow = Pick<Customer, 'id' | 'pinned' | 'epoch' | 'wrappedKey' | 'sealed'>

/** A customer with the keys asked for and the card. */
interface KnownCustomer {
  id: number
  keys: string[]
  pinned: boolean
  /** null: cannot be decrypted, damaged or changed. */
  card: CustomerCard | null
}

export async function listCustomersByKey(
  tx: Sql,
  archive: Archive,
  accountId: number,
  keys: string[],
): Promise<KnownCustomer[]> {
  const { rows } = await tx.query<CustomerRow & { keys: string[] }>(
    `SELECT c."id", c."pinned", c."epoch", c."wrappedKey", c."sealed", found.keys
     FROM (SELECT "customerId", array_agg("keyHash") AS keys FROM "CustomerKey" WHERE "accountId" = $1
       AND "keyHash" = ANY($2) GROUP BY "customerId") found
     JOIN "Customer" c ON c."accountId" = $1 AND c."id" = found."customerId"`,
    [accountId, keys],
  )
  return rows.map((row) => ({
    id: row.id,
    keys: row.keys,
    pinned: row.pinned,
    card: openCard(archive, accountId, row),
  }))
}

/** Customers whose ids were reserved before. */
export async function insertCustomers(
  tx: Sql,
  archive: Archive,
  accountId: number,
  customers: { id: number; card: CustomerCard }[],
  now: Date,
): Promise<void> {
  if (customers.length === 0) return
  const rows = customers.map(({ id, card }) => ({
    accountId,
    id,
    createdAt: now,
    ...sealRow(archive.keyring, identityOf('Customer', accountId, id), card, now),
  }))
  await bulkInsert(
    tx,
    'Customer',
    { accountId: 'int', id: 'int', createdAt: 'instant', epoch: 'int', wrappedKey: 'bytes', sealed: 'bytes' },
    rows,
  )
}

export async function createCustomer(
  tx: Sql,
  archive: Archive,
  accountId: number,
  person: Address,
  now: Date,
): Promise<number> {
  const id = await nextId(tx, 'Customer')
  const card: CustomerCard = { chosenName: null, names: person.name ? [person.name] : [], addresses: [person.address] }
  await insertCustomers(tx, archive, accountId, [{ id, card }], now)
  return id
}

/** A key that another customer has stays with them. */
export async function saveCustomerKeys(
  tx: Sql,
  accountId: number,
  keys: { keyHash: string; customerId: number }[],
): Promise<void> {
  if (keys.length === 0) return
  await tx.query(
    `INSERT INTO "CustomerKey" ("accountId", "keyHash", "customerId") SELECT $1, k.hash, k.customer
       FROM unnest($2::text[], $3::int[]) k(hash, customer) ON CONFLICT DO NOTHING`,
    [accountId, keys.map((one) => one.keyHash), keys.map((one) => one.customerId)],
  )
}

/** With what is seen for the first time; null when nothing is. */
export function extendedCard(
  known: CustomerCard,
  seen: Pick<CustomerCard, 'names' | 'addresses'>,
): CustomerCard | null {
  const names = [...new Set([...known.names, ...seen.names])]
  const addresses = [...new Set([...known.addresses, ...seen.addresses])]
  return names.length === known.names.length && addresses.length === known.addresses.length
    ? null
    : { ...known, names, addresses }
}

export async function saveCustomerCards(
  tx: Sql,
  archive: Archive,
  accountId: number,
  cards: { id: number; card: CustomerCard }[],
  now: Date,
): Promise<void> {
  if (cards.length === 0) return
  const rows = cards.map(({ id, card }) => ({
    id,
    ...sealRow(archive.keyring, identityOf('Customer', accountId, id), card, now),
  }))
  await tx.query(
    `UPDATE "Customer" c SET "epoch" = n.epoch, "wrappedKey" = n.key, "sealed" = n.sealed
     FROM unnest($2::int[], $3::int[], $4::bytea[], $5::bytea[]) n(id, epoch, key, sealed) WHERE c."accountId" = $1
       AND c."id" = n.id`,
    [
      accountId,
      rows.map((row) => row.id),
      rows.map((row) => row.epoch),
      rows.map((row) => row.wrappedKey),
      rows.map((row) => row.sealed),
    ],
  )
}

/** From now on no rule merges them with anybody (P5). */
export async function pinCustomers(tx: Sql, accountId: number, ids: number[]): Promise<void> {
  await tx.query('UPDATE "Customer" SET "pinned" = true WHERE "accountId" = $1 AND "id" = ANY($2)', [accountId, ids])
}

/** Customers that are one from now on, under the id `into`. */
interface CustomerMerge {
  into: number
  merged: number[]
}

export async function mergeCustomers(
  tx: Sql,
  archive: Archive,
  accountId: number,
  { into, merged }: CustomerMerge,
  now: Date,
): Promise<void> {
  const before = await getWholeCard(tx, archive, accountId, into)
  let card = before
  for (const id of merged) card = extendedCard(card, await getWholeCard(tx, archive, accountId, id)) ?? card
  if (card !== before) await saveCustomerCards(tx, archive, accountId, [{ id: into, card }], now)
  await moveCustomers(tx, accountId, { into, merged })
}

/** Everything of the merged customers but their cards becomes the other's. */
export async function moveCustomers(tx: Sql, accountId: number, { into, merged }: CustomerMerge): Promise<void> {
  for (const table of ['Message', 'CustomerKey', 'Hold']) {
    await tx.query(`UPDATE "${table}" SET "customerId" = $2 WHERE "accountId" = $1 AND "customerId" = ANY($3)`, [
      accountId,
      into,
      merged,
    ])
  }
  await tx.query(
    `UPDATE "Customer" SET "pinned" = true WHERE "accountId" = $1 AND "id" = $2
       AND EXISTS (SELECT 1 FROM "Customer" m WHERE m."accountId" = $1 AND m."id" = ANY($3) AND m."pinned")`,
    [accountId, into, merged],
  )
  await tx.query('DELETE FROM "Customer" WHERE "accountId" = $1 AND "id" = ANY($2)', [accountId, merged])
}

/** null: cannot be decrypted, damaged or changed. @throws GallraError not-found */
export async function getCustomerCard(
  sql: Sql,
  archive: Archive,
  accountId: number,
  id: number,
): Promise<CustomerCard | null> {
  const { rows } = await sql.query<CustomerRow>('SELECT * FROM "Customer" WHERE "accountId" = $1 AND "id" = $2', [
    accountId,
    id,
  ])
  if (!rows[0]) throw new GallraError('not-found', { id: `k${id}` })
  return openCard(archive, accountId, rows[0])
}

/** Where an answer without it would be wrong. @throws GallraError not-found, customer-broken */
export async function getWholeCard(sql: Sql, archive: Archive, accountId: number, id: number): Promise<CustomerCard> {
  const card = await getCustomerCard(sql, archive, accountId, id)
  if (card === null) throw new GallraError('customer-broken', { id: `k${id}` })
  return card
}

/** By id; those that are not there are left out; null: cannot be decrypted. */
export async function listCustomerCards(
  sql: Sql,
  archive: Archive,
  accountId: number,
  ids: number[],
): Promise<Map<number, CustomerCard | null>> {
  const { rows } = await sql.query<CustomerRow>(
    'SELECT "id", "pinned", "epoch", "wrappedKey", "sealed" FROM "Customer" WHERE "accountId" = $1 AND "id" = ANY($2)',
    [accountId, ids],
  )
  return new Map(rows.map((row) => [row.id, openCard(archive, accountId, row)]))
}

function openCard(archive: Archive, accountId: number, row: CustomerRow): CustomerCard | null {
  const opened = unlessBroken(
    () => openRow(archive.keyring, row, identityOf('Customer', accountId, row.id)) as Partial<CustomerCard>,
  )
  return opened === null ? null : { ...NOBODY, ...opened }
}

/** All of an account by id, some hundred at a time; null: cannot be decrypted. */
export async function* pagesOfCards(
  sql: Sql,
  archive: Archive,
  accountId: number,
): AsyncGenerator<Map<number, CustomerCard | null>> {
  for (let after = 0; ;) {
    const { rows } = await sql.query<CustomerRow>(
      `SELECT "id", "pinned", "epoch", "wrappedKey", "sealed" FROM "Customer" WHERE "accountId" = $1 AND "id" > $2
         ORDER BY "id" LIMIT 500`,
      [accountId, after],
    )
    if (rows.length === 0) return
    yield new Map(rows.map((row) => [row.id, openCard(archive, accountId, row)]))
    after = rows.at(-1)!.id
  }
}

/** Customers whose card cannot be decrypted, in order. */
export async function listBrokenCustomers(sql: Sql, archive: Archive, accountId: number): Promise<number[]> {
  const broken: number[] = []
  for await (const cards of pagesOfCards(sql, archive, accountId))
    for (const [id, card] of cards) if (card === null) broken.push(id)
  return broken
}

/** Keys of one customer that are another's from now on. */
export async function moveCustomerKeys(
  tx: Sql,
  accountId: number,
  { from, to, keyHashes }: { from: number; to: number; keyHashes: string[] },
): Promise<void> {
  await tx.query(
    'UPDATE "CustomerKey" SET "customerId" = $3 WHERE "accountId" = $1 AND "customerId" = $2 AND "keyHash" = ANY($4)',
    [accountId, from, to, keyHashes],
  )
}
