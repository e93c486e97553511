import { chmod, mkdtemp, readFile, realpath, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { startEmbeddedPostgres, type EmbeddedPostgres } from '../../src/store/postgres/embedded-postgres.ts'

const root = process.getuid?.() === 0
let directory: string
let started: EmbeddedPostgres[]

beforeEach(async () => {
  directory = await realpath(await mkdtemp(join(tmpdir(), 'gallra-pg-')))
  await chmod(directory, 0o711)
  started = []
})
afterEach(async () => {
  for (const server of started) await server.stop()
  await rm(await homeOf(), { recursive: true, force: true })
  await rm(directory, { recursive: true, force: true })
})

async function start(): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres(directory)
  started.push(server)
  return server
}

async function homeOf(): Promise<string> {
  const choice = await readFile(join(directory, 'postgres-place.json'), 'utf8').catch(() => null)
  return choice === null ? join(directory, 'postgres') : (JSON.parse(choice) as { home: string }).home
}

async function postmaster(): Promise<number> {
  const text = await readFile(join(await homeOf(), 'cluster', 'data', 'postmaster.pid'), 'utf8').catch(() => '0')
  return Number(text.split('\n')[0])
}

async function ask(url: string, question: string): Promise<unknown> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    const { rows } = await client.query<Record<string, unknown>>(question)
    return Object.values(rows[0] ?? {})[0]
  } finally {
    await client.end()
  }
}

test('a first start makes a durable UTF-8 database that only the password opens', async () => {
  const { url } = await start()
  expect(await ask(url, 'SHOW server_encoding')).toBe('UTF8')
  expect(await ask(url, 'SHOW fsync')).toBe('on')
  expect(await ask(url, "SELECT lower('Å')")).toBe('å')
  const wrong = new URL(url)
  wrong.password = 'wrong'
  await expect(ask(wrong.href, 'SELECT 1')).rejects.toMatchObject({ code: '28P01' })
  expect((await stat(join(await homeOf(), 'cluster', 'password'))).mode & 0o777).toBe(0o600)
})

test('what was written is there after a stop and a start, and a stop is complete', async () => {
  const first = await start()
  await ask(first.url, 'CREATE TABLE kept AS SELECT 7 AS n')
  await first.stop()
  await first.stop()
  await expect(ask(first.url, 'SELECT 1')).rejects.toThrow()
  expect(await postmaster()).toBe(0)
  expect(await ask((await start()).url, 'SELECT n FROM kept')).toBe(7)
})

test('two users share one server and the last one out stops it', async () => {
  const [one, other] = await Promise.all([start(), start()])
  expect(one.url).toBe(other.url)
  await one.stop()
  expect(await ask(other.url, 'SELECT 1')).toBe(1)
  await other.stop()
  expect(await postmaster()).toBe(0)
})

test('an orphan is adopted, one that was killed recovers, and a stale pid file deceives nobody', async () => {
  const first = await start()
  await ask(first.url, 'CREATE TABLE kept AS SELECT 7 AS n')
  const orphan = await postmaster()
  // What a killed gallra leaves: its note names a process that is no more.
  const home = await homeOf()
  await writeFile(join(home, 'users', '999999-1'), '999999 1')
  await writeFile(join(home, 'start.lock'), '999999 1')
  const second = await start()
  expect(second.url).toBe(first.url)
  expect(await postmaster()).toBe(orphan)
  process.kill(orphan, 'SIGKILL')
  await sleep(200)
  const file = join(home, 'cluster', 'data', 'postmaster.pid')
  const lines = (await readFile(file, 'utf8')).split('\n')
  await writeFile(file, [process.pid, ...lines.slice(1)].join('\n'))
  expect(await ask((await start()).url, 'SELECT n FROM kept')).toBe(7)
})

test('a cluster of another major version is refused', async () => {
  await (await start()).stop()
  await writeFile(join(await homeOf(), 'cluster', 'data', 'PG_VERSION'), '15\n')
  await expect(start()).rejects.toMatchObject({
    code: 'postgres-other-major',
    details: { found: '15', expected: '18' },
  })
})

test.runIf(root)(
  'as root, a data directory that others may not enter gets its cluster elsewhere, and remembers',
  async () => {
    await chmod(directory, 0o700)
    const first = await start()
    expect((await homeOf()).startsWith(directory)).toBe(false)
    await ask(first.url, 'CREATE TABLE kept AS SELECT 7 AS n')
    await first.stop()
    await chmod(directory, 0o711)
    const second = await start()
    expect(await ask(second.url, 'SELECT n FROM kept')).toBe(7)
    await second.stop()
    await rm(await homeOf(), { recursive: true })
    await expect(start()).rejects.toMatchObject({ code: 'data-directory-unreachable' })
  },
)

test.runIf(root)('a data directory below a file is unreachable', async () => {
  await writeFile(join(directory, 'file'), '')
  await expect(startEmbeddedPostgres(join(directory, 'file', 'x'))).rejects.toMatchObject({
    code: 'data-directory-unreachable',
  })
})
