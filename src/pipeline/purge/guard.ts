import { addPeriod, stockholmDate } from '../../core/retention/calendar.ts'
import type { Disposal } from '../../core/retention/disposal.ts'
import type { RetentionDecision } from '../../core/retention/retention.ts'
import { decideDisposalNow } from '../../core/retention/decide-again.ts'
import { GallraError } from '../../errors.ts'
import type { Archive } from '../../store/archive.ts'
import { appendAudit } from '../../store/audit.ts'
import { listConversationsHolding } from '../../store/message/conversations.ts'
import { eraseMessages, eraseOrphanHolds } from '../../store/disposal/erase.ts'
import { announceErasures, recordErasures } from '../../store/keys/erasure-ledger.ts'
import { finishIntentions, saveIntentions } from '../../store/mailbox/intentions.ts'
import { rereadFolder } from '../../store/mailbox/folders.ts'
import { dropPlaces, listLocations, type Location } from '../../store/mailbox/locations.ts'
import { openMessages } from '../../store/message/open-messages.ts'
import { refreshCustomers } from '../../store/customer/refresh-customers.ts'
import { inTransaction, lockAccount, type Sql } from '../../store/postgres/sql.ts'
import type { Account } from '../../store/accounts.ts'
import { readStanding, redecide, type Standing } from '../decide/decide.ts'
import type { AccountContext, Rules } from '../decide/rules.ts'

/** What is to be done with one message at this moment, and the retention decision behind it. */
export interface Verdict {
  messageId: number
  disposal: Disposal
  decision: RetentionDecision
  standing: Standing
}

/**
 * Decides again from the facts as they are now, never from what was stored (P2). Preview and purge
 * share this; an unreadable fact is `nothing`. A message that no longer
 * exists, perhaps because another process disposed of it, has no verdict.
 */
export async function decideDisposals(
  sql: Sql,
  accountId: number,
  messageIds: number[],
  rules: Rules,
  now: Date,
): Promise<Verdict[]> {
  const standings = await readStanding(sql, accountId, await listConversationsHolding(sql, accountId, messageIds))
  const byId = new Map([...standings.values()].flat().map((standing) => [standing.row.id, standing]))
  return messageIds.flatMap((messageId) => {
    const standing = byId.get(messageId)
    return standing ? [{ messageId, standing, ...decideDisposalNow(standing.row, standing, rules.schedule, now) }] : []
  })
}

/** @throws GallraError not-found */
export async function decideDisposal(
  sql: Sql,
  accountId: number,
  messageId: number,
  rules: Rules,
  now: Date,
): Promise<Verdict> {
  const [verdict] = await decideDisposals(sql, accountId, [messageId], rules, now)
  if (!verdict) throw new GallraError('not-found', { id: `m${messageId}` })
  return verdict
}

/**
 * First half of destruction: under lock, decide again and write down which copies are to go.
 * Returns the copies to expunge per message; a message that must stay is left out.
 */
export async function intendDisposal(
  context: AccountContext,
  messageIds: number[],
  now: Date,
): Promise<Map<number, { act: 'expunge' | 'purge'; copies: (Location & { intentionId: number })[] }>> {
  const { archive, account, rules } = context
  return inTransaction(archive.pool, async (tx) => {
    await lockAccount(tx, account.id)
    const intended = new Map<number, { act: 'expunge' | 'purge'; copies: (Location & { intentionId: number })[] }>()
    const stay = new Set<number>()
    for (const { messageId, disposal, standing } of await decideDisposals(tx, account.id, messageIds, rules, now)) {
      if (disposal.act === 'nothing') stay.add(standing.row.conversationId)
      else intended.set(messageId, { act: disposal.act, copies: [] })
    }
    await redecide(tx, context, [...stay], 'schedule', now)
    const locations = await listLocations(tx, account.id, [...intended.keys()])
    const ids = await saveIntentions(
      tx,
      account.id,
      locations.map((location) => ({ ...location, kind: 'expunge', keywords: [] })),
      now,
    )
    for (const [index, location] of locations.entries())
      intended.get(location.messageId!)!.copies.push({ ...location, intentionId: ids[index]! })
    return intended
  })
}

/** Identity of a copy that was fetched again and equals the archived message. */
export interface VerifiedContent {
  digest: string
  messageIdHeader: string | null
}

/** What became of one copy on the server. */
export interface CopyOutcome {
  messageId: number
  intentionId: number
  folderId: number
  uidValidity: bigint
  uid: number
  /**
   * `gone`: expunged or not there. `mismatch`: another message has that UID, so nothing is touched. `failed`: unknown,
   * try later.
   */
  outcome: 'gone' | 'mismatch' | 'failed'
  /** Only for a copy that was compared and expunged. */
  content?: VerifiedContent
}

/** Messages of which `intendDisposal` said that they go, and what the server did with their copies. */
export interface Removed {
  messageIds: number[]
  outcomes: CopyOutcome[]
}

/**
 * The one function that destroys content (P2). Second half: records what the server did, decides
 * again under lock, and erases what is due and has no copy left, leaving a tombstone (P3).
 */
export async function dispose(
  context: AccountContext,
  { messageIds, outcomes }: Removed,
  now: Date,
): Promise<{ purged: number[]; expunged: number[] }> {
  const { archive, account, rules } = context
  const tombstones: number[] = []
  const done = await inTransaction(archive.pool, async (tx) => {
    await lockAccount(tx, account.id)
    await recordOutcomes(tx, account.id, outcomes, now)
    const verdicts = await decideDisposals(tx, account.id, messageIds, rules, now)
    // All are decided before any is erased: erasing one must not change the facts of the others.
    const toGo = verdicts.filter(({ disposal, standing }) => !standing.inMailbox && disposal.act === 'purge')
    // A message that cannot be decrypted goes too: the facts that decide are not sealed.
    const contents = await readContents(tx, archive, account, toGo, outcomes)
    const purged = toGo.map(({ messageId }) => messageId)
    const gone = new Set(outcomes.filter(({ outcome }) => outcome === 'gone').map(({ messageId }) => messageId))
    const expunged = verdicts
      .filter(
        ({ messageId, disposal, standing }) => !standing.inMailbox && disposal.act !== 'purge' && gone.has(messageId),
      )
      .map(({ messageId }) => messageId)
    tombstones.push(...(await erase(tx, context, toGo, contents, now)))
    const customers = new Set(toGo.flatMap(({ standing }) => standing.row.customerId ?? []))
    // What stays of their conversations now rests on other facts; a wait that begins by this must be stored, or it
    // never ends.
    await redecide(
      tx,
      context,
      [...new Set(verdicts.map(({ standing }) => standing.row.conversationId))],
      'schedule',
      now,
    )
    if (purged.length > 0) {
      await eraseOrphanHolds(tx, account.id)
      await refreshCustomers(tx, archive, account.id, [...customers], now)
    }
    if (purged.length + expunged.length > 0) {
      await appendAudit(tx, archive, account.id, {
        at: now,
        actor: 'gallra',
        kind: 'purged',
        payload: { messages: purged, expunged },
      })
    }
    await announceErasures(tx, archive, account.id, tombstones)
    return { purged, expunged }
  })
  // After the commit: the ledger must never name what stayed (see erasure-ledger.ts).
  await recordErasures(archive, account.id, tombstones)
  return done
}

/** Stores what became of copies. Another message under a UID means that the folder must be read again. */
export async function recordOutcomes(tx: Sql, accountId: number, copies: CopyOutcome[], now: Date): Promise<void> {
  for (const outcome of ['gone', 'mismatch', 'failed'] as const) {
    const ids = copies.filter((copy) => copy.outcome === outcome).map((copy) => copy.intentionId)
    await finishIntentions(tx, accountId, ids, outcome === 'gone' ? 'done' : outcome, now)
  }
  await dropPlaces(
    tx,
    accountId,
    copies.filter((copy) => copy.outcome !== 'failed'),
  )
  const unlike = new Set(copies.filter((copy) => copy.outcome === 'mismatch').map((copy) => copy.folderId))
  for (const folderId of unlike) await rereadFolder(tx, accountId, folderId)
}

/** Messages that cannot be decrypted are missing from the result. */
async function readContents(
  tx: Sql,
  archive: Archive,
  account: Account,
  due: Verdict[],
  outcomes: CopyOutcome[],
): Promise<Map<number, VerifiedContent>> {
  // What was just compared is known; only messages without a copy on the server must be decrypted.
  const contents = new Map(
    outcomes.flatMap(({ messageId, content }): [number, VerifiedContent][] => (content ? [[messageId, content]] : [])),
  )
  const unseen = due.map(({ messageId }) => messageId).filter((id) => !contents.has(id))
  for (const [id, message] of await openMessages(tx, archive, account.id, unseen))
    contents.set(id, { digest: message.digest, messageIdHeader: message.messageId })
  return contents
}

const UNDECRYPTED = { digest: null, messageIdHeader: null }

async function erase(
  tx: Sql,
  { archive, account, rules }: AccountContext,
  due: Verdict[],
  contents: Map<number, VerifiedContent>,
  now: Date,
): Promise<number[]> {
  if (due.length === 0) return []
  const until = addPeriod(stockholmDate(now), rules.schedule.tombstone)
  const facts = due.map(({ messageId, decision, standing }) => ({
    messageId,
    ...(contents.get(messageId) ?? UNDECRYPTED),
    case: standing.row.case,
    rule: decision.rule,
    until,
  }))
  return eraseMessages(tx, archive, account.id, facts, now)
}
