import { listConversationIds } from '../../store/message/conversations.ts'
import { listTurnedConversations } from '../../store/message/decisions.ts'
import { stockholmDate } from '../../core/retention/calendar.ts'
import { RETENTION_LOGIC } from '../../core/retention/decide-retention.ts'
import { redecide } from '../decide/decide.ts'
import type { Rules } from '../decide/rules.ts'
import { listAccountIds, type Account } from '../../store/accounts.ts'
import type { Archive } from '../../store/archive.ts'
import { destroyOldEpochs, rewrapSurvivors, type Destroyed } from '../../store/epochs/epochs.ts'
import { mendLedger } from '../../store/keys/erasure-ledger.ts'
import type { CopyState } from '../../store/keys/keys-copy.ts'
import { readSetting, writeSetting } from '../../store/settings.ts'
import { inTransaction, lockAccount } from '../../store/postgres/sql.ts'
import { eraseEndedTombstones } from '../../store/disposal/tombstones.ts'

const PAGE = 100

/**
 * Days from an epoch's beginning to its destruction: for so long a backup can be restored, and a purged message be read
 * from one.
 */
export function epochDays(rules: Rules): number {
  return daysOf(rules.schedule.epochDestruction)
}

/** ISO 8601 periods of whole days, as the schedule's `epochDestruction` is written. */
function daysOf(period: string): number {
  const days = /^P(\d+)D$/.exec(period)?.[1]
  if (days === undefined) throw new RangeError(`not a period of days: ${period}`)
  return Number(days)
}

interface TurnedEpochs extends Destroyed {
  rewrapped: number
  /** Rows that cannot be decrypted, and those of them that a person has given up. */
  broken: number
  givenUp: number
  tombstones: number
  keysCopy: CopyState
}

/**
 * Erases tombstones past their time and turns epochs: survivors move to this week's epoch, and epochs past their time
 * are destroyed (P8).
 */
export async function turnEpochs(archive: Archive, rules: Rules, now: Date): Promise<TurnedEpochs> {
  archive.keyring.reload()
  const tombstones = await eraseEndedTombstones(archive.pool, stockholmDate(now))
  await mendLedger(archive, stockholmDate(now))
  const { moved, broken, givenUp } = await rewrapSurvivors(archive, now)
  const ended = await destroyOldEpochs(archive, epochDays(rules), broken, now)
  const counts = { broken: broken.length, givenUp: givenUp.length }
  await writeSetting(
    archive.pool,
    'epochs',
    { at: now.toISOString(), ...counts, held: ended.held, halted: ended.halted },
    now,
  )
  return { rewrapped: moved, ...counts, tombstones, ...ended, keysCopy: archive.keyring.copy.bring() }
}

/** A changed schedule is applied to everything stored; what would go earlier waits (P9). */
export async function applySchedule(archive: Archive, rules: Rules, now: Date): Promise<boolean> {
  const versions = { rulebook: rules.rulebook.version, schedule: rules.schedule.version, logic: RETENTION_LOGIC }
  const applied = await readSetting(archive.pool, 'rules')
  if (applied?.schedule === versions.schedule && applied.logic === versions.logic) return false
  // Retention needs nothing of what is sealed in an account's row.
  for (const id of await listAccountIds(archive.pool)) await redecideAll(archive, { id }, rules, now)
  await writeSetting(archive.pool, 'rules', versions, now)
  return true
}

/**
 * Stores what a passing date changes by itself, so that search and lists see it: records past their ordinary time
 * turn `limited`, those of an assumed year that has ended turn `review`. Each night, before the purge.
 */
export async function turnDates(archive: Archive, account: Account, rules: Rules, now: Date): Promise<void> {
  const turned = await listTurnedConversations(archive.pool, account.id, stockholmDate(now))
  await redecideConversations(archive, account, turned, rules, now)
}

/** Decides every conversation again. */
export async function redecideAll(
  archive: Archive,
  account: Pick<Account, 'id'>,
  rules: Rules,
  now: Date,
): Promise<void> {
  for (let after = 0; ;) {
    const ids = await listConversationIds(archive.pool, account.id, after, PAGE)
    if (ids.length === 0) return
    await redecideConversations(archive, account, ids, rules, now)
    after = ids.at(-1)!
  }
}

async function redecideConversations(
  archive: Archive,
  account: Pick<Account, 'id'>,
  conversations: number[],
  rules: Rules,
  now: Date,
): Promise<void> {
  for (let at = 0; at < conversations.length; at += PAGE) {
    await inTransaction(archive.pool, async (tx) => {
      await lockAccount(tx, account.id)
      await redecide(tx, { account, rules }, conversations.slice(at, at + PAGE), 'schedule', now)
    })
  }
}
