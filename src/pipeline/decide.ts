import { conversationFacts } from '../core/conversation-facts.ts'
import type { WeakeningCause } from '../core/disposal.ts'
import type { RetentionFacts } from '../core/retention.ts'
import type { Schedule } from '../core/schedule.ts'
import { decideAgain } from '../core/standing.ts'
import { getConversation } from '../store/conversations.ts'
import { saveDecision } from '../store/decisions.ts'
import { listHolds } from '../store/holds.ts'
import { listLocations } from '../store/locations.ts'
import { listConversationMessages, type MessageRow } from '../store/messages.ts'
import type { Sql } from '../store/sql.ts'

/** One message with everything its retention rests on, as it stands now. */
export interface Standing {
  row: MessageRow
  facts: RetentionFacts
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
  return conversationFacts(conversation, rows, holds).map(({ row, facts }) => ({ row, facts, inMailbox: located.has(row.id) }))
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
    const decided = decideAgain(standing.row, standing, schedule, cause, now)
    if (decided) await saveDecision(tx, accountId, { messageId: standing.row.id, ...decided })
  }
}
