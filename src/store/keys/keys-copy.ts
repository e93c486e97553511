import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { appendToFile, isCode, readRange, replaceFile } from './key-files.ts'
import { newestEpoch } from './keyring.ts'
import { KEYRING_FILE, MASTER_FILE, putKeys, readKeyDirectory, settleRotation } from './master-key.ts'

/** The record of what was purged; see erasure-ledger.ts. */
export const LEDGER_FILE = 'erasures.log'

/** What is being purged at the moment, one file an account; see erasure-ledger.ts. */
const ANNOUNCEMENT = /^erasing-\d+\.log$/

export function announcementFile(accountId: number): string {
  return `erasing-${accountId}.log`
}

/** Names of the announcements in a directory. */
export function listAnnouncements(directory: string): string[] {
  return readdirSync(directory)
    .filter((name) => ANNOUNCEMENT.test(name))
    .sort()
}

/**
 * - `none`: no copy is kept (GALLRA_KEYS_COPY is not set)
 * - `current`: octet for octet what the keys directory holds
 * - `behind`: can be reached, but does not hold the newest keys
 * - `unreachable`: not there (a disk that is not mounted) or not writable
 * - `foreign`: holds the keys of another archive; never overwritten
 * - `newer`: holds a later keyring than the keys directory: that one was put back from an old copy
 */
export type CopyState = 'none' | 'current' | 'behind' | 'unreachable' | 'foreign' | 'newer'

/** A second place where the keys always stand as they do in the first, destroyed epochs destroyed there too. */
export interface KeysCopy {
  readonly directory: string | null
  state(): { state: CopyState; copiedAt: Date | null }
  /** Brings the copy up to date, under the keys directory's lock. A copy out of reach stops nothing: `state` tells. */
  bring(): CopyState
}

/** The copy's directory is never made: where a disk is not mounted, its keys would land on the first one. */
export function createKeysCopy(keysDirectory: string, directory: string | null): KeysCopy {
  if (directory === null) return { directory, state: () => ({ state: 'none', copiedAt: null }), bring: () => 'none' }
  const look = (): CopyState => {
    const relation = relate(keysDirectory, directory)
    return relation === 'ours' ? (isCurrent(keysDirectory, directory) ? 'current' : 'behind') : relation
  }
  return {
    directory,
    state: () => ({
      state: look(),
      copiedAt: statSync(join(directory, KEYRING_FILE), { throwIfNoEntry: false })?.mtime ?? null,
    }),
    bring: () => {
      const before = look()
      if (before !== 'behind') return before
      try {
        copyKeys(keysDirectory, directory)
        copyLedger(join(keysDirectory, LEDGER_FILE), join(directory, LEDGER_FILE))
        // After the lines: an announcement is removed when its line is written.
        copyAnnouncements(keysDirectory, directory)
        return look()
      } catch (error) {
        if (error instanceof Error && 'code' in error) return 'unreachable'
        throw error
      }
    },
  }
}

/**
 * Whose keys lie in the copy. A copy that cannot be decrypted may be someone's only one, and stays until a person says
 * otherwise.
 */
function relate(keysDirectory: string, directory: string): 'ours' | 'foreign' | 'newer' | 'unreachable' {
  try {
    if (!statSync(directory).isDirectory()) return 'unreachable'
  } catch {
    return 'unreachable'
  }
  const empty = !existsSync(join(directory, KEYRING_FILE))
  if (empty)
    return !existsSync(join(directory, MASTER_FILE)) || sameFile(keysDirectory, directory, MASTER_FILE)
      ? 'ours'
      : 'foreign'
  try {
    const own = readKeyDirectory(keysDirectory).keys
    const copied = readKeyDirectory(directory).keys
    if (!copied.auditKey.equals(own.auditKey)) return 'foreign'
    return newestEpoch(copied).id > newestEpoch(own).id ? 'newer' : 'ours'
  } catch (error) {
    return isCode(error, 'EACCES') || isCode(error, 'EIO') ? 'unreachable' : 'foreign'
  }
}

function isCurrent(keysDirectory: string, directory: string): boolean {
  const ledger = sizeOf(join(keysDirectory, LEDGER_FILE))
  const same = [MASTER_FILE, KEYRING_FILE].every((name) => sameFile(keysDirectory, directory, name))
  return (
    same &&
    sameAnnouncements(keysDirectory, directory) &&
    ledger === sizeOf(join(directory, LEDGER_FILE)) &&
    sameEnd(join(keysDirectory, LEDGER_FILE), join(directory, LEDGER_FILE), ledger)
  )
}

function copyKeys(keysDirectory: string, directory: string): void {
  if (existsSync(join(directory, KEYRING_FILE))) settleRotation(directory)
  const [master, keyring] = [MASTER_FILE, KEYRING_FILE].map((name) => readFileSync(join(keysDirectory, name), 'utf8'))
  if (!sameFile(keysDirectory, directory, MASTER_FILE)) putKeys(directory, master!, keyring!)
  else if (!sameFile(keysDirectory, directory, KEYRING_FILE)) replaceFile(join(directory, KEYRING_FILE), keyring!, true)
}

/** It grows at its end; only what is new is written, unless the two differ before that. */
function copyLedger(from: string, to: string): void {
  const [size, copied] = [sizeOf(from), sizeOf(to)]
  if (copied > 0 && copied <= size && sameEnd(from, to, copied)) {
    if (copied < size) appendToFile(to, readRange(from, copied, size))
  } else if (size > 0) replaceFile(to, readFileSync(from), true)
}

function sameAnnouncements(keysDirectory: string, directory: string): boolean {
  const [own, copied] = [listAnnouncements(keysDirectory), listAnnouncements(directory)]
  return own.join() === copied.join() && own.every((name) => sameFile(keysDirectory, directory, name))
}

function copyAnnouncements(keysDirectory: string, directory: string): void {
  const own = listAnnouncements(keysDirectory)
  for (const name of own)
    if (!sameFile(keysDirectory, directory, name))
      replaceFile(join(directory, name), readFileSync(join(keysDirectory, name)), false)
  for (const name of listAnnouncements(directory))
    if (!own.includes(name)) rmSync(join(directory, name), { force: true })
}

const END = 256

function sameEnd(one: string, other: string, size: number): boolean {
  if (size === 0) return true
  const from = Math.max(0, size - END)
  return readRange(one, from, size).equals(readRange(other, from, size))
}

function sameFile(one: string, other: string, name: string): boolean {
  const [first, second] = [one, other].map((directory) => readIfThere(join(directory, name)))
  return first != null && second != null && first.equals(second)
}

/** An announcement may go at any moment. */
function readIfThere(path: string): Buffer | null {
  try {
    return readFileSync(path)
  } catch (error) {
    if (isCode(error, 'ENOENT')) return null
    throw error
  }
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0
}
