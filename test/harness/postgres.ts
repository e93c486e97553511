import { randomBytes } from 'node:crypto'
import { readFileSync, rmSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll } from 'vitest'
import { startEmbeddedPostgres, type EmbeddedPostgres } from '../../src/store/embedded-postgres.ts'

export interface TestDatabase {
  url: string
  drop(): Promise<void>
}

let server: Promise<{ url: string; stop(): Promise<void> }> | null = null

/**
 * A fresh, empty database: on the server DATABASE_URL names, else on one embedded server per
 * process, started at the first call and gone, with its temporary directory, after the file's tests.
 */
export async function testDatabase(): Promise<TestDatabase> {
  const { url } = await (server ??= startServer())
  const name = `gallra_test_${randomBytes(8).toString('hex')}`
  await administer(url, `CREATE DATABASE ${name} TEMPLATE template0 ENCODING 'UTF8'`)
  const own = new URL(url)
  own.pathname = `/${name}`
  return { url: own.href, drop: () => dropDatabase(url, name) }
}

/** Sessions that are just saying goodbye get a moment: being cut off would surface as an error of the next test. */
async function dropDatabase(url: string, name: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    for (let tries = 0; tries < 50; tries += 1) {
      const { rowCount } = await client.query('SELECT 1 FROM pg_stat_activity WHERE datname = $1', [name])
      if (rowCount === 0) break
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    await client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)
  } finally {
    await client.end()
  }
}

async function administer(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}

async function startServer(): Promise<{ url: string; stop(): Promise<void> }> {
  const given = process.env['DATABASE_URL']
  if (given) return { url: given, stop: () => Promise.resolve() }
  const directory = await mkdtemp(join(tmpdir(), 'gallra-test-'))
  // Durability is the product's business; a test's database dies with the test.
  const embedded: EmbeddedPostgres = await startEmbeddedPostgres(directory, { fsync: 'off', shared_buffers: '64MB' })
  const atExit = () => killAndRemove(directory)
  process.once('exit', atExit)
  return {
    url: embedded.url,
    stop: async () => {
      await embedded.stop()
      process.off('exit', atExit)
      killAndRemove(directory)
    },
  }
}

/** Also when the process ends without `afterAll`: nothing asynchronous runs then. Ends only the server we started. */
function killAndRemove(directory: string): void {
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

afterAll(async () => {
  const running = server
  server = null
  await (await running)?.stop()
})
