import type { CustomerCandidate } from '../core/customer.ts'
import type { Address } from '../core/message.ts'
import { GallraError } from '../errors.ts'
import type { Archive } from './archive.ts'
import { identityOf, openRow, sealRow, type RowKey } from './sealed-row.ts'
import { nextId, type Sql } from './sql.ts'

/** What is known of a customer; sealed. */
export interface CustomerCard {
  /** What staff call them; null = the first name their mail gives. */
  chosenName: string | null
  names: string[]
  addresses: string[]
}

const NOBODY: CustomerCard = { chosenName: null, names: [], addresses: [] }

/** How the customer is called in lists. */
export function displayName(card: CustomerCard): string {
  return card.chosenName ?? card.names[0] ?? card.addresses[0] ?? ''
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
): Promise<CustomerCandidate[]> {
  const { rows } = await tx.query<CustomerCandidate>(
    `SELECT k."customerId", array_agg(k."keyHash") AS keys, bool_or(c."pinned") AS pinned
     FROM "CustomerKey" k JOIN "Customer" c ON c."accountId" = k."accountId" AND c."id" = k."customerId"
     WHERE k."accountId" = $1 AND k."keyHash" = ANY($2) GROUP BY k."customerId" ORDER BY k."customerId"`,
    [accountId, keys],
  )
  return rows
}

export async function createCustomer(tx: Sql, archive: Archive, accountId: number, person: Address, now: Date): Promise<number> {
  const id = await nextId(tx, 'Customer')
  const card: CustomerCard = { chosenName: null, names: person.name ? [person.name] : [], addresses: [person.address] }
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
  card: Pick<CustomerCard, 'names' | 'addresses'>,
  now: Date,
): Promise<void> {
  const known = await getCustomerCard(tx, archive, accountId, customerId)
  const next: CustomerCard = {
    ...known,
    names: [...new Set([...known.names, ...card.names])],
    addresses: [...new Set([...known.addresses, ...card.addresses])],
  }
  if (next.names.length === known.names.length && next.addresses.length === known.addresses.length) return
  await saveCustomerCard(tx, archive, accountId, customerId, next, now)
}

export async function saveCustomerCard(tx: Sql, archive: Archive, accountId: number, customerId: number, card: CustomerCard, now: Date): Promise<void> {
  const row = sealRow(archive.keyring, identityOf('Customer', accountId, customerId), card, now)
  await tx.query(
    'UPDATE "Customer" SET "epoch" = $3, "wrappedKey" = $4, "sealed" = $5 WHERE "accountId" = $1 AND "id" = $2',
    [accountId, customerId, row.epoch, row.wrappedKey, row.sealed],
  )
}

/** From now on no rule merges them with anybody (P5). */
export async function pinCustomers(tx: Sql, accountId: number, ids: number[]): Promise<void> {
  await tx.query('UPDATE "Customer" SET "pinned" = true WHERE "accountId" = $1 AND "id" = ANY($2)', [accountId, ids])
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
  await tx.query(
    `UPDATE "Customer" SET "pinned" = true WHERE "accountId" = $1 AND "id" = $2
       AND EXISTS (SELECT 1 FROM "Customer" m WHERE m."accountId" = $1 AND m."id" = ANY($3) AND m."pinned")`,
    [accountId, into, merged],
  )
  await tx.query('DELETE FROM "Customer" WHERE "accountId" = $1 AND "id" = ANY($2)', [accountId, merged])
}

export async function getCustomerCard(sql: Sql, archive: Archive, accountId: number, id: number): Promise<CustomerCard> {
  const { rows } = await sql.query<CustomerRow>('SELECT * FROM "Customer" WHERE "accountId" = $1 AND "id" = $2', [accountId, id])
  if (!rows[0]) throw new GallraError('not-found', { id: `k${id}` })
  return { ...NOBODY, ...(openRow(archive.keyring, rows[0], identityOf('Customer', accountId, id)) as Partial<CustomerCard>) }
}

