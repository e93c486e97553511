import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { ingest } from '../../src/pipeline/ingest/ingest.ts'
import { previewPurge } from '../../src/pipeline/purge/purge.ts'
import { listAccounts } from '../../src/store/accounts.ts'
import { openArchive } from '../../src/store/opening/open-archive.ts'
import type { Archive } from '../../src/store/archive.ts'
import { verifyAudit } from '../../src/store/audit.ts'
import { writeBackup } from '../../src/store/backup/write.ts'
import { SEALED_TABLES } from '../../src/store/epochs/epochs.ts'
import { migrate } from '../../src/store/postgres/migrate.ts'
import { createPool } from '../../src/store/postgres/sql.ts'
import { NOW, RULES } from '../harness/archive.ts'
import { MIGRATIONS, placeOn, restored, temporary } from '../harness/backup.ts'
import { mail } from '../harness/mail.ts'
import { testDatabase } from '../harness/postgres.ts'
import { FIXTURES, loadFixture, makeFixture, migrationNames, readEverything } from '../harness/schema-fixture.ts'

const newest = migrationNames().at(-1)!
const fixtures = () =>
  readdirSync(FIXTURES, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort()

test.runIf(process.env['MAKE_FIXTURE'])('makes the fixture of the newest schema', async () => {
  if (!existsSync(join(FIXTURES, newest))) await makeFixture()
})

test('every schema but the newest has a fixture', () => {
  expect(
    migrationNames()
      .slice(0, -1)
      .filter((name) => !fixtures().includes(name)),
  ).toEqual([])
  expect(fixtures().length).toBeGreaterThan(0)
})

/**
 * The fixture in a database of its schema, with its own copy of the keys; then opened by the program with these
 * migrations.
 */
async function upgraded(
  name: string,
  migrations: string,
  work: (archive: Archive, keys: string) => Promise<void>,
): Promise<void> {
  const database = await testDatabase()
  const directory = temporary('upgrade')
  const keys = join(directory, 'keys')
  mkdirSync(keys)
  for (const file of ['master.key', 'keyring.json']) cpSync(join(FIXTURES, name, file), join(keys, file))
  const pool = createPool(database.url)
  try {
    await migrate(pool, MIGRATIONS, name)
    await loadFixture(pool, name)
    const archive = await openArchive(placeOn(database, keys, migrations), NOW)
    try {
      await work(archive, keys)
    } finally {
      await archive.close()
    }
  } finally {
    await pool.end()
    await database.drop()
    rmSync(directory, { recursive: true, force: true })
  }
}

const expectedOf = (name: string) => JSON.parse(readFileSync(join(FIXTURES, name, 'expected.json'), 'utf8')) as unknown
const messagesIn = (name: string) =>
  (expectedOf(name) as { accounts: { messages: unknown[] }[] }).accounts.flatMap((account) => account.messages).length
const plain = (value: unknown) => JSON.parse(JSON.stringify(value)) as unknown

describe.each(fixtures())('a database of schema %s', (name) => {
  test('migrates forward with all that is in it, and goes on working', async () => {
    await upgraded(name, MIGRATIONS, async (archive, keys) => {
      const { rows } = await archive.pool.query<{ name: string }>(
        'SELECT migration_name AS name FROM "_prisma_migrations" ORDER BY 1',
      )
      expect(rows.map((row) => row.name)).toEqual(migrationNames())
      expect(plain(await readEverything(archive))).toEqual(expectedOf(name))
      await verifyAudit(archive)
      const [account] = await listAccounts(archive)
      const source = mail({
        id: 'new@example.se',
        from: 'alice@example.se',
        subject: 'Ny',
        body: 'Hej igen om skrivaren',
      })
      const entry = { uid: 0, flags: [], internalDate: NOW, source, size: source.length }
      expect(
        (await ingest({ archive, account: account!, rules: RULES, folder: null }, [entry], NOW)).archived,
      ).toHaveLength(1)
      expect((await previewPurge(archive, account!, RULES, NOW)).total).toBe(messagesIn(name) + 1)
      // And by way of a backup into a place of its own.
      const before = await readEverything(archive)
      const directory = temporary('backup')
      await writeBackup(archive, directory, { epochDays: 30 }, NOW)
      const { archive: again, drop } = await restored(directory, keys, NOW)
      const folders = (value: unknown) =>
        JSON.parse(JSON.stringify(value).replace(/"lastUid":\d+/g, '"lastUid":0')) as unknown
      expect(await readEverything(again)).toEqual(folders(before))
      await drop()
      rmSync(directory, { recursive: true })
    })
  })

  test('migrates forward by a migration that does not exist yet, and one that fails leaves it as it was', async () => {
    const directory = temporary('migrations')
    cpSync(MIGRATIONS, directory, { recursive: true })
    mkdirSync(join(directory, '9998_later'))
    writeFileSync(
      join(directory, '9998_later', 'migration.sql'),
      'ALTER TABLE "Message" ADD COLUMN "later" INTEGER NOT NULL DEFAULT 7; UPDATE "Message" SET "later" = "size";',
    )
    await upgraded(name, directory, async (archive) => {
      expect(plain(await readEverything(archive))).toEqual(expectedOf(name))
      expect((await archive.pool.query('SELECT 1 FROM "Message" WHERE "later" = "size"')).rowCount).toBe(
        messagesIn(name),
      )
    })
    mkdirSync(join(directory, '9999_broken'))
    writeFileSync(join(directory, '9999_broken', 'migration.sql'), 'DELETE FROM "Message"; SELECT 1/0;')
    await expect(upgraded(name, directory, () => Promise.resolve())).rejects.toThrow('division by zero')
    rmSync(directory, { recursive: true })
  })
})

test('every table with a data key is known to the epochs', async () => {
  const database = await testDatabase()
  const pool = createPool(database.url)
  await migrate(pool, MIGRATIONS)
  const { rows } = await pool.query<{ name: string }>(
    `SELECT table_name AS name FROM information_schema.columns WHERE table_schema = 'public'
       AND column_name = 'wrappedKey' ORDER BY 1`,
  )
  expect(rows.map((row) => row.name)).toEqual(SEALED_TABLES.map(({ table }) => table).sort())
  await pool.end()
  await database.drop()
})
