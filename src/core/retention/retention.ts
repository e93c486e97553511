import type { Case, Mark } from '../classification.ts'

/** ISO 8601 calendar date in Europe/Stockholm, e.g. '2026-12-31': the last day something is kept. */
export type IsoDate = string

/** How a complaint ended, as staff enter it. */
export const COMPLAINT_OUTCOMES = ['granted', 'refused', 'disputed', 'withdrawn'] as const
export type ComplaintOutcome = (typeof COMPLAINT_OUTCOMES)[number]

/** `review`: due only through the approval list. `limited`: out of mailbox and normal search. */
export const RETENTION_STATES = ['active', 'limited', 'review'] as const
type RetentionState = (typeof RETENTION_STATES)[number]

/** What staff know and mail does not say. Dates are Stockholm calendar dates; null = not known. */
export interface StaffFacts {
  deliveredOn: IsoDate | null
  /** Buyer is a consumer; null = not known. */
  consumer: boolean | null
  settledOn: IsoDate | null
  transferredOn: IsoDate | null
  financialYearEnd: IsoDate | null
}

export interface ComplaintState {
  openedAt: Date
  closedAt: Date | null
  outcome: ComplaintOutcome | null
  /** Latest message judged `complaints` in the conversation. */
  lastComplaintAt: Date
}

/** Everything the schedule looks at for one message. */
export interface RetentionFacts {
  receivedAt: Date
  case: Case
  marks: Mark[]
  /** Judgement uncertain or source unparsable: the longest plausible period, and a person. */
  uncertain: boolean
  /** Several unrelated correspondents: the period is clear, whom it concerns is not, so a person looks. */
  customerAmbiguous: boolean
  mayBeComplaint: boolean
  conversation: {
    lastMessageAt: Date
    complaint: ComplaintState | null
    /** Some other message of the conversation may be a complaint and staff have not decided. */
    mayBeComplaint: boolean
    /** Privacy request in the conversation: when it was closed; null = open or none. */
    privacy: { closedAt: Date | null } | null
  }
  staff: StaffFacts
  /** Ids of holds in force on message, conversation or customer. */
  holds: string[]
  erasureGranted: boolean
}

/** One label that applied; the set is kept as evidence, the latest end wins. */
export interface RetentionLabel {
  rule: string
  trigger: string
  /** Calendar date the clock started from; null when the trigger has not happened. */
  from: IsoDate | null
  /** Last day kept; null = no expiry yet. */
  until: IsoDate | null
  basis: string
  source: string
}

export interface RetentionDecision {
  state: RetentionState
  /** Last day the copy stays in the mailbox; null = no expiry. Purge from the day after. */
  mailboxUntil: IsoDate | null
  archiveUntil: IsoDate | null
  /** The label that won. */
  rule: string
  trigger: string
  basis: string
  labels: RetentionLabel[]
  /** Schedule version (content hash). */
  schedule: string
}
