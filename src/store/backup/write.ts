import { createHash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { chmod, mkdir, readdir, rm, rmdir } from 'node:fs/promises'
import { join } from 'node:path'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type pg from 'pg'
import { to as copyTo } from 'pg-copy-streams'
import { GallraError } from '../../errors.ts'
import type { Archive } from '../archive.ts'
import { NOT_BACKED_UP, writeManifest, type BackupTable, type Manifest } from './manifest.ts'
import { rewrapSurvivors, type BrokenRow } from '../epochs/epochs.ts'
import { mendLedger } from '../keys/erasure-ledger.ts'
import { isCode, syncDirectory } from '../keys/key-files.ts'
import { stockholmDate } from '../../core/retention/calendar.ts'

const DAY = 86_400_000

interface BackupOptions {
  /** Days an epoch lives after it began. */
  epochDays: number
  /** Octets written, and about how many there will be. */
  onProgress?: (done: number, total: number) => void
}

/**
 * One consistent snapshot of the archive while it is in use, without search index and keyring: a file per table in
 * PostgreSQL's binary COPY format, streamed. The directory counts as a backup only when the manifest lies in it, which
 * is written last. One that fails is removed.
 *
 * Living rows are moved to the newest epoch first, so that the backup opens with that one alone, for as long as it
 * lives. A row that cannot be decrypted is copied as it is and counted in the manifest.
 * @throws GallraError 'backup-directory-not-empty', 'disk-full', 'backup-unwritable'
 */
export async function writeBackup(
  archive: Archive,
  directory: string,
  options: BackupOptions,
  now: Date,
): Promise<Manifest> {
  const made = await writing(directory, () => prepare(directory))
  try {
    return await snapshot(archive, directory, options, now)
  } catch (error) {
    await clear(directory, made)
    throw error
  }
}

async function snapshot(archive: Archive, directory: string, options: BackupOptions, now: Date): Promise<Manifest> {
  await mendLedger(archive, stockholmDate(now))
  const { broken, givenUp } = await rewrapSurvivors(archive, now)
  const client = await archive.pool.connect()
  let failure: unknown
  try {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY')
    const facts = await readFacts(client, archive, [...broken, ...givenUp], options.epochDays, now)
    const total = await estimateOctets(client, facts.names)
    const tables: BackupTable[] = []
    let done = 0
    for (const name of facts.names) {
      const meter = (octets: number) => options.onProgress?.((done += octets), total)
      tables.push(await writing(directory, () => copyTable(client, directory, name, meter)))
    }
    // Counters move outside transactions: read last, they are past every id in the snapshot.
    const sequences = await readSequences(client)
    await client.query('COMMIT')
    const manifest: Manifest = { ...facts.manifest, tables, sequences }
    await writing(directory, () => {
      syncDirectory(directory)
      writeManifest(directory, manifest, archive.keyring)
      return Promise.resolve()
    })
    return manifest
  } catch (error) {
    failure = error
    throw error
  } finally {
    // A connection left in the middle of a COPY is of no use to anybody.
    client.release(failure !== undefined)
  }
}

/** An empty directory; true when it was not there before. */
async function prepare(directory: string): Promise<boolean> {
  // Not the folders above: where a disk is not mounted, they would be made on the one beneath.
  const made = await mkdir(directory, { mode: 0o700 }).then(
    () => true,
    (error: unknown) => {
      if (!isCode(error, 'EEXIST')) throw error
      return false
    },
  )
  if ((await readdir(directory)).length > 0) throw new GallraError('backup-directory-not-empty', { directory })
  // A file system without modes (vfat) refuses; the content is sealed in any case.
  await chmod(directory, 0o700).catch(() => undefined)
  return made
}

/**
 * Half a backup is of no use and fills the disk. Empty when we came, so all in it is ours; without its manifest it is
 * none in any case.
 */
async function clear(directory: string, made: boolean): Promise<void> {
  for (const name of await readdir(directory).catch(() => []))
    await rm(join(directory, name), { force: true }).catch(() => undefined)
  if (made) await rmdir(directory).catch(() => undefined)
}

type Facts = { names: string[]; manifest: Omit<Manifest, 'tables' | 'sequences'> }

async function readFacts(
  client: pg.PoolClient,
  archive: Archive,
  broken: BrokenRow[],
  epochDays: number,
  now: Date,
): Promise<Facts> {
  const found = await client.query<{ name: string; sealed: boolean }>(
    `SELECT t.table_name AS name,
       EXISTS (SELECT 1 FROM information_schema.columns c WHERE c.table_schema = t.table_schema
         AND c.table_name = t.table_name AND c.column_name = 'wrappedKey') AS sealed
     FROM information_schema.tables t WHERE t.table_schema = current_schema() AND t.table_type = 'BASE TABLE'
       AND NOT (t.table_name = ANY($1))
     ORDER BY t.table_name`,
    [NOT_BACKED_UP],
  )
  const migrations = await client.query<{ name: string; checksum: string }>(
    `SELECT migration_name AS name, checksum FROM "_prisma_migrations" WHERE finished_at IS NOT NULL
       AND rolled_back_at IS NULL ORDER BY migration_name`,
  )
  const heads = await client.query<{ accountId: number; events: number; head: string }>(
    `SELECT DISTINCT ON ("accountId") "accountId", "seq" AS events, "hash" AS head FROM "AuditEvent"
       ORDER BY "accountId", "seq" DESC`,
  )
  const server = await client.query<{ version: string }>(`SELECT current_setting('server_version') AS version`)
  const sealed = found.rows.filter((each) => each.sealed).map(({ name }) => name)
  const { counts, unopened } = await countSealed(client, sealed, broken)
  const epochs = archive.keyring
    .epochs()
    .flatMap(({ id, beganOn }) => (counts.has(id) ? [{ id, beganOn, rows: counts.get(id)! }] : []))
  const oldest = epochs[0]
  return {
    names: found.rows.map(({ name }) => name),
    manifest: {
      format: 1,
      createdAt: now.toISOString(),
      postgres: server.rows[0]!.version,
      migrations: migrations.rows,
      epochs,
      ...(unopened > 0 ? { broken: unopened } : {}),
      // Destroyed on the day it is `epochDays` old, so the day before is the last one.
      restorableUntil:
        oldest === undefined
          ? null
          : new Date(Date.parse(oldest.beganOn) + (epochDays - 1) * DAY).toISOString().slice(0, 10),
      auditHeads: heads.rows,
    },
  }
}

/** How many rows of these tables are sealed under each epoch, and how many cannot be decrypted. */
async function countSealed(
  client: pg.PoolClient,
  tables: string[],
  broken: BrokenRow[],
): Promise<{ counts: Map<number, number>; unopened: number }> {
  const counts = new Map<number, number>()
  let unopened = 0
  for (const name of tables) {
    // One that was sealed again or purged meanwhile is no longer broken.
    const { rows } = await client.query<{ epoch: number; rows: number; broken: number }>(
      `SELECT t."epoch", count(*) FILTER (WHERE b.id IS NULL)::int AS rows, count(b.id)::int AS broken
       FROM "${name}" t LEFT JOIN unnest($1::int[], $2::int[]) b(id, epoch) ON t."id" = b.id AND t."epoch" = b.epoch
         GROUP BY t."epoch"`,
      [
        broken.filter(({ table }) => table === name).map(({ id }) => id),
        broken.filter(({ table }) => table === name).map(({ epoch }) => epoch),
      ],
    )
    for (const each of rows) {
      if (each.rows > 0) counts.set(each.epoch, (counts.get(each.epoch) ?? 0) + each.rows)
      unopened += each.broken
    }
  }
  return { counts, unopened }
}

async function copyTable(
  client: pg.PoolClient,
  directory: string,
  name: string,
  meter: (octets: number) => void,
): Promise<BackupTable> {
  const { rows: columns } = await client.query<{ name: string; type: string }>(
    `SELECT attname AS name, format_type(atttypid, atttypmod) AS type FROM pg_attribute
     WHERE attrelid = format('%I', $1::text)::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum`,
    [name],
  )
  const file = `${name}.copy`
  const hash = createHash('sha256')
  let octets = 0
  const measure = new Transform({
    transform(chunk: Buffer, _encoding, next) {
      hash.update(chunk)
      octets += chunk.length
      meter(chunk.length)
      next(null, chunk)
    },
  })
  const source = client.query(
    copyTo(`COPY "${name}" (${columns.map((column) => `"${column.name}"`).join(', ')}) TO STDOUT (FORMAT binary)`),
  )
  await pipeline(source, measure, createWriteStream(join(directory, file), { flags: 'wx', mode: 0o600, flush: true }))
  return { name, file, columns, rows: source.rowCount, octets, sha256: hash.digest('hex') }
}

async function readSequences(client: pg.PoolClient): Promise<Manifest['sequences']> {
  const { rows } = await client.query<{ name: string; value: string | null }>(
    'SELECT sequencename AS name, last_value AS value FROM pg_sequences WHERE schemaname = current_schema() ORDER BY 1',
  )
  return rows.flatMap(({ name, value }) => (value === null ? [] : [{ name, value: Number(value) }]))
}

async function estimateOctets(client: pg.PoolClient, names: string[]): Promise<number> {
  const { rows } = await client.query<{ octets: string }>(
    `SELECT COALESCE(sum(pg_table_size(format('%I', name)::regclass)), 0) AS octets FROM unnest($1::text[]) AS name`,
    [names],
  )
  return Number(rows[0]!.octets)
}

const FULL = ['ENOSPC', 'EDQUOT', 'EFBIG']

/** Names place and remedy when the file system refuses; the database's own errors pass. */
async function writing<T>(directory: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    if (cause instanceof GallraError || !(cause instanceof Error) || !('code' in cause) || !('syscall' in cause))
      throw cause
    const problem = String(cause.code)
    throw new GallraError(FULL.includes(problem) ? 'disk-full' : 'backup-unwritable', { directory, problem }, { cause })
  }
}
