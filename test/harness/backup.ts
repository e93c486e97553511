import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { indexTerms } from '../../src/core/search/search-terms.ts'
import { restoreBackup, type RestoreReport } from '../../src/pipeline/mend/restore.ts'
import { openArchive, type ArchivePlace } from '../../src/store/opening/open-archive.ts'
import type { Archive } from '../../src/store/archive.ts'
import { listAccounts } from '../../src/store/accounts.ts'
import { openMessage, openMessageSource } from '../../src/store/message/open-messages.ts'
import { listSearchCandidates } from '../../src/store/message/search.ts'
import { testDatabase, type TestDatabase } from './postgres.ts'

export const MIGRATIONS = join(resolve(import.meta.dirname, '..', '..'), 'prisma', 'migrations')

export function temporary(name: string): string {
  return mkdtempSync(join(tmpdir(), `gallra-${name}-`))
}

/** Everything a message is, opened: what must be the same after a restore. */
export interface Content {
  source: string
  message: unknown
  evidence: unknown
  row: Record<string, unknown>
}

const SEALED = ['epoch', 'wrappedKey', 'sealedContent', 'sealedEvidence']

/** All messages of all accounts, by id, without what hangs on keys and places. */
export async function readContent(archive: Archive): Promise<Map<number, Content>> {
  const content = new Map<number, Content>()
  for (const { id: accountId } of await listAccounts(archive)) {
    const { rows } = await archive.pool.query<Record<string, unknown> & { id: number }>(
      'SELECT * FROM "Message" WHERE "accountId" = $1 ORDER BY "id"',
      [accountId],
    )
    for (const { id, ...stored } of rows) {
      const row = Object.fromEntries(Object.entries(stored).filter(([name]) => !SEALED.includes(name)))
      const { message, evidence } = await openMessage(archive.pool, archive, accountId, id)
      content.set(id, {
        source: (await openMessageSource(archive.pool, archive, accountId, id)).toString('latin1'),
        message,
        evidence,
        row,
      })
    }
  }
  return content
}

/** Ids that a search for one word finds, newest first. */
export async function find(archive: Archive, accountId: number, word: string): Promise<number[]> {
  const [term] = indexTerms({ field: 'text', text: word })
  const candidates = await listSearchCandidates(
    archive.pool,
    archive,
    accountId,
    {
      limits: { case: null, before: null, after: null, hasAttachment: false },
      clauses: [{ field: null, terms: [term!], neighbours: [] }],
    },
    { limit: 1000, after: null, downTo: null, among: null },
  )
  return candidates.map(({ id }) => id)
}

export interface Restored {
  archive: Archive
  report: RestoreReport
  drop: () => Promise<void>
}

export function placeOn(
  database: Pick<TestDatabase, 'url'>,
  keysDirectory: string,
  migrationsDirectory = MIGRATIONS,
): ArchivePlace {
  return {
    dataDirectory: join(keysDirectory, '..', 'unused'),
    keysDirectory,
    migrationsDirectory,
    databaseUrl: database.url,
  }
}

/** Restores into a fresh database and opens what came of it. */
export async function restored(
  directory: string,
  keysDirectory: string,
  now: Date,
  options: { withoutLedger?: boolean; migrations?: string } = {},
): Promise<Restored> {
  const database = await testDatabase()
  const place = placeOn(database, keysDirectory, options.migrations)
  try {
    const report = await restoreBackup(place, directory, { withoutLedger: options.withoutLedger ?? false }, () => now)
    const archive = await openArchive(place, now)
    return {
      archive,
      report,
      drop: async () => {
        await archive.close()
        await database.drop()
      },
    }
  } catch (error) {
    await database.drop()
    throw error
  }
}
