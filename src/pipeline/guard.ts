import { addPeriod, stockholmDate } from '../core/calendar.ts'
import type { Disposal } from '../core/disposal.ts'
import type { RetentionDecision } from '../core/retention.ts'
import { judgeStanding } from '../core/standing.ts'
import { GallraError } from '../errors.ts'
import type { Archive } from '../store/archive.ts'
import { appendAudit } from '../store/audit.ts'
import { eraseMessage, eraseOrphanHolds } from '../store/erase.ts'
import { recordErasures } from '../store/erasure-ledger.ts'
import { finishIntentions, saveIntention } from '../store/intentions.ts'
import { rereadFolder } from '../store/folders.ts'
import { dropLocation, listLocations, type Location } from '../store/locations.ts'
import { findMessage, openMessage } from '../store/messages.ts'
import { refreshCustomers } from '../store/refresh-customers.ts'
import { inTransaction, lockAccount, type Sql } from '../store/sql.ts'
import type { Account } from '../store/accounts.ts'
import { readStanding, redecide, type Standing } from './decide.ts'
import type { Rules } from './rules.ts'

/** The verdict on one message at this moment, with the decision it rests on. */
export interface Verdict {
  messageId: number
  disposal: Disposal
  decision: RetentionDecision
  standing: Standing
}

/**
 * Decides again from the facts as they stand, never from what was stored (P2). Preview and purge
 * share this; an unknown message or an unreadable fact is `nothing`.
 */
export async function judgeDisposal(sql: Sql, accountId: number, messageId: number, rules: Rules, now: Date): Promise<Verdict> {
  const verdict = await findVerdict(sql, accountId, messageId, rules, now)
  if (!verdict) throw new GallraError('not-found', { id: `m${messageId}` })
  return verdict
}

/** As judgeDisposal; null when another process has disposed of it meanwhile. */
async function findVerdict(sql: Sql, accountId: number, messageId: number, rules: Rules, now: Date): Promise<Verdict | null> {
  const row = await findMessage(sql, accountId, messageId)
  if (!row) return null
  const standing = (await readStanding(sql, accountId, row.conversationId)).find((each) => each.row.id === messageId)!
  const { decision, disposal } = judgeStanding(row, standing, rules.schedule, now)
  return { messageId, disposal, decision, standing }
}

/**
 * First half of destruction: under lock, decide again and write down which copies are to go.
 * Returns the copies to expunge per message; a message that must stay is left out.
 */
export async function intendDisposal(
  archive: Archive,
  account: Account,
  messageIds: number[],
  rules: Rules,
  now: Date,
): Promise<Map<number, { act: 'expunge' | 'purge'; copies: (Location & { intentionId: number })[] }>> {
  return inTransaction(archive.pool, async (tx) => {
    await lockAccount(tx, account.id)
    const intended = new Map<number, { act: 'expunge' | 'purge'; copies: (Location & { intentionId: number })[] }>()
    for (const messageId of messageIds) {
      const verdict = await findVerdict(tx, account.id, messageId, rules, now)
      if (!verdict) continue
      const { disposal, standing } = verdict
      if (disposal.act === 'nothing') {
        await redecide(tx, account.id, standing.row.conversationId, rules.schedule, 'schedule', now)
        continue
      }
      const copies = []
      for (const location of await listLocations(tx, account.id, [messageId])) {
        const intentionId = await saveIntention(tx, account.id, { kind: 'expunge', ...location, keywords: [] }, now)
        copies.push({ ...location, intentionId })
      }
      intended.set(messageId, { act: disposal.act, copies })
    }
    return intended
  })
}

/** What became of one copy on the server. */
export interface CopyOutcome {
  messageId: number
  intentionId: number
  folderId: number
  uidValidity: bigint
  uid: number
  /** `gone`: expunged or not there. `mismatch`: another message lies under that UID, so nothing is touched. `failed`: unknown, try later. */
  outcome: 'gone' | 'mismatch' | 'failed'
}

/**
 * The one function that destroys content (P2). Second half: records what the server did, decides
 * again under lock, and erases what is due and has no copy left, leaving a tombstone (P3).
 */
export async function dispose(
  archive: Archive,
  account: Account,
  messageIds: number[],
  outcomes: CopyOutcome[],
  rules: Rules,
  now: Date,
): Promise<{ purged: number[]; expunged: number[] }> {
  const tombstones: number[] = []
  const done = await inTransaction(archive.pool, async (tx) => {
    await lockAccount(tx, account.id)
    for (const copy of outcomes) await recordOutcome(tx, account.id, copy, now)
    const verdicts: Verdict[] = []
    for (const messageId of messageIds) {
      const verdict = await findVerdict(tx, account.id, messageId, rules, now)
      if (verdict) verdicts.push(verdict)
    }
    // All are judged before any is erased: what goes together must not change its neighbours' facts on the way.
    const purged: number[] = []
    const expunged: number[] = []
    const customers = new Set<number>()
    for (const { messageId, disposal, decision, standing } of verdicts) {
      if (standing.inMailbox) continue
      if (disposal.act === 'purge') {
        tombstones.push(await erase(tx, archive, account, standing, decision, rules, now))
        purged.push(messageId)
        if (standing.row.customerId !== null) customers.add(standing.row.customerId)
      } else if (outcomes.some((copy) => copy.messageId === messageId && copy.outcome === 'gone')) expunged.push(messageId)
    }
    // What stays of their conversations rests on other facts now; a wait that this starts must be stored to end.
    for (const conversation of new Set(verdicts.map(({ standing }) => standing.row.conversationId))) {
      await redecide(tx, account.id, conversation, rules.schedule, 'schedule', now)
    }
    if (purged.length > 0) {
      await eraseOrphanHolds(tx, account.id)
      await refreshCustomers(tx, archive, account.id, [...customers], now)
    }
    if (purged.length + expunged.length > 0) {
      await appendAudit(tx, archive, account.id, { at: now, actor: 'gallra', kind: 'purged', payload: { messages: purged, expunged } })
    }
    return { purged, expunged }
  })
  // After the commit: the ledger must never name what stayed (see erasure-ledger.ts).
  await recordErasures(archive, account.id, tombstones)
  return done
}

/** What became of a copy; another message under its UID means that the folder is not as we thought. */
export async function recordOutcome(tx: Sql, accountId: number, copy: CopyOutcome, now: Date): Promise<void> {
  await finishIntentions(tx, accountId, [copy.intentionId], copy.outcome === 'gone' ? 'done' : copy.outcome, now)
  if (copy.outcome === 'failed') return
  await dropLocation(tx, accountId, copy)
  if (copy.outcome === 'mismatch') await rereadFolder(tx, accountId, copy.folderId)
}

async function erase(
  tx: Sql,
  archive: Archive,
  account: Account,
  { row }: Standing,
  decision: RetentionDecision,
  rules: Rules,
  now: Date,
): Promise<number> {
  const { message } = await openMessage(tx, archive, account.id, row.id)
  return eraseMessage(
    tx,
    archive,
    account.id,
    {
      messageId: row.id,
      digest: message.digest,
      messageIdHeader: message.messageId,
      case: row.case,
      rule: decision.rule,
      until: addPeriod(stockholmDate(now), rules.schedule.tombstone),
    },
    now,
  )
}
