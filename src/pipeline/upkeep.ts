import { stockholmDate } from '../core/calendar.ts'
import { redecide } from './decide.ts'
import type { Rules } from './rules.ts'
import type { Account } from '../store/accounts.ts'
import type { Archive } from '../store/archive.ts'
import { destroyOldEpochs, rewrapSurvivors } from '../store/epochs.ts'
import { mendLedger } from '../store/erasure-ledger.ts'
import type { CopyState } from '../store/keys-copy.ts'
import { readSetting, writeSetting } from '../store/settings.ts'
import { inTransaction, lockAccount } from '../store/sql.ts'
import { eraseEndedTombstones } from '../store/tombstones.ts'

const PAGE = 100

/** Days an epoch lives after it began: a backup can be restored, and a purged message be read from one, no longer than that. */
export function epochDays(rules: Rules): number {
  return daysOf(rules.schedule.epochDestruction)
}

/** ISO 8601 periods of whole days, as the schedule's `epochDestruction` is written. */
function daysOf(period: string): number {
  const days = /^P(\d+)D$/.exec(period)?.[1]
  if (days === undefined) throw new RangeError(`not a period of days: ${period}`)
  return Number(days)
}

/** Ends tombstones past their time and turns epochs: survivors move to this week's, epochs past their time are destroyed (P8). */
export async function turnEpochs(archive: Archive, rules: Rules, now: Date): Promise<{ rewrapped: number; destroyed: number[]; tombstones: number; keysCopy: CopyState }> {
  archive.keyring.reload()
  const tombstones = await eraseEndedTombstones(archive.pool, stockholmDate(now))
  await mendLedger(archive, stockholmDate(now))
  const rewrapped = await rewrapSurvivors(archive, now)
  const destroyed = await destroyOldEpochs(archive, epochDays(rules), now)
  return { rewrapped, tombstones, destroyed, keysCopy: archive.keyring.copy.bring() }
}

/** A changed schedule is applied to everything stored; what would go earlier waits (P9). */
export async function applySchedule(archive: Archive, accounts: Account[], rules: Rules, now: Date): Promise<boolean> {
  const versions = { rulebook: rules.rulebook.version, schedule: rules.schedule.version }
  const applied = await readSetting(archive.pool, 'rules')
  if (applied?.schedule === versions.schedule) return false
  for (const account of accounts) await redecideAll(archive, account, rules, now)
  await writeSetting(archive.pool, 'rules', versions, now)
  return true
}

/** Decides every conversation again; dates that pass turn states too (`limited`). */
export async function redecideAll(archive: Archive, account: Account, rules: Rules, now: Date): Promise<void> {
  for (let after = 0; ; ) {
    const { rows } = await archive.pool.query<{ id: number }>(
      `SELECT "id" FROM "Conversation" WHERE "accountId" = $1 AND "id" > $2 ORDER BY "id" LIMIT ${PAGE}`,
      [account.id, after],
    )
    if (rows.length === 0) return
    await inTransaction(archive.pool, async (tx) => {
      await lockAccount(tx, account.id)
      for (const row of rows) await redecide(tx, account.id, row.id, rules.schedule, 'schedule', now)
    })
    after = rows.at(-1)!.id
  }
}
