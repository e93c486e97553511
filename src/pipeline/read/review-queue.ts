import { addPeriod, stockholmDate } from '../../core/retention/calendar.ts'
import { CASES, type Case, type Evidence } from '../../core/classification.ts'
import { foreseeCase } from '../../core/retention/foresight.ts'
import type { Message } from '../../core/message/message.ts'
import type { RetentionDecision } from '../../core/retention/retention.ts'
import type { Schedule } from '../../core/retention/schedule.ts'
import type { Account } from '../../store/accounts.ts'
import type { Archive } from '../../store/archive.ts'
import { getConversation } from '../../store/message/conversations.ts'
import { listHolds } from '../../store/staff/holds.ts'
import { findMessage, listConversationMessages, type MessageRow } from '../../store/message/messages.ts'
import { listReviewQueue as readQueue } from '../../store/read/digest-facts.ts'
import { promisedUnlessBroken } from '../../store/keys/seal.ts'
import { WEEKLY_LETTER_PERIOD } from '../letters/weekly-letter.ts'
import { noteReading, openNoted, type Reading } from './audited.ts'
import { plainValue, type Plain } from './plain-value.ts'

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
  row: Plain<MessageRow>
  message: Plain<Message>
  /** What spoke most for the suggested case, the strongest first. */
  reasons: Evidence[]
  /** What would follow from each case. */
  foreseen: { case: Case; decision: RetentionDecision }[]
}

type OpenedForReview =
  | { kind: 'waiting'; item: ReviewItem }
  /** Cannot be decrypted. */
  | { kind: 'unreadable' }
  /** Someone has decided meanwhile, or the message is gone. */
  | { kind: 'settled' }

/** Opens it for the reader, which is an event too. */
export async function openReviewItem(
  reading: Reading,
  account: Account,
  id: number,
  schedule: Schedule,
): Promise<OpenedForReview> {
  const { pool } = reading.archive
  const row = await findMessage(pool, account.id, id)
  if (row?.state !== 'review' || row.approvedAt !== null) return { kind: 'settled' }
  const conversation = await getConversation(pool, account.id, row.conversationId)
  if (conversation === null) return { kind: 'settled' }
  const place = { accountId: account.id, id }
  const noted = await noteReading(reading, 'read', [place])
  const rows = await listConversationMessages(pool, account.id, [row.conversationId])
  const holds = await listHolds(pool, account.id, {
    messageIds: rows.map((each) => each.id),
    conversationIds: [row.conversationId],
    customerIds: rows.flatMap(({ customerId }) => customerId ?? []),
  })
  const opened = await promisedUnlessBroken(openNoted(noted, place))
  if (opened === null) return { kind: 'unreadable' }
  const { message, evidence } = opened
  const reasons = evidence.classification.evidence.filter((each) => each.for === row.case && each.weight > 0)
  const foreseen = CASES.flatMap((each) => {
    const decision = foreseeCase({ conversation, rows, holds }, id, each, schedule)
    return decision === null ? [] : [{ case: each, decision }]
  })
  return {
    kind: 'waiting',
    item: {
      row: plainValue(row),
      message: plainValue(message),
      reasons: reasons.sort((a, b) => b.weight - a.weight).slice(0, REASONS),
      foreseen,
    },
  }
}
