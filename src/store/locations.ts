import type { Sql } from './sql.ts'

/** Where a copy lies on the server (P4). */
export interface Location {
  folderId: number
  uidValidity: bigint
  uid: number
  messageId: number | null
  tombstoneId: number | null
  flags: string[]
}

interface LocationRow extends Omit<Location, 'uidValidity' | 'uid'> {
  uidValidity: string
  uid: string
}

export async function saveLocation(tx: Sql, accountId: number, location: Location, now: Date): Promise<void> {
  await tx.query(
    `INSERT INTO "Location" ("accountId", "folderId", "uidValidity", "uid", "messageId", "tombstoneId", "flags", "seenAt")
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
     ON CONFLICT ("accountId", "folderId", "uidValidity", "uid")
     DO UPDATE SET "messageId" = $5, "tombstoneId" = $6, "flags" = $7`,
    [
      accountId,
      location.folderId,
      location.uidValidity,
      location.uid,
      location.messageId,
      location.tombstoneId,
      location.flags,
      now,
    ],
  )
}

export async function listLocations(sql: Sql, accountId: number, messageIds: number[]): Promise<Location[]> {
  const { rows } = await sql.query<LocationRow>(
    'SELECT "folderId", "uidValidity", "uid", "messageId", "tombstoneId", "flags" FROM "Location" WHERE "accountId" = $1 AND "messageId" = ANY($2)',
    [accountId, messageIds],
  )
  return rows.map(toLocation)
}

/** Copies of purged messages. */
export async function listTombstoneLocations(sql: Sql, accountId: number, tombstoneIds: number[]): Promise<Location[]> {
  const { rows } = await sql.query<LocationRow>(
    'SELECT "folderId", "uidValidity", "uid", "messageId", "tombstoneId", "flags" FROM "Location" WHERE "accountId" = $1 AND "tombstoneId" = ANY($2)',
    [accountId, tombstoneIds],
  )
  return rows.map(toLocation)
}

export async function listFolderUids(sql: Sql, accountId: number, folderId: number): Promise<number[]> {
  const { rows } = await sql.query<{ uid: string }>(
    'SELECT "uid" FROM "Location" WHERE "accountId" = $1 AND "folderId" = $2 ORDER BY "uid"',
    [accountId, folderId],
  )
  return rows.map((row) => Number(row.uid))
}

/** Copies that are no longer on the server. Returns the messages that lost one. */
export async function dropLocations(tx: Sql, accountId: number, folderId: number, uids: number[]): Promise<number[]> {
  const { rows } = await tx.query<{ messageId: number | null }>(
    'DELETE FROM "Location" WHERE "accountId" = $1 AND "folderId" = $2 AND "uid" = ANY($3) RETURNING "messageId"',
    [accountId, folderId, uids],
  )
  return rows.flatMap((row) => (row.messageId === null ? [] : [row.messageId]))
}

export async function saveFlags(
  tx: Sql,
  accountId: number,
  folderId: number,
  changes: { uid: number; flags: string[] }[],
): Promise<void> {
  for (const { uid, flags } of changes) {
    await tx.query('UPDATE "Location" SET "flags" = $4 WHERE "accountId" = $1 AND "folderId" = $2 AND "uid" = $3', [
      accountId,
      folderId,
      uid,
      flags,
    ])
  }
}

function toLocation(row: LocationRow): Location {
  return { ...row, uidValidity: BigInt(row.uidValidity), uid: Number(row.uid) }
}
