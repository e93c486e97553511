/**
 * What the published policy promises about one message, read from rules/schedule.yaml and the law behind it and
 * written as plainly as possible. It shares no code with src: it is what the product is compared with.
 */
import { FOREVER, laterOf, plusDays, plusMonths, stockholmDay, yearEnd, type Day } from './civil.ts'

/** The lengths a firm may set; everything else of the policy is fixed. */
export interface Policy {
  name: string
  generalMonths: number
  complaintMonths: number
  spamDays: number
  accountingYears: number
}

export const PUBLISHED: Policy = {
  name: 'published',
  generalMonths: 12,
  complaintMonths: 12,
  spamDays: 30,
  accountingYears: 7,
}

/** What is known of one message. Judged by a classifier or a person; dates from mail and staff. */
export interface Known {
  key: string
  customer: string
  incoming: boolean
  receivedAt: Date
  archivedAt: Date
  case: string
  marks: string[]
  uncertain: boolean
  mayBeComplaint: boolean
  settledOn: Day | null
  transferredOn: Day | null
  financialYearEnd: Day | null
}

/** One reason to keep, and to when. `legal`: only the archive copy, for bookkeeping law. */
export interface Ground {
  why: string
  from: Day | null
  until: Day
  legal: boolean
}

export interface Pledge {
  grounds: Ground[]
  held: boolean
  /** In doubt, or unpaid: goes only through a person's approval. */
  needsPerson: boolean
  /** The legal end rests on a guessed financial year: its destruction needs a person. */
  yearGuessed: boolean
  /** Last day in the mailbox, in the archive. */
  mailboxUntil: Day
  archiveUntil: Day
  policy: string
}

/** `conversation` holds the message itself; `closedAt`: staff closed the conversation's matters then. */
export function pledge(
  message: Known,
  conversation: Known[],
  closedAt: Date | null,
  held: boolean,
  policy: Policy,
): Pledge {
  const lastMessageOn = laterOf(...conversation.map((each) => stockholmDay(each.receivedAt)))
  const complaints = conversation.filter(isComplaint)
  const requests = conversation.filter((each) => each.case === 'privacy')
  // Where a complaint is known nothing is left to doubt: it has a period of its own.
  const maybe = complaints.length === 0 && conversation.some((each) => each.mayBeComplaint)
  const inDoubt = message.uncertain || maybe
  const grounds: Ground[] = []
  const ground = (why: string, from: Day | null, until: Day, legal = false): number =>
    grounds.push({ why, from, until, legal })

  if (complaints.length > 0) {
    if (isOpen(conversation, closedAt, mayConcernComplaint)) ground('complaint open', null, FOREVER)
    else {
      const closedOn = laterOf(stockholmDay(closedAt!), ...complaints.map((each) => stockholmDay(each.receivedAt)))
      ground('complaint closed', closedOn, plusMonths(closedOn, policy.complaintMonths))
    }
  } else if (inDoubt) ground('perhaps a complaint', lastMessageOn, plusMonths(lastMessageOn, policy.complaintMonths))

  if (requests.length > 0 && isOpen(conversation, closedAt, mayConcernPrivacy))
    ground('request not answered', null, FOREVER)

  if (isSpam(message, complaints.length + requests.length > 0, inDoubt)) {
    const received = stockholmDay(message.receivedAt)
    ground('spam', received, plusDays(received, policy.spamDays))
  } else {
    const general = plusMonths(lastMessageOn, policy.generalMonths)
    ground(GENERAL_ROWS[message.case]!, lastMessageOn, general)
    if (message.uncertain) ground('may be of any case', lastMessageOn, general)
    if (message.marks.includes('unpaid')) ground('unpaid', lastMessageOn, general)
  }

  if (message.marks.includes('accounting-record')) legalGround(message, policy, ground)

  if (held) ground('hold', null, FOREVER)
  return {
    grounds,
    held,
    needsPerson: inDoubt || (message.marks.includes('unpaid') && message.settledOn === null),
    yearGuessed: grounds.some((each) => each.why === 'accounting record of a guessed year'),
    mailboxUntil: laterOf(...grounds.filter((each) => !each.legal).map((each) => each.until)),
    archiveUntil: laterOf(...grounds.map((each) => each.until)),
    policy: policy.name,
  }
}

/** Bokföringslagen 7:2; 7:6 once the bookkeeping has the original. */
function legalGround(
  message: Known,
  policy: Policy,
  ground: (why: string, from: Day, until: Day, legal: boolean) => void,
): void {
  const { transferredOn, financialYearEnd } = message
  if (transferredOn !== null) ground('transferred to the accounts', transferredOn, transferredOn, true)
  else if (financialYearEnd !== null)
    ground('accounting record', financialYearEnd, yearEnd(financialYearEnd, policy.accountingYears), true)
  else {
    const guessed = yearEnd(stockholmDay(message.receivedAt), 1)
    ground('accounting record of a guessed year', guessed, yearEnd(guessed, policy.accountingYears), true)
  }
}

/** The row of the schedule that gives a case its general period. */
const GENERAL_ROWS: Record<string, string> = {
  support: 'general',
  complaints: 'general',
  other: 'general',
  payments: 'payments',
  privacy: 'privacy',
}

function isComplaint(message: Known): boolean {
  return message.case === 'complaints' || message.marks.includes('open-complaint')
}

/** Only a person closes a matter; what comes in later, or was not there to be read, opens it again. */
function isOpen(conversation: Known[], closedAt: Date | null, about: (message: Known) => boolean): boolean {
  if (closedAt === null) return true
  for (const each of conversation) {
    if (!each.incoming) continue
    if (each.receivedAt > closedAt) return true
    if (each.archivedAt > closedAt && about(each)) return true
  }
  return false
}

function mayConcernComplaint(message: Known): boolean {
  return message.case === 'complaints' || message.mayBeComplaint || message.uncertain
}

function mayConcernPrivacy(message: Known): boolean {
  return message.case === 'privacy' || message.uncertain
}

/** Spam is short-lived only when it is nothing else, and nobody doubts it. */
function isSpam(message: Known, matter: boolean, inDoubt: boolean): boolean {
  if (!message.marks.includes('spam') || matter || inDoubt) return false
  if (message.case === 'privacy' || message.case === 'complaints') return false
  return !['accounting-record', 'open-complaint', 'unpaid'].some((mark) => message.marks.includes(mark))
}
