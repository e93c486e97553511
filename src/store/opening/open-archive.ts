import { GallraError } from '../../errors.ts'
import { hasAccountOrStaff } from '../accounts.ts'
import type { Archive } from '../archive.ts'
import { createBlindIndex } from '../keys/blind-index.ts'
import { openErasureLedger } from '../keys/erasure-ledger.ts'
import { openKeyring } from '../keys/keyring-file.ts'
import { lazyPrisma } from '../postgres/prisma.ts'
import { migrate } from '../postgres/migrate.ts'
import { readSetting } from '../settings.ts'
import { openDatabase, type Database, type DatabasePlace } from './open-database.ts'
import { upgradeDerived } from './upgrade.ts'

export interface ArchivePlace extends DatabasePlace {
  keysDirectory: string
  migrationsDirectory: string
  /** Where a second copy of the keys is kept up to date; none when absent. */
  keysCopyDirectory?: string | null
}

/**
 * Starts or joins the database, migrates it and opens the keyring.
 * @throws GallraError 'restore-unfinished', 'schema-newer', 'keyring-missing', 'keyring-damaged' and those of
 * `openDatabase`
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

/** The keyring and all that hangs on it, over a migrated database. Closing the archive closes the database too. */
export async function openContent(place: ArchivePlace, database: Database, now: Date): Promise<Archive> {
  const { pool } = database
  const keyring = await openKeyring(place.keysDirectory, now, {
    expectExisting: await hasAccountOrStaff(pool),
    copyDirectory: place.keysCopyDirectory ?? null,
  })
  const prisma = lazyPrisma(pool)
  const tombstoneIndex = createBlindIndex(keyring.tombstoneKey)
  const archive: Archive = {
    pool,
    databaseUrl: database.url,
    prisma: () => prisma.client(),
    keyring,
    index: createBlindIndex(keyring.indexKey),
    tombstoneIndex,
    ledger: openErasureLedger(place.keysDirectory, tombstoneIndex, keyring.copy),
    close: async () => {
      await prisma.disconnect()
      await database.close()
    },
  }
  await upgradeDerived(archive, now)
  return archive
}
