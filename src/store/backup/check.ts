import { createHash, type Hash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { GallraError } from '../../errors.ts'
import { nextHead, type AuditHead, type AuditPayload } from '../audit.ts'
import { readManifest, requireEpochs, type BackupTable, type Manifest } from './manifest.ts'
import { readCopyRows, readInstant, readInteger, readJsonb, readText, type CopyRow } from '../postgres/copy-rows.ts'
import { GIVEN_UP, SEALED_TABLES } from '../epochs/epochs.ts'
import type { Keyring } from '../keys/keyring-file.ts'
import { isCode } from '../keys/key-files.ts'
import { unlessBroken, unwrapKey } from '../keys/seal.ts'
import { identityOf } from '../keys/sealed-row.ts'

const CHUNK = 1024 * 1024

/**
 * Reads a backup from end to end as a restore would: manifest, size and hash of every file, rows one by one, every data
 * key opened with the present keyring, every audit chain up to its head. A key that cannot be decrypted in a file that
 * is octet for octet what was written was broken in the archive: such rows are counted, and those of them that a person
 * had given up.
 * @throws GallraError 'backup-incomplete', 'backup-other-keyring', 'backup-newer', 'backup-expired', 'backup-damaged',
 * 'audit-broken'
 */
export async function verifyBackup(
  directory: string,
  keyring: Keyring,
  onProgress?: (done: number, total: number) => void,
): Promise<{ manifest: Manifest; unopened: number; givenUp: number }> {
  const manifest = await readManifest(directory, keyring)
  requireEpochs(manifest, keyring)
  await checkSizes(directory, manifest)
  const total = manifest.tables.reduce((sum, table) => sum + table.octets, 0)
  let done = 0
  const counts = { unopened: 0, givenUp: 0 }
  for (const table of manifest.tables) {
    const found = await verifyTable(directory, manifest, table, keyring, (octets) =>
      onProgress?.((done += octets), total),
    )
    counts.unopened += found.unopened
    counts.givenUp += found.givenUp
  }
  return { manifest, ...counts }
}

/** Missing, shortened and lengthened files, before anything is read. @throws GallraError 'backup-damaged' */
export async function checkSizes(directory: string, manifest: Manifest): Promise<void> {
  for (const { file, octets } of manifest.tables) {
    const path = join(directory, file)
    const found = await stat(path).catch((cause: unknown) => {
      throw new GallraError(
        'backup-damaged',
        { file: path, problem: isCode(cause, 'ENOENT') ? 'missing' : 'unreadable' },
        { cause },
      )
    })
    if (found.size !== octets)
      throw new GallraError('backup-damaged', { file: path, problem: `${found.size} ≠ ${octets} octets` })
  }
}

/**
 * The file's octets, hashed on the way; the end of the stream is reached only when the hash fits. @throws GallraError
 * 'backup-damaged'
 */
export async function* readTable(
  directory: string,
  table: BackupTable,
  onRead: (octets: number) => void,
): AsyncGenerator<Buffer> {
  const path = join(directory, table.file)
  const hash: Hash = createHash('sha256')
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: CHUNK }) as AsyncIterable<Buffer>) {
      hash.update(chunk)
      onRead(chunk.length)
      yield chunk
    }
  } catch (cause) {
    if (!(cause instanceof Error) || !('syscall' in cause) || !('code' in cause)) throw cause
    throw new GallraError('backup-damaged', { file: path, problem: String(cause.code) }, { cause })
  }
  if (hash.digest('hex') !== table.sha256) throw new GallraError('backup-damaged', { file: path, problem: 'SHA-256' })
}

/**
 * Returns how many rows cannot be decrypted, and how many of them are given up. @throws GallraError 'backup-damaged',
 * 'audit-broken'
 */
async function verifyTable(
  directory: string,
  manifest: Manifest,
  table: BackupTable,
  keyring: Keyring,
  onRead: (octets: number) => void,
): Promise<{ unopened: number; givenUp: number }> {
  const path = join(directory, table.file)
  const at = (name: string) => table.columns.findIndex((column) => column.name === name)
  const openKey = keyOpener(table, at, keyring)
  const chain = table.name === 'AuditEvent' ? chainReader(at, keyring) : null
  let rows = 0
  const counts = { unopened: 0, givenUp: 0 }
  try {
    for await (const row of readCopyRows(readTable(directory, table, onRead), table.columns.length)) {
      rows += 1
      const epoch = openKey?.(row) ?? null
      if (epoch !== null) counts.unopened += 1
      if (epoch === GIVEN_UP) counts.givenUp += 1
      chain?.take(row)
    }
  } catch (cause) {
    if (cause instanceof GallraError && cause.code !== 'seal-broken') throw cause
    if (!(cause instanceof GallraError) && !(cause instanceof RangeError) && !(cause instanceof SyntaxError))
      throw cause
    throw new GallraError('backup-damaged', { file: path, problem: cause.message }, { cause })
  }
  if (rows !== table.rows)
    throw new GallraError('backup-damaged', { file: path, problem: `${rows} ≠ ${table.rows} rows` })
  if (chain) checkHeads(path, manifest.auditHeads, chain.heads)
  return counts
}

type At = (name: string) => number

/** null, or the epoch a row names whose key cannot be decrypted. */
function keyOpener(table: BackupTable, at: At, keyring: Keyring): ((row: CopyRow) => number | null) | null {
  const owner = SEALED_TABLES.find((each) => each.table === table.name)?.owner
  if (owner === undefined) return null
  const columns = { account: at('accountId'), id: at('id'), epoch: at('epoch'), key: at('wrappedKey') }
  return (row) => {
    const id = readInteger(required(row[columns.id]))
    const account = owner === 'account' ? readInteger(required(row[columns.account])) : owner === 'self' ? id : 0
    const epoch = readInteger(required(row[columns.epoch]))
    const key = keyring.epochs().find((each) => each.id === epoch)?.key
    const opens =
      key !== undefined &&
      unlessBroken(() => unwrapKey(required(row[columns.key]), key, identityOf(table.name, account, id))) !== null
    return opens ? null : epoch
  }
}

/** Events come in the order they lie on the disk, nearly sorted: those that came too early wait. */
function chainReader(at: At, keyring: Keyring): { take(row: CopyRow): void; heads: Map<number, AuditHead> } {
  const heads = new Map<number, AuditHead>()
  const early = new Map<string, Parameters<typeof nextHead>[2]>()
  return {
    heads,
    take: (row) => {
      const field = (name: string) => required(row[at(name)])
      let next: Parameters<typeof nextHead>[2] | undefined = {
        accountId: readInteger(field('accountId')),
        seq: readInteger(field('seq')),
        at: readInstant(field('at')),
        actor: readText(field('actor')),
        kind: readText(field('kind')),
        payload: readJsonb(field('payload')) as AuditPayload,
        hash: readText(field('hash')),
      }
      const { accountId } = next
      if (next.seq !== (heads.get(accountId)?.events ?? 0) + 1) {
        early.set(`${accountId}:${next.seq}`, next)
        return
      }
      while (next !== undefined) {
        heads.set(accountId, nextHead(keyring.auditKey, heads.get(accountId), next))
        const key = `${accountId}:${next.seq + 1}`
        next = early.get(key)
        early.delete(key)
      }
    },
  }
}

function checkHeads(path: string, wanted: AuditHead[], found: Map<number, AuditHead>): void {
  const differs = wanted.find(
    ({ accountId, events, head }) => found.get(accountId)?.events !== events || found.get(accountId)?.head !== head,
  )
  if (differs || wanted.length !== found.size) throw new GallraError('backup-damaged', { file: path, problem: 'audit' })
}

function required(field: Buffer | null | undefined): Buffer {
  if (field === null || field === undefined) throw new RangeError('a field is missing')
  return field
}
