import type pg from 'pg'
import type { PrismaClient } from './generated/client.ts'
import type { BlindIndex } from './keys/blind-index.ts'
import type { ErasureLedger } from './keys/erasure-ledger.ts'
import type { Keyring } from './keys/keyring-file.ts'

/** An open archive: database, keys and the keyed hashes made with them. */
export interface Archive {
  pool: pg.Pool
  /** For sessions of their own beside the pool. */
  databaseUrl: string
  /**
   * The generated client, over the same pool, for cold reads and small writes (docs/develop/database.md).
   * Loaded with its first use: that costs 0.2–0.3 s of CPU, which most commands need not pay.
   */
  prisma: () => Promise<PrismaClient>
  keyring: Keyring
  index: BlindIndex
  /** Keyed hashes that outlive the index key's rebuilds: tombstones. */
  tombstoneIndex: BlindIndex
  /** What was purged, outside the database and its backups. */
  ledger: ErasureLedger
  close(): Promise<void>
}
