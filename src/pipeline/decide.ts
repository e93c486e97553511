import { compareDates } from '../core/calendar.ts'
import { conversationFacts } from '../core/conversation-facts.ts'
import type { DisposalInput, WeakeningCause } from '../core/disposal.ts'
import { idleReviewOn } from '../core/decide-retention.ts'
import type { RetentionFacts } from '../core/retention.ts'
import type { Schedule } from '../core/schedule.ts'
import { decideAgain } from '../core/standing.ts'
import { getConversation, saveIdleReview } from '../store/conversations.ts'
import { saveDecision } from '../store/decisions.ts'
import { hasUnreadFolder } from '../store/folders.ts'
import { listHolds } from '../store/holds.ts'
import { listLocations } from '../store/locations.ts'
import { listConversationMessages, type MessageRow } from '../store/messages.ts'
import type { Sql } from '../store/sql.ts'

/** One message with everything its retention rests on, as it stands now. */
export interface Standing {
  row: MessageRow
  facts: RetentionFacts
  inMailbox: boolean
  copies: DisposalInput['copies']
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
  const locations = await listLocations(sql, accountId, rows.map((row) => row.id))
  const unread = await hasUnreadFolder(sql, accountId)
  return conversationFacts(conversation, rows, holds).map(({ row, facts }) => {
    const own = locations.filter((location) => location.messageId === row.id)
    const copies = own.some(({ followed }) => !followed) ? 'unfollowed' : unread ? 'unread' : 'known'
    return { row, facts, inMailbox: own.length > 0, copies }
  })
}

/**
 * Decides every message of the conversation again and stores what changed. The cause tells how long what lets go
 * earlier has to wait (P9); one act may mean different things to its message and to the neighbours.
 */
export async function redecide(
  tx: Sql,
  accountId: number,
  conversationId: number,
  schedule: Schedule,
  cause: WeakeningCause | ((messageId: number) => WeakeningCause),
  now: Date,
): Promise<void> {
  const standings = await readStanding(tx, accountId, conversationId)
  for (const standing of standings) {
    const { id } = standing.row
    const decided = decideAgain(standing.row, standing, schedule, typeof cause === 'function' ? cause(id) : cause, now)
    if (decided) await saveDecision(tx, accountId, { messageId: id, ...decided })
  }
  const idleOn = standings.flatMap(({ facts }) => idleReviewOn(facts, schedule) ?? []).sort(compareDates)[0] ?? null
  await saveIdleReview(tx, accountId, conversationId, idleOn)
}
