import { createHash, randomUUID } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type pg from 'pg'
import { GallraError } from '../../errors.ts'

/** Any number, so long as every gallra takes the same one. */
const LOCK_ID = 7_263_194_501

/** Prisma's own table, column for column, so that its tools can read what we applied. */
const TABLE = `
  CREATE TABLE IF NOT EXISTS "_prisma_migrations" (
    id VARCHAR(36) PRIMARY KEY NOT NULL,
    checksum VARCHAR(64) NOT NULL,
    finished_at TIMESTAMPTZ,
    migration_name VARCHAR(255) NOT NULL,
    logs TEXT,
    rolled_back_at TIMESTAMPTZ,
    started_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    applied_steps_count INTEGER NOT NULL DEFAULT 0
  )`

interface Migration {
  name: string
  sql: string
  /** Lower-case hex SHA-256 of the file, as Prisma computes it. */
  checksum: string
}

/**
 * Brings the database to this program's schema: every `<directory>/<name>/migration.sql` not yet
 * applied, in order of name, each in its own transaction. Ours because `prisma migrate` fetches an
 * engine from the network. Several processes may start at once: an advisory lock lets one work.
 * @param upTo the last migration to apply; all when absent.
 * @throws GallraError 'schema-newer' when the database has a migration this program lacks or has
 *   with other content; the database's own error when a statement fails, with nothing of it applied.
 */
export async function migrate(pool: pg.Pool, migrationsDirectory: string, upTo?: string): Promise<void> {
  const migrations = (await readMigrations(migrationsDirectory)).filter(
    ({ name }) => upTo === undefined || name <= upTo,
  )
  const client = await pool.connect()
  let failure: unknown
  try {
    await client.query('SELECT pg_advisory_lock($1)', [LOCK_ID])
    await client.query(TABLE)
    const applied = await findApplied(client)
    refuseUnknown(applied, migrations)
    for (const migration of migrations) {
      if (!applied.has(migration.name)) await apply(client, migration)
    }
    await client.query('SELECT pg_advisory_unlock($1)', [LOCK_ID])
  } catch (error) {
    failure = error
    throw error
  } finally {
    // A client that failed may still hold the lock: closing its session lets it go.
    client.release(failure !== undefined)
  }
}

export async function readMigrations(directory: string): Promise<Migration[]> {
  const entries = await readdir(directory, { withFileTypes: true })
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name)
  return Promise.all(
    names.sort().map(async (name) => {
      const sql = await readFile(join(directory, name, 'migration.sql'), 'utf8')
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') }
    }),
  )
}

export async function findApplied(client: Pick<pg.PoolClient, 'query'>): Promise<Map<string, string>> {
  const { rows } = await client.query<{ migration_name: string; checksum: string }>(
    `SELECT migration_name, checksum FROM "_prisma_migrations" WHERE finished_at IS NOT NULL
       AND rolled_back_at IS NULL`,
  )
  return new Map(rows.map((row) => [row.migration_name, row.checksum]))
}

function refuseUnknown(applied: Map<string, string>, migrations: Migration[]): void {
  const known = new Map(migrations.map(({ name, checksum }) => [name, checksum]))
  for (const [migration, checksum] of applied) {
    if (known.get(migration) !== checksum) throw new GallraError('schema-newer', { migration })
  }
}

async function apply(client: pg.PoolClient, { name, sql, checksum }: Migration): Promise<void> {
  await client.query('BEGIN')
  try {
    await client.query(sql)
    await client.query(
      `INSERT INTO "_prisma_migrations" (id, checksum, migration_name, started_at, finished_at, applied_steps_count)
       VALUES ($1, $2, $3, now(), clock_timestamp(), 1)`,
      [randomUUID(), checksum, name],
    )
    await client.query('COMMIT')
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined)
    throw error
  }
}
