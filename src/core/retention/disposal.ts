/**
 * The pure verdict the one guarded purge function asks, in preview and under lock alike. Anything it cannot
 * read, and anything that contradicts itself, is "nothing" with reason `review`: a person must look.
 */
import { addPeriod, compareDates, isInstant, isIsoDate, latest, startOfDayAt, stockholmDate } from './calendar.ts'
import { yearIsAssumed } from './decide-retention.ts'
import type { IsoDate, RetentionDecision } from './retention.ts'
import { hoursOf, type Caps, type Schedule } from './schedule.ts'

export interface DisposalInput {
  decision: RetentionDecision
  /** First day a weakening may take effect; null = none pending. */
  notBefore: IsoDate | null
  /** A person approved this item on the approval list. */
  approved: boolean
  /** Ids of holds in force, read under the same lock. */
  holds: string[]
  inMailbox: boolean
  inArchive: boolean
  /**
   * Whether the server copies are known: `unfollowed`: one lies in a folder that is not followed (any more) and may
   * not be touched; `unread`: a folder has not been read to its end and may hold one. Then the archive stays too (P3).
   */
  copies: 'known' | 'unfollowed' | 'unread'
}

export interface Disposal {
  /** `expunge`: leave the mailbox, the archive keeps it limited. `purge`: server copies first, then the archive. */
  act: 'nothing' | 'expunge' | 'purge'
  /** Stockholm date from which the next act is allowed; null = none in sight. */
  dueOn: IsoDate | null
  reason: 'not-due' | 'due' | 'hold' | 'review' | 'no-expiry' | 'waiting' | 'unfollowed' | 'unread'
}

export type WeakeningCause =
  'schedule' | 'hold-release' | 'mailbox-override' | 'staff-override' | 'transfer' | 'new-facts'

/**
 * How long a weakening waits, by what caused it: for nothing, for the schedule's minimum, or for its weakening period.
 */
const WAIT_OF = {
  schedule: 'weakening',
  'hold-release': 'weakening',
  'mailbox-override': 'weakening',
  'staff-override': 'minimum',
  transfer: 'nothing',
  'new-facts': 'weakening',
} as const satisfies Record<WeakeningCause, 'nothing' | 'minimum' | 'weakening'>

/** What may be done to one message now. Due from the day after `until` in Stockholm, never on it. */
export function decideDisposal(input: DisposalInput, now: Date): Disposal {
  const { decision, notBefore, inMailbox, inArchive } = input
  if (input.holds.length > 0 || decision.rule === 'hold') return nothing('hold')
  const dates = [decision.mailboxUntil, decision.archiveUntil, notBefore]
  if (!isInstant(now) || !dates.every((date) => date === null || isIsoDate(date))) return nothing('review')
  if (!inMailbox && !inArchive) return nothing('no-expiry')

  const today = stockholmDate(now)
  // Destroying also empties the mailbox, so it waits for both ends.
  const purgeOn = dayAfter(latest([decision.mailboxUntil, decision.archiveUntil]))
  const expungeOn = dayAfter(decision.mailboxUntil)
  // What is not archived has no other copy: it never just leaves the mailbox.
  const mayExpunge = inMailbox && inArchive && expungeOn !== null && expungeOn !== purgeOn
  const purgeDue = purgeOn !== null && compareDates(today, purgeOn) >= 0
  const nextOn = !purgeDue && mayExpunge ? expungeOn : purgeOn
  if (nextOn === null) return nothing('no-expiry')

  const act = purgeDue || !mayExpunge ? 'purge' : 'expunge'
  const dueOn = latest([nextOn, notBefore ?? nextOn])
  if (compareDates(today, nextOn) < 0) return { act: 'nothing', dueOn, reason: 'not-due' }
  const needsPerson = decision.state === 'review' || (act === 'purge' && yearIsAssumed(decision))
  if (needsPerson && !input.approved) return { act: 'nothing', dueOn, reason: 'review' }
  if (notBefore !== null && compareDates(today, notBefore) < 0) return { act: 'nothing', dueOn, reason: 'waiting' }
  if (input.copies !== 'known') return { act: 'nothing', dueOn, reason: input.copies }
  return { act, dueOn, reason: 'due' }
}

/**
 * Whether a run of `due` of `total` messages may go by itself (P9). `limit` is the smaller of the count and
 * the share, but at least `least`; numbers that make no sense are never within.
 */
export function checkCaps(run: { due: number; total: number }, caps: Caps): { within: boolean; limit: number } {
  const sane = Number.isSafeInteger(run.due) && Number.isSafeInteger(run.total) && run.due >= 0 && run.total >= run.due
  if (!sane) return { within: false, limit: 0 }
  const limit = Math.max(caps.least, Math.min(caps.count, Math.floor(caps.share * run.total)))
  return { within: run.due <= limit, limit }
}

/**
 * First Stockholm date on which a decision that lets go earlier than the one before may take effect (P9);
 * null when it does not. Losing the need for approval counts as letting go.
 *
 * Waits the schedule's weakening period, or only its minimum when staff decided in the console (a granted
 * erasure is that too). A transfer to the bookkeeping waits for nothing: the legal copy is there.
 * Throws RangeError on an invalid `now`. The caller keeps a later date that is already pending.
 */
export function weakening(
  previous: RetentionDecision | null,
  next: RetentionDecision,
  causedBy: WeakeningCause,
  schedule: Schedule,
  now: Date,
): IsoDate | null {
  const wait = WAIT_OF[causedBy]
  if (previous === null || wait === 'nothing' || !letsGoEarlier(previous, next)) return null
  const minimum = roundUpToDate(new Date(now.getTime() + hoursOf(schedule.wait.minimum) * 3_600_000))
  if (wait === 'minimum') return minimum
  return latest([minimum, addPeriod(stockholmDate(now), schedule.wait.weakening)])
}

function letsGoEarlier(previous: RetentionDecision, next: RetentionDecision): boolean {
  if (isEarlier(next.archiveUntil, previous.archiveUntil) || isEarlier(next.mailboxUntil, previous.mailboxUntil))
    return true
  if (next.mailboxUntil === null && next.archiveUntil === null) return false
  const freed = previous.state === 'review' && next.state !== 'review'
  return freed || (yearIsAssumed(previous) && !yearIsAssumed(next) && next.state !== 'review')
}

/** null = no end, so every date is earlier than it. */
function isEarlier(a: IsoDate | null, b: IsoDate | null): boolean {
  if (a === null) return false
  return b === null || compareDates(a, b) < 0
}

function roundUpToDate(at: Date): IsoDate {
  const date = stockholmDate(at)
  return startOfDayAt(date).getTime() < at.getTime() ? addPeriod(date, 'P1D') : date
}

function dayAfter(date: IsoDate | null): IsoDate | null {
  return date === null ? null : addPeriod(date, 'P1D')
}

function nothing(reason: Disposal['reason']): Disposal {
  return { act: 'nothing', dueOn: null, reason }
}
