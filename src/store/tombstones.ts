import type { Archive } from './archive.ts'
import type { Sql } from './sql.ts'

export interface Tombstone {
  id: number
  case: string
  rule: string
  purgedAt: Date
  until: string
  reappearedAt: Date | null
  liftedAt: Date | null
}

const COLUMNS = '"id", "case", "rule", "purgedAt", "until", "reappearedAt", "liftedAt"'

/** The standing tombstone of that content, if it was purged before. */
export async function findTombstone(sql: Sql, archive: Archive, accountId: number, digest: string): Promise<Tombstone | null> {
  const { rows } = await sql.query<Tombstone>(
    `SELECT ${COLUMNS} FROM "Tombstone" WHERE "accountId" = $1 AND "digestHash" = $2 AND "liftedAt" IS NULL ORDER BY "id" DESC LIMIT 1`,
    [accountId, archive.tombstoneIndex.hash('digest', digest)],
  )
  return rows[0] ?? null
}

export async function findTombstonesByMessageId(sql: Sql, archive: Archive, accountId: number, messageId: string): Promise<Tombstone[]> {
  const { rows } = await sql.query<Tombstone>(
    `SELECT ${COLUMNS} FROM "Tombstone" WHERE "accountId" = $1 AND "messageIdHash" = $2 ORDER BY "id"`,
    [accountId, archive.tombstoneIndex.hash('message-id', messageId)],
  )
  return rows
}

export async function noteReappearance(tx: Sql, accountId: number, tombstoneId: number, now: Date): Promise<void> {
  await tx.query('UPDATE "Tombstone" SET "reappearedAt" = COALESCE("reappearedAt", $3) WHERE "accountId" = $1 AND "id" = $2', [
    accountId,
    tombstoneId,
    now,
  ])
}

/** Staff take it back: the next pass over its folders archives the copy again. */
export async function liftTombstone(tx: Sql, accountId: number, tombstoneId: number, now: Date): Promise<boolean> {
  const { rowCount } = await tx.query(
    'UPDATE "Tombstone" SET "liftedAt" = $3 WHERE "accountId" = $1 AND "id" = $2 AND "liftedAt" IS NULL',
    [accountId, tombstoneId, now],
  )
  return rowCount === 1
}
