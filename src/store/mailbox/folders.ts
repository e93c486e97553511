import type { Archive } from '../archive.ts'
import { unlessBroken } from '../keys/seal.ts'
import { identityOf, openRow, sealRow, type RowKey } from '../keys/sealed-row.ts'
import type { PrismaTx } from '../postgres/prisma.ts'
import { nextId, type Sql } from '../postgres/sql.ts'
import { noteDisappearance } from '../disposal/tombstones.ts'

export interface Folder {
  id: number
  path: string
  role: string
  uidValidity: bigint | null
  lastUid: number
  modseq: bigint | null
  /** STATUS at the last complete pass, or MISSING or GONE. */
  seenStatus: string | null
  /** When it was last known to its end; null: nothing there tells of an act yet. */
  lookedAt: Date | null
}

/**
 * In the place of a STATUS answer: listed by the server, which says that it does not exist. GONE: taken at its word.
 */
const MISSING = 'missing'
const GONE = 'gone'

/** Rows of folders that the server lists and refuses to open. */
const REFUSED = `"refusedAt" IS NOT NULL AND "seenStatus" IS DISTINCT FROM '${GONE}'`

interface FolderRow extends RowKey {
  id: number
  role: string
  uidValidity: string | null
  lastUid: string
  modseq: string | null
  seenStatus: string | null
  lookedAt: Date | null
  sealedPath: Buffer
}

/** The stored folder of that path, made when unknown, and followed from now on. */
export async function ensureFolder(
  archive: Archive,
  accountId: number,
  path: string,
  role: string,
  now: Date,
): Promise<Folder> {
  const pathHash = archive.index.hash('folder', path)
  const { rows } = await archive.pool.query<FolderRow>(
    'UPDATE "Folder" SET "role" = $3, "unfollowedAt" = NULL WHERE "accountId" = $1 AND "pathHash" = $2 RETURNING *',
    [accountId, pathHash, role],
  )
  if (rows[0]) return openOrSeal(archive, accountId, rows[0], path, now)
  const id = await nextId(archive.pool, 'Folder')
  const row = sealRow(archive.keyring, identityOf('Folder', accountId, id), path, now)
  // One that was not there when the others were looked at last has been made since, and what lies in it came since.
  const { rows: made } = await archive.pool.query<{ lookedAt: Date | null }>(
    `INSERT INTO "Folder" ("accountId", "id", "pathHash", "role", "epoch", "wrappedKey", "sealedPath", "lookedAt")
     VALUES ($1, $2, $3, $4, $5, $6, $7, (SELECT min("lookedAt") FROM "Folder" WHERE "accountId" = $1
       AND "unfollowedAt" IS NULL)) RETURNING "lookedAt"`,
    [accountId, id, pathHash, role, row.epoch, row.wrappedKey, row.sealed],
  )
  return {
    id,
    path,
    role,
    uidValidity: null,
    lastUid: 0,
    modseq: null,
    seenStatus: null,
    lookedAt: made[0]?.lookedAt ?? null,
  }
}

/**
 * A path that cannot be decrypted, damaged or changed, is sealed again: the row was found by the keyed hash of this
 * path.
 */
async function openOrSeal(
  archive: Archive,
  accountId: number,
  row: FolderRow,
  path: string,
  now: Date,
): Promise<Folder> {
  const opened = unlessBroken(() => toFolder(archive, accountId, row))
  if (opened !== null) return opened
  const { epoch, wrappedKey, sealed } = sealRow(archive.keyring, identityOf('Folder', accountId, row.id), path, now)
  await archive.pool.query(
    'UPDATE "Folder" SET "epoch" = $3, "wrappedKey" = $4, "sealedPath" = $5 WHERE "accountId" = $1 AND "id" = $2',
    [accountId, row.id, epoch, wrappedKey, sealed],
  )
  return toFolder(archive, accountId, { ...row, epoch, wrappedKey, sealedPath: sealed })
}

/** The folders that are followed. @throws GallraError 'seal-broken' */
export async function listFolders(archive: Archive, accountId: number): Promise<Folder[]> {
  const { rows } = await archive.pool.query<FolderRow>(
    'SELECT * FROM "Folder" WHERE "accountId" = $1 AND "unfollowedAt" IS NULL ORDER BY "id"',
    [accountId],
  )
  return rows.map((row) => toFolder(archive, accountId, row))
}

/**
 * Settles what is not followed now. What is still on the server keeps its copies, so that the archive does not
 * forget mail that lies there; what is gone leaves the database, path and all, and the archive stays.
 */
export async function settleOtherFolders(
  tx: Sql,
  archive: Archive,
  accountId: number,
  present: { followedIds: number[]; serverPaths: string[] },
  now: Date,
): Promise<void> {
  const onServer = present.serverPaths.map((path) => archive.index.hash('folder', path))
  const gone = await tx.query<{ id: number }>(
    'DELETE FROM "Folder" WHERE "accountId" = $1 AND NOT ("pathHash" = ANY($2)) RETURNING "id"',
    [accountId, onServer],
  )
  const goneIds = gone.rows.map((row) => row.id)
  const copies = await tx.query<{ tombstoneId: number | null }>(
    'DELETE FROM "Location" WHERE "accountId" = $1 AND "folderId" = ANY($2) RETURNING "tombstoneId"',
    [accountId, goneIds],
  )
  await noteDisappearance(
    tx,
    accountId,
    copies.rows.flatMap((row) => row.tombstoneId ?? []),
  )
  const left = await tx.query<{ id: number }>(
    `UPDATE "Folder" SET "unfollowedAt" = $3 WHERE "accountId" = $1 AND "unfollowedAt" IS NULL AND NOT ("id" = ANY($2))
       RETURNING "id"`,
    [accountId, present.followedIds, now],
  )
  await dropIntentions(tx, accountId, [...goneIds, ...left.rows.map((row) => row.id)], now)
}

/** What was intended there will not be done: the place is no longer ours to touch, or no longer the same. */
async function dropIntentions(tx: Sql, accountId: number, folderIds: number[], now: Date): Promise<void> {
  await tx.query(
    `UPDATE "Intention" SET "doneAt" = $3, "outcome" = 'gone' WHERE "accountId" = $1 AND "folderId" = ANY($2)
       AND "doneAt" IS NULL`,
    [accountId, folderIds, now],
  )
}

/** Every old UID is void. The folder is read again and copies re-matched by digest (P4). */
export async function resetFolder(
  tx: Sql,
  accountId: number,
  folderId: number,
  uidValidity: bigint,
  now: Date,
): Promise<void> {
  await tx.query('DELETE FROM "Location" WHERE "accountId" = $1 AND "folderId" = $2', [accountId, folderId])
  await dropIntentions(tx, accountId, [folderId], now)
  await tx.query(
    // What lay under other UIDs is met again and has not come (a folder read for the first time has none).
    `UPDATE "Folder" SET "uidValidity" = $3, "lastUid" = 0, "modseq" = NULL, "seenStatus" = NULL, "syncedAt" = NULL,
       "lookedAt" = CASE WHEN "uidValidity" IS NULL THEN "lookedAt" END WHERE "accountId" = $1 AND "id" = $2`,
    [accountId, folderId, uidValidity],
  )
}

/** A copy was not what it was taken for: the folder is read again from its beginning, and nothing goes until then. */
export async function rereadFolder(tx: Sql, accountId: number, folderId: number): Promise<void> {
  await tx.query(
    'UPDATE "Folder" SET "lastUid" = 0, "seenStatus" = NULL, "syncedAt" = NULL WHERE "accountId" = $1 AND "id" = $2',
    [accountId, folderId],
  )
}

/** Folders with a copy of a purged message are read again from their beginning; all else there is known by digest. */
export async function rereadTombstoneFolders(tx: Sql, accountId: number, tombstoneId: number): Promise<void> {
  await tx.query(
    `UPDATE "Folder" SET "lastUid" = 0, "seenStatus" = NULL WHERE "accountId" = $1 AND "id" IN
       (SELECT "folderId" FROM "Location" WHERE "accountId" = $1 AND "tombstoneId" = $2)`,
    [accountId, tombstoneId],
  )
}

/** The cursor, when the folder still has this UIDVALIDITY. */
export async function findCursor(
  tx: Sql,
  accountId: number,
  folderId: number,
  uidValidity: bigint,
): Promise<number | null> {
  const { rows } = await tx.query<{ lastUid: string }>(
    'SELECT "lastUid" FROM "Folder" WHERE "accountId" = $1 AND "id" = $2 AND "uidValidity" = $3',
    [accountId, folderId, uidValidity],
  )
  return rows[0] ? Number(rows[0].lastUid) : null
}

/**
 * After a restore no UID is believed: locations in followed folders go, cursors start again, open intentions end,
 * and the next pass re-matches copies by digest (P4). Returns the folders that had been read.
 */
export async function voidServerState(tx: Sql, accountId: number, now: Date): Promise<number[]> {
  // Copies in folders no longer followed are never acted on, and what lies there keeps its message.
  await tx.query(
    `DELETE FROM "Location" WHERE "accountId" = $1 AND "folderId" NOT IN
       (SELECT "id" FROM "Folder" WHERE "accountId" = $1 AND "unfollowedAt" IS NOT NULL)`,
    [accountId],
  )
  await tx.query(
    `UPDATE "Intention" SET "doneAt" = $2, "outcome" = 'gone' WHERE "accountId" = $1 AND "doneAt" IS NULL`,
    [accountId, now],
  )
  const { rows } = await tx.query<{ id: number }>(
    `SELECT "id" FROM "Folder" WHERE "accountId" = $1 AND "unfollowedAt" IS NULL AND "uidValidity" IS NOT NULL
       ORDER BY "id"`,
    [accountId],
  )
  await tx.query(
    `UPDATE "Folder" SET "uidValidity" = NULL, "lastUid" = 0, "modseq" = NULL, "seenStatus" = NULL, "syncedAt" = NULL,
       "lookedAt" = NULL WHERE "accountId" = $1`,
    [accountId],
  )
  await tx.query('DELETE FROM "Transition" WHERE "accountId" = $1', [accountId])
  return rows.map((row) => row.id)
}

/**
 * How many of these folders, of accounts that are followed and still on the server, have not been read to their end.
 */
export async function countUnreadFolders(tx: PrismaTx, folderIds: number[]): Promise<number> {
  const removed = await tx.account.findMany({ where: { state: 'removed' }, select: { id: true } })
  const accountId = { notIn: removed.map(({ id }) => id) }
  return tx.folder.count({ where: { id: { in: folderIds }, accountId, unfollowedAt: null, syncedAt: null } })
}

/** Moves the cursor past committed messages; never called outside their transaction (P1). */
export async function advanceFolder(tx: Sql, accountId: number, folderId: number, lastUid: number): Promise<void> {
  await tx.query('UPDATE "Folder" SET "lastUid" = GREATEST("lastUid", $3) WHERE "accountId" = $1 AND "id" = $2', [
    accountId,
    folderId,
    lastUid,
  ])
}

/** The folder is caught up to this modseq (the value at SELECT) and STATUS answer. */
export async function finishFolder(
  tx: Sql,
  accountId: number,
  folderId: number,
  pass: { modseq: bigint | null; seenStatus: string | null; lookedAt: Date; now: Date },
): Promise<void> {
  await tx.query(
    `UPDATE "Folder" SET "modseq" = $3, "seenStatus" = $4, "syncedAt" = $5, "lookedAt" = $6, "refusedAt" = NULL
       WHERE "accountId" = $1 AND "id" = $2`,
    [accountId, folderId, pass.modseq, pass.seenStatus, pass.now, pass.lookedAt],
  )
}

/** Folders whose STATUS says that nothing has changed up to `lookedAt`. */
export async function noteUnchanged(sql: Sql, accountId: number, folderIds: number[], lookedAt: Date): Promise<void> {
  if (folderIds.length === 0) return
  await sql.query(
    'UPDATE "Folder" SET "lookedAt" = $3 WHERE "accountId" = $1 AND "id" = ANY($2) AND "lookedAt" IS NOT NULL',
    [accountId, folderIds, lookedAt],
  )
}

/**
 * The server would not open it; what is in it cannot be known. Returns since when. `missing`: it says that there is no
 * such folder, which counts from the first of an unbroken row of such answers.
 */
export async function refuseFolder(
  sql: Sql,
  accountId: number,
  folderId: number,
  missing: boolean,
  now: Date,
): Promise<Date> {
  const { rows } = await sql.query<{ refusedAt: Date }>(
    `UPDATE "Folder" SET "refusedAt" = CASE WHEN $4 AND "seenStatus" IS DISTINCT FROM '${MISSING}'
       AND "seenStatus" IS DISTINCT FROM '${GONE}' THEN $3 ELSE COALESCE("refusedAt", $3) END,
       "seenStatus" = CASE WHEN NOT $4 THEN NULL WHEN "seenStatus" = '${GONE}' THEN '${GONE}' ELSE '${MISSING}' END
     WHERE "accountId" = $1 AND "id" = $2 RETURNING "refusedAt"`,
    [accountId, folderId, now, missing],
  )
  return rows[0]?.refusedAt ?? now
}

/**
 * The folder no longer exists, though the server lists it: its copies are forgotten and their messages returned. Should
 * it come back it is read from its beginning and copies are re-matched by digest (P4).
 */
export async function emptyFolder(tx: Sql, accountId: number, folderId: number, now: Date): Promise<number[]> {
  const { rows } = await tx.query<{ messageId: number | null; tombstoneId: number | null }>(
    'DELETE FROM "Location" WHERE "accountId" = $1 AND "folderId" = $2 RETURNING "messageId", "tombstoneId"',
    [accountId, folderId],
  )
  await noteDisappearance(
    tx,
    accountId,
    rows.flatMap((row) => row.tombstoneId ?? []),
  )
  await dropIntentions(tx, accountId, [folderId], now)
  await tx.query(
    `UPDATE "Folder" SET "uidValidity" = NULL, "lastUid" = 0, "modseq" = NULL, "seenStatus" = '${GONE}',
       "syncedAt" = NULL, "lookedAt" = NULL WHERE "accountId" = $1 AND "id" = $2`,
    [accountId, folderId],
  )
  return rows.flatMap((row) => row.messageId ?? [])
}

/** Some followed folder has not been read to its end, so copies may lie where gallra has not looked. */
export async function hasUnreadFolder(sql: Sql, accountId: number): Promise<boolean> {
  const { rowCount } = await sql.query(
    `SELECT 1 FROM "Folder" WHERE "accountId" = $1 AND "unfollowedAt" IS NULL AND "syncedAt" IS NULL
       AND "refusedAt" IS NULL LIMIT 1`,
    [accountId],
  )
  return rowCount !== 0
}

/** Of the folders that are followed. */
export interface FolderCounts {
  folders: number
  /** Those the server refused to open at the last pass. */
  refused: number
  /** The newest complete pass over any of them. */
  syncedAt: Date | null
}

export async function countFolders(sql: Sql, accountId: number): Promise<FolderCounts> {
  const { rows } = await sql.query<FolderCounts>(
    `SELECT count(*)::int AS folders, (count(*) FILTER (WHERE ${REFUSED}))::int AS refused,
       max("syncedAt") AS "syncedAt"
     FROM "Folder" WHERE "accountId" = $1 AND "unfollowedAt" IS NULL`,
    [accountId],
  )
  return rows[0]!
}

function toFolder(archive: Archive, accountId: number, row: FolderRow): Folder {
  return {
    id: row.id,
    path: openRow(
      archive.keyring,
      { ...row, sealed: row.sealedPath },
      identityOf('Folder', accountId, row.id),
    ) as string,
    role: row.role,
    uidValidity: row.uidValidity === null ? null : BigInt(row.uidValidity),
    lastUid: Number(row.lastUid),
    modseq: row.modseq === null ? null : BigInt(row.modseq),
    seenStatus: row.seenStatus,
    lookedAt: row.lookedAt,
  }
}
