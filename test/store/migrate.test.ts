import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { migrate } from '../../src/store/postgres/migrate.ts'
import { testDatabase, type TestDatabase } from '../harness/postgres.ts'

let directory: string
let database: TestDatabase
let pool: pg.Pool

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'gallra-migrations-'))
  database = await testDatabase()
  pool = new pg.Pool({ connectionString: database.url })
})
afterEach(async () => {
  await pool.end()
  await database.drop()
  await rm(directory, { recursive: true, force: true })
})

async function write(name: string, sql: string): Promise<void> {
  await mkdir(join(directory, name), { recursive: true })
  await writeFile(join(directory, name, 'migration.sql'), sql)
}

async function applied(): Promise<string[]> {
  const { rows } = await pool.query<{ migration_name: string }>(
    'SELECT migration_name FROM _prisma_migrations ORDER BY started_at',
  )
  return rows.map((row) => row.migration_name)
}

test('migrations are applied in order of name, each once', async () => {
  await write('0002_b', 'ALTER TABLE a ADD COLUMN c INT; INSERT INTO a VALUES (1, 2);')
  await write('0001_a', 'CREATE TABLE a (b INT);')
  await writeFile(join(directory, 'migration_lock.toml'), 'provider = "postgresql"')
  await migrate(pool, directory)
  await migrate(pool, directory)
  await write('0003_c', 'INSERT INTO a VALUES (3, 4);')
  await migrate(pool, directory)
  expect(await applied()).toEqual(['0001_a', '0002_b', '0003_c'])
  expect((await pool.query('SELECT b, c FROM a ORDER BY b')).rows).toEqual([
    { b: 1, c: 2 },
    { b: 3, c: 4 },
  ])
})

test('processes that start at once apply it once', async () => {
  await write('0001_a', 'CREATE TABLE a (b INT); INSERT INTO a VALUES (1);')
  await Promise.all(Array.from({ length: 5 }, () => migrate(pool, directory)))
  expect((await pool.query('SELECT b FROM a')).rowCount).toBe(1)
})

test('a failing migration leaves nothing of itself and can be tried again', async () => {
  await write('0001_a', 'CREATE TABLE a (b INT);')
  await write('0002_b', 'CREATE TABLE z (b INT); SELECT 1/0;')
  await expect(migrate(pool, directory)).rejects.toThrow('division by zero')
  expect(await applied()).toEqual(['0001_a'])
  await write('0002_b', 'CREATE TABLE z (b INT);')
  await migrate(pool, directory)
  expect(await applied()).toEqual(['0001_a', '0002_b'])
})

test('a database of a newer program, or with a changed migration, is refused', async () => {
  await write('0001_a', 'CREATE TABLE a (b INT);')
  await write('0002_b', 'SELECT 1;')
  await migrate(pool, directory)
  await rm(join(directory, '0002_b'), { recursive: true })
  await expect(migrate(pool, directory)).rejects.toMatchObject({
    code: 'schema-newer',
    details: { migration: '0002_b' },
  })
  await write('0002_b', 'SELECT 2;')
  await expect(migrate(pool, directory)).rejects.toMatchObject({ code: 'schema-newer' })
})
