import { storableFlags } from '../../core/message/flags.ts'
import type { Sql } from '../postgres/sql.ts'
import { noteDisappearance } from '../disposal/tombstones.ts'

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

/** Notes where copies lie; of several at one place the last counts. */
export async function saveLocations(tx: Sql, accountId: number, locations: Location[], now: Date): Promise<void> {
  const places = [...new Map(locations.map((one) => [`${one.folderId}:${one.uidValidity}:${one.uid}`, one])).values()]
  if (places.length === 0) return
  await tx.query(
    `INSERT INTO "Location" ("accountId", "folderId", "uidValidity", "uid", "messageId", "tombstoneId", "flags",
       "seenAt")
     SELECT $1, p.folder, p.validity, p.uid, p.message, p.tombstone, ARRAY(SELECT jsonb_array_elements_text(p.flags)),
       $8
     FROM unnest($2::int[], $3::bigint[], $4::bigint[], $5::int[], $6::int[], $7::text[]::jsonb[]) p(folder, validity,
       uid, message, tombstone, flags)
     ON CONFLICT ("accountId", "folderId", "uidValidity", "uid")
     DO UPDATE SET "messageId" = excluded."messageId", "tombstoneId" = excluded."tombstoneId",
       "flags" = excluded."flags"`,
    [
      accountId,
      places.map((one) => one.folderId),
      places.map((one) => one.uidValidity),
      places.map((one) => one.uid),
      places.map((one) => one.messageId),
      places.map((one) => one.tombstoneId),
      places.map((one) => JSON.stringify(storableFlags(one.flags))),
      now,
    ],
  )
}

/**
 * Messages that are on the server and were not given: a location without message or tombstone, asked for again on each
 * pass.
 */
export async function saveWithheld(
  tx: Sql,
  accountId: number,
  folder: { id: number; uidValidity: bigint },
  uids: number[],
  now: Date,
): Promise<void> {
  if (uids.length === 0) return
  await tx.query(
    `INSERT INTO "Location" ("accountId", "folderId", "uidValidity", "uid", "flags", "seenAt")
     SELECT $1, $2, $3, unnest($4::bigint[]), '{}', $5 ON CONFLICT DO NOTHING`,
    [accountId, folder.id, folder.uidValidity, uids, now],
  )
}

export async function listWithheld(sql: Sql, accountId: number, folderId: number): Promise<number[]> {
  const { rows } = await sql.query<{ uid: string }>(
    `SELECT "uid" FROM "Location" WHERE "accountId" = $1 AND "folderId" = $2 AND "messageId" IS NULL
       AND "tombstoneId" IS NULL ORDER BY "uid"`,
    [accountId, folderId],
  )
  return rows.map((row) => Number(row.uid))
}

const STORED = `SELECT l."folderId", l."uidValidity", l."uid", l."messageId", l."tombstoneId", l."flags",
   f."unfollowedAt" IS NULL AS followed
  FROM "Location" l JOIN "Folder" f ON f."accountId" = l."accountId" AND f."id" = l."folderId"`

export async function listLocations(sql: Sql, accountId: number, messageIds: number[]): Promise<StoredLocation[]> {
  const { rows } = await sql.query<LocationRow>(`${STORED} WHERE l."accountId" = $1 AND l."messageId" = ANY($2)`, [
    accountId,
    messageIds,
  ])
  return rows.map(toLocation)
}

/** Copies of purged messages. */
export async function listTombstoneLocations(
  sql: Sql,
  accountId: number,
  tombstoneIds: number[],
): Promise<StoredLocation[]> {
  const { rows } = await sql.query<LocationRow>(`${STORED} WHERE l."accountId" = $1 AND l."tombstoneId" = ANY($2)`, [
    accountId,
    tombstoneIds,
  ])
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
    `DELETE FROM "Location" WHERE "accountId" = $1 AND "folderId" = $2 AND "uid" = ANY($3)
       RETURNING "messageId", "tombstoneId"`,
    [accountId, folderId, uids],
  )
  await noteDisappearance(
    tx,
    accountId,
    rows.flatMap((row) => row.tombstoneId ?? []),
  )
  return rows.flatMap((row) => row.messageId ?? [])
}

/** Copies known by their whole addresses. */
export async function dropPlaces(
  tx: Sql,
  accountId: number,
  places: Pick<Location, 'folderId' | 'uidValidity' | 'uid'>[],
): Promise<void> {
  if (places.length === 0) return
  await tx.query(
    `DELETE FROM "Location" l USING unnest($2::int[], $3::bigint[], $4::bigint[]) p(folder, validity, uid)
     WHERE l."accountId" = $1 AND l."folderId" = p.folder AND l."uidValidity" = p.validity AND l."uid" = p.uid`,
    [accountId, places.map((one) => one.folderId), places.map((one) => one.uidValidity), places.map((one) => one.uid)],
  )
}

export async function saveFlags(
  tx: Sql,
  accountId: number,
  folderId: number,
  changes: { uid: number; flags: string[] }[],
): Promise<void> {
  if (changes.length === 0) return
  await tx.query(
    `UPDATE "Location" l SET "flags" = ARRAY(SELECT jsonb_array_elements_text(c.flags))
       FROM unnest($3::bigint[], $4::text[]::jsonb[]) c(uid, flags)
     WHERE l."accountId" = $1 AND l."folderId" = $2 AND l."uid" = c.uid`,
    [
      accountId,
      folderId,
      changes.map((one) => one.uid),
      changes.map((one) => JSON.stringify(storableFlags(one.flags))),
    ],
  )
}

function toLocation(row: LocationRow): StoredLocation {
  return { ...row, uidValidity: BigInt(row.uidValidity), uid: Number(row.uid) }
}
