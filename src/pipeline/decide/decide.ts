import { compareDates } from '../../core/retention/calendar.ts'
import { conversationFacts } from '../../core/retention/conversation-facts.ts'
import type { DisposalInput, WeakeningCause } from '../../core/retention/disposal.ts'
import { idleReviewOn } from '../../core/retention/decide-retention.ts'
import { groupBy } from '../../core/grouping.ts'
import type { RetentionFacts } from '../../core/retention/retention.ts'
import type { Schedule } from '../../core/retention/schedule.ts'
import { decideAgain } from '../../core/retention/decide-again.ts'
import { listConversations, saveIdleReviews } from '../../store/message/conversations.ts'
import { saveDecisions, type DecisionUpdate } from '../../store/message/decisions.ts'
import { hasUnreadFolder } from '../../store/mailbox/folders.ts'
import { listHolds } from '../../store/staff/holds.ts'
import { listLocations, type StoredLocation } from '../../store/mailbox/locations.ts'
import { listConversationMessages, type MessageRow } from '../../store/message/messages.ts'
import type { Sql } from '../../store/postgres/sql.ts'
import type { AccountContext } from './rules.ts'

/** One message with everything its retention rests on, as it is now. */
export interface Standing {
  row: MessageRow
  facts: RetentionFacts
  inMailbox: boolean
  copies: DisposalInput['copies']
}

/** Deciding retention needs nothing of an account that is sealed. */
interface RetentionContext extends Pick<AccountContext, 'rules'> {
  account: Pick<AccountContext['account'], 'id'>
}

/**
 * Reads whole conversations, because the retention of one message depends on the others. The result is by conversation
 * and leaves out those without messages.
 */
export async function readStanding(
  sql: Sql,
  accountId: number,
  conversationIds: number[],
): Promise<Map<number, Standing[]>> {
  if (conversationIds.length === 0) return new Map()
  const rows = await listConversationMessages(sql, accountId, conversationIds)
  return (await readStandings(sql, accountId, conversationIds, rows)).standings
}

/** The same for rows read already, which must be all that the conversations have. */
export async function readStandings(
  sql: Sql,
  accountId: number,
  conversationIds: number[],
  rows: MessageRow[],
): Promise<{ standings: Map<number, Standing[]>; locations: StoredLocation[] }> {
  const messageIds = rows.map((row) => row.id)
  const conversations = await listConversations(sql, accountId, conversationIds)
  if (conversations.length === 0 || rows.length === 0) return { standings: new Map(), locations: [] }
  const customerIds = [...new Set(rows.flatMap((row) => row.customerId ?? []))]
  const holds = await listHolds(sql, accountId, { messageIds, conversationIds, customerIds })
  const locations = await listLocations(sql, accountId, messageIds)
  const unread = await hasUnreadFolder(sql, accountId)
  const places = groupBy(locations, (location) => location.messageId ?? 0)
  const members = groupBy(rows, (row) => row.conversationId)
  const standings = conversations.map((conversation): [number, Standing[]] => [
    conversation.id,
    conversationFacts(conversation, members.get(conversation.id) ?? [], holds).map(({ row, facts }) => {
      const own = places.get(row.id) ?? []
      const copies = own.some(({ followed }) => !followed) ? 'unfollowed' : unread ? 'unread' : 'known'
      return { row, facts, inMailbox: own.length > 0, copies }
    }),
  ])
  return { standings: new Map(standings), locations }
}

/**
 * Decides every message of the conversations again and stores what changed. The cause says how long a message
 * that may now go earlier has to wait (P9); one act may be a different cause for its message and for the others.
 */
export async function redecide(
  tx: Sql,
  { account: { id: accountId }, rules: { schedule } }: RetentionContext,
  conversationIds: number[],
  cause: WeakeningCause | ((messageId: number) => WeakeningCause),
  now: Date,
): Promise<void> {
  const standings = await readStanding(tx, accountId, conversationIds)
  const decisions = [...standings.values()].flat().flatMap((standing) => {
    const { id } = standing.row
    const decided = decideAgain(standing.row, standing, schedule, typeof cause === 'function' ? cause(id) : cause, now)
    return decided ? [{ messageId: id, ...decided }] : []
  })
  await saveDecisions(tx, accountId, decisions)
  await saveIdleReviews(
    tx,
    accountId,
    conversationIds.map((conversationId) => ({
      conversationId,
      on: idleReview(standings.get(conversationId) ?? [], schedule),
    })),
  )
}

/**
 * After new mail: decides all these conversations again. Rows in `unsaved` are not in the database yet and carry their
 * decision away with them; of the others what changed is stored. Returns where the copies lie.
 */
export async function redecideRows(
  tx: Sql,
  accountId: number,
  the: { conversationIds: number[]; rows: MessageRow[]; unsaved: Set<number> },
  schedule: Schedule,
  now: Date,
): Promise<StoredLocation[]> {
  const { standings, locations } = await readStandings(tx, accountId, the.conversationIds, the.rows)
  const decisions: DecisionUpdate[] = []
  for (const standing of [...standings.values()].flat()) {
    const { row } = standing
    const decided = decideAgain(row, standing, schedule, 'new-facts', now)
    if (decided === null) continue
    if (!the.unsaved.has(row.id)) decisions.push({ messageId: row.id, ...decided })
    else {
      const { decision, state, notBefore, dueOn } = decided
      Object.assign(row, {
        state,
        notBefore,
        dueOn,
        retention: decision,
        mailboxUntil: decision.mailboxUntil,
        archiveUntil: decision.archiveUntil,
      })
    }
  }
  await saveDecisions(tx, accountId, decisions)
  await saveIdleReviews(
    tx,
    accountId,
    [...standings].map(([conversationId, members]) => ({ conversationId, on: idleReview(members, schedule) })),
  )
  return locations
}

function idleReview(standings: Standing[], schedule: Schedule): string | null {
  return standings.flatMap(({ facts }) => idleReviewOn(facts, schedule) ?? []).sort(compareDates)[0] ?? null
}
