/** What a person's choice would mean for how long a message is kept, before it is made. */
import type { Case, Mark } from '../classification.ts'
import {
  conversationFacts,
  type ConversationMatters,
  type FiledMessage,
  type HoldInForce,
} from './conversation-facts.ts'
import { decideRetention } from './decide-retention.ts'
import type { RetentionDecision } from './retention.ts'
import type { Schedule } from './schedule.ts'

/** A conversation at this moment; `rows` are all of its messages. */
interface CurrentConversation<Row extends FiledMessage> {
  conversation: ConversationMatters
  rows: Row[]
  holds: HoldInForce[]
}

/** Whether a mark stays when a person says which case it is; `complaints`: only with that case. */
const STAYS = {
  'accounting-record': 'always',
  'open-complaint': 'complaints',
  unpaid: 'always',
  spam: 'never',
  'auto-reply': 'always',
} as const satisfies Record<Mark, 'always' | 'never' | Case>

/**
 * Marks that stay when a person says which case it is and nothing of marks: choosing `support` must not silently
 * drop that the message is an accounting record.
 */
export function keptMarks(marks: readonly Mark[], chosen: Case): Mark[] {
  return marks.filter((mark) => STAYS[mark] === 'always' || STAYS[mark] === chosen)
}

/** The decision on one message if a person said it is `chosen`; null when it is not in the conversation. */
export function foreseeCase<Row extends FiledMessage>(
  current: CurrentConversation<Row>,
  messageId: number,
  chosen: Case,
  schedule: Schedule,
): RetentionDecision | null {
  const rows = current.rows.map((row) =>
    row.id === messageId
      ? {
          ...row,
          case: chosen,
          marks: keptMarks(row.marks, chosen),
          uncertain: false,
          mayBeComplaint: chosen === 'complaints',
        }
      : row,
  )
  const found = conversationFacts(current.conversation, rows, current.holds).find(({ row }) => row.id === messageId)
  return found === undefined ? null : decideRetention(found.facts, schedule)
}
