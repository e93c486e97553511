import { createHmac } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { GallraError } from '../../errors.ts'
import { isCode, replaceFile } from '../keys/key-files.ts'
import type { Keyring } from '../keys/keyring-file.ts'

/** Written last and in one step: a directory without it is no backup. */
const MANIFEST_FILE = 'manifest.json'
const FORMAT = 1

/** Derived from the messages and rebuilt by a restore; the manifest holds the record of migrations. */
export const NOT_BACKED_UP = ['SearchEntry', '_prisma_migrations'] as const

const table = z.object({
  name: z.string(),
  /** PostgreSQL's binary COPY format. */
  file: z.string().regex(/^[A-Za-z0-9_]+\.copy$/),
  columns: z.array(z.object({ name: z.string(), type: z.string() })).min(1),
  rows: z.int().nonnegative(),
  octets: z.int().nonnegative(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
})

const content = z.object({
  format: z.literal(FORMAT),
  createdAt: z.iso.datetime(),
  postgres: z.string(),
  /** As applied to the database, in order. */
  migrations: z.array(z.object({ name: z.string(), checksum: z.string() })).min(1),
  /** The epoch keys that open it, and how many rows each. */
  epochs: z.array(z.object({ id: z.int(), beganOn: z.iso.date(), rows: z.int() })),
  /** Rows in it whose data key did not open when it was made; absent: none. They need none of the epochs. */
  broken: z.int().positive().optional(),
  /** Last day on which all those epochs still exist; null when nothing in it is sealed. */
  restorableUntil: z.iso.date().nullable(),
  auditHeads: z.array(z.object({ accountId: z.int(), events: z.int(), head: z.string() })),
  tables: z.array(table),
  sequences: z.array(z.object({ name: z.string(), value: z.int() })),
})

export type BackupTable = z.infer<typeof table>
export type Manifest = z.infer<typeof content>

export function writeManifest(directory: string, manifest: Manifest, keyring: Keyring): void {
  const signed = { ...content.parse(manifest), mac: macOf(manifest, keyring.auditKey) }
  replaceFile(join(directory, MANIFEST_FILE), `${JSON.stringify(signed, null, 2)}\n`, false)
}

/**
 * Reads it and proves that it was written with this keyring and not changed since.
 * @throws GallraError 'backup-incomplete', 'backup-newer', 'backup-damaged', 'backup-other-keyring'
 */
export async function readManifest(directory: string, keyring: Keyring): Promise<Manifest> {
  const path = join(directory, MANIFEST_FILE)
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    if (isCode(cause, 'ENOENT') || isCode(cause, 'ENOTDIR'))
      throw new GallraError('backup-incomplete', { directory }, { cause })
    throw new GallraError(
      'backup-damaged',
      { file: path, problem: cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown' },
      { cause },
    )
  })
  const parsed = parseJson(text)
  if (
    typeof parsed === 'object' &&
    parsed !== null &&
    'format' in parsed &&
    typeof parsed.format === 'number' &&
    parsed.format > FORMAT
  ) {
    throw new GallraError('backup-newer', { version: parsed.format })
  }
  const read = content.extend({ mac: z.string() }).safeParse(parsed)
  if (!read.success) throw new GallraError('backup-damaged', { file: path, problem: 'manifest' })
  const { mac, ...manifest } = read.data
  if (mac !== macOf(manifest, keyring.auditKey)) throw new GallraError('backup-other-keyring', { directory })
  return manifest
}

/** @throws GallraError 'backup-expired' when an epoch it needs was destroyed */
export function requireEpochs(manifest: Manifest, keyring: Keyring): void {
  const gone = missingEpochs(manifest, keyring)
  if (gone.length > 0)
    throw new GallraError('backup-expired', { epochs: gone.join(', '), until: manifest.restorableUntil ?? '-' })
}

export function missingEpochs(manifest: Manifest, keyring: Keyring): number[] {
  const standing = new Set(keyring.epochs().map((epoch) => epoch.id))
  return manifest.epochs.map((epoch) => epoch.id).filter((id) => !standing.has(id))
}

function macOf(manifest: Manifest, auditKey: Buffer): string {
  return createHmac('sha256', auditKey)
    .update(`backup\0${JSON.stringify(content.parse(manifest))}`)
    .digest('base64url')
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return null
  }
}
