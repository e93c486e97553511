import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { bulkInsert } from '../../src/store/postgres/bulk-insert.ts'
import { testDatabase, type TestDatabase } from '../harness/postgres.ts'

let database: TestDatabase
let client: pg.Client

beforeAll(async () => {
  database = await testDatabase()
  client = new pg.Client({ connectionString: database.url })
  await client.connect()
  await client.query(
    `CREATE TABLE "T" ("id" int, "many" bigint, "part" double precision, "yes" boolean, "text" text, "json" jsonb,
       "octets" bytea,
     "at" timestamptz(3), "day" date, "texts" text[], "numbers" int[])`,
  )
})
afterAll(async () => {
  await client.end()
  await database.drop()
})

const COLUMNS = {
  id: 'int',
  many: 'bigint',
  part: 'double',
  yes: 'boolean',
  text: 'text',
  json: 'json',
  octets: 'bytes',
  at: 'instant',
  day: 'date',
  texts: 'text[]',
  numbers: 'int[]',
} as const

test('every type comes back as it was, on every border of what is copied, sent and the next chunk', async () => {
  const lengths = [0, 1, 100, 32 * 1024 - 1, 32 * 1024, 32 * 1024 + 1, 256 * 1024 - 40, 256 * 1024, 1_000_000]
  const rows = Array.from({ length: 60 }, (_, id) => {
    const length = lengths[id % lengths.length]!
    const whole = randomBytes(length)
    return {
      id,
      many: 2n ** 53n + BigInt(id),
      part: id / 7,
      yes: id % 2 === 0,
      text: 'å'.repeat(length / 4),
      json: { text: 'ö"\\'.repeat(length / 8) },
      octets: id % 3 === 0 ? [whole.subarray(0, length / 3), whole.subarray(length / 3)] : whole,
      whole,
      at: new Date(Date.UTC(1999, 11, 31, 23, 59, 59, id)),
      day: id % 2 === 0 ? '1999-12-31' : '2026-02-28',
      texts: Array.from({ length: length % 50 }, (_, at) => 'ä'.repeat(at * 900)),
      numbers: Array.from({ length: length / 8 }, (_, at) => (at % 2 === 0 ? at : -at)),
    }
  })
  await client.query('BEGIN')
  await bulkInsert(client, 'T', COLUMNS, rows)
  await client.query('COMMIT')
  const { rows: found } = await client.query<(typeof rows)[number]>(
    `SELECT *, "day"::text AS "day" FROM "T" ORDER BY "id"`,
  )
  expect(found).toHaveLength(rows.length)
  for (const [at, { whole, ...row }] of rows.entries()) {
    const { octets, ...rest } = found[at]!
    expect((octets as Buffer).equals(whole)).toBe(true)
    expect(rest).toEqual({ ...row, octets: undefined, many: String(row.many) })
  }
})

test('null is null in each, and no rows are no fault', async () => {
  await client.query('TRUNCATE "T"')
  await bulkInsert(client, 'T', COLUMNS, [])
  await bulkInsert(client, 'T', COLUMNS, [
    {
      id: 1,
      many: null,
      part: null,
      yes: null,
      text: null,
      json: null,
      octets: null,
      at: null,
      day: null,
      texts: null,
      numbers: undefined,
    },
  ])
  const { rows } = await client.query('SELECT * FROM "T"')
  expect(rows).toEqual([
    {
      id: 1,
      many: null,
      part: null,
      yes: null,
      text: null,
      json: null,
      octets: null,
      at: null,
      day: null,
      texts: null,
      numbers: null,
    },
  ])
})
