import type { Archive } from './archive.ts'
import { identityOf } from './sealed-row.ts'
import { unwrapKey, wrapKey } from './seal.ts'
import { inTransaction, type Sql } from './sql.ts'

const PAGE = 500

/** Every table with a wrapped data key, and whether its identity names an account. */
export const SEALED_TABLES = [
  { table: 'Account', owner: 'self' },
  { table: 'Staff', owner: 'none' },
  { table: 'Folder', owner: 'account' },
  { table: 'Customer', owner: 'account' },
  { table: 'Message', owner: 'account' },
  { table: 'Override', owner: 'account' },
  { table: 'Hold', owner: 'account' },
  { table: 'Outbox', owner: 'account' },
  { table: 'TrainingExample', owner: 'account' },
  { table: 'Model', owner: 'none' },
] as const

/**
 * Wraps every data key that still stands under the current epoch, so that the older ones can be
 * destroyed: what was purged since is then readable from no old copy (P8). Returns the rows moved.
 */
export async function rewrapSurvivors(archive: Archive, now: Date): Promise<number> {
  let moved = 0
  for (const { table, owner } of SEALED_TABLES) {
    for (;;) {
      const count = await inTransaction(archive.pool, (tx) => rewrapPage(tx, archive, table, owner, now))
      moved += count
      if (count < PAGE) break
    }
  }
  return moved
}

/**
 * Destroys epochs that began more than `keepDays` days ago, have a successor and hold no row any
 * more. A dump from before a purge was sealed under such an epoch, so after `keepDays` it is mute (P8).
 * Returns the ids destroyed.
 */
export async function destroyOldEpochs(archive: Archive, keepDays: number, now: Date): Promise<number[]> {
  const limit = now.getTime() - keepDays * 86_400_000
  const expired = archive.keyring.epochs().slice(0, -1).filter((epoch) => Date.parse(epoch.beganOn) <= limit)
  const last = expired.at(-1)
  if (!last) return []
  const oldest = Math.min(...(await Promise.all(SEALED_TABLES.map(({ table }) => oldestEpoch(archive.pool, table)))))
  return archive.keyring.destroyEpochs(Math.min(last.id + 1, oldest))
}

async function rewrapPage(tx: Sql, archive: Archive, table: string, owner: 'self' | 'none' | 'account', now: Date): Promise<number> {
  const current = archive.keyring.currentEpoch(now)
  const account = owner === 'account' ? '"accountId"' : owner === 'self' ? '"id"' : '0'
  const { rows } = await tx.query<{ account: number; id: number; epoch: number; wrappedKey: Buffer }>(
    `SELECT ${account} AS account, "id", "epoch", "wrappedKey" FROM "${table}" WHERE "epoch" < $1 ORDER BY "id" LIMIT ${PAGE} FOR UPDATE`,
    [current.id],
  )
  for (const row of rows) {
    const identity = identityOf(table, row.account, row.id)
    const key = unwrapKey(row.wrappedKey, archive.keyring.epochKey(row.epoch), identity)
    await tx.query(
      `UPDATE "${table}" SET "epoch" = $3, "wrappedKey" = $4 WHERE "id" = $1 ${owner === 'account' ? 'AND "accountId" = $2' : 'AND $2 >= 0'}`,
      [row.id, row.account, current.id, wrapKey(key, current.key, identity)],
    )
  }
  return rows.length
}

async function oldestEpoch(sql: Sql, table: string): Promise<number> {
  const { rows } = await sql.query<{ oldest: number | null }>(`SELECT min("epoch") AS oldest FROM "${table}"`)
  return rows[0]?.oldest ?? Number.MAX_SAFE_INTEGER
}
