import { countMessages } from '../../store/message/messages.ts'
import { addPeriod, compareDates, stockholmDate } from '../../core/retention/calendar.ts'
import { checkCaps } from '../../core/retention/disposal.ts'
import { GallraError } from '../../errors.ts'
import type { Mailbox } from '../../mail/imap/mailbox-types.ts'
import type { Account } from '../../store/accounts.ts'
import type { Archive } from '../../store/archive.ts'
import { appendAudit } from '../../store/audit.ts'
import { listDueMessages } from '../../store/message/decisions.ts'
import { mendLedger } from '../../store/keys/erasure-ledger.ts'
import { abandonIntentions, saveIntentions } from '../../store/mailbox/intentions.ts'
import { listTombstoneLocations, type Location } from '../../store/mailbox/locations.ts'
import { findApprovedRun, finishRun, lapseInterruptedRuns, saveRun } from '../../store/disposal/purge-runs.ts'
import { readSetting } from '../../store/settings.ts'
import { inTransaction, lockAccount, type Sql } from '../../store/postgres/sql.ts'
import { noteDisappearance, listReappeared } from '../../store/disposal/tombstones.ts'
import {
  decideDisposals,
  dispose,
  intendDisposal,
  recordOutcomes,
  type CopyOutcome,
  type Removed,
  type Verdict,
} from './guard.ts'
import { removeCopies } from './remove-copies.ts'
import type { AccountContext, Rules } from '../decide/rules.ts'
import { turnDates } from './upkeep.ts'

const PAGE = 200
/**
 * Messages expunged and erased together. An EXPUNGE takes the server hardly longer for many than for few; the account
 * is locked while they are erased.
 */
const BATCH = 500

export interface PurgePreview {
  accountId: number
  total: number
  /** What a run would do now, in order of id. */
  due: Verdict[]
  /** Past their time, but a person must approve them. */
  review: Verdict[]
  /** Due but waiting after a weakening (P9). */
  waiting: Verdict[]
  /** Due, but a copy lies in a folder that gallra does not follow or has not read yet. */
  blocked: Verdict[]
  /** Purged before and back in the mailbox: these are removed on this date. */
  reappeared: { tombstoneId: number; on: string }[]
  withinCaps: boolean
  limit: number
}

/** What a purge would do now, through the same guard as the purge itself. Changes nothing. */
export async function previewPurge(archive: Archive, account: Account, rules: Rules, now: Date): Promise<PurgePreview> {
  const preview: PurgePreview = {
    accountId: account.id,
    total: await countMessages(archive.pool, account.id),
    due: [],
    review: [],
    waiting: [],
    blocked: [],
    reappeared: await foreseeReappeared(archive.pool, account, rules),
    withinCaps: true,
    limit: 0,
  }
  for await (const ids of duePages(archive, account, now, true)) {
    for (const verdict of await decideDisposals(archive.pool, account.id, ids, rules, now)) {
      if (verdict.disposal.act !== 'nothing') preview.due.push(verdict)
      else if (verdict.disposal.reason === 'review') preview.review.push(verdict)
      else if (verdict.disposal.reason === 'waiting') preview.waiting.push(verdict)
      else if (verdict.disposal.reason === 'unfollowed' || verdict.disposal.reason === 'unread')
        preview.blocked.push(verdict)
    }
  }
  const today = stockholmDate(now)
  const back = preview.reappeared.filter(({ on }) => compareDates(on, today) <= 0).length
  const caps = checkCaps(
    { due: preview.due.length + back, total: preview.total + preview.reappeared.length },
    rules.schedule.caps,
  )
  return { ...preview, withinCaps: caps.within, limit: caps.limit }
}

export interface PurgeResult {
  due: number
  purged: number
  expunged: number
  /** Judged due but kept: something changed, or a copy on the server could not be removed. */
  kept: number
  reappeared: number
}

interface PurgeTask extends AccountContext {
  /** null: the server cannot be reached, so only what has no copy there can go. */
  mailbox: Mailbox | null
  clock: () => Date
  onProgress?: (done: number, total: number) => void
}

/**
 * One run over what is due: server copies first, then archive and tombstone. Over the caps it takes
 * nothing until approved. Interrupted anywhere, the next run finishes.
 * @throws GallraError not-armed, purge-over-cap
 */
export async function purge(task: PurgeTask): Promise<PurgeResult> {
  const { archive, account, mailbox, rules, clock, onProgress } = task
  const startedAt = clock()
  await turnDates(archive, account, rules, startedAt)
  if ((await readSetting(archive.pool, 'armed')) === null) throw new GallraError('not-armed')
  await abandonInterrupted(archive, account, startedAt)
  await mendLedger(archive, stockholmDate(startedAt))
  const preview = await previewPurge(archive, account, rules, startedAt)
  const due = preview.due.length
  const approved = preview.withinCaps ? null : await findApprovedRun(archive.pool, account.id, startedAt)
  if (!preview.withinCaps && (approved === null || due > approved.due)) {
    await saveRun(archive.pool, { accountId: account.id, state: 'over-cap', due, total: preview.total }, startedAt)
    throw new GallraError('purge-over-cap', { due, total: preview.total, limit: preview.limit })
  }
  const run =
    approved?.id ??
    (await saveRun(archive.pool, { accountId: account.id, state: 'running', due, total: preview.total }, startedAt))
  const result: PurgeResult = { due, purged: 0, expunged: 0, kept: 0, reappeared: 0 }
  let gone = 0
  await purgeBatches(task, batchesByConversation(preview.due), (ids, done) => {
    result.purged += done.purged.length
    result.expunged += done.expunged.length
    gone += ids.length
    onProgress?.(gone, due)
  })
  result.kept = due - result.purged - result.expunged
  if (mailbox) result.reappeared = await purgeReappeared(task, mailbox, clock())
  await finishRun(archive.pool, { id: run, accountId: account.id }, result, clock())
  return result
}

/** Gives up what a killed run left open. The copies it meant to remove are judged again like any others. */
async function abandonInterrupted(archive: Archive, account: Account, now: Date): Promise<void> {
  await inTransaction(archive.pool, async (tx) => {
    await lockAccount(tx, account.id)
    await abandonIntentions(tx, account.id, 'expunge', now)
    await lapseInterruptedRuns(tx, account.id)
  })
}

/**
 * Some hundred each. Messages of one conversation go in one transaction, because each one's retention rests on the
 * others.
 */
function batchesByConversation(due: Verdict[]): number[][] {
  const conversations = new Map<number, number[]>()
  for (const { messageId, standing } of due) {
    const ids = conversations.get(standing.row.conversationId)
    if (ids) ids.push(messageId)
    else conversations.set(standing.row.conversationId, [messageId])
  }
  const batches: number[][] = []
  for (const ids of conversations.values()) {
    const last = batches.at(-1)
    if (last && last.length + ids.length <= BATCH) last.push(...ids)
    else batches.push(ids)
  }
  return batches
}

type Disposed = Awaited<ReturnType<typeof dispose>>

/**
 * While one batch is erased from the archive, the server copies of the next are fetched, compared and expunged. The
 * copies of each message still go first (P3), and the next run finds a batch whose erasure was not reached, as after a
 * crash.
 */
async function purgeBatches(
  task: PurgeTask,
  batches: number[][],
  onDone: (ids: number[], done: Disposed) => void,
): Promise<void> {
  let erasing: Promise<void> = Promise.resolve()
  try {
    for (const ids of batches) {
      const removed = await removeBatch(task, ids)
      await erasing
      erasing = eraseBatch(task, ids, removed, onDone)
      // The error is thrown where `erasing` is awaited; until then it must not count as unhandled.
      erasing.catch(() => undefined)
    }
  } finally {
    await erasing
  }
}

async function removeBatch(task: PurgeTask, ids: number[]): Promise<Removed> {
  const { archive, account, mailbox, clock } = task
  const intended = await intendDisposal(task, ids, clock())
  const copies = [...intended.values()].flatMap((each) => each.copies)
  const outcomes: CopyOutcome[] = mailbox
    ? await removeCopies(archive, account, mailbox, copies)
    : copies.map((copy) => ({ ...copy, messageId: copy.messageId!, outcome: 'failed' as const }))
  return { messageIds: [...intended.keys()], outcomes }
}

async function eraseBatch(
  task: PurgeTask,
  ids: number[],
  removed: Removed,
  onDone: (ids: number[], done: Disposed) => void,
): Promise<void> {
  onDone(ids, await dispose(task, removed, task.clock()))
}

/** Pages through the due index by id, so that nothing is skipped while rows go (P2). */
async function* duePages(
  archive: Archive,
  account: Account,
  now: Date,
  includeReview: boolean,
): AsyncGenerator<number[]> {
  const today = stockholmDate(now)
  for (let afterId = 0; ;) {
    const ids = await listDueMessages(archive.pool, account.id, today, { afterId, limit: PAGE, includeReview })
    if (ids.length === 0) return
    yield ids
    afterId = ids.at(-1)!
  }
}

async function foreseeReappeared(sql: Sql, account: Account, rules: Rules): Promise<PurgePreview['reappeared']> {
  return (await listReappeared(sql, account.id)).map(({ id, reappearedAt }) => ({
    tombstoneId: id,
    on: addPeriod(stockholmDate(reappearedAt), rules.schedule.reappeared),
  }))
}

/** Removes copies of purged messages that turned up again, after their own period (P3), decided again under lock. */
async function purgeReappeared(context: AccountContext, mailbox: Mailbox, now: Date): Promise<number> {
  const { archive, account } = context
  const copies = await intendReappeared(context, now)
  const outcomes = await removeCopies(archive, account, mailbox, copies)
  const gone = outcomes.filter((copy) => copy.outcome === 'gone')
  await inTransaction(archive.pool, async (tx) => {
    await lockAccount(tx, account.id)
    await recordOutcomes(tx, account.id, outcomes, now)
    const tombstones = copies.flatMap((copy) => copy.tombstoneId ?? [])
    await noteDisappearance(tx, account.id, tombstones)
    if (gone.length > 0) {
      await appendAudit(tx, archive, account.id, {
        at: now,
        actor: 'gallra',
        kind: 'purged-again',
        payload: { tombstones, copies: gone.length },
      })
    }
  })
  return gone.length
}

/** Under lock, so that a tombstone lifted meanwhile keeps its copy. */
async function intendReappeared(
  { archive, account, rules }: AccountContext,
  now: Date,
): Promise<(Location & { intentionId: number })[]> {
  return inTransaction(archive.pool, async (tx) => {
    await lockAccount(tx, account.id)
    const today = stockholmDate(now)
    const due = (await foreseeReappeared(tx, account, rules)).filter(({ on }) => compareDates(on, today) <= 0)
    const locations = (
      await listTombstoneLocations(
        tx,
        account.id,
        due.map((each) => each.tombstoneId),
      )
    ).filter(({ followed }) => followed)
    const ids = await saveIntentions(
      tx,
      account.id,
      locations.map((location) => ({ ...location, kind: 'expunge', keywords: [] })),
      now,
    )
    return locations.map((location, index) => ({ ...location, intentionId: ids[index]! }))
  })
}
