/**
 * How long one message is kept. Every rule that applies becomes a label; the label that ends last wins.
 * Doubt takes the longest plausible period and puts the message on the approval list; a date that cannot
 * be read, or a hold, means no expiry. Pure: the same facts and schedule give the same decision.
 */
import { addPeriod, compareDates, endOfYear, isInstant, isIsoDate, latest, stockholmDate } from './calendar.ts'
import type { Case, Mark } from '../classification.ts'
import type { ComplaintOutcome, IsoDate, RetentionDecision, RetentionFacts, RetentionLabel } from './retention.ts'
import type { FixedRule, Schedule, ScheduleRow, Trigger } from './schedule.ts'

/**
 * Raised when the same facts and schedule decide otherwise than before: then all is decided again at the next start.
 */
export const RETENTION_LOGIC = 2

/** Trigger of a label whose dates rest on a guess about the message, not on a verdict. */
const IN_DOUBT = 'in-doubt'

/** Cases in which a message is never treated as spam, whatever its marks. */
const NEVER_SPAM = {
  support: false,
  payments: false,
  complaints: true,
  privacy: true,
  other: false,
} as const satisfies Record<Case, boolean>

/** Marks beside `spam` that say that a message may be more than that. */
const MORE_THAN_SPAM = {
  'accounting-record': true,
  'open-complaint': true,
  unpaid: true,
  spam: false,
  'auto-reply': false,
} as const satisfies Record<Mark, boolean>

/** Whether a closed complaint went against the customer, who may then take it further. */
const WENT_AGAINST = {
  granted: false,
  refused: true,
  disputed: true,
  withdrawn: false,
} as const satisfies Record<ComplaintOutcome, boolean>

/** Decides from the facts; never throws on them. */
export function decideRetention(facts: RetentionFacts, schedule: Schedule): RetentionDecision {
  if (!datesAreReadable(facts)) return keep('unreadable-date', [], 'review', schedule)

  const doubt = facts.uncertain || mayHideComplaint(facts)
  const rows = schedule.rows.filter((row) => !facts.erasureGranted || row.survivesErasure)
  const applied = rows.flatMap((row) => labelsFor(row, facts).map((label) => ({ row, label })))
  const labels = applied.map(({ label }) => label)
  if (facts.erasureGranted) labels.push(fixedLabel('erasure-granted', stockholmDate(facts.receivedAt), schedule))

  // The approval list also takes a row's own wish for it, even where erasure or a longer label overrides its period.
  const wantsReview =
    doubt ||
    facts.customerAmbiguous ||
    schedule.rows.some((row) => row.review && applies(row, facts) && !isSettled(row, facts))
  const state = wantsReview ? 'review' : 'active'
  if (facts.holds.length > 0) return keep('hold', labels, state, schedule)

  const limited = new Set(applied.filter(({ row }) => row.limited).map(({ label }) => label))
  const ordinary = labels.filter((label) => !limited.has(label))
  // A schedule checked by parseSchedule leaves no case without a row; should it happen, nothing expires.
  if (ordinary.length === 0) return keep('unreadable-date', labels, 'review', schedule)

  const archiveUntil = latest(labels.map((label) => label.until))
  const winner = labels.find((label) => label.until === archiveUntil)!
  return {
    state,
    mailboxUntil: latest(ordinary.map((label) => label.until)),
    archiveUntil,
    rule: winner.rule,
    trigger: winner.trigger,
    basis: winner.basis,
    labels,
    schedule: schedule.version,
  }
}

/**
 * The state on a day: an accounting record turns `limited` on the day after its ordinary end; one whose
 * financial year is only assumed turns `review` when that assumed end has passed (law.md, "Retention order", 4).
 */
export function stateOn(decision: RetentionDecision, date: IsoDate): RetentionDecision['state'] {
  if (decision.state === 'review' || decision.mailboxUntil === null) return decision.state
  if (compareDates(date, decision.mailboxUntil) <= 0 || decision.mailboxUntil === decision.archiveUntil)
    return decision.state
  const ended = decision.archiveUntil !== null && compareDates(date, decision.archiveUntil) > 0
  return ended && yearIsAssumed(decision) ? 'review' : 'limited'
}

/** Whether the legal end rests on an assumed financial year: leaving the mailbox is safe, destroying needs a person. */
export function yearIsAssumed(decision: RetentionDecision): boolean {
  return decision.labels.some((label) => label.trigger === 'year-after-receipt')
}

/** The day staff should look at an open matter that has been idle (schedule `reviewAfter`); null when none is open. */
export function idleReviewOn(facts: RetentionFacts, schedule: Schedule): IsoDate | null {
  if (!datesAreReadable(facts)) return null
  const idleSince = stockholmDate(facts.conversation.lastMessageAt)
  const days = schedule.rows.flatMap((row) =>
    row.reviewAfter !== undefined && applies(row, facts) ? [addPeriod(idleSince, row.reviewAfter)] : [],
  )
  return days.sort(compareDates)[0] ?? null
}

function labelsFor(row: ScheduleRow, facts: RetentionFacts): RetentionLabel[] {
  if (applies(row, facts)) {
    const label = labelFrom(row, row.trigger, facts)
    return label === null ? [] : [label]
  }
  return plausible(row, facts) ? [{ ...ended(row, lastMessageOn(facts)), trigger: IN_DOUBT }] : []
}

/** Rows of what a doubtful message may be. All count from the last message, the latest date known from mail. */
function plausible(row: ScheduleRow, facts: RetentionFacts): boolean {
  const { cases, complaint, mark, privacy, buyer } = row.appliesTo
  if (row.trigger === 'none' || mark !== undefined || privacy !== undefined || !buyerMatches(buyer, facts)) return false
  if (complaint !== undefined) return facts.uncertain || mayHideComplaint(facts)
  return facts.uncertain && cases !== undefined
}

/**
 * Something in the conversation may be an unrecognised complaint. Where one is known there is nothing to
 * doubt: open it keeps without end and is proposed for closing in its time, closed it has its own period.
 */
function mayHideComplaint(facts: RetentionFacts): boolean {
  return (facts.mayBeComplaint || facts.conversation.mayBeComplaint) && complaintStates(facts).length === 0
}

function applies(row: ScheduleRow, facts: RetentionFacts): boolean {
  const { cases, mark, complaint, privacy, buyer } = row.appliesTo
  if (mark === 'spam' && !isPlainSpam(facts)) return false
  if (cases !== undefined && (!cases.includes(facts.case) || isPlainSpam(facts))) return false
  if (mark !== undefined && !facts.marks.includes(mark)) return false
  if (complaint !== undefined && !complaintStates(facts).includes(complaint)) return false
  if (privacy !== undefined && privacyState(facts) !== privacy) return false
  return buyerMatches(buyer, facts)
}

/** Spam takes the place of the general period, so every sign that it may be something else rules it out. */
function isPlainSpam(facts: RetentionFacts): boolean {
  const { complaint, privacy, mayBeComplaint } = facts.conversation
  return (
    facts.marks.includes('spam') &&
    !facts.marks.some((mark) => MORE_THAN_SPAM[mark]) &&
    !NEVER_SPAM[facts.case] &&
    !facts.uncertain &&
    !facts.mayBeComplaint &&
    !mayBeComplaint &&
    complaint === null &&
    privacy === null
  )
}

/** A certain complaint counts as open, also before it is opened as a matter: only a person closes one. */
function complaintStates(facts: RetentionFacts): NonNullable<ScheduleRow['appliesTo']['complaint']>[] {
  const { complaint } = facts.conversation
  if (complaint === null) {
    const isComplaint = facts.case === 'complaints' || facts.marks.includes('open-complaint')
    return isComplaint && !facts.uncertain ? ['open'] : []
  }
  if (complaint.closedAt === null) return ['open']
  // An unknown outcome may have gone against the customer.
  return complaint.outcome !== null && !WENT_AGAINST[complaint.outcome] ? ['closed'] : ['closed', 'closed-against']
}

function privacyState(facts: RetentionFacts): ScheduleRow['appliesTo']['privacy'] | null {
  const { privacy } = facts.conversation
  if (privacy === null) return null
  return privacy.closedAt === null ? 'open' : 'closed'
}

/** Not known who bought: both rows apply and the later date counts. */
function buyerMatches(buyer: ScheduleRow['appliesTo']['buyer'], facts: RetentionFacts): boolean {
  if (buyer === undefined || facts.staff.consumer === null) return true
  return facts.staff.consumer === (buyer === 'consumer')
}

function labelFrom(row: ScheduleRow, trigger: Trigger, facts: RetentionFacts): RetentionLabel | null {
  // Transferred to the bookkeeping: the legal copy is there (BFL 7:6), so this label ends that day.
  if (row.limited && facts.staff.transferredOn !== null) {
    const on = facts.staff.transferredOn
    return { ...labelOf(row), trigger: 'transferred', from: on, until: on }
  }
  if (trigger === 'none') return { ...labelOf(row), trigger: row.trigger, from: null, until: null }
  const from = startOf(trigger, facts)
  if (from !== null) return { ...ended(row, from), trigger }
  return row.ifUnknown === undefined || row.ifUnknown === trigger ? null : labelFrom(row, row.ifUnknown, facts)
}

function startOf(trigger: Trigger, facts: RetentionFacts): IsoDate | null {
  const { complaint, privacy } = facts.conversation
  switch (trigger) {
    case 'none':
      return null
    case 'received':
      return stockholmDate(facts.receivedAt)
    case 'last-message':
      return lastMessageOn(facts)
    case 'complaint-opened':
      return complaint === null ? null : stockholmDate(complaint.openedAt)
    case 'complaint-closed':
      if (complaint?.closedAt == null) return null
      return latest([stockholmDate(complaint.closedAt), stockholmDate(complaint.lastComplaintAt)])
    case 'privacy-closed':
      return privacy?.closedAt == null ? null : latest([stockholmDate(privacy.closedAt), lastMessageOn(facts)])
    case 'financial-year-end':
      return facts.staff.financialYearEnd
    case 'year-after-receipt':
      return endOfYear(stockholmDate(facts.receivedAt), 1)
    case 'delivered':
      return facts.staff.deliveredOn
    case 'settled':
      return facts.staff.settledOn
  }
}

/** A conversation cannot end before the message it holds, whatever the caller says. */
function lastMessageOn(facts: RetentionFacts): IsoDate {
  const received = stockholmDate(facts.receivedAt)
  const last = stockholmDate(facts.conversation.lastMessageAt)
  return compareDates(last, received) < 0 ? received : last
}

function ended(row: ScheduleRow, from: IsoDate): RetentionLabel {
  const until =
    row.endOfYearAfter === undefined ? row.period && addPeriod(from, row.period) : endOfYear(from, row.endOfYearAfter)
  return { ...labelOf(row), from, until: until ?? null }
}

function labelOf(row: ScheduleRow): RetentionLabel {
  return { rule: row.rule, trigger: row.trigger, from: null, until: null, basis: row.lawfulBasis, source: row.source }
}

/** An unpaid mark asks for review only until staff have noted the payment. */
function isSettled(row: ScheduleRow, facts: RetentionFacts): boolean {
  return row.appliesTo.mark === 'unpaid' && facts.staff.settledOn !== null
}

function fixedLabel(rule: FixedRule, until: IsoDate | null, schedule: Schedule): RetentionLabel {
  const { lawfulBasis, source } = schedule.fixed[rule]
  return { rule, trigger: rule, from: null, until, basis: lawfulBasis, source }
}

function keep(
  rule: FixedRule,
  labels: RetentionLabel[],
  state: RetentionDecision['state'],
  schedule: Schedule,
): RetentionDecision {
  const label = fixedLabel(rule, null, schedule)
  return {
    state,
    mailboxUntil: null,
    archiveUntil: null,
    rule,
    trigger: rule,
    basis: label.basis,
    labels: [label, ...labels],
    schedule: schedule.version,
  }
}

function datesAreReadable(facts: RetentionFacts): boolean {
  const { complaint, privacy, lastMessageAt } = facts.conversation
  const { deliveredOn, settledOn, transferredOn, financialYearEnd } = facts.staff
  const instants = [
    facts.receivedAt,
    lastMessageAt,
    complaint?.openedAt,
    complaint?.closedAt,
    complaint?.lastComplaintAt,
    privacy?.closedAt,
  ]
  const dates = [deliveredOn, settledOn, transferredOn, financialYearEnd]
  return instants.every((at) => at == null || isInstant(at)) && dates.every((date) => date === null || isIsoDate(date))
}
