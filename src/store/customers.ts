import type { Address } from '../core/message.ts'
import type { Archive } from './archive.ts'
import { identityOf, openRow, sealRow, type RowKey } from './sealed-row.ts'
import { nextId, type Sql } from './sql.ts'

/** What is known of a customer; sealed. */
export interface CustomerCard {
  names: string[]
  addresses: string[]
}

interface CustomerRow extends RowKey {
  id: number
  pinned: boolean
  sealed: Buffer
}

export async function listCustomerCandidates(
  tx: Sql,
  accountId: number,
  keys: string[],
): Promise<{ customerId: number; keys: string[] }[]> {
  const { rows } = await tx.query<{ customerId: number; keys: string[] }>(
    `SELECT "customerId", array_agg("keyHash") AS keys FROM "CustomerKey"
     WHERE "accountId" = $1 AND "keyHash" = ANY($2) GROUP BY "customerId" ORDER BY "customerId"`,
    [accountId, keys],
  )
  return rows
}

export async function createCustomer(tx: Sql, archive: Archive, accountId: number, person: Address, now: Date): Promise<number> {
  const id = await nextId(tx, 'Customer')
  const card: CustomerCard = { names: person.name ? [person.name] : [], addresses: [person.address] }
  const row = sealRow(archive.keyring, identityOf('Customer', accountId, id), card, now)
  await tx.query(
    'INSERT INTO "Customer" ("accountId", "id", "createdAt", "epoch", "wrappedKey", "sealed") VALUES ($1, $2, $3, $4, $5, $6)',
    [accountId, id, now, row.epoch, row.wrappedKey, row.sealed],
  )
  return id
}

export async function saveCustomerKeys(tx: Sql, accountId: number, customerId: number, keys: string[]): Promise<void> {
  await tx.query(
    'INSERT INTO "CustomerKey" ("accountId", "keyHash", "customerId") SELECT $1, unnest($2::text[]), $3 ON CONFLICT DO NOTHING',
    [accountId, keys, customerId],
  )
}

/** Adds a name or address seen for the first time to the card. */
export async function extendCustomer(
  tx: Sql,
  archive: Archive,
  accountId: number,
  customerId: number,
  card: CustomerCard,
  now: Date,
): Promise<void> {
  const known = await getCustomerCard(tx, archive, accountId, customerId)
  const next: CustomerCard = {
    names: [...new Set([...known.names, ...card.names])],
    addresses: [...new Set([...known.addresses, ...card.addresses])],
  }
  if (next.names.length === known.names.length && next.addresses.length === known.addresses.length) return
  const row = sealRow(archive.keyring, identityOf('Customer', accountId, customerId), next, now)
  await tx.query(
    'UPDATE "Customer" SET "epoch" = $3, "wrappedKey" = $4, "sealed" = $5 WHERE "accountId" = $1 AND "id" = $2',
    [accountId, customerId, row.epoch, row.wrappedKey, row.sealed],
  )
}

export async function mergeCustomers(
  tx: Sql,
  archive: Archive,
  accountId: number,
  into: number,
  merged: number[],
  now: Date,
): Promise<void> {
  for (const id of merged) {
    await extendCustomer(tx, archive, accountId, into, await getCustomerCard(tx, archive, accountId, id), now)
  }
  for (const table of ['Message', 'CustomerKey', 'Hold']) {
    await tx.query(`UPDATE "${table}" SET "customerId" = $2 WHERE "accountId" = $1 AND "customerId" = ANY($3)`, [
      accountId,
      into,
      merged,
    ])
  }
  await tx.query('DELETE FROM "Customer" WHERE "accountId" = $1 AND "id" = ANY($2)', [accountId, merged])
}

export async function getCustomerCard(sql: Sql, archive: Archive, accountId: number, id: number): Promise<CustomerCard> {
  const { rows } = await sql.query<CustomerRow>('SELECT * FROM "Customer" WHERE "accountId" = $1 AND "id" = $2', [accountId, id])
  if (!rows[0]) return { names: [], addresses: [] }
  return openRow(archive.keyring, rows[0], identityOf('Customer', accountId, id)) as CustomerCard
}

/** Customers that no message names any more: the card goes with the last message (P3). */
export async function dropOrphanCustomers(tx: Sql, accountId: number): Promise<void> {
  const { rows } = await tx.query<{ id: number }>(
    `DELETE FROM "Customer" c WHERE c."accountId" = $1
       AND NOT EXISTS (SELECT 1 FROM "Message" m WHERE m."accountId" = $1 AND m."customerId" = c."id") RETURNING "id"`,
    [accountId],
  )
  await tx.query('DELETE FROM "CustomerKey" WHERE "accountId" = $1 AND "customerId" = ANY($2)', [
    accountId,
    rows.map((row) => row.id),
  ])
}
