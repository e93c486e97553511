import { randomBytes } from 'node:crypto'
import {
  closeSync,
  fstatSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { dirname, join } from 'node:path'

/** A change takes milliseconds; a lock this old (ms) was left by a killed process. */
const LOCK_STALE = 30_000

/** Complete or not at all, and never over an existing file: whoever comes second uses the first one's. */
export function createOnce(path: string, text: string): void {
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
 * Puts a complete file in the place of another, or of none (mode 0600).
 * @param wipe overwrite the old file's blocks, as far as the file system does that in place: a
 *   destroyed key should not wait in free space for whoever gets the master key.
 */
export function replaceFile(path: string, content: string | Uint8Array, wipe: boolean): void {
  renameOver(writeBeside(path, content), path, wipe)
}

/** Gives a finished file its name; the one that had it is overwritten on the disk when `wipe`. */
export function renameOver(from: string, path: string, wipe: boolean): void {
  const old = wipe ? openIfThere(path, 'r+') : null
  try {
    renameSync(from, path)
    syncDirectory(dirname(path))
    if (old !== null) overwrite(old)
  } finally {
    if (old !== null) closeSync(old)
  }
}

export function wipeFile(path: string): void {
  const old = openIfThere(path, 'r+')
  if (old === null) return
  try {
    overwrite(old)
  } finally {
    closeSync(old)
  }
  rmSync(path, { force: true })
  syncDirectory(dirname(path))
}

/** Adds to the end, on the disk when it returns; makes the file (mode 0600) when it is not there. */
export function appendToFile(path: string, content: string | Uint8Array): void {
  const file = openSync(path, 'a', 0o600)
  try {
    writeFileSync(file, content)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  syncDirectory(dirname(path))
}

/** Octets `from` up to `to` of a file. */
export function readRange(path: string, from: number, to: number): Buffer {
  const buffer = Buffer.alloc(Math.max(0, to - from))
  const file = openSync(path, 'r')
  try {
    let at = 0
    while (at < buffer.length) {
      const read = readSync(file, buffer, at, buffer.length - at, from + at)
      if (read === 0) break
      at += read
    }
    return buffer.subarray(0, at)
  } finally {
    closeSync(file)
  }
}

/** A directory as lock: made in one step on any file system, shared volumes included. Not to be taken twice. */
export function withLock<T>(directory: string, work: () => T): T {
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

function overwrite(file: number): void {
  const { size } = fstatSync(file)
  writeSync(file, randomBytes(size), 0, size, 0)
  fsyncSync(file)
}

/** On the disk before it gets its name. */
function writeBeside(path: string, content: string | Uint8Array): string {
  const temporary = `${path}.${randomBytes(6).toString('hex')}`
  const file = openSync(temporary, 'wx', 0o600)
  try {
    writeFileSync(file, content)
    fsyncSync(file)
  } catch (error) {
    rmSync(temporary, { force: true })
    throw error
  } finally {
    closeSync(file)
  }
  return temporary
}

function openIfThere(path: string, flags: string): number | null {
  try {
    return openSync(path, flags)
  } catch (error) {
    if (isCode(error, 'ENOENT')) return null
    throw error
  }
}

export function syncDirectory(directory: string): void {
  if (process.platform === 'win32') return
  const handle = openSync(directory, 'r')
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}

export function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
