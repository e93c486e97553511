import { EventEmitter } from 'node:events'
import pg from 'pg'
import { describe, expect, it, test } from 'vitest'
import { dateOf, dayOf, inPrismaTransaction, lazyPrisma } from '../../src/store/postgres/prisma.ts'

const refused = (code: string) =>
  Object.assign(new pg.DatabaseError('refused', 7, 'error'), { code, severity: 'ERROR' })

/** A pool without a server, whose one connection fails at the statement that begins so; a lost one fails for good. */
function failingPool(at: string, failure: Error, lost: boolean): pg.Pool {
  let dead = false
  const query = (asked: string | { text: string }) => {
    const text = typeof asked === 'string' ? asked : asked.text
    if (dead) return Promise.reject(new Error('Client has encountered a connection error and is not queryable'))
    if (!text.startsWith(at)) return Promise.resolve({ rows: [], fields: [], rowCount: 0 })
    dead = lost
    return Promise.reject(failure)
  }
  const client = Object.assign(new EventEmitter(), { query, release: () => undefined })
  return Object.assign(new pg.Pool({ max: 1 }), { connect: () => Promise.resolve(client), query })
}

const act = (pool: pg.Pool) =>
  inPrismaTransaction({ prisma: () => lazyPrisma(pool).client() }, (tx) => tx.$executeRaw`INSERT INTO "T" VALUES (1)`)

describe.each(['INSERT', 'COMMIT'])('a transaction that fails at its %s', (at) => {
  it.each([
    ['ended', new Error('Connection terminated unexpectedly')],
    ['was reset', Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET', errno: -104, syscall: 'read' })],
    ['was ended by the server', refused('57P01')],
  ])('says that the database is unreachable when the connection %s', async (_, failure) => {
    await expect(act(failingPool(at, failure, true))).rejects.toMatchObject({ code: 'database-unreachable' })
  })

  it('says with SQLSTATE what PostgreSQL refuses, so that a full disk is named', async () => {
    await expect(act(failingPool(at, refused('53100'), false))).rejects.toMatchObject({ code: '53100' })
  })
})

test('what the act itself throws is passed on', async () => {
  const pool = failingPool('never', new Error(), false)
  const failing = inPrismaTransaction({ prisma: () => lazyPrisma(pool).client() }, () => {
    throw new RangeError('no run waits')
  })
  await expect(failing).rejects.toThrow(new RangeError('no run waits'))
})

test('a client that was never asked for is not disconnected, nor loaded', async () => {
  const lazy = lazyPrisma(new pg.Pool())
  await expect(lazy.disconnect()).resolves.toBeUndefined()
})

test('days go to the database and come back as they are', () => {
  expect(dayOf(dateOf('2026-03-29'))).toBe('2026-03-29')
  expect(dateOf('2024-02-29').toISOString()).toBe('2024-02-29T00:00:00.000Z')
  expect(dayOf(null)).toBeNull()
})
