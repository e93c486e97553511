import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import { KEY_BYTES, unwrapKey, wrapKey } from './seal.ts'

/**
 * A key that wraps data keys; destroyed when it is older than P30D, and with it every old copy of what was purged (P8).
 */
export interface EpochKey {
  id: number
  /** UTC day, ISO 8601. */
  beganOn: string
  key: Buffer
}

/** What the keyring file holds, opened. Epochs in order of id, never none. */
export interface Keys {
  indexKey: Buffer
  tombstoneKey: Buffer
  auditKey: Buffer
  epochs: EpochKey[]
}

const wrapped = z.string().regex(/^[A-Za-z0-9_-]{80}$/)
const keyringFile = z.object({
  version: z.literal(1),
  indexKey: wrapped,
  tombstoneKey: wrapped,
  auditKey: wrapped,
  epochs: z.array(z.object({ id: z.int().positive(), beganOn: z.iso.date(), key: wrapped })).min(1),
})

export function newKeys(now: Date): Keys {
  return {
    indexKey: randomBytes(KEY_BYTES),
    tombstoneKey: randomBytes(KEY_BYTES),
    auditKey: randomBytes(KEY_BYTES),
    epochs: [newEpoch(1, now)],
  }
}

export function newestEpoch(keys: Keys): EpochKey {
  const newest = keys.epochs.at(-1)
  if (newest === undefined) throw new Error('a keyring without epochs')
  return newest
}

/**
 * An epoch is sealed under for this long (days): short against the P30D it lives, so that a backup lasts at least 23
 * days.
 */
const EPOCH_DAYS = 7

/** Whether the newest epoch has had its week (UTC days). A clock set back begins nothing. */
export function isEpochDue(keys: Keys, now: Date): boolean {
  return Date.parse(day(now)) - Date.parse(newestEpoch(keys).beganOn) >= EPOCH_DAYS * 86_400_000
}

export function withNewEpoch(keys: Keys, now: Date): Keys {
  return { ...keys, epochs: [...keys.epochs, newEpoch(newestEpoch(keys).id + 1, now)] }
}

/** Without these epochs; there may be gaps. The newest always stays: live rows are sealed under it. */
export function withoutEpochs(keys: Keys, ids: readonly number[]): Keys {
  const newest = newestEpoch(keys)
  return { ...keys, epochs: keys.epochs.filter((epoch) => !ids.includes(epoch.id) || epoch.id === newest.id) }
}

/** The file's text: every key wrapped by the master key, bound to its place. */
export function writeKeys(keys: Keys, masterKey: Buffer): string {
  const wrap = (key: Buffer, name: string) => wrapKey(key, masterKey, `keyring:${name}`).toString('base64url')
  const file: z.input<typeof keyringFile> = {
    version: 1,
    indexKey: wrap(keys.indexKey, 'index'),
    tombstoneKey: wrap(keys.tombstoneKey, 'tombstone'),
    auditKey: wrap(keys.auditKey, 'audit'),
    epochs: keys.epochs.map(({ id, beganOn, key }) => ({ id, beganOn, key: wrap(key, epochName(id, beganOn)) })),
  }
  return `${JSON.stringify(file, null, 2)}\n`
}

/** @throws when the text is not a keyring, or of another master key. */
export function readKeys(text: string, masterKey: Buffer): Keys {
  const file = keyringFile.parse(JSON.parse(text))
  const unwrap = (key: string, name: string) => unwrapKey(Buffer.from(key, 'base64url'), masterKey, `keyring:${name}`)
  const epochs = file.epochs.map(({ id, beganOn, key }) => ({ id, beganOn, key: unwrap(key, epochName(id, beganOn)) }))
  return {
    indexKey: unwrap(file.indexKey, 'index'),
    tombstoneKey: unwrap(file.tombstoneKey, 'tombstone'),
    auditKey: unwrap(file.auditKey, 'audit'),
    epochs: epochs.sort((a, b) => a.id - b.id),
  }
}

function newEpoch(id: number, now: Date): EpochKey {
  return { id, beganOn: day(now), key: randomBytes(KEY_BYTES) }
}

function epochName(id: number, beganOn: string): string {
  return `epoch:${id}:${beganOn}`
}

function day(at: Date): string {
  return at.toISOString().slice(0, 10)
}
