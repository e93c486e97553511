import type { Archive } from '../archive.ts'
import { eraseOrphanHolds, removeMessages } from '../disposal/erase.ts'
import { listErasures, type Erasure } from '../keys/erasure-ledger.ts'
import { countMessages } from '../message/messages.ts'
import { openUnlessBroken } from '../message/open-messages.ts'
import { refreshCustomers } from '../customer/refresh-customers.ts'
import { inTransaction, lockAccount, nextId, type Sql } from '../postgres/sql.ts'

const PAGE = 200

export interface Replay {
  /** Messages taken away again, per account id. */
  dropped: Map<number, number[]>
  /** Messages that were being purged when the database was lost, and are back: per account id. */
  returned: Map<number, number[]>
  /** Tombstones put back. */
  tombstones: number
}

/**
 * Carries out again, on an archive put back from a backup, what the ledger says was purged since: the messages go and
 * their tombstones stand again. A message that was archived after that purge (lifted and taken in again), or whose
 * purge staff took back, stays. What was only `announced` stays too, and is returned.
 */
export async function replayErasures(
  archive: Archive,
  erasures: readonly Erasure[],
  announced: readonly Erasure[],
  now: Date,
  onProgress?: (done: number, total: number) => void,
): Promise<Replay> {
  const standing = new Map((await listErasures(archive.pool, 'all')).map((each) => [nameOf(each), each]))
  const unknown = erasures.filter((each) => !standing.has(nameOf(each)))
  const lifted = erasures.filter((each) => each.liftedAt !== null && standing.get(nameOf(each))?.liftedAt === null)
  await inTransaction(archive.pool, async (tx) => {
    await raiseTombstoneIds(tx, erasures)
    for (const each of unknown) await putTombstone(tx, each)
    for (const { accountId, tombstoneId, liftedAt } of lifted) {
      await tx.query('UPDATE "Tombstone" SET "liftedAt" = $3 WHERE "accountId" = $1 AND "id" = $2', [
        accountId,
        tombstoneId,
        liftedAt,
      ])
    }
  })
  const dropped = new Map<number, number[]>()
  const returned = new Map<number, number[]>()
  const effective = unknown.filter((each) => each.liftedAt === null)
  for (const accountId of new Set([...effective, ...announced].map((each) => each.accountId))) {
    const found = await dropPurged(
      archive,
      accountId,
      { purged: timesOf(effective, accountId), announced: timesOf(announced, accountId) },
      now,
      onProgress,
    )
    dropped.set(accountId, found.dropped)
    returned.set(accountId, found.returned)
  }
  return { dropped, returned, tombstones: unknown.length }
}

/** Digest hash → when it was purged last (ms). */
function timesOf(erasures: readonly Erasure[], accountId: number): Map<string, number> {
  const times = new Map<string, number>()
  for (const each of erasures) {
    if (each.accountId === accountId)
      times.set(each.digestHash, Math.max(times.get(each.digestHash) ?? 0, Date.parse(each.purgedAt)))
  }
  return times
}

/** Reads every message for its digest, which lies sealed in it. */
async function dropPurged(
  archive: Archive,
  accountId: number,
  by: { purged: Map<string, number>; announced: Map<string, number> },
  now: Date,
  onProgress: ((done: number, total: number) => void) | undefined,
): Promise<{ dropped: number[]; returned: number[] }> {
  const dropped: number[] = []
  const returned: number[] = []
  const total = await countMessages(archive.pool, accountId)
  let done = 0
  for (let after = 0; ;) {
    const { rows } = await archive.pool.query<{ id: number; archivedAt: Date; digestHash: string }>(
      `SELECT "id", "archivedAt", "digestHash" FROM "Message" WHERE "accountId" = $1 AND "id" > $2 ORDER BY "id"
         LIMIT ${PAGE}`,
      [accountId, after],
    )
    if (rows.length === 0) break
    const gone: number[] = []
    for (const { id, archivedAt, digestHash } of rows) {
      const message = await openUnlessBroken(archive.pool, archive, accountId, id)
      // Messages that could not be decrypted when they were purged are known by their own hash. Whether one that cannot
      // be decrypted now is another of them is unknown; no one can read it either.
      const hashes =
        message === null ? [digestHash] : [digestHash, archive.tombstoneIndex.hash('digest', message.digest)]
      const since = (times: Map<string, number>) =>
        hashes.some((hash) => archivedAt.getTime() <= (times.get(hash) ?? -Infinity))
      if (since(by.purged)) gone.push(id)
      else if (since(by.announced)) returned.push(id)
    }
    if (gone.length > 0) {
      await inTransaction(archive.pool, async (tx) => {
        await lockAccount(tx, accountId)
        const customers = await tx.query<{ customerId: number }>(
          `SELECT DISTINCT "customerId" FROM "Message" WHERE "accountId" = $1 AND "id" = ANY($2)
             AND "customerId" IS NOT NULL`,
          [accountId, gone],
        )
        await removeMessages(tx, accountId, gone, now)
        await eraseOrphanHolds(tx, accountId)
        await refreshCustomers(
          tx,
          archive,
          accountId,
          customers.rows.map((row) => row.customerId),
          now,
        )
      })
    }
    dropped.push(...gone)
    after = rows.at(-1)!.id
    onProgress?.((done += rows.length), total)
  }
  return { dropped, returned }
}

/** Under its own id, which people may have written down; another one only where that is taken. */
async function putTombstone(tx: Sql, each: Erasure): Promise<void> {
  const values = [
    each.accountId,
    each.tombstoneId,
    each.digestHash,
    each.messageIdHash,
    each.case,
    each.rule,
    each.purgedAt,
    each.until,
    each.liftedAt,
  ]
  const insert = `INSERT INTO "Tombstone" ("accountId", "id", "digestHash", "messageIdHash", "case", "rule",
     "purgedAt", "until", "liftedAt")
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING`
  const { rowCount } = await tx.query(insert, values)
  if (rowCount === 0) await tx.query(insert, values.with(1, await nextId(tx, 'Tombstone')))
}

async function raiseTombstoneIds(tx: Sql, erasures: readonly Erasure[]): Promise<void> {
  const highest = erasures.reduce((most, each) => Math.max(most, each.tombstoneId), 0)
  if (highest === 0) return
  await tx.query(
    `SELECT setval('"Tombstone_id_seq"', GREATEST($1::bigint, (SELECT last_value FROM "Tombstone_id_seq")))`,
    [highest],
  )
}

function nameOf(of: { accountId: number; tombstoneId: number; digestHash: string }): string {
  return `${of.accountId}:${of.tombstoneId}:${of.digestHash}`
}
