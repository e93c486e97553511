import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { GallraError } from '../../errors.ts'
import { createOnce, replaceFile, withLock } from './key-files.ts'
import {
  isEpochDue,
  newestEpoch,
  newKeys,
  withNewEpoch,
  withoutEpochs,
  writeKeys,
  type EpochKey,
  type Keys,
} from './keyring.ts'
import { createKeysCopy, type KeysCopy } from './keys-copy.ts'
import {
  KEYRING_FILE,
  MASTER_FILE,
  readKeyDirectory,
  readMaster,
  rotateMaster,
  rotationPending,
  settleRotation,
  writeMaster,
} from './master-key.ts'
import { KEY_BYTES } from './seal.ts'

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
  /**
   * The key of an epoch; reads the file again when another process began it. @throws GallraError 'seal-broken' when it
   * was destroyed
   */
  epochKey(id: number): Buffer
  /** All epochs that still exist, oldest first. */
  epochs(): readonly EpochKey[]
  /** Destroys these epochs, never the newest; returns the ids that went. Rows sealed under them are lost for good. */
  destroyEpochs(ids: readonly number[]): number[]
  /** Takes in what other processes changed. */
  reload(): void
  /**
   * Wraps the same keys under a new master key; paper and hand-made copies of the old one open nothing new. Other
   * processes go on.
   */
  rotateMaster(): void
  /** Where a second copy is kept up to date, if anywhere. */
  readonly copy: KeysCopy
}

interface OpenKeyringOptions {
  /** The database has content: a missing keyring is then an accident, and a new one would bury it. */
  expectExisting?: boolean
  /** Directory of a second copy, kept up to date with every change; null = none. */
  copyDirectory?: string | null
}

/**
 * Opens `master.key` and `keyring.json` in `directory`, or makes both (mode 0600) at the very first start.
 * @throws GallraError 'keyring-missing' when one of them is gone and may not be made again, 'keyring-damaged'
 */
// eslint-disable-next-line @typescript-eslint/require-await -- its errors must reach the caller as a rejection
export async function openKeyring(directory: string, now: Date, options: OpenKeyringOptions = {}): Promise<Keyring> {
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  const path = join(directory, KEYRING_FILE)
  const masterPath = join(directory, MASTER_FILE)
  const existing = options.expectExisting === true || existsSync(path)
  if (options.expectExisting === true && !existsSync(path)) throw new GallraError('keyring-missing', { path })
  if (existing && rotationPending(directory)) withLock(directory, () => settleRotation(directory))
  if (existing && !existsSync(masterPath)) throw new GallraError('keyring-missing', { path: masterPath })
  if (!existing) createOnce(masterPath, writeMaster(randomBytes(KEY_BYTES)))
  if (!existing) createOnce(path, writeKeys(newKeys(now), readMaster(masterPath)))

  let keys = readWhole(directory)
  const copy = createKeysCopy(directory, options.copyDirectory ?? null)
  const bringCopy = () => withLock(directory, () => copy.bring())
  if (copy.state().state === 'behind') bringCopy()
  const change = (decide: (fresh: Keys) => Keys, wipe: boolean) =>
    withLock(directory, () => {
      // The master key too is read again: another process may have changed it.
      const { keys: fresh, masterKey } = readKeyDirectory(directory)
      const changed = decide(fresh)
      if (changed !== fresh) replaceFile(path, writeKeys(changed, masterKey), wipe)
      keys = changed
      copy.bring()
      return fresh
    })
  const reload = () => {
    keys = readWhole(directory)
  }
  return {
    indexKey: keys.indexKey,
    tombstoneKey: keys.tombstoneKey,
    auditKey: keys.auditKey,
    copy: { ...copy, bring: bringCopy },
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
    destroyEpochs: (ids) => {
      const before = change((fresh) => {
        const rest = withoutEpochs(fresh, ids)
        return rest.epochs.length === fresh.epochs.length ? fresh : rest
      }, true)
      return before.epochs.map((epoch) => epoch.id).filter((id) => !keys.epochs.some((epoch) => epoch.id === id))
    },
    rotateMaster: () => {
      withLock(directory, () => {
        rotateMaster(directory)
        copy.bring()
      })
    },
    reload,
  }
}

/** Two files are read; between them another process may have changed both, which it does under the lock. */
function readWhole(directory: string): Keys {
  try {
    return readKeyDirectory(directory).keys
  } catch (error) {
    if (!(error instanceof GallraError) || error.code !== 'keyring-damaged') throw error
    return withLock(directory, () => readKeyDirectory(directory).keys)
  }
}
