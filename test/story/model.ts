/**
 * A slow and obvious archive: a list of messages, what each is promised, and every waiting time that was ever
 * started for it. Written from the promises (P2, P3, P5, P9) and the schedule, not from the code; after every
 * event it reads every message again.
 */
import { FOREVER, firstDayFrom, laterOf, nextDay, plusDays, plusMonths, stockholmDay, type Day } from './civil.ts'
import { pledge, PUBLISHED, type Known, type Pledge, type Policy } from './promise.ts'

const HOUR = 3_600_000
const WAIT_DAYS = 14
const REAPPEARED_DAYS = 30
const TOMBSTONE_MONTHS = 60
const APPROVED_RUN_DAYS = 7
const CAPS = { count: 200, share: 0.05, least: 10 }

/**
 * What a change means for what it lets go earlier: staff in the console wait a day, a transfer nothing, all else P14D.
 */
type Cause = 'staff' | 'transfer' | 'other'

export interface ModelMessage extends Known {
  conversation: ModelConversation
  /** Keys of messages it names: its ancestors. */
  names: string[]
  pledge: Pledge | null
  waits: Day[]
  approved: boolean
}

export interface ModelConversation {
  closedAt: Date | null
}

export interface ModelHold {
  on: { message: string } | { conversation: ModelConversation } | { customer: string }
}

export interface ModelTombstone {
  key: string
  until: Day
  reappearedOn: Day | null
  lifted: boolean
}

/** What a mail brings with it; `names` are the keys of the messages it refers to. */
export interface Arrival extends Omit<Known, 'archivedAt' | 'settledOn' | 'transferredOn' | 'financialYearEnd'> {
  names: string[]
}

export class Model {
  messages: ModelMessage[] = []
  holds: ModelHold[] = []
  tombstones: ModelTombstone[] = []
  /** Copies on the server, by key of the mail. */
  copies = new Map<string, number>()
  armed = true
  policy: Policy = PUBLISHED
  runsOverCap: { due: number; goesFrom: Date | null }[] = []

  /** Whether a copy that arrives now becomes a new message of the archive. */
  isNew(key: string): boolean {
    return !this.messages.some((each) => each.key === key) && this.standingTombstone(key) === undefined
  }

  copiesOf(key: string): number {
    return this.copies.get(key) ?? 0
  }

  conversationOf(message: ModelMessage): ModelMessage[] {
    return this.messages.filter((each) => each.conversation === message.conversation)
  }

  standingTombstone(key: string): ModelTombstone | undefined {
    return this.tombstones.find((each) => each.key === key && !each.lifted)
  }

  /** A copy lies on the server and has been seen. `arrival` is read only where it makes a new message. */
  copyArrives(key: string, arrival: () => Arrival, now: Date): void {
    this.copies.set(key, this.copiesOf(key) + 1)
    this.copySeen(key, arrival, now)
  }

  private copySeen(key: string, arrival: () => Arrival, now: Date): void {
    const tombstone = this.standingTombstone(key)
    if (tombstone) tombstone.reappearedOn ??= stockholmDay(now)
    else if (this.isNew(key)) this.archive(arrival(), now)
    this.readAgain('other', now)
  }

  private archive(arrival: Arrival, now: Date): void {
    const linked = this.messages.filter((each) => isLinked(arrival, each)).map((each) => each.conversation)
    const [first = { closedAt: null }, ...others] = [...new Set(linked)]
    // Brought together: closed only if staff had closed each of them.
    if (others.length > 0) first.closedAt = latestIfAll([first, ...others].map((each) => each.closedAt))
    for (const each of this.messages) if (others.includes(each.conversation)) each.conversation = first
    for (const hold of this.holds)
      if ('conversation' in hold.on && others.includes(hold.on.conversation)) hold.on = { conversation: first }
    const lifted = this.tombstones.some((each) => each.key === arrival.key && each.lifted)
    this.messages.push({
      ...arrival,
      archivedAt: now,
      settledOn: null,
      transferredOn: null,
      financialYearEnd: null,
      conversation: first,
      pledge: null,
      approved: false,
      // What staff took back must not go again with the next run.
      waits: lifted ? [plusDays(stockholmDay(now), WAIT_DAYS)] : [],
    })
  }

  copyDeleted(key: string): void {
    this.copies.set(key, this.copiesOf(key) - 1)
    this.forgetReturn(key)
  }

  /** The last copy is off the server again: a later return has its full time anew. */
  private forgetReturn(key: string): void {
    const tombstone = this.standingTombstone(key)
    if (tombstone && this.copiesOf(key) === 0) tombstone.reappearedOn = null
  }

  override(message: ModelMessage, verdict: { case: string; marks: string[] }, now: Date): void {
    Object.assign(message, verdict, { uncertain: false, mayBeComplaint: verdict.case === 'complaints' })
    this.readAgain('staff', now)
  }

  close(conversation: ModelConversation, now: Date): void {
    conversation.closedAt = now
    this.readAgain('staff', now)
  }

  reopen(conversation: ModelConversation, now: Date): void {
    conversation.closedAt = null
    this.readAgain('staff', now)
  }

  pay(
    message: ModelMessage,
    fact: Partial<Pick<Known, 'settledOn' | 'transferredOn' | 'financialYearEnd'>>,
    now: Date,
  ): void {
    Object.assign(message, fact)
    this.readAgain(fact.transferredOn == null ? 'staff' : 'transfer', now)
  }

  hold(hold: ModelHold, now: Date): void {
    this.holds.push(hold)
    this.readAgain('staff', now)
  }

  release(hold: ModelHold, now: Date): void {
    this.holds = this.holds.filter((each) => each !== hold)
    this.readAgain('other', now)
  }

  approve(messages: ModelMessage[]): void {
    for (const each of messages) each.approved = true
  }

  changePolicy(policy: Policy, now: Date): void {
    this.policy = policy
    this.readAgain('other', now)
  }

  approveRun(now: Date): void {
    const newest = this.runsOverCap.at(-1)
    if (newest) newest.goesFrom = new Date(now.getTime() + 24 * HOUR)
  }

  lift(tombstone: ModelTombstone, arrival: () => Arrival, now: Date): void {
    tombstone.lifted = true
    if (this.copiesOf(tombstone.key) > 0) this.copySeen(tombstone.key, arrival, now)
  }

  /** The nightly run. */
  purge(now: Date): 'done' | 'not-armed' | 'over-cap' {
    if (!this.armed) return 'not-armed'
    const today = stockholmDay(now)
    const due = this.messages.filter((each) => this.mayGo(each, now))
    const returned = this.tombstones.filter(
      (each) => !each.lifted && each.reappearedOn !== null && this.copiesOf(each.key) > 0,
    )
    const back = returned.filter((each) => plusDays(each.reappearedOn!, REAPPEARED_DAYS) <= today)
    const limit = Math.max(
      CAPS.least,
      Math.min(CAPS.count, Math.floor(CAPS.share * (this.messages.length + returned.length))),
    )
    if (due.length + back.length > limit && !this.runIsApproved(due.length, now)) {
      this.runsOverCap.push({ due: due.length, goesFrom: null })
      return 'over-cap'
    }
    for (const each of due) {
      this.copies.set(each.key, 0)
      if (today <= each.pledge!.archiveUntil) continue
      this.messages = this.messages.filter((other) => other !== each)
      this.tombstones.push({
        key: each.key,
        until: plusMonths(today, TOMBSTONE_MONTHS),
        reappearedOn: null,
        lifted: false,
      })
    }
    for (const each of back) {
      this.copies.set(each.key, 0)
      each.reappearedOn = null
    }
    this.runsOverCap = []
    this.readAgain('other', now)
    return 'done'
  }

  /** Tombstones have an end of their own, but stay as long as they recognise a copy. */
  endTombstones(now: Date): void {
    const today = stockholmDay(now)
    this.tombstones = this.tombstones.filter(
      (each) => each.until >= today || (!each.lifted && this.copiesOf(each.key) > 0),
    )
  }

  /** The first day on which something may happen to the message; null = none in sight. */
  nextActOn(message: ModelMessage): Day | null {
    const { held, mailboxUntil, archiveUntil } = message.pledge!
    if (held || archiveUntil === FOREVER) return null
    const until = this.copiesOf(message.key) > 0 ? mailboxUntil : archiveUntil
    return laterOf(nextDay(until), nextDay(mailboxUntil), ...message.waits)
  }

  stateOn(message: ModelMessage, today: Day): 'active' | 'limited' | 'review' {
    const { needsPerson, yearGuessed, mailboxUntil, archiveUntil } = message.pledge!
    if (needsPerson) return 'review'
    if (today <= mailboxUntil || mailboxUntil === archiveUntil) return 'active'
    return yearGuessed && today > archiveUntil ? 'review' : 'limited'
  }

  private mayGo(message: ModelMessage, now: Date): boolean {
    const today = stockholmDay(now)
    const { held, mailboxUntil, archiveUntil, needsPerson, yearGuessed } = message.pledge!
    if (held) return false
    const destroy = today > archiveUntil && today > mailboxUntil
    const leaveMailbox = today > mailboxUntil && this.copiesOf(message.key) > 0
    if (!destroy && !leaveMailbox) return false
    if ((needsPerson || (destroy && yearGuessed)) && !message.approved) return false
    return message.waits.every((day) => day <= today)
  }

  private runIsApproved(due: number, now: Date): boolean {
    const ready = this.runsOverCap.filter(
      (run) =>
        run.goesFrom !== null &&
        run.goesFrom <= now &&
        now.getTime() <= run.goesFrom.getTime() + APPROVED_RUN_DAYS * 24 * HOUR,
    )
    const newest = ready.at(-1)
    return newest !== undefined && due <= newest.due
  }

  /** Every promise is read again; one that lets go earlier than the one before starts a wait (P9). */
  private readAgain(cause: Cause, now: Date): void {
    for (const message of this.messages) {
      const held = this.holds.some((hold) => covers(hold, message))
      const before = message.pledge
      const after = pledge(message, this.conversationOf(message), message.conversation.closedAt, held, this.policy)
      if (before !== null && cause !== 'transfer' && letsGoEarlier(before, after))
        message.waits.push(waitFor(cause, now))
      // An approval was given on the grounds shown then.
      if (before !== null && JSON.stringify(before) !== JSON.stringify(after)) message.approved = false
      message.pledge = after
    }
  }
}

/** The same customer on both, and one names the other or both name a third. */
export function isLinked(
  a: Pick<Arrival, 'key' | 'customer' | 'names'>,
  b: Pick<Arrival, 'key' | 'customer' | 'names'>,
): boolean {
  if (a.customer !== b.customer) return false
  return a.names.includes(b.key) || b.names.includes(a.key) || a.names.some((name) => b.names.includes(name))
}

function latestIfAll(closings: (Date | null)[]): Date | null {
  const known = closings.filter((at) => at !== null)
  return known.length < closings.length ? null : new Date(Math.max(...known.map((at) => at.getTime())))
}

function covers(hold: ModelHold, message: ModelMessage): boolean {
  if ('message' in hold.on) return hold.on.message === message.key
  return 'conversation' in hold.on
    ? hold.on.conversation === message.conversation
    : hold.on.customer === message.customer
}

function letsGoEarlier(before: Pledge, after: Pledge): boolean {
  if (after.archiveUntil < before.archiveUntil || after.mailboxUntil < before.mailboxUntil) return true
  if (after.archiveUntil === FOREVER) return false
  const freedFromApproval = before.needsPerson && !after.needsPerson
  const freedFromGuess = before.yearGuessed && !after.yearGuessed && !after.needsPerson
  return freedFromApproval || freedFromGuess
}

function waitFor(cause: Cause, now: Date): Day {
  const aWholeDay = firstDayFrom(new Date(now.getTime() + 24 * HOUR))
  return cause === 'staff' ? aWholeDay : laterOf(aWholeDay, plusDays(stockholmDay(now), WAIT_DAYS))
}
