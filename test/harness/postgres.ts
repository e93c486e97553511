import { createHash, randomBytes } from 'node:crypto'
import { readFileSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import pg from 'pg'
import { inject } from 'vitest'
import { startEmbeddedPostgres } from '../../src/store/postgres/embedded-postgres.ts'
import { migrate, readMigrations } from '../../src/store/postgres/migrate.ts'
import { createPool } from '../../src/store/postgres/sql.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the run's embedded PostgreSQL lives: made by the global setup, used by who needs a database. */
    postgresDirectory: string
  }
}

const MIGRATIONS = join(resolve(import.meta.dirname, '..', '..'), 'prisma', 'migrations')
/** Any number of the harness's own: test files side by side make the template once. */
const TEMPLATE_LOCK = 5_310_077_142

export interface TestDatabase {
  url: string
  drop(): Promise<void>
}

let server: Promise<string> | null = null
let template: Promise<string> | null = null

/**
 * A fresh, empty database: on the server DATABASE_URL names, else on one embedded server for all test
 * files of the run, started by whichever asks first and gone, with its directory, after the run.
 */
export function testDatabase(): Promise<TestDatabase> {
  return createDatabase('template0')
}

/**
 * A fresh database of the newest schema, as a first start leaves it: a copy, for migrating takes longer than most
 * tests. On a server that DATABASE_URL names an empty one, which whoever opens it migrates: no template is left there.
 */
export async function testMigratedDatabase(): Promise<TestDatabase> {
  return createDatabase(process.env['DATABASE_URL'] ? 'template0' : await (template ??= makeTemplate()))
}

async function createDatabase(from: string): Promise<TestDatabase> {
  const url = await serverUrl()
  const name = `gallra_test_${randomBytes(8).toString('hex')}`
  await administer(url, (client) =>
    client.query(`CREATE DATABASE ${name} TEMPLATE ${from}${from === 'template0' ? " ENCODING 'UTF8'" : ''}`),
  )
  return { url: on(url, name), drop: () => dropDatabase(url, name) }
}

/** Named for the migrations in it, so that a change of them while a run watches the files makes another. */
async function makeTemplate(): Promise<string> {
  const url = await serverUrl()
  const checksums = (await readMigrations(MIGRATIONS)).map(({ checksum }) => checksum)
  const name = `gallra_template_${createHash('sha256').update(checksums.join()).digest('hex').slice(0, 16)}`
  await administer(url, async (client) => {
    await client.query('SELECT pg_advisory_lock($1)', [TEMPLATE_LOCK])
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [name])
    if (rowCount !== 0) return
    // It gets its name when it is finished; one that a killed run left half made is made again.
    await client.query(`DROP DATABASE IF EXISTS ${name}_building WITH (FORCE)`)
    await client.query(`CREATE DATABASE ${name}_building TEMPLATE template0 ENCODING 'UTF8'`)
    const pool = createPool(on(url, `${name}_building`))
    try {
      await migrate(pool, MIGRATIONS)
    } finally {
      await pool.end()
    }
    await client.query(`ALTER DATABASE ${name}_building RENAME TO ${name}`)
  })
  return name
}

function on(url: string, name: string): string {
  return Object.assign(new URL(url), { pathname: `/${name}` }).href
}

/** Sessions that are just saying goodbye get a moment: being cut off would surface as an error of the next test. */
async function dropDatabase(url: string, name: string): Promise<void> {
  await administer(url, async (client) => {
    for (let tries = 0; tries < 50; tries += 1) {
      const { rowCount } = await client.query('SELECT 1 FROM pg_stat_activity WHERE datname = $1', [name])
      if (rowCount === 0) break
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    await client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)
  })
}

async function administer<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

function serverUrl(): Promise<string> {
  return (server ??= startServer())
}

/** Joins what another test file started. Nobody leaves it: the last one out would stop it under the next file. */
async function startServer(): Promise<string> {
  const given = process.env['DATABASE_URL']
  if (given) return given
  // Durability is the product's business; a test's database dies with the test.
  const { url } = await startEmbeddedPostgres(inject('postgresDirectory'), {
    fsync: 'off',
    full_page_writes: 'off',
    shared_buffers: '128MB',
    max_connections: '200',
  })
  return url
}

/** The end of the run's server, if there is one. Synchronous, for a process that is ending. */
export function removeServer(directory: string): void {
  const home = placeOf(directory)
  try {
    const pid = Number(readFileSync(join(home, 'cluster', 'data', 'postmaster.pid'), 'utf8').split('\n')[0])
    if (pid > 0) process.kill(pid, 'SIGQUIT')
  } catch {
    // No postmaster.pid: it has stopped.
  }
  for (const path of [home, directory]) rmSync(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 })
}

/** As root the server may live beside the directory (mkdtemp makes it 0700). */
function placeOf(directory: string): string {
  try {
    const choice = JSON.parse(readFileSync(join(directory, 'postgres-place.json'), 'utf8')) as { home: string }
    return choice.home
  } catch {
    return join(directory, 'postgres')
  }
}
