/**
 * What the schedule looks at for each message of one conversation: a complaint or a privacy request is a matter
 * of the whole conversation, bookkeeping facts belong to the single message, holds to any of three.
 */
import type { Case, Mark } from '../classification.ts'
import type { Direction } from '../message/message.ts'
import type { ComplaintState, IsoDate, RetentionFacts } from './retention.ts'

/** One archived message as stored. */
export interface FiledMessage {
  id: number
  conversationId: number
  customerId: number | null
  direction: Direction
  receivedAt: Date
  archivedAt: Date
  unparsed: boolean
  case: Case
  marks: Mark[]
  uncertain: boolean
  mayBeComplaint: boolean
  customerAmbiguous: boolean
  settledOn: IsoDate | null
  transferredOn: IsoDate | null
  financialYearEnd: IsoDate | null
}

/** What staff have said about the conversation as a whole. */
export interface ConversationMatters {
  complaintClosedAt: Date | null
  complaintOutcome: ComplaintState['outcome']
  privacyClosedAt: Date | null
  deliveredOn: IsoDate | null
  consumer: boolean | null
}

/** A hold in force; exactly one of the three ids is set. */
export interface HoldInForce {
  id: number
  messageId: number | null
  conversationId: number | null
  customerId: number | null
}

/** The facts of every message, in the order of `rows`; `rows` are all the conversation has. */
export function conversationFacts<Row extends FiledMessage>(
  conversation: ConversationMatters,
  rows: Row[],
  holds: HoldInForce[],
): { row: Row; facts: RetentionFacts }[] {
  if (rows.length === 0) return []
  const shared = sharedFacts(conversation, rows)
  return rows.map((row) => ({
    row,
    facts: messageFacts(
      row,
      conversation,
      shared,
      rows,
      holds.filter((hold) => holdCovers(hold, row)).map((hold) => `h${hold.id}`),
    ),
  }))
}

function sharedFacts(
  conversation: ConversationMatters,
  rows: FiledMessage[],
): Omit<RetentionFacts['conversation'], 'mayBeComplaint'> {
  const complaints = rows.filter((row) => row.case === 'complaints' || row.marks.includes('open-complaint'))
  const requests = rows.filter((row) => row.case === 'privacy')
  return {
    lastMessageAt: newest(rows),
    complaint: complaints.length === 0 ? null : complaintState(conversation, complaints, rows),
    privacy:
      requests.length === 0
        ? null
        : { closedAt: closedUnlessReopened(conversation.privacyClosedAt, rows, mayBePrivacy) },
  }
}

function complaintState(
  conversation: ConversationMatters,
  complaints: FiledMessage[],
  rows: FiledMessage[],
): ComplaintState {
  return {
    openedAt: new Date(Math.min(...complaints.map((row) => row.receivedAt.getTime()))),
    lastComplaintAt: newest(complaints),
    closedAt: closedUnlessReopened(conversation.complaintClosedAt, rows, mayBeComplaint),
    outcome: conversation.complaintOutcome,
  }
}

/**
 * Later mail from outside opens a closed matter again (law.md, "Retention order", 5). So does mail that was not here
 * yet when staff closed it and may be about the matter, whatever its date: staff had not read it.
 */
function closedUnlessReopened(
  closedAt: Date | null,
  rows: FiledMessage[],
  mayBeAboutIt: (row: FiledMessage) => boolean,
): Date | null {
  if (closedAt === null) return null
  const reopens = (row: FiledMessage) => row.receivedAt > closedAt || (row.archivedAt > closedAt && mayBeAboutIt(row))
  return rows.some((row) => row.direction === 'incoming' && reopens(row)) ? null : closedAt
}

function mayBeComplaint(row: FiledMessage): boolean {
  return row.case === 'complaints' || row.mayBeComplaint || row.uncertain || row.unparsed
}

function mayBePrivacy(row: FiledMessage): boolean {
  return row.case === 'privacy' || row.uncertain || row.unparsed
}

function messageFacts(
  row: FiledMessage,
  conversation: ConversationMatters,
  shared: Omit<RetentionFacts['conversation'], 'mayBeComplaint'>,
  rows: FiledMessage[],
  holds: string[],
): RetentionFacts {
  return {
    receivedAt: row.receivedAt,
    case: row.case,
    marks: row.marks,
    uncertain: row.uncertain || row.unparsed,
    mayBeComplaint: row.mayBeComplaint,
    customerAmbiguous: row.customerAmbiguous,
    conversation: { ...shared, mayBeComplaint: rows.some((other) => other.id !== row.id && other.mayBeComplaint) },
    staff: {
      deliveredOn: conversation.deliveredOn,
      consumer: conversation.consumer,
      settledOn: row.settledOn,
      transferredOn: row.transferredOn,
      financialYearEnd: row.financialYearEnd,
    },
    holds,
    erasureGranted: false,
  }
}

function holdCovers(hold: HoldInForce, row: FiledMessage): boolean {
  if (hold.messageId !== null) return hold.messageId === row.id
  return hold.conversationId !== null ? hold.conversationId === row.conversationId : hold.customerId === row.customerId
}

function newest(rows: FiledMessage[]): Date {
  return new Date(Math.max(...rows.map((row) => row.receivedAt.getTime())))
}
