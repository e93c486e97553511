import { nextIds, type Sql } from '../../store/postgres/sql.ts'

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
