import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { migrate } from '../src/store/postgres/migrate.ts'
import { testDatabase, type TestDatabase } from './harness/postgres.ts'
import { readPrismaSchema, type Table } from './harness/prisma-schema.ts'

const PRISMA = join(import.meta.dirname, '..', 'prisma')
const wanted = readPrismaSchema(readFileSync(join(PRISMA, 'schema.prisma'), 'utf8'))

let database: TestDatabase
let pool: pg.Pool

beforeAll(async () => {
  database = await testDatabase()
  pool = new pg.Pool({ connectionString: database.url, max: 2 })
  await migrate(pool, join(PRISMA, 'migrations'))
})
afterAll(async () => {
  await pool.end()
  await database.drop()
})

/** Every table of the database but the record of migrations, from PostgreSQL's own catalogue. */
async function readDatabase(sql: pg.Pool | pg.PoolClient): Promise<Map<string, Table>> {
  const tables = new Map<string, Table>()
  const names = await sql.query<{ name: string }>(
    `SELECT table_name AS name FROM information_schema.tables
     WHERE table_schema = 'public' AND table_name <> '_prisma_migrations' ORDER BY 1`,
  )
  for (const { name } of names.rows) tables.set(name, { columns: {}, primaryKey: [], indexes: [] })
  const columns = await sql.query<{
    table: string
    name: string
    type: string
    nullable: boolean
    fallback: string | null
  }>(
    `SELECT c.relname AS "table", a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type,
       NOT a.attnotnull AS nullable,
       pg_get_expr(d.adbin, d.adrelid) AS fallback
     FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
       LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
     WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped`,
  )
  for (const { table, name, type, nullable, fallback } of columns.rows) {
    const known = tables.get(table)
    if (known)
      known.columns[name] =
        `${type}${nullable ? '' : ' not null'}${fallback === null ? '' : ` default ${plainDefault(fallback)}`}`
  }
  const indexes = await sql.query<{
    table: string
    name: string
    columns: string[]
    unique: boolean
    primary: boolean
    method: string
    partial: boolean
  }>(
    `SELECT t.relname AS "table", i.relname AS name, x.indisunique AS "unique", x.indisprimary AS "primary",
       m.amname AS method,
       x.indpred IS NOT NULL AS partial,
       ARRAY(SELECT pg_get_indexdef(x.indexrelid, k, true) FROM generate_series(1, x.indnatts) AS k ORDER BY k)
         AS columns
     FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid
       JOIN pg_class t ON t.oid = x.indrelid JOIN pg_am m ON m.oid = i.relam
     WHERE t.relnamespace = 'public'::regnamespace`,
  )
  for (const row of indexes.rows) {
    const known = tables.get(row.table)
    const list = row.columns.map((column) => column.replaceAll('"', ''))
    if (known && row.primary) known.primaryKey = list
    else
      known?.indexes.push(
        `${row.name}: ${row.unique ? 'unique ' : ''}${row.method} (${list.join(', ')})${row.partial ? ' where …' : ''}`,
      )
  }
  for (const table of tables.values()) table.indexes.sort()
  return tables
}

function plainDefault(expression: string): string {
  return expression.startsWith('nextval(') ? 'nextval' : expression.replace(/::\w+$/, '').replace(/^'(.*)'$/, '$1')
}

test('the migrated database is the Prisma schema: tables, columns, types, keys and indexes', async () => {
  const found = await readDatabase(pool)
  expect([...found.keys()].sort()).toEqual([...wanted.keys()].sort())
  for (const [name, table] of wanted) expect({ [name]: found.get(name) }).toEqual({ [name]: table })
})

test('the Prisma schema was read to its end', () => {
  const text = readFileSync(join(PRISMA, 'schema.prisma'), 'utf8')
  expect([...wanted.keys()]).toEqual([...text.matchAll(/^model (\w+)/gm)].map((match) => match[1]))
  expect(wanted.get('Message')).toMatchObject({
    columns: {
      marks: 'text[]',
      receivedAt: 'timestamp(3) with time zone not null',
      dueOn: 'date',
      unparsed: 'boolean not null default false',
    },
    primaryKey: ['accountId', 'id'],
  })
  expect(wanted.get('SearchEntry')?.indexes).toEqual(['SearchEntry_terms_idx: gin (terms)'])
})

test('every table of a mail account has accountId first in its key', () => {
  const ofInstallation = ['Account', 'Staff', 'Setting', 'PurgeRun', 'Model', 'Training']
  for (const [name, table] of wanted) if (!ofInstallation.includes(name)) expect(table.primaryKey[0]).toBe('accountId')
})

test.each([
  ['a column more', 'ALTER TABLE "Hold" ADD COLUMN "extra" TEXT'],
  ['a column less', 'ALTER TABLE "Hold" DROP COLUMN "customerId"'],
  ['another type', 'ALTER TABLE "Message" ALTER COLUMN "size" TYPE BIGINT'],
  ['another precision', 'ALTER TABLE "Message" ALTER COLUMN "receivedAt" TYPE TIMESTAMPTZ(6)'],
  ['a column that may be null', 'ALTER TABLE "Message" ALTER COLUMN "sealedContent" DROP NOT NULL'],
  ['another default', `ALTER TABLE "Account" ALTER COLUMN "state" SET DEFAULT 'removed'`],
  [
    'another primary key',
    'ALTER TABLE "ThreadKey" DROP CONSTRAINT "ThreadKey_pkey", ADD PRIMARY KEY ("keyHash", "accountId", "messageId")',
  ],
  ['an index less', 'DROP INDEX "Message_accountId_dueOn_idx"'],
  ['an index more', 'CREATE INDEX "x" ON "Message" ("case")'],
  [
    'an index that is no longer unique',
    'DROP INDEX "Staff_nameHash_key"; CREATE INDEX "Staff_nameHash_key" ON "Staff" ("nameHash")',
  ],
  [
    'a partial index',
    `DROP INDEX "Message_accountId_dueOn_idx";
     CREATE INDEX "Message_accountId_dueOn_idx" ON "Message" ("accountId", "dueOn") WHERE "dueOn" IS NOT NULL`,
  ],
  [
    'another index method',
    'DROP INDEX "SearchEntry_terms_idx"; CREATE INDEX "SearchEntry_terms_idx" ON "SearchEntry" USING btree ("terms")',
  ],
  ['a table more', 'CREATE TABLE "Extra" ("id" INT)'],
  ['a table less', 'DROP TABLE "PurgeRun"'],
])('drift is seen: %s', async (_, statement) => {
  const client = await pool.connect()
  try {
    await client.query('BEGIN')
    await client.query(statement)
    expect(await readDatabase(client)).not.toEqual(wanted)
  } finally {
    await client.query('ROLLBACK')
    client.release()
  }
})

test('a schema line that is not understood stops the comparison', () => {
  expect(() => readPrismaSchema('model A {\n  id Int @id\n  at DateTime\n}')).toThrow('no PostgreSQL type')
  expect(() => readPrismaSchema('model A {\n  id Int @id @map("x")\n}')).toThrow('@map')
  expect(() => readPrismaSchema('enum A {\n  x\n}')).toThrow('cannot read')
  expect(() => readPrismaSchema('model A {\n  id Int @id\n  @@map("x")\n}')).toThrow('cannot read')
})
