import pg from 'pg'
import { GallraError } from '../../errors.ts'

/** Anything that runs a query: the pool, or a client inside a transaction. */
export type Sql = Pick<pg.PoolClient, 'query'>

const DATE = pg.types.builtins.DATE

/** A DATE column is a calendar day, not an instant: it stays the text it is. */
const types: pg.CustomTypesConfig = {
  getTypeParser: (oid: Parameters<typeof pg.types.getTypeParser>[0], format?: 'text' | 'binary') =>
    oid === DATE && format !== 'binary'
      ? (value: string) => value
      : (pg.types.getTypeParser(oid, format ?? 'text') as (value: string) => unknown),
}

export function createPool(url: string): pg.Pool {
  const pool = new pg.Pool({ connectionString: url, max: 8, types })
  // An idle client whose server went away reports here; the next query reports it where it matters.
  pool.on('error', () => undefined)
  // One in use too: a broken connection fails its query and emits an event, which without a listener ends the process.
  pool.on('connect', (client) => client.on('error', () => undefined))
  return pool
}

/**
 * @throws GallraError database-unreachable when the connection is lost on the way: it is then unknown
 *   whether a commit that was under way took effect, and `work` is to blame for nothing
 */
export async function inTransaction<T>(pool: pg.Pool, work: (tx: Sql) => Promise<T>): Promise<T> {
  const client = await pool.connect().catch((cause: unknown) => {
    throw unreachable(cause)
  })
  let broken = false
  try {
    await client.query('BEGIN')
    const result = await work(client)
    await client.query('COMMIT')
    return result
  } catch (error) {
    broken = await client.query('ROLLBACK').then(
      () => false,
      () => true,
    )
    throw broken ? unreachable(error) : error
  } finally {
    client.release(broken)
  }
}

function unreachable(cause: unknown): GallraError {
  if (cause instanceof GallraError) return cause
  const problem = cause instanceof Error && 'code' in cause ? String(cause.code) : 'connection lost'
  return new GallraError('database-unreachable', { problem }, { cause })
}

/**
 * Whether database, disk or network failed, rather than the values that were to be written (SQLSTATE classes 22 and
 * 54).
 */
export function isEnvironmentFault(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  if (error instanceof GallraError || 'syscall' in error) return true
  return error instanceof pg.DatabaseError && !/^(22|54)/.test(error.code ?? '')
}

/** Serialises everything that changes one account's archive until the transaction ends. */
export async function lockAccount(tx: Sql, accountId: number): Promise<void> {
  await tx.query('SELECT pg_advisory_xact_lock($1, $2)', [0x6a11, accountId])
}

/** Reserves an id before the row exists, because the seal binds to it. */
export async function nextId(tx: Sql, table: string): Promise<number> {
  return (await nextIds(tx, table, 1))[0]!
}

/** Several, ascending. */
export async function nextIds(tx: Sql, table: string, count: number): Promise<number[]> {
  if (count === 0) return []
  const { rows } = await tx.query<{ id: string }>(
    `SELECT nextval('"${table}_id_seq"') AS id FROM generate_series(1, $1)`,
    [count],
  )
  return rows.map((row) => Number(row.id)).sort((a, b) => a - b)
}

/** As PostgreSQL says it: `number` such as 180004, `name` such as '18.4'. */
export async function readServerVersion(sql: Sql): Promise<{ number: number; name: string }> {
  const { rows } = await sql.query<{ number: number; name: string }>(
    `SELECT current_setting('server_version_num')::int AS number, current_setting('server_version') AS name`,
  )
  return rows[0]!
}

/** Ids as they are needed, reserved in bulk: `most` at once, never more than may still be needed. */
export function idReserve(tx: Sql, table: string, most: number): () => Promise<number> {
  const BULK = 32
  let left = most
  let reserved: number[] = []
  return async () => {
    if (reserved.length === 0) reserved = await nextIds(tx, table, Math.max(1, Math.min(BULK, left)))
    left -= 1
    return reserved.shift()!
  }
}
