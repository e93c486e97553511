import { isDeepStrictEqual } from 'node:util'
import { latestKnown, stockholmDate } from '../core/calendar.ts'
import { decideRetention, stateOn } from '../core/decide-retention.ts'
import { decideDisposal, weakening, type WeakeningCause } from '../core/disposal.ts'
import type { ComplaintState, RetentionFacts } from '../core/retention.ts'
import type { Schedule } from '../core/schedule.ts'
import { getConversation, type ConversationRow } from '../store/conversations.ts'
import { saveDecision } from '../store/decisions.ts'
import { listHolds, type HoldRow } from '../store/holds.ts'
import { listLocations } from '../store/locations.ts'
import { listConversationMessages, type MessageRow } from '../store/messages.ts'
import type { Sql } from '../store/sql.ts'

/** One message with everything its retention rests on, as it stands now. */
export interface Standing {
  row: MessageRow
  facts: RetentionFacts
  holds: string[]
  inMailbox: boolean
}

/** Reads a whole conversation; what one message is kept for depends on the others. */
export async function readStanding(sql: Sql, accountId: number, conversationId: number): Promise<Standing[]> {
  const conversation = await getConversation(sql, accountId, conversationId)
  const rows = await listConversationMessages(sql, accountId, conversationId)
  if (!conversation || rows.length === 0) return []
  const holds = await listHolds(sql, accountId, {
    messageIds: rows.map((row) => row.id),
    conversationId,
    customerIds: rows.flatMap((row) => (row.customerId === null ? [] : [row.customerId])),
  })
  const located = new Set((await listLocations(sql, accountId, rows.map((row) => row.id))).map((location) => location.messageId))
  const shared = conversationFacts(conversation, rows)
  return rows.map((row) => {
    const ids = holds.filter((hold) => holdCovers(hold, row)).map((hold) => `h${hold.id}`)
    return { row, holds: ids, inMailbox: located.has(row.id), facts: messageFacts(row, conversation, shared, rows, ids) }
  })
}

/** Decides every message of the conversation again and stores what changed. */
export async function redecide(
  tx: Sql,
  accountId: number,
  conversationId: number,
  schedule: Schedule,
  cause: WeakeningCause,
  now: Date,
): Promise<void> {
  for (const standing of await readStanding(tx, accountId, conversationId)) {
    const { row } = standing
    const decision = decideRetention(standing.facts, schedule)
    const waits = weakening(row.retention, decision, cause, schedule, now)
    const notBefore = latestKnown([waits, row.notBefore])
    const changed = !isDeepStrictEqual(decision, row.retention)
    const approvalLapsed = row.approvedAt !== null && changed
    const { dueOn } = decideDisposal(
      { decision, notBefore, approved: row.approvedAt !== null && !approvalLapsed, holds: standing.holds, inMailbox: standing.inMailbox, inArchive: true },
      now,
    )
    const state = stateOn(decision, stockholmDate(now))
    if (!changed && notBefore === row.notBefore && dueOn === row.dueOn && state === row.state) continue
    await saveDecision(tx, accountId, { messageId: row.id, decision, state, notBefore, dueOn, approvalLapsed })
  }
}

function conversationFacts(conversation: ConversationRow, rows: MessageRow[]): Omit<RetentionFacts['conversation'], 'mayBeComplaint'> {
  const lastMessageAt = newest(rows)
  const complaints = rows.filter((row) => row.case === 'complaints' || row.marks.includes('open-complaint'))
  const requests = rows.filter((row) => row.case === 'privacy')
  return {
    lastMessageAt,
    complaint: complaints.length === 0 ? null : complaintState(conversation, complaints, rows),
    privacy: requests.length === 0 ? null : { closedAt: closedUnlessReopened(conversation.privacyClosedAt, rows) },
  }
}

function complaintState(conversation: ConversationRow, complaints: MessageRow[], rows: MessageRow[]): ComplaintState {
  return {
    openedAt: new Date(Math.min(...complaints.map((row) => row.receivedAt.getTime()))),
    lastComplaintAt: newest(complaints),
    closedAt: closedUnlessReopened(conversation.complaintClosedAt, rows),
    outcome: conversation.complaintOutcome,
  }
}

/** Later mail from outside opens a closed matter again (law.md 3.3 point 5). */
function closedUnlessReopened(closedAt: Date | null, rows: MessageRow[]): Date | null {
  const incoming = rows.filter((row) => row.direction === 'incoming')
  return closedAt !== null && incoming.every((row) => row.receivedAt <= closedAt) ? closedAt : null
}

function messageFacts(
  row: MessageRow,
  conversation: ConversationRow,
  shared: Omit<RetentionFacts['conversation'], 'mayBeComplaint'>,
  rows: MessageRow[],
  holds: string[],
): RetentionFacts {
  return {
    receivedAt: row.receivedAt,
    case: row.case,
    marks: row.marks,
    uncertain: row.uncertain || row.unparsed,
    mayBeComplaint: row.mayBeComplaint,
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

function holdCovers(hold: HoldRow, row: MessageRow): boolean {
  if (hold.messageId !== null) return hold.messageId === row.id
  return hold.conversationId !== null ? hold.conversationId === row.conversationId : hold.customerId === row.customerId
}

function newest(rows: MessageRow[]): Date {
  return new Date(Math.max(...rows.map((row) => row.receivedAt.getTime())))
}
