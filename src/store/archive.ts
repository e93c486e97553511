import { PrismaPg } from '@prisma/adapter-pg'
import type pg from 'pg'
import { PrismaClient } from './generated/client.ts'
import { createBlindIndex, type BlindIndex } from './keys/blind-index.ts'
import { openErasureLedger, type ErasureLedger } from './keys/erasure-ledger.ts'
import { openKeyring, type Keyring } from './keys/keyring-file.ts'
import { migrate } from './postgres/migrate.ts'
import { readSetting } from './settings.ts'
import { createPool } from './postgres/sql.ts'
import { startEmbeddedPostgres } from './postgres/embedded-postgres.ts'
import { GallraError } from '../errors.ts'
import { upgradeDerived } from './opening/upgrade.ts'

/** An open archive: database, keys and the keyed hashes made with them. */
export interface Archive {
  pool: pg.Pool
  /** For sessions of their own beside the pool. */
  databaseUrl: string
  /** Reads and small writes outside the two hot transactions, over the same pool. */
  prisma: PrismaClient
  keyring: Keyring
  index: BlindIndex
  /** Keyed hashes that outlive the index key's rebuilds: tombstones. */
  tombstoneIndex: BlindIndex
  /** What was purged, outside the database and its backups. */
  ledger: ErasureLedger
  close(): Promise<void>
}

export interface ArchivePlace {
  dataDirectory: string
  keysDirectory: string
  migrationsDirectory: string
  /** null = start or join the embedded PostgreSQL under `dataDirectory`. */
  databaseUrl: string | null
  /** Where a second copy of the keys is kept up to date; none when absent. */
  keysCopyDirectory?: string | null
}

/** A running database, and whatever was started for it. */
export interface Database {
  pool: pg.Pool
  url: string
  close(): Promise<void>
}

/** Starts or joins the database, as it stands. @throws GallraError 'database-unreachable' and those of the embedded server */
export async function openDatabase(place: Pick<ArchivePlace, 'dataDirectory' | 'databaseUrl'>): Promise<Database> {
  const server = place.databaseUrl === null ? await startEmbeddedPostgres(place.dataDirectory) : null
  const databaseUrl = place.databaseUrl ?? server!.url
  const pool = createPool(databaseUrl)
  const close = async () => {
    await pool.end()
    await server?.stop()
  }
  try {
    await pool.query('SELECT 1')
  } catch (cause) {
    await close()
    throw new GallraError('database-unreachable', { problem: codeOf(cause) }, { cause })
  }
  return { pool, url: databaseUrl, close }
}

/**
 * Starts or joins the database, migrates it and opens the keyring.
 * @throws GallraError 'restore-unfinished', 'schema-newer', 'keyring-missing', 'keyring-damaged' and those of `openDatabase`
 */
export async function openArchive(place: ArchivePlace, now: Date): Promise<Archive> {
  const database = await openDatabase(place)
  try {
    await migrate(database.pool, place.migrationsDirectory)
    if ((await readSetting(database.pool, 'restoring')) !== null) throw new GallraError('restore-unfinished')
    return await openContent(place, database, now)
  } catch (error) {
    await database.close()
    throw error
  }
}

/** The keyring and all that hangs on it, over a migrated database. */
export async function openContent(place: ArchivePlace, database: Database, now: Date): Promise<Archive> {
  const { pool } = database
  const { rows } = await pool.query<{ used: boolean }>(
    'SELECT EXISTS (SELECT 1 FROM "Account") OR EXISTS (SELECT 1 FROM "Staff") AS used',
  )
  const keyring = await openKeyring(place.keysDirectory, now, {
    expectExisting: rows[0]!.used,
    copyDirectory: place.keysCopyDirectory ?? null,
  })
  const prisma = new PrismaClient({ adapter: new PrismaPg(pool) })
  const tombstoneIndex = createBlindIndex(keyring.tombstoneKey)
  const archive: Archive = {
    pool,
    databaseUrl: database.url,
    prisma,
    keyring,
    index: createBlindIndex(keyring.indexKey),
    tombstoneIndex,
    ledger: openErasureLedger(place.keysDirectory, tombstoneIndex, keyring.copy),
    close: async () => {
      await prisma.$disconnect()
      await database.close()
    },
  }
  await upgradeDerived(archive, now)
  return archive
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
}
