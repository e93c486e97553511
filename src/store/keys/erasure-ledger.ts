import { existsSync, readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { stockholmDate } from '../../core/retention/calendar.ts'
import { GallraError } from '../../errors.ts'
import type { BlindIndex } from './blind-index.ts'
import { appendToFile, readRange, replaceFile, withLock } from './key-files.ts'
import { announcementFile, LEDGER_FILE, listAnnouncements, type KeysCopy } from './keys-copy.ts'
import type { Sql } from '../postgres/sql.ts'

const erasure = z.object({
  kind: z.literal('purged'),
  accountId: z.int(),
  tombstoneId: z.int(),
  digestHash: z.string(),
  messageIdHash: z.string().nullable(),
  case: z.string(),
  rule: z.string(),
  purgedAt: z.iso.datetime(),
  until: z.iso.date(),
})
const lift = z.object({
  kind: z.literal('lifted'),
  accountId: z.int(),
  tombstoneId: z.int(),
  digestHash: z.string(),
  liftedAt: z.iso.datetime(),
})
const entry = z.discriminatedUnion('kind', [erasure, lift])
type Entry = z.infer<typeof entry>

/** One purge, as its tombstone says it, and whether staff took it back. */
export type Erasure = Omit<z.infer<typeof erasure>, 'kind'> & { liftedAt: string | null }

interface LedgerContent {
  /** The file is there. Made with the first purge or backup, so a missing one is a loss. */
  exists: boolean
  /** In the order they were written. */
  erasures: Erasure[]
  /** Lines whose keyed hash does not fit: a write that was cut off, or someone else's hand. They are ignored. */
  unreadable: number
}

/**
 * What was purged, kept beside the keyring and outside every backup of the database, so that a
 * restore can take away again what its backup still holds. A line is a copy of a tombstone (keyed
 * hashes, case, rule, dates: nothing about a person) behind a keyed hash of itself, and ends with it.
 *
 * It is written after the purge has committed and mended from the tombstones before each run, each
 * backup and every night. So it never names what was not purged in the end. What is being purged at
 * the moment is announced in a file of its own before the commit: should the database be lost before
 * the line is written, a restore cannot know whether the purge took effect and nothing has changed
 * since (a hold), so it takes nothing away by it, but says which messages are back.
 */
export interface ErasureLedger {
  read(): LedgerContent
  /** Before the commit: what the account's purge is about to erase. @throws GallraError 'ledger-unwritable' */
  announce(accountId: number, erasures: readonly Erasure[]): void
  /** What was announced and never came to a line. */
  announced(): Erasure[]
  /**
   * Adds what these tombstones say; `until` decides nothing here. On the disk when it returns. @throws GallraError
   * 'ledger-unwritable'
   */
  append(erasures: readonly Erasure[]): void
  /**
   * `today` in Stockholm. Adds what the file lacks of the tombstones, drops what has ended, and announcements that came
   * to their line or are of an earlier day.
   */
  mend(tombstones: readonly Erasure[], today: string): { added: number; ended: number }
}

export function openErasureLedger(keysDirectory: string, index: BlindIndex, copy: KeysCopy): ErasureLedger {
  const path = join(keysDirectory, LEDGER_FILE)
  const change = <T>(work: () => T): T => {
    try {
      const result = withLock(keysDirectory, work)
      copy.bring()
      return result
    } catch (cause) {
      if (cause instanceof GallraError || !(cause instanceof Error) || !('code' in cause)) throw cause
      throw new GallraError('ledger-unwritable', { path, problem: String(cause.code) }, { cause })
    }
  }
  const write = (entries: Entry[]) => {
    if (entries.length > 0 || !existsSync(path))
      appendToFile(path, `${needsNewline(path) ? '\n' : ''}${entries.map((each) => writeLine(each, index)).join('')}`)
  }
  const textOf = (erasures: readonly Erasure[]) =>
    erasures.flatMap((each) => entriesOf(each, null).map((one) => writeLine(one, index))).join('')
  const read = () => readLedger(path, index)
  return {
    read,
    announce: (accountId, erasures) =>
      change(() => replaceFile(announcementOf(keysDirectory, accountId), textOf(erasures), false)),
    announced: () => {
      const known = new Set(read().erasures.map(keyOf))
      return announcements(keysDirectory)
        .flatMap((each) => readLedger(each, index).erasures)
        .filter((each) => !known.has(keyOf(each)))
    },
    append: (erasures) =>
      change(() => {
        write(erasures.flatMap((each) => entriesOf(each, null)))
        for (const accountId of new Set(erasures.map((each) => each.accountId)))
          rmSync(announcementOf(keysDirectory, accountId), { force: true })
      }),
    mend: (tombstones, today) =>
      change(() => {
        const { erasures } = read()
        const known = new Map(erasures.map((each) => [keyOf(each), each]))
        const missing = tombstones.flatMap((each) => entriesOf(each, known.get(keyOf(each)) ?? null))
        write(missing)
        const standing = new Set(tombstones.map(keyOf))
        const kept = erasures.filter((each) => each.until >= today || standing.has(keyOf(each)))
        const ended = erasures.length - kept.length
        if (ended > 0) {
          const whole = [...kept, ...tombstones.filter((each) => !known.has(keyOf(each)))]
          replaceFile(path, textOf(whole), true)
        }
        for (const each of announcements(keysDirectory)) {
          // One of today without a tombstone may belong to a purge that is just committing.
          const open = readLedger(each, index).erasures.some(
            (one) => !standing.has(keyOf(one)) && stockholmDate(new Date(one.purgedAt)) >= today,
          )
          if (!open) rmSync(each, { force: true })
        }
        return { added: missing.length, ended }
      }),
  }
}

function announcementOf(keysDirectory: string, accountId: number): string {
  return join(keysDirectory, announcementFile(accountId))
}

function announcements(keysDirectory: string): string[] {
  return listAnnouncements(keysDirectory).map((name) => join(keysDirectory, name))
}

/** Called in the purge's transaction, last before its commit. */
export async function announceErasures(
  tx: Sql,
  archive: LedgeredArchive,
  accountId: number,
  tombstoneIds: number[],
): Promise<void> {
  if (tombstoneIds.length > 0) archive.ledger.announce(accountId, await listErasures(tx, { accountId, tombstoneIds }))
}

/** Called after the purge's transaction has committed. */
export async function recordErasures(
  archive: LedgeredArchive,
  accountId: number,
  tombstoneIds: number[],
): Promise<void> {
  if (tombstoneIds.length > 0) archive.ledger.append(await listErasures(archive.pool, { accountId, tombstoneIds }))
}

/** After a crash, a lift or an end: the ledger says again what the tombstones say. */
export async function mendLedger(archive: LedgeredArchive, today: string): Promise<{ added: number; ended: number }> {
  return archive.ledger.mend(await listErasures(archive.pool, 'all'), today)
}

interface LedgeredArchive {
  pool: Sql
  ledger: ErasureLedger
}

/** What the tombstones say, in the ledger's form. */
export async function listErasures(
  sql: Sql,
  which: { accountId: number; tombstoneIds: number[] } | 'all',
): Promise<Erasure[]> {
  const { rows } = await sql.query<Omit<Erasure, 'purgedAt' | 'liftedAt'> & { purgedAt: Date; liftedAt: Date | null }>(
    `SELECT "accountId", "id" AS "tombstoneId", "digestHash", "messageIdHash", "case", "rule", "purgedAt", "until",
       "liftedAt"
     FROM "Tombstone" ${which === 'all' ? '' : 'WHERE "accountId" = $1 AND "id" = ANY($2)'} ORDER BY "id"`,
    which === 'all' ? [] : [which.accountId, which.tombstoneIds],
  )
  return rows.map((row) => ({
    ...row,
    purgedAt: row.purgedAt.toISOString(),
    liftedAt: row.liftedAt?.toISOString() ?? null,
  }))
}

/** The lines that say `now`, less those that `before` says already. */
function entriesOf(now: Erasure, before: Erasure | null): Entry[] {
  const { liftedAt, ...purged } = now
  const { accountId, tombstoneId, digestHash } = now
  return [
    ...(before === null ? [{ kind: 'purged' as const, ...purged }] : []),
    ...(liftedAt !== null && (before?.liftedAt ?? null) === null
      ? [{ kind: 'lifted' as const, accountId, tombstoneId, digestHash, liftedAt }]
      : []),
  ]
}

function readLedger(path: string, index: BlindIndex): LedgerContent {
  if (!existsSync(path)) return { exists: false, erasures: [], unreadable: 0 }
  const found = new Map<string, Erasure>()
  let unreadable = 0
  for (const line of readFileSync(path, 'utf8').split('\n')) {
    if (line === '') continue
    const read = readLine(line, index)
    if (read === null) unreadable += 1
    else if (read.kind === 'purged') {
      if (!found.has(keyOf(read))) found.set(keyOf(read), erasureOf(read))
    } else {
      const lifted = found.get(keyOf(read))
      if (lifted) lifted.liftedAt = read.liftedAt
    }
  }
  return { exists: true, erasures: [...found.values()], unreadable }
}

function erasureOf({
  accountId,
  tombstoneId,
  digestHash,
  messageIdHash,
  case: kind,
  rule,
  purgedAt,
  until,
}: z.infer<typeof erasure>): Erasure {
  return { accountId, tombstoneId, digestHash, messageIdHash, case: kind, rule, purgedAt, until, liftedAt: null }
}

/** The hash with the id: a database that was put back by other means may give the same id again. */
function keyOf(of: { accountId: number; tombstoneId: number; digestHash: string }): string {
  return `${of.accountId}:${of.tombstoneId}:${of.digestHash}`
}

function writeLine(what: Entry, index: BlindIndex): string {
  const text = JSON.stringify(what)
  return `${index.hash('ledger', text)} ${text}\n`
}

function readLine(line: string, index: BlindIndex): Entry | null {
  const at = line.indexOf(' ')
  const text = line.slice(at + 1)
  if (at < 0 || line.slice(0, at) !== index.hash('ledger', text)) return null
  return entry.safeParse(JSON.parse(text)).data ?? null
}

/** A line cut off by a crash must not swallow the next one. */
function needsNewline(path: string): boolean {
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0
  return size > 0 && readRange(path, size - 1, size)[0] !== 0x0a
}
