import type { Archive } from '../archive.ts'
import type { Tombstone as TombstoneRow } from '../generated/client.ts'
import { dayOf } from '../postgres/prisma.ts'
import type { Sql } from '../postgres/sql.ts'

/** What a purge left of one message, without its keyed hashes; `until` is a day 'YYYY-MM-DD'. */
export type Tombstone = Omit<TombstoneRow, 'accountId' | 'digestHash' | 'messageIdHash' | 'until'> & { until: string }

/** What purges have left of one content. */
interface PurgedContent {
  /** The newest tombstone that is not lifted; null when staff lifted them all. */
  standing: number | null
  lifted: boolean
}

/**
 * By digest hash: that of the tombstone index, or the archive's own (of what did not open when it was purged). Contents
 * never purged are left out.
 */
export async function findPurged(
  sql: Sql,
  accountId: number,
  digestHashes: string[],
): Promise<Map<string, PurgedContent>> {
  const { rows } = await sql.query<PurgedContent & { digestHash: string }>(
    `SELECT "digestHash", max("id") FILTER (WHERE "liftedAt" IS NULL) AS standing,
       bool_or("liftedAt" IS NOT NULL) AS lifted
     FROM "Tombstone" WHERE "accountId" = $1 AND "digestHash" = ANY($2) GROUP BY "digestHash"`,
    [accountId, digestHashes],
  )
  return new Map(rows.map(({ digestHash, standing, lifted }) => [digestHash, { standing, lifted }]))
}

export async function findTombstonesByMessageId(
  archive: Archive,
  accountId: number,
  messageId: string,
): Promise<Tombstone[]> {
  const messageIdHash = archive.tombstoneIndex.hash('message-id', messageId)
  const rows = await (
    await archive.prisma()
  ).tombstone.findMany({
    where: { accountId, messageIdHash },
    orderBy: { id: 'asc' },
    omit: { accountId: true, digestHash: true, messageIdHash: true },
  })
  return rows.map((row) => ({ ...row, until: dayOf(row.until) }))
}

export async function noteReappearance(tx: Sql, accountId: number, tombstoneIds: number[], now: Date): Promise<void> {
  if (tombstoneIds.length === 0) return
  await tx.query(
    'UPDATE "Tombstone" SET "reappearedAt" = COALESCE("reappearedAt", $3) WHERE "accountId" = $1 AND "id" = ANY($2)',
    [accountId, tombstoneIds, now],
  )
}

/** Its last copy is off the server again: a later return gets its full time again. */
export async function noteDisappearance(tx: Sql, accountId: number, tombstoneIds: number[]): Promise<void> {
  await tx.query(
    `UPDATE "Tombstone" t SET "reappearedAt" = NULL WHERE t."accountId" = $1 AND t."id" = ANY($2)
       AND NOT EXISTS (SELECT 1 FROM "Location" l WHERE l."accountId" = $1 AND l."tombstoneId" = t."id")`,
    [accountId, tombstoneIds],
  )
}

/** Tombstones have an end of their own (P3); one whose copy lies on the server stays to recognise it. */
export async function eraseEndedTombstones(sql: Sql, today: string): Promise<number> {
  const { rowCount } = await sql.query(
    `DELETE FROM "Tombstone" t WHERE t."until" < $1
       AND NOT EXISTS (SELECT 1 FROM "Location" l WHERE l."accountId" = t."accountId" AND l."tombstoneId" = t."id")`,
    [today],
  )
  return rowCount ?? 0
}

/**
 * Staff take it back: the next pass over its folders archives the copy again. False when a running purge is already
 * removing the copy.
 */
export async function liftTombstone(tx: Sql, accountId: number, tombstoneId: number, now: Date): Promise<boolean> {
  const { rowCount } = await tx.query(
    `UPDATE "Tombstone" t SET "liftedAt" = $3 WHERE t."accountId" = $1 AND t."id" = $2 AND t."liftedAt" IS NULL
       AND NOT EXISTS (SELECT 1 FROM "Intention" i JOIN "Location" l ON l."accountId" = i."accountId"
         AND l."folderId" = i."folderId"
                         AND l."uidValidity" = i."uidValidity" AND l."uid" = i."uid"
                       WHERE i."accountId" = $1 AND i."doneAt" IS NULL AND l."tombstoneId" = t."id")`,
    [accountId, tombstoneId, now],
  )
  return rowCount === 1
}

/** Purged messages of which a followed folder has a copy again, and since when. */
export async function listReappeared(sql: Sql, accountId: number): Promise<{ id: number; reappearedAt: Date }[]> {
  const { rows } = await sql.query<{ id: number; reappearedAt: Date }>(
    `SELECT DISTINCT t."id", t."reappearedAt" FROM "Tombstone" t
       JOIN "Location" l ON l."accountId" = t."accountId" AND l."tombstoneId" = t."id"
       JOIN "Folder" f ON f."accountId" = l."accountId" AND f."id" = l."folderId" AND f."unfollowedAt" IS NULL
     WHERE t."accountId" = $1 AND t."liftedAt" IS NULL AND t."reappearedAt" IS NOT NULL ORDER BY t."id"`,
    [accountId],
  )
  return rows
}

/** By id. */
export async function listTombstoneDigests(sql: Sql, accountId: number, ids: number[]): Promise<Map<number, string>> {
  const { rows } = await sql.query<Pick<TombstoneRow, 'id' | 'digestHash'>>(
    'SELECT "id", "digestHash" FROM "Tombstone" WHERE "accountId" = $1 AND "id" = ANY($2)',
    [accountId, ids],
  )
  return new Map(rows.map((row) => [row.id, row.digestHash]))
}
