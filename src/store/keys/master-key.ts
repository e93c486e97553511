import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { randomBytes } from 'node:crypto'
import { GallraError } from '../../errors.ts'
import { createOnce, renameOver, replaceFile, wipeFile } from './key-files.ts'
import { readKeys, writeKeys, type Keys } from './keyring.ts'
import { KEY_BYTES } from './seal.ts'

export const MASTER_FILE = 'master.key'
export const KEYRING_FILE = 'keyring.json'
/** The next master key, while `rotateMaster` is under way or was killed. */
const NEXT_FILE = 'master.key.new'

export function writeMaster(key: Uint8Array): string {
  return `${Buffer.from(key).toString('base64url')}\n`
}

/** @throws GallraError 'keyring-damaged' */
export function readMaster(path: string): Buffer {
  const key = Buffer.from(readFileSync(path, 'utf8').trim(), 'base64url')
  if (key.length !== KEY_BYTES) throw new GallraError('keyring-damaged', { path })
  return key
}

/**
 * Opens `keyring.json` with the master key beside it, or with the next one when a rotation was
 * killed between its two renames.
 * @throws GallraError 'keyring-missing', 'keyring-damaged'
 */
export function readKeyDirectory(directory: string): { keys: Keys; masterKey: Buffer } {
  const path = join(directory, KEYRING_FILE)
  if (!existsSync(path)) throw new GallraError('keyring-missing', { path })
  const masters = [MASTER_FILE, NEXT_FILE].map((name) => join(directory, name)).filter((each) => existsSync(each))
  if (masters.length === 0) throw new GallraError('keyring-missing', { path: join(directory, MASTER_FILE) })
  const text = readFileSync(path, 'utf8')
  let cause: unknown
  for (const master of masters) {
    try {
      const masterKey = readMaster(master)
      return { keys: readKeys(text, masterKey), masterKey }
    } catch (error) {
      cause ??= error
    }
  }
  throw new GallraError('keyring-damaged', { path }, { cause })
}

/** Under the lock: puts back in order what a killed rotation left. */
export function settleRotation(directory: string): void {
  const next = join(directory, NEXT_FILE)
  if (!existsSync(next)) return
  const { masterKey } = readKeyDirectory(directory)
  if (writeMaster(masterKey) === readFileSync(next, 'utf8')) renameOver(next, join(directory, MASTER_FILE), true)
  else wipeFile(next)
}

export function rotationPending(directory: string): boolean {
  return existsSync(join(directory, NEXT_FILE))
}

/**
 * Under the lock: wraps the same keys under a new master key. Killed at any step, one of the two
 * master keys on the disk opens the keyring on the disk.
 */
export function rotateMaster(directory: string): void {
  settleRotation(directory)
  const { keys } = readKeyDirectory(directory)
  const masterKey = randomBytes(KEY_BYTES)
  putKeys(directory, writeMaster(masterKey), writeKeys(keys, masterKey))
}

/** Under the lock: another master key and the keyring it wraps, in an order that can be killed anywhere. */
export function putKeys(directory: string, master: string, keyring: string): void {
  const next = join(directory, NEXT_FILE)
  createOnce(next, master)
  replaceFile(join(directory, KEYRING_FILE), keyring, true)
  renameOver(next, join(directory, MASTER_FILE), true)
}

/**
 * Under the lock: puts a master key typed from paper beside the keyring it opens. Another one that
 * lies there is set aside, not destroyed. Returns where to, or null.
 * @throws GallraError 'keyring-missing', 'master-key-refused'
 */
export function restoreMaster(directory: string, key: Uint8Array, now: Date): { setAside: string | null } {
  const keyring = join(directory, KEYRING_FILE)
  if (!existsSync(keyring)) throw new GallraError('keyring-missing', { path: keyring })
  try {
    readKeys(readFileSync(keyring, 'utf8'), Buffer.from(key))
  } catch (cause) {
    throw new GallraError('master-key-refused', { path: keyring }, { cause })
  }
  const path = join(directory, MASTER_FILE)
  let setAside: string | null = null
  if (existsSync(path) && readFileSync(path, 'utf8') !== writeMaster(key)) {
    setAside = `${path}.${now.toISOString().replace(/\D/g, '').slice(0, 14)}`
    renameOver(path, setAside, false)
  }
  if (!existsSync(path)) createOnce(path, writeMaster(key))
  return { setAside }
}
