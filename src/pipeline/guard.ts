import { addPeriod, latestKnown, stockholmDate } from '../core/calendar.ts'
import { decideRetention } from '../core/decide-retention.ts'
import { decideDisposal, weakening, type Disposal } from '../core/disposal.ts'
import type { RetentionDecision } from '../core/retention.ts'
import { GallraError } from '../errors.ts'
import type { Archive } from '../store/archive.ts'
import { appendAudit } from '../store/audit.ts'
import { eraseMessage, eraseOrphans } from '../store/erase.ts'
import { recordErasures } from '../store/erasure-ledger.ts'
import { finishIntentions, saveIntention } from '../store/intentions.ts'
import { listLocations, type Location } from '../store/locations.ts'
import { findMessage, openMessage } from '../store/messages.ts'
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
  const decision = decideRetention(standing.facts, rules.schedule)
  // A weakening that nobody has stored yet (a rule file changed on disk) starts its waiting time here.
  const waits = weakening(row.retention, decision, 'schedule', rules.schedule, now)
  const disposal = decideDisposal(
    {
      decision,
      notBefore: latestKnown([waits, row.notBefore]),
      approved: row.approvedAt !== null,
      holds: standing.holds,
      inMailbox: standing.inMailbox,
      inArchive: true,
    },
    now,
  )
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
    for (const copy of outcomes) {
      await finishIntentions(tx, account.id, [copy.intentionId], copy.outcome === 'gone' ? 'done' : copy.outcome, now)
      if (copy.outcome !== 'gone') continue
      await tx.query('DELETE FROM "Location" WHERE "accountId" = $1 AND "folderId" = $2 AND "uidValidity" = $3 AND "uid" = $4', [
        account.id,
        copy.folderId,
        copy.uidValidity,
        copy.uid,
      ])
    }
    const purged: number[] = []
    const expunged: number[] = []
    for (const messageId of messageIds) {
      const verdict = await findVerdict(tx, account.id, messageId, rules, now)
      if (!verdict) continue
      const { disposal, decision, standing } = verdict
      if (disposal.act === 'purge' && !standing.inMailbox) {
        tombstones.push(await erase(tx, archive, account, standing, decision, rules, now))
        purged.push(messageId)
        continue
      }
      if (!standing.inMailbox) expunged.push(messageId)
      await redecide(tx, account.id, standing.row.conversationId, rules.schedule, 'schedule', now)
    }
    if (purged.length > 0) await eraseOrphans(tx, account.id)
    if (purged.length + expunged.length > 0) {
      await appendAudit(tx, archive, account.id, { at: now, actor: 'gallra', kind: 'purged', payload: { messages: purged, expunged } })
    }
    return { purged, expunged }
  })
  // After the commit: the ledger must never name what stayed (see erasure-ledger.ts).
  await recordErasures(archive, account.id, tombstones)
  return done
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
