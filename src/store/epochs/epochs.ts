import { GallraError } from '../../errors.ts'
import type { Archive } from '../archive.ts'
import { appendAudit, INSTALLATION } from '../audit.ts'
import type { EpochKey } from '../keys/keyring.ts'
import { identityOf, type RowKey } from '../keys/sealed-row.ts'
import { unlessBroken, unwrapKey, wrapKey } from '../keys/seal.ts'
import { inTransaction, type Sql } from '../postgres/sql.ts'

const PAGE = 500

/** Every table with a wrapped data key, and whether its identity names an account. */
export const SEALED_TABLES = [
  { table: 'Account', owner: 'self' },
  { table: 'Staff', owner: 'none' },
  { table: 'Folder', owner: 'account' },
  { table: 'Customer', owner: 'account' },
  { table: 'Message', owner: 'account' },
  { table: 'Override', owner: 'account' },
  { table: 'Hold', owner: 'account' },
  { table: 'Outbox', owner: 'account' },
  { table: 'TrainingExample', owner: 'account' },
  { table: 'Model', owner: 'none' },
] as const

type SealedTable = (typeof SEALED_TABLES)[number]

/**
 * More than this at once is no damage to single rows, but a wrong keyring, a fault of gallra's or a lost disk: no key
 * is destroyed.
 */
export const BROKEN_FEW = 10

/** Named by a row that a person has given up; no key ever has this id. */
export const GIVEN_UP = 0

/** A row whose data key opens with no epoch key there is: damaged or changed in the database. */
export interface BrokenRow {
  table: SealedTable['table']
  /** Of `Account` its own id; 0 where no account owns the row. */
  accountId: number
  id: number
  /** Which it names; 0 when a person has given it up. */
  epoch: number
}

interface Rewrapped {
  moved: number
  /** Left as they are, and not given up. */
  broken: BrokenRow[]
  /** Left as they are since a person gave them up. */
  givenUp: BrokenRow[]
}

/**
 * Wraps every data key that still exists under the current epoch, so that the older ones can be destroyed: what was
 * purged since is then readable from no old copy (P8). A row that cannot be decrypted stays where it is and is
 * reported; it keeps back no other.
 */
export async function rewrapSurvivors(archive: Archive, now: Date): Promise<Rewrapped> {
  const done: Rewrapped = { moved: 0, broken: [], givenUp: [] }
  for (const each of SEALED_TABLES) {
    for (let after: Place | null = START; after !== null;) {
      const place: Place = after
      after = await inTransaction(archive.pool, async (tx) => {
        const current = archive.keyring.currentEpoch(now)
        const page = await openPage(tx, archive, each, { after: place, newest: current.id, lock: true })
        // Under an epoch that another process has begun meanwhile it is where it should be.
        const moving = page.opened.filter(({ epoch, by }) => epoch !== by || by < current.id)
        if (moving.length > 0) {
          await tx.query(
            `UPDATE "${each.table}" t SET "epoch" = $1, "wrappedKey" = n.key
               FROM unnest($2::int[], $3::int[], $4::bytea[]) n(account, id, key)
             WHERE t."id" = n.id ${each.owner === 'account' ? 'AND t."accountId" = n.account' : ''}`,
            [
              current.id,
              moving.map(({ account }) => account),
              moving.map(({ id }) => id),
              moving.map(({ key, identity }) => wrapKey(key, current.key, identity)),
            ],
          )
        }
        done.moved += moving.length
        for (const row of page.broken) (row.epoch === GIVEN_UP ? done.givenUp : done.broken).push(row)
        return page.last
      })
    }
  }
  return done
}

/** Rows that cannot be decrypted, of those not under the newest epoch; given up ones too. Reads only. */
export async function listBrokenRows(archive: Archive): Promise<BrokenRow[]> {
  const found: BrokenRow[] = []
  for (const each of SEALED_TABLES) {
    for (let after: Place | null = START; after !== null;) {
      const newest = archive.keyring.epochs().at(-1)!.id
      const page: Page = await openPage(archive.pool, archive, each, { after, newest, lock: false })
      found.push(...page.broken)
      after = page.last
    }
  }
  return found
}

/** Those given up by a person apart. */
export function partGivenUp(rows: readonly BrokenRow[]): { broken: BrokenRow[]; givenUp: BrokenRow[] } {
  return {
    broken: rows.filter(({ epoch }) => epoch !== GIVEN_UP),
    givenUp: rows.filter(({ epoch }) => epoch === GIVEN_UP),
  }
}

/**
 * A person accepts that these rows never open again: they hold no epoch any more, so the next night destroys what they
 * held. The rows stay. `count` is how many the person knows of: the list may have grown since.
 * @throws GallraError 'broken-rows-differ'
 */
export async function giveUpBrokenRows(
  archive: Archive,
  staffId: number,
  count: number,
  now: Date,
): Promise<BrokenRow[]> {
  const { broken } = partGivenUp(await listBrokenRows(archive))
  const differ = new GallraError('broken-rows-differ', { count: broken.length })
  if (broken.length !== count || count === 0) throw differ
  return inTransaction(archive.pool, async (tx) => {
    const payload: Record<string, number[]> = {}
    for (const { table, id, epoch } of broken) {
      // Ids are unique in the whole archive. One that was sealed again meanwhile names another epoch.
      const { rowCount } = await tx.query(
        `UPDATE "${table}" SET "epoch" = ${GIVEN_UP} WHERE "id" = $1 AND "epoch" = $2`,
        [id, epoch],
      )
      if (rowCount !== 1) throw differ
      ;(payload[table] ??= []).push(id)
    }
    await appendAudit(tx, archive, INSTALLATION, { at: now, actor: `staff:${staffId}`, kind: 'rows-given-up', payload })
    return broken
  })
}

export interface Destroyed {
  destroyed: number[]
  /** Past their time, but still named by a row, or kept since too many rows cannot be decrypted. */
  held: number[]
  /** Too many rows cannot be decrypted: no key is destroyed. */
  halted: boolean
}

/** Epochs that began more than `keepDays` days ago and have a successor. */
function expiredEpochs(epochs: readonly EpochKey[], keepDays: number, now: Date): number[] {
  const limit = now.getTime() - keepDays * 86_400_000
  return epochs
    .slice(0, -1)
    .filter((epoch) => Date.parse(epoch.beganOn) <= limit)
    .map(({ id }) => id)
}

/** Those that should be gone by now: expired for more than a day, since the job has its hour. */
export function lateEpochs(epochs: readonly EpochKey[], keepDays: number, now: Date): number[] {
  return expiredEpochs(epochs, keepDays + 1, now)
}

/**
 * Destroys expired epochs that hold no row any more. A dump from before a purge was sealed under such an epoch, so
 * after `keepDays` it is mute (P8). One that a broken row names stays, since the row might be mended; the others go,
 * older and younger.
 */
export async function destroyOldEpochs(
  archive: Archive,
  keepDays: number,
  broken: BrokenRow[],
  now: Date,
): Promise<Destroyed> {
  const expired = expiredEpochs(archive.keyring.epochs(), keepDays, now)
  if (await areTooMany(archive.pool, broken)) return { destroyed: [], held: expired, halted: true }
  if (expired.length === 0) return { destroyed: [], held: [], halted: false }
  const named = new Set<number>()
  for (const { table } of SEALED_TABLES) {
    const { rows } = await archive.pool.query<{ epoch: number }>(`SELECT DISTINCT "epoch" FROM "${table}"`)
    for (const { epoch } of rows) named.add(epoch)
  }
  const destroyed = archive.keyring.destroyEpochs(expired.filter((id) => !named.has(id)))
  return { destroyed, held: expired.filter((id) => named.has(id)), halted: false }
}

/** More than single rows, or most of a small archive. */
async function areTooMany(sql: Sql, broken: BrokenRow[]): Promise<boolean> {
  if (broken.length === 0 || broken.length > BROKEN_FEW) return broken.length > 0
  const counts = SEALED_TABLES.map(({ table }) => `(SELECT count(*) FROM "${table}")`)
  const { rows } = await sql.query<{ most: boolean }>(`SELECT ${counts.join(' + ')} < $1 * 2 AS most`, [broken.length])
  return rows[0]!.most
}

interface Place {
  account: number
  id: number
}

const START: Place = { account: -1, id: -1 }

interface Page {
  opened: (Place & { epoch: number; identity: string; key: Buffer; by: number })[]
  broken: BrokenRow[]
  /** Where the next page begins; null after the last. */
  last: Place | null
}

/** The next rows in order of their primary key that do not name the epoch `newest`, opened. */
async function openPage(
  sql: Sql,
  archive: Archive,
  { table, owner }: SealedTable,
  { after, newest, lock }: { after: Place; newest: number; lock: boolean },
): Promise<Page> {
  const account = owner === 'account' ? '"accountId"' : owner === 'self' ? '"id"' : '0'
  const beyond = owner === 'account' ? '("accountId", "id") > ($3, $4)' : '"id" > $4 AND $3::int >= -1'
  const known = archive.keyring.epochs().map(({ id }) => id)
  const { rows } = await sql.query<Place & { epoch: number; wrappedKey: Buffer }>(
    `SELECT ${account} AS account, "id", "epoch", "wrappedKey" FROM "${table}"
     WHERE ("epoch" < $1 OR "epoch" <> ALL($2)) AND ${beyond}
       ORDER BY ${owner === 'account' ? '"accountId", ' : ''}"id" LIMIT ${PAGE} ${lock ? 'FOR NO KEY UPDATE' : ''}`,
    [newest, known, after.account, after.id],
  )
  if (rows.some(({ epoch }) => epoch > known.at(-1)!)) archive.keyring.reload()
  const epochs = archive.keyring.epochs()
  const page: Page = {
    opened: [],
    broken: [],
    last: rows.length < PAGE ? null : { account: rows.at(-1)!.account, id: rows.at(-1)!.id },
  }
  for (const row of rows) {
    const identity = identityOf(table, row.account, row.id)
    const found = openWithAny(epochs, row, identity)
    if (found === null) page.broken.push({ table, accountId: row.account, id: row.id, epoch: row.epoch })
    else page.opened.push({ account: row.account, id: row.id, epoch: row.epoch, identity, ...found })
  }
  return page
}

/** With the key it names, else with whichever opens it: the number of its epoch may be what was damaged. */
export function openWithAny(
  epochs: readonly EpochKey[],
  row: RowKey,
  identity: string,
): { key: Buffer; by: number } | null {
  const named = epochs.filter(({ id }) => id === row.epoch)
  for (const { id, key } of [...named, ...epochs]) {
    const opened = unlessBroken(() => unwrapKey(row.wrappedKey, key, identity))
    if (opened !== null) return { key: opened, by: id }
  }
  return null
}
