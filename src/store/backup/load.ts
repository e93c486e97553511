import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import type pg from 'pg'
import { from as copyFrom } from 'pg-copy-streams'
import { GallraError } from '../../errors.ts'
import { readTable } from './check.ts'
import type { BackupTable, Manifest } from './manifest.ts'
import { readCopyRows, writeCopyRows, type CopyRow } from '../postgres/copy-rows.ts'
import { migrate, readMigrations } from '../postgres/migrate.ts'
import { writeSetting } from '../settings.ts'

const GOODBYE_TRIES = 10

interface LoadedBackup {
  directory: string
  /** As read from it. */
  manifest: Manifest
  migrationsDirectory: string
  /** Octets read, and how many there are. */
  onProgress?: (done: number, total: number) => void
}

/**
 * Loads a backup into an empty database, at the schema it was made with, then migrates forward. The
 * rows come in one transaction together with the mark `restoring`, which the caller takes away when
 * all that follows is done: until then nothing else opens the archive, and another try begins afresh.
 * @throws GallraError 'database-in-use', 'database-not-empty', 'backup-newer', 'backup-damaged'
 */
export async function loadBackup(
  pool: pg.Pool,
  { directory, manifest, migrationsDirectory, onProgress }: LoadedBackup,
  now: Date,
): Promise<void> {
  const migrations = await readMigrations(migrationsDirectory)
  const unknown = manifest.migrations.find(
    ({ name, checksum }) => !migrations.some((each) => each.name === name && each.checksum === checksum),
  )
  if (unknown !== undefined) throw new GallraError('backup-newer', { version: unknown.name })
  await refuseUse(pool)
  await clearEmpty(
    pool,
    migrations.flatMap(({ sql }) => tablesOf(sql)),
  )
  await migrate(pool, migrationsDirectory, manifest.migrations.at(-1)!.name)

  const client = await pool.connect()
  let failure: unknown
  try {
    await client.query('BEGIN')
    await writeSetting(client, 'restoring', { since: now.toISOString() }, now)
    const total = manifest.tables.reduce((sum, table) => sum + table.octets, 0)
    let done = 0
    for (const table of manifest.tables)
      await loadTable(client, directory, table, (octets) => onProgress?.((done += octets), total))
    for (const { name, value } of manifest.sequences)
      await client.query("SELECT setval(format('%I', $1::text)::regclass, $2)", [name, value])
    await client.query('COMMIT')
    await client.query('ANALYZE')
  } catch (error) {
    failure = error
    throw error
  } finally {
    // A connection left in the middle of a COPY is of no use; closing it takes the transaction back.
    client.release(failure !== undefined)
  }
  await migrate(pool, migrationsDirectory)
}

/**
 * In several COPYs: of binary rows PostgreSQL's server counts the number and not the size before it
 * writes them, and would hold a thousand pieces of 1 MB in memory.
 */
async function loadTable(
  client: pg.PoolClient,
  directory: string,
  table: BackupTable,
  onRead: (octets: number) => void,
): Promise<void> {
  const statement = `COPY "${table.name}" (${table.columns.map((column) => `"${column.name}"`).join(', ')})
    FROM STDIN (FORMAT binary)`
  let loaded = 0
  try {
    for await (const rows of batchesOf(readCopyRows(readTable(directory, table, onRead), table.columns.length))) {
      const target = client.query(copyFrom(statement))
      await pipeline(Readable.from(writeCopyRows(rows), { objectMode: false }), target)
      loaded += target.rowCount
    }
  } catch (cause) {
    if (cause instanceof GallraError) throw cause
    if (cause instanceof RangeError)
      throw new GallraError('backup-damaged', { file: join(directory, table.file), problem: cause.message }, { cause })
    // 22P04 bad_copy_file_format, 22P03 invalid_binary_representation, 22021 and the like: class 22, data exception.
    if (cause instanceof Error && 'code' in cause && String(cause.code).startsWith('22')) {
      throw new GallraError(
        'backup-damaged',
        { file: join(directory, table.file), problem: String(cause.code) },
        { cause },
      )
    }
    throw cause
  }
  if (loaded !== table.rows) {
    throw new GallraError('backup-damaged', {
      file: join(directory, table.file),
      problem: `${loaded} ≠ ${table.rows} rows`,
    })
  }
}

const BATCH_OCTETS = 16 * 1024 * 1024
const BATCH_ROWS = 10_000

async function* batchesOf(rows: AsyncGenerator<CopyRow>): AsyncGenerator<CopyRow[]> {
  let batch: CopyRow[] = []
  let octets = 0
  for await (const row of rows) {
    batch.push(row)
    octets += row.reduce((sum, field) => sum + (field?.length ?? 0), 0)
    if (octets < BATCH_OCTETS && batch.length < BATCH_ROWS) continue
    yield batch
    batch = []
    octets = 0
  }
  if (batch.length > 0) yield batch
}

/** A gallra that runs on the empty database would follow the accounts as soon as they are there. */
async function refuseUse(pool: pg.Pool): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    const { rows } = await pool.query<{ sessions: number }>(
      `SELECT count(*)::int AS sessions FROM pg_stat_activity
       WHERE datname = current_database() AND usename = current_user AND backend_type = 'client backend'
         AND pid <> pg_backend_pid()`,
    )
    const { sessions } = rows[0]!
    if (sessions === 0) return
    // One that is just saying goodbye gets a moment.
    if (tries === GOODBYE_TRIES) throw new GallraError('database-in-use', { sessions })
    await sleep(100)
  }
}

/**
 * Makes room where there is nothing to lose: no tables, our tables without rows, or what an unfinished restore left.
 */
async function clearEmpty(pool: pg.Pool, ours: string[]): Promise<void> {
  const found = await pool.query<{ name: string }>(
    `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = current_schema()
       AND table_type = 'BASE TABLE'`,
  )
  const names = found.rows.map(({ name }) => name)
  if (names.some((name) => name !== '_prisma_migrations' && !ours.includes(name)))
    throw new GallraError('database-not-empty')
  const unfinished =
    names.includes('Setting') && (await pool.query(`SELECT 1 FROM "Setting" WHERE "name" = 'restoring'`)).rowCount === 1
  for (const name of names) {
    if (unfinished || name === '_prisma_migrations') continue
    // What every start writes of itself says nothing of anybody.
    const own = name === 'Setting' ? `WHERE "name" NOT IN ('derived', 'rulebooks')` : ''
    const { rowCount } = await pool.query(`SELECT 1 FROM "${name}" ${own} LIMIT 1`)
    if (rowCount !== 0) throw new GallraError('database-not-empty')
  }
  if (names.length > 0) await pool.query(`DROP TABLE ${names.map((name) => `"${name}"`).join(', ')} CASCADE`)
}

function tablesOf(sql: string): string[] {
  return [...sql.matchAll(/CREATE TABLE (?:IF NOT EXISTS )?"(\w+)"/g)].map((match) => match[1]!)
}
