import { PrismaPg } from '@prisma/adapter-pg'
import type pg from 'pg'
import { PrismaClient } from './generated/client.ts'
import { createBlindIndex, type BlindIndex } from './blind-index.ts'
import { openKeyring, type Keyring } from './keyring-file.ts'
import { migrate } from './migrate.ts'
import { createPool } from './sql.ts'
import { startEmbeddedPostgres } from './embedded-postgres.ts'
import { GallraError } from '../errors.ts'
import { upgradeDerived } from './upgrade.ts'

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
  close(): Promise<void>
}

export interface ArchivePlace {
  dataDirectory: string
  keysDirectory: string
  migrationsDirectory: string
  /** null = start or join the embedded PostgreSQL under `dataDirectory`. */
  databaseUrl: string | null
}

/** Starts or joins the database, migrates it and opens the keyring. */
export async function openArchive(place: ArchivePlace, now: Date): Promise<Archive> {
  const server = place.databaseUrl === null ? await startEmbeddedPostgres(place.dataDirectory) : null
  const databaseUrl = place.databaseUrl ?? server!.url
  const pool = createPool(databaseUrl)
  const prisma = new PrismaClient({ adapter: new PrismaPg(pool) })
  const close = async () => {
    await prisma.$disconnect()
    await pool.end()
    await server?.stop()
  }
  try {
    await pool.query('SELECT 1').catch((cause: unknown) => {
      throw new GallraError('database-unreachable', { problem: codeOf(cause) }, { cause })
    })
    await migrate(pool, place.migrationsDirectory)
    const { rows } = await pool.query<{ used: boolean }>(
      'SELECT EXISTS (SELECT 1 FROM "Account") OR EXISTS (SELECT 1 FROM "Staff") AS used',
    )
    const keyring = await openKeyring(place.keysDirectory, now, { expectExisting: rows[0]!.used })
    const archive: Archive = {
      pool,
      databaseUrl,
      prisma,
      keyring,
      index: createBlindIndex(keyring.indexKey),
      tombstoneIndex: createBlindIndex(keyring.tombstoneKey),
      close,
    }
    await upgradeDerived(archive, now)
    return archive
  } catch (error) {
    await close()
    throw error
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
}
