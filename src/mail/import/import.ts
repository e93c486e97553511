import { open, readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { GallraError } from '../../errors.ts'
import { MAX_IMPORT_BYTES, readMbox, type ImportedMessage } from './import-mbox.ts'

const MAX_FOLDER_DEPTH = 12

/**
 * Messages of an mbox file (mboxrd or mboxo), a Maildir (with Maildir++ subfolders), a folder of .eml
 * files or one .eml, one at a time. The content shows which kind it is. Symbolic links are not followed.
 * @param after position of the last message that was dealt with; null = from the beginning
 * @throws GallraError import-unreadable
 */
export async function* openImport(path: string, after: string | null = null): AsyncGenerator<ImportedMessage> {
  try {
    const info = await stat(path)
    if (info.isDirectory()) {
      const entries = await readdir(path)
      const maildir = entries.includes('cur') || entries.includes('new')
      yield* maildir ? readMaildir(path, after) : readEmlFolder(path, after)
      return
    }
    if (!info.isFile()) throw unreadable(path, 'not a file')
    const kind = await fileKind(path)
    if (kind === 'mbox') yield* readMbox(path, after)
    else if (kind === 'eml') {
      if (after === null) yield { position: 'end', source: await readBounded(path), internalDate: null, flags: [] }
    } else throw unreadable(path, kind)
  } catch (error) {
    throw error instanceof GallraError ? error : unreadable(path, systemCode(error))
  }
}

async function* readMaildir(root: string, after: string | null): AsyncGenerator<ImportedMessage> {
  const found: { key: string; file: string; name: string }[] = []
  const folders = [
    '',
    ...(await readdir(root, { withFileTypes: true }))
      .filter((one) => one.isDirectory() && one.name.startsWith('.'))
      .map((one) => one.name),
  ]
  for (const folder of folders) {
    for (const part of ['new', 'cur']) {
      const entries = await readdir(join(root, folder, part), { withFileTypes: true }).catch(() => [])
      for (const entry of entries) {
        if (!entry.isFile() || entry.name.startsWith('.')) continue
        // The part after ':' changes with the flags and 'new' becomes 'cur': neither belongs to the identity.
        found.push({
          key: `${folder}/${entry.name.split(':')[0] ?? ''}`,
          file: join(root, folder, part, entry.name),
          name: entry.name,
        })
      }
    }
  }
  for (const { key, file, name } of sortedAfter(found, after)) {
    const { mtime } = await stat(file)
    yield { position: key, source: await readBounded(file), internalDate: mtime, flags: maildirFlags(name) }
  }
}

async function* readEmlFolder(root: string, after: string | null): AsyncGenerator<ImportedMessage> {
  const found = (await listEml(root, '', 0)).map((key) => ({ key, file: join(root, key) }))
  if (found.length === 0) throw unreadable(root, 'no messages')
  for (const { key, file } of sortedAfter(found, after)) {
    yield { position: key, source: await readBounded(file), internalDate: null, flags: [] }
  }
}

async function listEml(root: string, folder: string, depth: number): Promise<string[]> {
  if (depth > MAX_FOLDER_DEPTH) return []
  const found: string[] = []
  for (const entry of await readdir(join(root, folder), { withFileTypes: true })) {
    const key = folder === '' ? entry.name : `${folder}/${entry.name}`
    if (entry.isDirectory()) found.push(...(await listEml(root, key, depth + 1)))
    else if (entry.isFile() && /\.eml$/i.test(entry.name)) found.push(key)
  }
  return found
}

/** By code unit, not by locale: the order must be the same on every computer or resuming would skip. */
function sortedAfter<T extends { key: string }>(found: T[], after: string | null): T[] {
  return found
    .filter((one) => after === null || one.key > after)
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
}

const MAILDIR_FLAGS: Record<string, string> = {
  S: '\\Seen',
  R: '\\Answered',
  F: '\\Flagged',
  D: '\\Draft',
  T: '\\Deleted',
}

function maildirFlags(name: string): string[] {
  const letters = /:2,([A-Za-z]*)$/.exec(name)?.[1] ?? ''
  return Array.from(letters)
    .map((letter) => MAILDIR_FLAGS[letter])
    .filter((flag) => flag !== undefined)
}

async function fileKind(path: string): Promise<string> {
  const file = await open(path, 'r')
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(1024), 0, 1024, 0)
    const head = buffer
      .subarray(0, bytesRead)
      .toString('latin1')
      .replace(/^\u00ef\u00bb\u00bf/, '')
    if (head === '') return 'empty'
    if (head.startsWith('From ')) return 'mbox'
    return /^[\x21-\x39\x3b-\x7e]{1,100}[ \t]*:/.test(head) ? 'eml' : 'unknown kind'
  } finally {
    await file.close()
  }
}

async function readBounded(path: string): Promise<Buffer> {
  const { size } = await stat(path)
  if (size > MAX_IMPORT_BYTES) throw unreadable(path, `${size} octets in one message`)
  return readFile(path)
}

function unreadable(path: string, problem: string): GallraError {
  return new GallraError('import-unreadable', { path, problem })
}

function systemCode(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'unreadable'
}
