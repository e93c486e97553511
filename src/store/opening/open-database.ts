import type pg from 'pg'
import { GallraError } from '../../errors.ts'
import { startEmbeddedPostgres } from '../postgres/embedded-postgres.ts'
import { createPool } from '../postgres/sql.ts'

export interface DatabasePlace {
  dataDirectory: string
  /** null = start or join the embedded PostgreSQL under `dataDirectory`. */
  databaseUrl: string | null
}

/** A running database, and whatever was started for it. */
export interface Database {
  pool: pg.Pool
  url: string
  close(): Promise<void>
}

/**
 * Starts or joins the database and leaves its content alone.
 * @throws GallraError 'database-unreachable' and those of the embedded server
 */
export async function openDatabase(place: DatabasePlace): Promise<Database> {
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

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
}
