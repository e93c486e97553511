import type { Keyring } from './keyring-file.ts'
import { newDataKey, openJson, sealJson, unwrapKey, wrapKey } from './seal.ts'

/** The columns of a row sealed under its own data key (P7, P8). */
export interface RowKey {
  epoch: number
  wrappedKey: Buffer
}

/** A row's identity, the associated data of everything sealed in it. */
export function identityOf(table: string, accountId: number, id: number | string): string {
  return `${table}:${accountId}:${id}`
}

/** A fresh data key for one row, wrapped by the current epoch. */
export function createRowKey(keyring: Keyring, identity: string, now: Date): RowKey & { key: Buffer } {
  const key = newDataKey()
  const epoch = keyring.currentEpoch(now)
  return { key, epoch: epoch.id, wrappedKey: wrapKey(key, epoch.key, identity) }
}

export function openRowKey(keyring: Pick<Keyring, 'epochKey'>, row: RowKey, identity: string): Buffer {
  return unwrapKey(row.wrappedKey, keyring.epochKey(row.epoch), identity)
}

/** Seals one JSON value as a row of its own. */
export function sealRow(keyring: Keyring, identity: string, value: unknown, now: Date): RowKey & { sealed: Buffer } {
  const { key, epoch, wrappedKey } = createRowKey(keyring, identity, now)
  return { epoch, wrappedKey, sealed: sealJson(key, value, identity) }
}

export function openRow(keyring: Keyring, row: RowKey & { sealed: Buffer }, identity: string): unknown {
  return openJson(openRowKey(keyring, row, identity), row.sealed, identity)
}

type SealedRow = RowKey & { sealed: Buffer }
type PrismaRow = { epoch: number; wrappedKey: Uint8Array; sealed: Uint8Array }

/** The sealed columns as Prisma takes them. */
export function stored({ epoch, wrappedKey, sealed }: SealedRow): {
  epoch: number
  wrappedKey: Uint8Array<ArrayBuffer>
  sealed: Uint8Array<ArrayBuffer>
} {
  return { epoch, wrappedKey: new Uint8Array(wrappedKey), sealed: new Uint8Array(sealed) }
}

/** The sealed columns as Prisma gave them. */
export function loaded({ epoch, wrappedKey, sealed }: PrismaRow): SealedRow {
  return { epoch, wrappedKey: Buffer.from(wrappedKey), sealed: Buffer.from(sealed) }
}
