/**
 * One message at this moment: what was decided before, what the facts say now, and what may therefore be done.
 * Everything that decides again, stores a decision or purges goes through these two functions.
 */
import { isDeepStrictEqual } from 'node:util'
import { latestKnown, stockholmDate } from './calendar.ts'
import { decideRetention, stateOn } from './decide-retention.ts'
import { decideDisposal, weakening, type Disposal, type DisposalInput, type WeakeningCause } from './disposal.ts'
import type { IsoDate, RetentionDecision, RetentionFacts } from './retention.ts'
import type { Schedule } from './schedule.ts'

/** What is stored of earlier decisions. */
export interface Decided {
  state: RetentionDecision['state']
  notBefore: IsoDate | null
  dueOn: IsoDate | null
  /** null only before the first decision. */
  retention: RetentionDecision | null
  approvedAt: Date | null
}

/** Facts and place of one message at this moment. */
export interface CurrentMessage {
  facts: RetentionFacts
  inMailbox: boolean
  copies: DisposalInput['copies']
}

interface NewDecision {
  decision: RetentionDecision
  state: RetentionDecision['state']
  notBefore: IsoDate | null
  dueOn: IsoDate | null
  /** A person's approval was for other facts: it is taken back. */
  approvalLapsed: boolean
}

/** Decides again and starts the waiting time of what lets go earlier (P9); null when nothing has changed. */
export function decideAgain(
  before: Decided,
  current: CurrentMessage,
  schedule: Schedule,
  cause: WeakeningCause,
  now: Date,
): NewDecision | null {
  const decision = decideRetention(current.facts, schedule)
  const notBefore = latestKnown([weakening(before.retention, decision, cause, schedule, now), before.notBefore])
  const changed = !isDeepStrictEqual(decision, before.retention)
  const approvalLapsed = before.approvedAt !== null && changed
  const approved = before.approvedAt !== null && !approvalLapsed
  const { dueOn } = disposalOf(current, decision, notBefore, approved, now)
  const state = stateOn(decision, stockholmDate(now))
  if (!changed && notBefore === before.notBefore && dueOn === before.dueOn && state === before.state) return null
  return { decision, state, notBefore, dueOn, approvalLapsed }
}

/** What may be done now, decided from the facts and never from what was stored (P2). */
export function decideDisposalNow(
  before: Decided,
  current: CurrentMessage,
  schedule: Schedule,
  now: Date,
): { decision: RetentionDecision; disposal: Disposal } {
  const decision = decideRetention(current.facts, schedule)
  // A weakening that is not stored yet (a rule file changed on disk) starts its waiting time here.
  const waits = weakening(before.retention, decision, 'schedule', schedule, now)
  const approved = before.approvedAt !== null && isDeepStrictEqual(decision, before.retention)
  return { decision, disposal: disposalOf(current, decision, latestKnown([waits, before.notBefore]), approved, now) }
}

function disposalOf(
  current: CurrentMessage,
  decision: RetentionDecision,
  notBefore: IsoDate | null,
  approved: boolean,
  now: Date,
): Disposal {
  const { facts, inMailbox, copies } = current
  return decideDisposal({ decision, notBefore, approved, holds: facts.holds, inMailbox, inArchive: true, copies }, now)
}
