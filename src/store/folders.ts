import type { Archive } from './archive.ts'
import { identityOf, openRow, sealRow, type RowKey } from './sealed-row.ts'
import { nextId, type Sql } from './sql.ts'

export interface Folder {
  id: number
  path: string
  role: string
  uidValidity: bigint | null
  lastUid: number
  modseq: bigint | null
  seenStatus: string | null
}

interface FolderRow extends RowKey {
  id: number
  role: string
  uidValidity: string | null
  lastUid: string
  modseq: string | null
  seenStatus: string | null
  sealedPath: Buffer
}

/** The stored folder of that path, made when unknown. */
export async function ensureFolder(archive: Archive, accountId: number, path: string, role: string, now: Date): Promise<Folder> {
  const pathHash = archive.index.hash('folder', path)
  const { rows } = await archive.pool.query<FolderRow>(
    'UPDATE "Folder" SET "role" = $3, "goneAt" = NULL WHERE "accountId" = $1 AND "pathHash" = $2 RETURNING *',
    [accountId, pathHash, role],
  )
  if (rows[0]) return toFolder(archive, accountId, rows[0])
  const id = await nextId(archive.pool, 'Folder')
  const row = sealRow(archive.keyring, identityOf('Folder', accountId, id), path, now)
  await archive.pool.query(
    `INSERT INTO "Folder" ("accountId", "id", "pathHash", "role", "epoch", "wrappedKey", "sealedPath")
     VALUES ($1, $2, $3, $4, $5, $6, $7)`,
    [accountId, id, pathHash, role, row.epoch, row.wrappedKey, row.sealed],
  )
  return { id, path, role, uidValidity: null, lastUid: 0, modseq: null, seenStatus: null }
}

export async function listFolders(archive: Archive, accountId: number): Promise<Folder[]> {
  const { rows } = await archive.pool.query<FolderRow>(
    'SELECT * FROM "Folder" WHERE "accountId" = $1 AND "goneAt" IS NULL ORDER BY "id"',
    [accountId],
  )
  return rows.map((row) => toFolder(archive, accountId, row))
}

/** Folders that are no longer on the server: their locations go, the archive stays. */
export async function dropMissingFolders(tx: Sql, accountId: number, presentIds: number[], now: Date): Promise<void> {
  const { rows } = await tx.query<{ id: number }>(
    'UPDATE "Folder" SET "goneAt" = $3, "uidValidity" = NULL, "lastUid" = 0, "modseq" = NULL, "seenStatus" = NULL WHERE "accountId" = $1 AND "goneAt" IS NULL AND NOT ("id" = ANY($2)) RETURNING "id"',
    [accountId, presentIds, now],
  )
  await tx.query('DELETE FROM "Location" WHERE "accountId" = $1 AND "folderId" = ANY($2)', [accountId, rows.map((row) => row.id)])
}

/** A new UIDVALIDITY: every old UID is void. The folder is read again and copies re-matched by digest (P4). */
export async function resetFolder(tx: Sql, accountId: number, folderId: number, uidValidity: bigint): Promise<void> {
  await tx.query('DELETE FROM "Location" WHERE "accountId" = $1 AND "folderId" = $2', [accountId, folderId])
  await tx.query(
    `UPDATE "Intention" SET "doneAt" = now(), "outcome" = 'gone'
     WHERE "accountId" = $1 AND "folderId" = $2 AND "doneAt" IS NULL`,
    [accountId, folderId],
  )
  await tx.query(
    'UPDATE "Folder" SET "uidValidity" = $3, "lastUid" = 0, "modseq" = NULL, "seenStatus" = NULL WHERE "accountId" = $1 AND "id" = $2',
    [accountId, folderId, uidValidity],
  )
}

/**
 * After a restore no UID is believed: every location goes, cursors start again, open intentions end,
 * and the next pass re-matches copies by digest (P4). Returns the folders that had been read.
 */
export async function voidServerState(tx: Sql, accountId: number, now: Date): Promise<number[]> {
  await tx.query('DELETE FROM "Location" WHERE "accountId" = $1', [accountId])
  await tx.query(`UPDATE "Intention" SET "doneAt" = $2, "outcome" = 'gone' WHERE "accountId" = $1 AND "doneAt" IS NULL`, [accountId, now])
  const { rows } = await tx.query<{ id: number }>(
    'SELECT "id" FROM "Folder" WHERE "accountId" = $1 AND "goneAt" IS NULL AND "uidValidity" IS NOT NULL ORDER BY "id"',
    [accountId],
  )
  await tx.query(
    'UPDATE "Folder" SET "uidValidity" = NULL, "lastUid" = 0, "modseq" = NULL, "seenStatus" = NULL, "syncedAt" = NULL WHERE "accountId" = $1',
    [accountId],
  )
  return rows.map((row) => row.id)
}

/** How many of these folders, of accounts that are followed and still on the server, have not been read to their end. */
export async function countUnreadFolders(sql: Sql, folderIds: number[]): Promise<number> {
  const { rows } = await sql.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM "Folder" f JOIN "Account" a ON a."id" = f."accountId"
     WHERE f."id" = ANY($1) AND f."goneAt" IS NULL AND f."syncedAt" IS NULL AND a."state" <> 'removed'`,
    [folderIds],
  )
  return rows[0]!.count
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
  pass: { modseq: bigint | null; seenStatus: string | null; now: Date },
): Promise<void> {
  await tx.query(
    'UPDATE "Folder" SET "modseq" = $3, "seenStatus" = $4, "syncedAt" = $5 WHERE "accountId" = $1 AND "id" = $2',
    [accountId, folderId, pass.modseq, pass.seenStatus, pass.now],
  )
}

function toFolder(archive: Archive, accountId: number, row: FolderRow): Folder {
  return {
    id: row.id,
    path: openRow(archive.keyring, { ...row, sealed: row.sealedPath }, identityOf('Folder', accountId, row.id)) as string,
    role: row.role,
    uidValidity: row.uidValidity === null ? null : BigInt(row.uidValidity),
    lastUid: Number(row.lastUid),
    modseq: row.modseq === null ? null : BigInt(row.modseq),
    seenStatus: row.seenStatus,
  }
}
