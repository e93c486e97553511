import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import pg from 'pg'
import { openLeases, type Leases } from '../../src/store/postgres/lease.ts'
import { testDatabase, type TestDatabase } from '../harness/postgres.ts'

describe('a lease', () => {
  let database: TestDatabase
  let first: Leases
  let second: Leases
  beforeAll(async () => {
    database = await testDatabase()
    first = await openLeases(database.url)
    second = await openLeases(database.url)
  })
  afterAll(async () => {
    await first.close()
    await second.close()
    await database.drop()
  })

  it('belongs to one process at a time, each account and kind apart', async () => {
    expect(await first.acquire('follow', 1)).toBe(true)
    expect(await first.acquire('follow', 1)).toBe(false)
    expect(await second.acquire('follow', 1)).toBe(false)
    expect(await second.acquire('follow', 2)).toBe(true)
    expect(await second.acquire('purge', 1)).toBe(true)
    await first.release('follow', 1)
    expect(await second.acquire('follow', 1)).toBe(true)
  })

  it('is lost with its session, and then another takes it', async () => {
    const client = new pg.Client({ connectionString: database.url })
    await client.connect()
    await client.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'gallra-lease'
         AND datname = current_database() AND pid IN (SELECT pid FROM pg_locks WHERE locktype = 'advisory')`,
    )
    await client.end()
    await expect.poll(() => second.lost.aborted).toBe(true)
    expect(first.lost.aborted).toBe(false)
    await expect.poll(() => first.acquire('follow', 1)).toBe(true)
  })
})
