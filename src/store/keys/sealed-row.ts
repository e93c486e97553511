import type { Keyring } from './keyring-file.ts'
import { newDataKey, openJson, sealJson, unwrapKey, wrapKey } from './seal.ts'

/** The columns of a row sealed under its own data key (P7, P8). */
export interface RowKey {
  epoch: number
  wrappedKey: Uint8Array
}

/** The columns of a row whose one value is sealed. */
export interface SealedRow extends RowKey {
  sealed: Uint8Array
}

/** As `sealRow` makes it: octets of their own, as `pg` and Prisma both take them. */
interface NewSealedRow extends SealedRow {
  wrappedKey: Buffer<ArrayBuffer>
  sealed: Buffer<ArrayBuffer>
}

/** A row's identity, the associated data of everything sealed in it. */
export function identityOf(table: string, accountId: number, id: number | string): string {
  return `${table}:${accountId}:${id}`
}

/** A fresh data key for one row, wrapped by the current epoch. */
export function createRowKey(
  keyring: Keyring,
  identity: string,
  now: Date,
): { key: Buffer; epoch: number; wrappedKey: Buffer<ArrayBuffer> } {
  const key = newDataKey()
  const epoch = keyring.currentEpoch(now)
  return { key, epoch: epoch.id, wrappedKey: wrapKey(key, epoch.key, identity) }
}

export function openRowKey(keyring: Pick<Keyring, 'epochKey'>, row: RowKey, identity: string): Buffer {
  return unwrapKey(row.wrappedKey, keyring.epochKey(row.epoch), identity)
}

/** Seals one JSON value as a row of its own. */
export function sealRow(keyring: Keyring, identity: string, value: unknown, now: Date): NewSealedRow {
  const { key, epoch, wrappedKey } = createRowKey(keyring, identity, now)
  return { epoch, wrappedKey, sealed: sealJson(key, value, identity) }
}

export function openRow(keyring: Keyring, row: SealedRow, identity: string): unknown {
  return openJson(openRowKey(keyring, row, identity), row.sealed, identity)
}
