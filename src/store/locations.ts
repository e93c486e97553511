import { storableFlags } from '../core/flags.ts'
import type { Sql } from './sql.ts'
import { noteDisappearance } from './tombstones.ts'

/** Where a copy lies on the server (P4). */
export interface Location {
  folderId: number
  uidValidity: bigint
  uid: number
  messageId: number | null
  tombstoneId: number | null
  flags: string[]
}

/** A copy as the archive knows it. */
export interface StoredLocation extends Location {
  /** Its folder is followed; otherwise nothing there may be touched. */
  followed: boolean
}

interface LocationRow extends Omit<StoredLocation, 'uidValidity' | 'uid'> {
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
      storableFlags(location.flags),
      now,
    ],
  )
}

const STORED = `SELECT l."folderId", l."uidValidity", l."uid", l."messageId", l."tombstoneId", l."flags", f."unfollowedAt" IS NULL AS followed
  FROM "Location" l JOIN "Folder" f ON f."accountId" = l."accountId" AND f."id" = l."folderId"`

export async function listLocations(sql: Sql, accountId: number, messageIds: number[]): Promise<StoredLocation[]> {
  const { rows } = await sql.query<LocationRow>(`${STORED} WHERE l."accountId" = $1 AND l."messageId" = ANY($2)`, [accountId, messageIds])
  return rows.map(toLocation)
}

/** Copies of purged messages. */
export async function listTombstoneLocations(sql: Sql, accountId: number, tombstoneIds: number[]): Promise<StoredLocation[]> {
  const { rows } = await sql.query<LocationRow>(`${STORED} WHERE l."accountId" = $1 AND l."tombstoneId" = ANY($2)`, [accountId, tombstoneIds])
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
  const { rows } = await tx.query<{ messageId: number | null; tombstoneId: number | null }>(
    'DELETE FROM "Location" WHERE "accountId" = $1 AND "folderId" = $2 AND "uid" = ANY($3) RETURNING "messageId", "tombstoneId"',
    [accountId, folderId, uids],
  )
  await noteDisappearance(tx, accountId, rows.flatMap((row) => row.tombstoneId ?? []))
  return rows.flatMap((row) => row.messageId ?? [])
}

/** One copy, known by its whole address. */
export async function dropLocation(tx: Sql, accountId: number, { folderId, uidValidity, uid }: Pick<Location, 'folderId' | 'uidValidity' | 'uid'>): Promise<void> {
  await tx.query('DELETE FROM "Location" WHERE "accountId" = $1 AND "folderId" = $2 AND "uidValidity" = $3 AND "uid" = $4', [
    accountId,
    folderId,
    uidValidity,
    uid,
  ])
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
      storableFlags(flags),
    ])
  }
}

function toLocation(row: LocationRow): StoredLocation {
  return { ...row, uidValidity: BigInt(row.uidValidity), uid: Number(row.uid) }
}
