import pg from 'pg'

/** Anything that runs a query: the pool, or a client inside a transaction. */
export type Sql = Pick<pg.PoolClient, 'query'>

const DATE = pg.types.builtins.DATE

/** A DATE column is a calendar day, not an instant: it stays the text it is. */
const types: pg.CustomTypesConfig = {
  getTypeParser: (oid: Parameters<typeof pg.types.getTypeParser>[0], format?: 'text' | 'binary') =>
    oid === DATE && format !== 'binary' ? (value: string) => value : (pg.types.getTypeParser(oid, format ?? 'text') as (value: string) => unknown),
}

export function createPool(url: string): pg.Pool {
  const pool = new pg.Pool({ connectionString: url, max: 8, types })
  // An idle client whose server went away reports here; the next query reports it where it matters.
  pool.on('error', () => undefined)
  return pool
}

export async function inTransaction<T>(pool: pg.Pool, work: (tx: Sql) => Promise<T>): Promise<T> {
  const client = await pool.connect()
  let broken = false
  try {
    await client.query('BEGIN')
    const result = await work(client)
    await client.query('COMMIT')
    return result
  } catch (error) {
    await client.query('ROLLBACK').catch(() => (broken = true))
    throw error
  } finally {
    client.release(broken)
  }
}

/** Serialises everything that changes one account's archive until the transaction ends. */
export async function lockAccount(tx: Sql, accountId: number): Promise<void> {
  await tx.query('SELECT pg_advisory_xact_lock($1, $2)', [0x6a11, accountId])
}

/** Reserves an id before the row exists, because the seal binds to it. */
export async function nextId(tx: Sql, table: string): Promise<number> {
  const { rows } = await tx.query<{ id: string }>(`SELECT nextval('"${table}_id_seq"') AS id`)
  return Number(rows[0]!.id)
}
