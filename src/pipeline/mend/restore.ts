import { lapseAllRuns } from '../../store/disposal/purge-runs.ts'
import { countAllMessages } from '../../store/message/messages.ts'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { stockholmDate } from '../../core/retention/calendar.ts'
import { GallraError } from '../../errors.ts'
import { listAccountIds } from '../../store/accounts.ts'
import { openContent, type ArchivePlace } from '../../store/opening/open-archive.ts'
import { openDatabase } from '../../store/opening/open-database.ts'
import type { Archive } from '../../store/archive.ts'
import { appendAudit, INSTALLATION } from '../../store/audit.ts'
import { checkSizes } from '../../store/backup/check.ts'
import { loadBackup } from '../../store/backup/load.ts'
import { readManifest, requireEpochs, type Manifest } from '../../store/backup/manifest.ts'
import { mendLedger } from '../../store/keys/erasure-ledger.ts'
import { voidServerState } from '../../store/mailbox/folders.ts'
import { LEDGER_FILE } from '../../store/keys/keys-copy.ts'
import { openKeyring } from '../../store/keys/keyring-file.ts'
import { replayErasures, type Replay } from '../../store/backup/replay.ts'
import { voidOutbox } from '../../store/outbox.ts'
import { writeSetting, removeSetting } from '../../store/settings.ts'
import { inTransaction, lockAccount } from '../../store/postgres/sql.ts'
import { rebuildIndex } from './reindex.ts'

export type RestoreStep = 'loading' | 'dropping' | 'indexing'

interface RestoreOptions {
  /** Go on although the ledger of purges is gone: what was purged since stays until it is purged again. */
  withoutLedger: boolean
  onProgress?: (step: RestoreStep, done: number, total: number) => void
}

export interface RestoreReport {
  backupAt: string
  accounts: number
  messages: number
  /** Purged since the backup and taken away again. */
  dropped: number
  /**
   * Ids of messages that were being purged when the database was lost. Whether that purge committed cannot be known, so
   * they are back.
   */
  returned: number[]
  tombstones: number
  indexed: number
  /** Folders to be read again before anything may be purged. */
  folders: number
  /** Ids of messages that cannot be decrypted: they were damaged or changed before the backup. */
  unopened: number[]
  /** Lines of the ledger that could not be read. */
  unreadable: number
}

/**
 * Puts a backup back into an empty place, with the keyring of today. What was purged since goes
 * again, everything known about the mail server is void, and purging is off until a person arms it.
 * Killed anywhere, the archive stays closed (`restore-unfinished`) and the same call begins afresh.
 * @throws GallraError see `readManifest`, `requireEpochs`, `loadBackup`; 'ledger-missing'
 */
export async function restoreBackup(
  place: ArchivePlace,
  directory: string,
  options: RestoreOptions,
  clock: () => Date,
): Promise<RestoreReport> {
  const keyring = await openKeyring(place.keysDirectory, clock(), {
    expectExisting: true,
    copyDirectory: place.keysCopyDirectory ?? null,
  })
  const manifest = await readManifest(directory, keyring)
  requireEpochs(manifest, keyring)
  await checkSizes(directory, manifest)
  const ledger = join(place.keysDirectory, LEDGER_FILE)
  if (!options.withoutLedger && !existsSync(ledger)) throw new GallraError('ledger-missing', { path: ledger })
  const database = await openDatabase(place)
  let archive: Archive | null = null
  try {
    const { migrationsDirectory } = place
    const onProgress = (done: number, total: number) => options.onProgress?.('loading', done, total)
    await loadBackup(database.pool, { directory, manifest, migrationsDirectory, onProgress }, clock())
    archive = await openContent(place, database, clock())
    return await settle(archive, manifest, options, clock)
  } finally {
    await (archive ?? database).close()
  }
}

/** Makes an archive that may be used of the loaded rows. */
async function settle(
  archive: Archive,
  manifest: Manifest,
  options: RestoreOptions,
  clock: () => Date,
): Promise<RestoreReport> {
  const ledger = archive.ledger.read()
  const today = stockholmDate(clock())
  const lasting = ledger.erasures.filter((each) => each.until >= today)
  const replay = await replayErasures(archive, lasting, archive.ledger.announced(), clock(), (done, total) =>
    options.onProgress?.('dropping', done, total),
  )
  const folders = await disarm(archive, manifest, replay, clock())
  await mendLedger(archive, today)
  await removeSetting(archive.pool, 'reindexing')
  const unopened: number[] = []
  const indexed = await rebuildIndex(
    archive,
    clock,
    (done, total) => options.onProgress?.('indexing', done, total),
    (ids) => unopened.push(...ids),
  )
  const accounts = (await listAccountIds(archive.pool)).length
  const messages = await countAllMessages(archive.pool)
  await removeSetting(archive.pool, 'restoring')
  return {
    backupAt: manifest.createdAt,
    accounts,
    messages,
    dropped: [...replay.dropped.values()].reduce((sum, ids) => sum + ids.length, 0),
    returned: [...replay.returned.values()].flat(),
    tombstones: replay.tombstones,
    indexed,
    unopened,
    folders: folders.length,
    unreadable: ledger.unreadable,
  }
}

/**
 * Decisions since the backup are lost, holds among them, and UIDs may mean other messages now:
 * nothing is purged until the folders have been read again and a person arms it.
 */
async function disarm(archive: Archive, manifest: Manifest, replay: Replay, now: Date): Promise<number[]> {
  return inTransaction(archive.pool, async (tx) => {
    const folders: number[] = []
    for (const id of await listAccountIds(tx)) {
      await lockAccount(tx, id)
      folders.push(...(await voidServerState(tx, id, now)))
      const messages = replay.dropped.get(id) ?? []
      await appendAudit(tx, archive, id, {
        at: now,
        actor: 'gallra',
        kind: 'restored',
        payload: { backupAt: manifest.createdAt, messages },
      })
    }
    await lapseAllRuns(tx)
    await voidOutbox(tx, now)
    await writeSetting(tx, 'armed', null, now)
    await writeSetting(tx, 'restored', { at: now.toISOString(), backupAt: manifest.createdAt, folders }, now)
    await appendAudit(tx, archive, INSTALLATION, {
      at: now,
      actor: 'gallra',
      kind: 'restored',
      payload: { backupAt: manifest.createdAt, tombstones: replay.tombstones },
    })
    return folders
  })
}
