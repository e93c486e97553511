import { randomBytes } from 'node:crypto'
import {
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { GallraError } from '../errors.ts'
import {
  isEpochDue,
  newestEpoch,
  newKeys,
  readKeys,
  withNewEpoch,
  withoutEpochs,
  writeKeys,
  type EpochKey,
  type Keys,
} from './keyring.ts'
import { KEY_BYTES } from './seal.ts'

/** A change takes milliseconds; a lock this old (ms) was left by a killed process. */
const LOCK_STALE = 30_000

/**
 * The opened keyring. Holds keys in memory: never log it. Synchronous, because sealing is, and the
 * file is touched once a week.
 */
export interface Keyring {
  readonly indexKey: Buffer
  readonly tombstoneKey: Buffer
  readonly auditKey: Buffer
  /** The epoch to seal under now; begins one, in the file first, when the newest has had its week. */
  currentEpoch(now: Date): EpochKey
  /** The key of an epoch; reads the file again when another process began it. @throws GallraError 'seal-broken' when it was destroyed */
  epochKey(id: number): Buffer
  /** All epochs that still exist, oldest first. */
  epochs(): readonly EpochKey[]
  /** Destroys every epoch below `beforeId`, except the newest; returns the ids that went. Rows sealed under them are lost for good. */
  destroyEpochs(beforeId: number): number[]
  /** Takes in what other processes changed. */
  reload(): void
}

export interface OpenKeyringOptions {
  /** The database has content: a missing keyring is then an accident, and a new one would bury it. */
  expectExisting?: boolean
}

/**
 * Opens `master.key` and `keyring.json` in `directory`, or makes both (mode 0600) at the very first start.
 * @throws GallraError 'keyring-missing' when one of them is gone and may not be made anew, 'keyring-damaged'
 */
// eslint-disable-next-line @typescript-eslint/require-await -- errors reach the caller as a rejection, and a key store that must be awaited fits later
export async function openKeyring(directory: string, now: Date, options: OpenKeyringOptions = {}): Promise<Keyring> {
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  const path = join(directory, 'keyring.json')
  const masterPath = join(directory, 'master.key')
  const existing = options.expectExisting === true || existsSync(path)
  if (options.expectExisting === true && !existsSync(path)) throw new GallraError('keyring-missing', { path })
  if (existing && !existsSync(masterPath)) throw new GallraError('keyring-missing', { path: masterPath })
  if (!existing) createOnce(masterPath, `${randomBytes(KEY_BYTES).toString('base64url')}\n`)
  const masterKey = readMaster(masterPath)
  if (!existing) createOnce(path, writeKeys(newKeys(now), masterKey))

  let keys = readFileKeys(path, masterKey)
  const change = (decide: (fresh: Keys) => Keys, wipe: boolean) =>
    withLock(directory, () => {
      const fresh = readFileKeys(path, masterKey)
      const changed = decide(fresh)
      if (changed !== fresh) replace(path, writeKeys(changed, masterKey), wipe)
      keys = changed
      return fresh
    })
  const reload = () => {
    keys = readFileKeys(path, masterKey)
  }
  return {
    indexKey: keys.indexKey,
    tombstoneKey: keys.tombstoneKey,
    auditKey: keys.auditKey,
    epochs: () => keys.epochs,
    currentEpoch: (at) => {
      if (isEpochDue(keys, at)) change((fresh) => (isEpochDue(fresh, at) ? withNewEpoch(fresh, at) : fresh), false)
      return newestEpoch(keys)
    },
    epochKey: (id) => {
      if (!keys.epochs.some((epoch) => epoch.id === id)) reload()
      const found = keys.epochs.find((epoch) => epoch.id === id)
      if (found === undefined) throw new GallraError('seal-broken', { identity: `epoch ${id}` })
      return found.key
    },
    destroyEpochs: (beforeId) => {
      const before = change((fresh) => {
        const rest = withoutEpochs(fresh, beforeId)
        return rest.epochs.length === fresh.epochs.length ? fresh : rest
      }, true)
      return before.epochs.map((epoch) => epoch.id).filter((id) => !keys.epochs.some((epoch) => epoch.id === id))
    },
    reload,
  }
}

function readMaster(path: string): Buffer {
  const key = Buffer.from(readFileSync(path, 'utf8').trim(), 'base64url')
  if (key.length !== KEY_BYTES) throw new GallraError('keyring-damaged', { path })
  return key
}

function readFileKeys(path: string, masterKey: Buffer): Keys {
  if (!existsSync(path)) throw new GallraError('keyring-missing', { path })
  const text = readFileSync(path, 'utf8')
  try {
    return readKeys(text, masterKey)
  } catch (cause) {
    throw new GallraError('keyring-damaged', { path }, { cause })
  }
}

/** Complete or not at all, and never over an existing file: whoever comes second uses the first one's. */
function createOnce(path: string, text: string): void {
  const temporary = writeBeside(path, text)
  try {
    linkSync(temporary, path)
  } catch (error) {
    if (!isCode(error, 'EEXIST')) throw error
  } finally {
    rmSync(temporary, { force: true })
  }
  syncDirectory(dirname(path))
}

/**
 * @param wipe overwrite the old file's blocks, as far as the file system does that in place: a
 *   destroyed key should not wait in free space for whoever gets the master key.
 */
function replace(path: string, text: string, wipe: boolean): void {
  const temporary = writeBeside(path, text)
  const old = wipe ? openSync(path, 'r+') : null
  try {
    renameSync(temporary, path)
    syncDirectory(dirname(path))
    if (old !== null) overwrite(old)
  } finally {
    if (old !== null) closeSync(old)
  }
}

function overwrite(file: number): void {
  const { size } = fstatSync(file)
  writeSync(file, randomBytes(size), 0, size, 0)
  fsyncSync(file)
}

/** On the disk before it gets its name. */
function writeBeside(path: string, text: string): string {
  const temporary = `${path}.${randomBytes(6).toString('hex')}`
  const file = openSync(temporary, 'wx', 0o600)
  try {
    writeFileSync(file, text)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  return temporary
}

function syncDirectory(directory: string): void {
  if (process.platform === 'win32') return
  const handle = openSync(directory, 'r')
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}

/** A directory as lock: made in one step on any file system, shared volumes included. */
function withLock<T>(directory: string, work: () => T): T {
  const lock = join(directory, 'keyring.lock')
  while (!makeLock(lock)) {
    const found = statSync(lock, { throwIfNoEntry: false })
    if (found !== undefined && Date.now() - found.mtimeMs > LOCK_STALE) rmSync(lock, { recursive: true, force: true })
    else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20)
  }
  try {
    return work()
  } finally {
    rmdirSync(lock)
  }
}

function makeLock(lock: string): boolean {
  try {
    mkdirSync(lock, { mode: 0o700 })
    return true
  } catch (error) {
    if (isCode(error, 'EEXIST')) return false
    throw error
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
