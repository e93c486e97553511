import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { GallraError } from '../errors.ts'
import type { BlindIndex } from './blind-index.ts'
import { appendToFile, readRange, replaceFile, withLock } from './key-files.ts'
import { LEDGER_FILE, type KeysCopy } from './keys-copy.ts'
import type { Sql } from './sql.ts'

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
const lift = z.object({ kind: z.literal('lifted'), accountId: z.int(), tombstoneId: z.int(), digestHash: z.string(), liftedAt: z.iso.datetime() })
const entry = z.discriminatedUnion('kind', [erasure, lift])
type Entry = z.infer<typeof entry>

/** One purge, as its tombstone says it, and whether staff took it back. */
export type Erasure = Omit<z.infer<typeof erasure>, 'kind'> & { liftedAt: string | null }

export interface LedgerContent {
  /** The file is there. Made with the first purge or backup, so a missing one is a loss. */
  exists: boolean
  /** In the order they were written. */
  erasures: Erasure[]
  /** Lines whose keyed hash does not fit: a write that was cut off, or somebody else's hand. They count for nothing. */
  unreadable: number
}

/**
 * What was purged, kept beside the keyring and outside every backup of the database, so that a
 * restore can take away again what its backup still holds. A line is a copy of a tombstone (keyed
 * hashes, case, rule, dates: nothing about a person) behind a keyed hash of itself, and ends with it.
 *
 * It is written after the purge has committed and mended from the tombstones before each run, each
 * backup and every night. So it never names what was not purged in the end; what it may lack for a
 * moment after a crash is still due by the schedule, and comes back undecided rather than lost.
 */
export interface ErasureLedger {
  read(): LedgerContent
  /** Adds what these tombstones say; `until` decides nothing here. On the disk when it returns. @throws GallraError 'ledger-unwritable' */
  append(erasures: readonly Erasure[]): void
  /** Adds what the file lacks of the tombstones, and drops what has ended. */
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
    if (entries.length > 0 || !existsSync(path)) appendToFile(path, `${needsNewline(path) ? '\n' : ''}${entries.map((each) => writeLine(each, index)).join('')}`)
  }
  const read = () => readLedger(path, index)
  return {
    read,
    append: (erasures) => change(() => write(erasures.flatMap((each) => entriesOf(each, null)))),
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
          replaceFile(path, whole.flatMap((each) => entriesOf(each, null).map((one) => writeLine(one, index))).join(''), true)
        }
        return { added: missing.length, ended }
      }),
  }
}

/** Called after the purge's transaction has committed. */
export async function recordErasures(archive: LedgeredArchive, accountId: number, tombstoneIds: number[]): Promise<void> {
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
export async function listErasures(sql: Sql, which: { accountId: number; tombstoneIds: number[] } | 'all'): Promise<Erasure[]> {
  const { rows } = await sql.query<Omit<Erasure, 'purgedAt' | 'liftedAt'> & { purgedAt: Date; liftedAt: Date | null }>(
    `SELECT "accountId", "id" AS "tombstoneId", "digestHash", "messageIdHash", "case", "rule", "purgedAt", "until", "liftedAt"
     FROM "Tombstone" ${which === 'all' ? '' : 'WHERE "accountId" = $1 AND "id" = ANY($2)'} ORDER BY "id"`,
    which === 'all' ? [] : [which.accountId, which.tombstoneIds],
  )
  return rows.map((row) => ({ ...row, purgedAt: row.purgedAt.toISOString(), liftedAt: row.liftedAt?.toISOString() ?? null }))
}

/** The lines that say `now`, less those that `before` says already. */
function entriesOf(now: Erasure, before: Erasure | null): Entry[] {
  const { liftedAt, ...purged } = now
  const { accountId, tombstoneId, digestHash } = now
  return [
    ...(before === null ? [{ kind: 'purged' as const, ...purged }] : []),
    ...(liftedAt !== null && (before?.liftedAt ?? null) === null ? [{ kind: 'lifted' as const, accountId, tombstoneId, digestHash, liftedAt }] : []),
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

function erasureOf({ accountId, tombstoneId, digestHash, messageIdHash, case: kind, rule, purgedAt, until }: z.infer<typeof erasure>): Erasure {
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
