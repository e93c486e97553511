import { addPeriod, stockholmDate } from '../../core/retention/calendar.ts'
import { CASES, type Case, type Evidence } from '../../core/classification.ts'
import { foreseeCase } from '../../core/retention/foresight.ts'
import type { Message } from '../../core/message/message.ts'
import type { RetentionDecision } from '../../core/retention/retention.ts'
import type { Account } from '../../store/accounts.ts'
import type { Archive } from '../../store/archive.ts'
import { appendAudit } from '../../store/audit.ts'
import { getConversation } from '../../store/message/conversations.ts'
import { listHolds } from '../../store/staff/holds.ts'
import { findMessage, listConversationMessages, openMessage, type MessageRow } from '../../store/message/messages.ts'
import { listReviewQueue as readQueue } from '../../store/read/digest-facts.ts'
import { promisedUnlessBroken } from '../../store/keys/seal.ts'
import { inTransaction } from '../../store/postgres/sql.ts'
import type { Rules } from '../decide/rules.ts'
import { WEEKLY_LETTER_PERIOD } from '../letters/weekly-letter.ts'

const MOST = 100_000
const REASONS = 3

/** What waits for a person, the dangerous first: may be a complaint and due within 14 days. */
export async function listReviewQueue(
  archive: Archive,
  accounts: Account[],
  now: Date,
): Promise<{ accountId: number; id: number }[]> {
  return readQueue(
    archive.pool,
    accounts.map(({ id }) => id),
    addPeriod(stockholmDate(now), WEEKLY_LETTER_PERIOD),
    MOST,
  )
}

/** One message for a person to decide on. */
export interface ReviewItem {
  row: MessageRow
  message: Message
  /** What spoke most for the suggested case, the strongest first. */
  reasons: Evidence[]
  /** What would follow from each case. */
  foreseen: { case: Case; decision: RetentionDecision }[]
}

/** Opens it for the reader, which is an event too. null: somebody has decided meanwhile, or it is gone; `unopened`: it does not open, damaged or changed. */
export async function openReviewItem(
  archive: Archive,
  account: Account,
  id: number,
  rules: Rules,
  staffId: number,
  now: Date,
): Promise<ReviewItem | 'unopened' | null> {
  const { pool } = archive
  const row = await findMessage(pool, account.id, id)
  if (row?.state !== 'review' || row.approvedAt !== null) return null
  const conversation = await getConversation(pool, account.id, row.conversationId)
  if (conversation === null) return null
  // Written before anything is shown: what was read is never unknown.
  await inTransaction(pool, (tx) =>
    appendAudit(tx, archive, account.id, {
      at: now,
      actor: `staff:${staffId}`,
      kind: 'read',
      payload: { messages: [id] },
    }),
  )
  const rows = await listConversationMessages(pool, account.id, [row.conversationId])
  const holds = await listHolds(pool, account.id, {
    messageIds: rows.map((each) => each.id),
    conversationIds: [row.conversationId],
    customerIds: rows.flatMap(({ customerId }) => customerId ?? []),
  })
  const opened = await promisedUnlessBroken(openMessage(pool, archive, account.id, id))
  if (opened === null) return 'unopened'
  const { message, evidence } = opened
  const reasons = evidence.classification.evidence.filter((each) => each.for === row.case && each.weight > 0)
  return {
    row,
    message,
    reasons: reasons.sort((a, b) => b.weight - a.weight).slice(0, REASONS),
    foreseen: CASES.flatMap((each) => {
      const decision = foreseeCase({ conversation, rows, holds }, id, each, rules.schedule)
      return decision === null ? [] : [{ case: each, decision }]
    }),
  }
}
