import type { GallraError } from '../../errors.ts'
import type { FolderInfo, Mailbox, OpenedFolder } from '../../mail/imap/mailbox-types.ts'
import type { Account } from '../../store/accounts.ts'
import { listConversationsHolding } from '../../store/message/conversations.ts'
import {
  advanceFolder,
  emptyFolder,
  ensureFolder,
  findCursor,
  finishFolder,
  noteUnchanged,
  refuseFolder,
  resetFolder,
  settleOtherFolders,
  type Folder,
} from '../../store/mailbox/folders.ts'
import { dropLocations, listFolderUids, listWithheld, saveWithheld } from '../../store/mailbox/locations.ts'
import { inTransaction, lockAccount } from '../../store/postgres/sql.ts'
import { noteDepartures } from '../../store/mailbox/transitions.ts'
import { carryOutKeywords, noteFlags } from '../mailbox/act.ts'
import { redecide } from '../decide/decide.ts'
import { caseOfInfo, carryOutFiling, readFilingPlan } from '../mailbox/file-mail.ts'
import type { IngestResult } from '../ingest/archive-batch.ts'
import { batches, ingestOverlapped } from '../ingest/ingest-overlapped.ts'
import { decideTransitions, forgetLoneTransitions } from '../decide/mailbox-decisions.ts'
import type { SourceFolder } from '../ingest/prepare.ts'
import { createPreparers, type Preparers } from '../ingest/preparers.ts'
import { isFolderRefused, REFUSAL_COUNTS_MS } from '../mailbox/refused-folder.ts'
import type { AccountContext } from '../decide/rules.ts'

/** One transaction archives at most this many messages. */
const BATCH_MESSAGES = 250

export interface FollowProgress {
  /** Messages on the server in the folders to read, and how many of them have been dealt with. */
  total: number
  done: number
}

export interface Follower extends AccountContext {
  mailbox: Mailbox
  clock: () => Date
  onProgress?: (progress: FollowProgress) => void
  onArchived?: (result: IngestResult) => void
  /** Messages of a folder that the server has but does not give: too large, or without a source. */
  onWithheld?: (folderId: number, messages: number) => void
  /** A folder that could not be read this time. */
  onRefused?: (folderId: number, error: GallraError) => void
}

/** One pass over every folder that carries mail, then the acts that follow from it. */
export async function syncAccount(follower: Follower): Promise<IngestResult> {
  const preparers = createPreparers()
  try {
    return await syncWith(follower, preparers)
  } finally {
    await preparers.close()
  }
}

async function syncWith(follower: Follower, preparers: Preparers): Promise<IngestResult> {
  const { archive, account, mailbox, clock } = follower
  const lookedAt = clock()
  const listed = await mailbox.listFolders()
  const infos = listed.filter((info) => carriesMail(account, info))
  const total: IngestResult = { archived: [], known: 0, tombstoned: 0 }
  const progress: FollowProgress = { total: 0, done: 0 }
  const folders: { info: FolderInfo; folder: Folder }[] = []
  for (const info of infos) {
    folders.push({ info, folder: await ensureFolder(archive, account.id, info.path, info.role, clock()) })
  }
  let refused = 0
  const unchanged: number[] = []
  const gone: number[] = []
  progress.total = infos.reduce((sum, info) => sum + (info.status?.messages ?? 0), 0)
  for (const { info, folder } of folders) {
    // Nothing changed since the last complete pass: cheap polling.
    if (folder.seenStatus === null || folder.seenStatus !== statusOf(info)) {
      const result = await syncUnlessRefused(follower, folder, info, progress, preparers)
      if (!('since' in result)) add(total, result)
      else if (clock().getTime() - result.since.getTime() < REFUSAL_COUNTS_MS) refused += 1
      // It was opened once, and for as long neither STATUS nor SELECT has known it.
      else if (result.missing && info.status === null && folder.uidValidity !== null) gone.push(folder.id)
    } else {
      progress.done += info.status?.messages ?? 0
      unchanged.push(folder.id)
    }
    follower.onProgress?.(progress)
  }
  await noteUnchanged(archive.pool, account.id, unchanged, lookedAt)
  const followedIds = folders.map(({ folder }) => folder.id)
  if (refused === 0) await settleVanished(follower, listed, followedIds, gone)
  await decideAndAct(follower)
  await forgetLoneTransitions(follower, clock())
  return total
}

/**
 * Deals with folders that are not on the server any more. Only after every folder could be read: what is missing may
 * have been renamed to what could not be read.
 */
async function settleVanished(
  follower: Follower,
  listed: FolderInfo[],
  followedIds: number[],
  gone: number[],
): Promise<void> {
  const { archive, account, clock } = follower
  const inboxes = listed.filter((info) => info.role === 'inbox')
  // Every server has an INBOX (RFC 9051 section 5.1): a list without one is not believed.
  if (inboxes.length === 0) return
  const serverPaths = listed.filter((info) => info.selectable).map((info) => info.path)
  await inTransaction(archive.pool, async (tx) => {
    await lockAccount(tx, account.id)
    await settleOtherFolders(tx, archive, account.id, { followedIds, serverPaths }, clock())
  })
  // A server that has lost its store would not have INBOX either.
  if (inboxes.some(({ status }) => status !== null)) await forgetGone(follower, gone)
}

/** Rounds of reading and acting: a person hardly sets flags in between more often than this. */
const ROUNDS = 3

/** Interprets what changed in the mailbox before anything is done there, then carries out what follows. */
export async function decideAndAct(follower: Follower): Promise<void> {
  const { archive, account, mailbox, clock } = follower
  for (let round = 0; round < ROUNDS; round += 1) {
    await decideTransitions(follower, clock())
    if ((await carryOutKeywords(archive, account, mailbox, clock())) === 0) break
  }
  await carryOutFiling(archive, account, mailbox, clock())
}

/** A folder that the server refuses is reported and tried again on the next pass; the others go on. */
async function syncUnlessRefused(
  follower: Follower,
  folder: Folder,
  info: FolderInfo,
  progress: FollowProgress,
  preparers: Preparers,
): Promise<IngestResult | { since: Date; missing: boolean }> {
  try {
    return await syncFolder(follower, folder, info, progress, preparers)
  } catch (error) {
    if (!isFolderRefused(error)) throw error
    follower.onRefused?.(folder.id, error)
    const missing = error.code === 'folder-missing'
    return {
      missing,
      since: await refuseFolder(follower.archive.pool, follower.account.id, folder.id, missing, follower.clock()),
    }
  }
}

/**
 * Empties folders that the server lists but no longer has: mail whose copies seemed to be there must not wait for them.
 */
async function forgetGone({ archive, account, rules, clock }: Follower, folderIds: number[]): Promise<void> {
  for (const folderId of folderIds) {
    await inTransaction(archive.pool, async (tx) => {
      await lockAccount(tx, account.id)
      const left = await emptyFolder(tx, account.id, folderId, clock())
      await redecide(tx, { account, rules }, await listConversationsHolding(tx, account.id, left), 'new-facts', clock())
    })
  }
}

/**
 * Brings one folder up to date: what left, what changed, what is new. `info`: its entry in LIST; null = not asked for.
 */
export async function syncFolder(
  follower: Follower,
  folder: Folder,
  info: FolderInfo | null,
  progress: FollowProgress | null,
  preparers: Preparers = createPreparers(0),
): Promise<IngestResult> {
  const { archive, account, mailbox, clock } = follower
  const known =
    folder.uidValidity !== null && folder.modseq !== null
      ? { uidValidity: folder.uidValidity, modseq: folder.modseq }
      : null
  const lookedAt = clock()
  const opened = await mailbox.refreshFolder(folder.path, known)
  let { lastUid, lookedAt: sinceAt } = folder
  const reused = hasLostState(folder, opened)
  if (reused || folder.uidValidity !== opened.uidValidity) {
    lastUid = await startOver(follower, folder, opened.uidValidity, reused)
    if (folder.uidValidity !== null) sinceAt = null
  } else await followChanges(follower, folder, opened)

  const again = (await listWithheld(archive.pool, account.id, folder.id)).filter((uid) => uid <= lastUid)
  const fresh = [...again, ...(await mailbox.listUids(lastUid + 1))]
  if (progress) progress.done += Math.max(0, opened.exists - fresh.length)
  const filing = folder.role === 'inbox' && sinceAt !== null ? await readFilingPlan(archive, account) : null
  const { id, role } = folder
  const { uidValidity } = opened
  const withheld: number[] = []
  const place = { id, role, uidValidity, case: info && caseOfInfo(account, info), lookedAt: sinceAt, filing, withheld }
  const result = await archiveFresh(follower, place, fresh, progress, preparers)
  const lastFresh = fresh.at(-1)
  await inTransaction(archive.pool, async (tx) => {
    await saveWithheld(tx, account.id, place, withheld, clock())
    await advanceFolder(tx, account.id, folder.id, lastFresh ?? 0)
    // What was withheld is asked for on every pass, so none may be skipped; nor what STATUS counted before this
    // connection knew of it.
    const seenStatus = info && withheld.length === 0 && coversStatus(opened, info) ? statusOf(info) : null
    await finishFolder(tx, account.id, folder.id, { modseq: opened.highestModseq, seenStatus, lookedAt, now: clock() })
  })
  if (withheld.length > 0) follower.onWithheld?.(folder.id, withheld.length)
  Object.assign(folder, { uidValidity, modseq: opened.highestModseq, lastUid: lastFresh ?? lastUid, lookedAt })
  return result
}

/** Fetches and archives these UIDs of the open folder; those the server does not give are added to `place.withheld`. */
async function archiveFresh(
  follower: Follower,
  place: SourceFolder & { withheld: number[] },
  uids: number[],
  progress: FollowProgress | null,
  preparers: Preparers,
): Promise<IngestResult> {
  const { archive, account, rules, mailbox, clock } = follower
  const sources = mailbox.fetchSources(uids, (uid) => place.withheld.push(uid))
  const from = { archive, account, rules, folder: place }
  const result: IngestResult = { archived: [], known: 0, tombstoned: 0 }
  for await (const done of ingestOverlapped(from, preparers, batches(sources, BATCH_MESSAGES), clock)) {
    add(result, done.ingested)
    follower.onArchived?.(done.ingested)
    if (!progress) continue
    progress.done += done.size
    follower.onProgress?.(progress)
  }
  return result
}

/**
 * A mailbox put back from a backup may give UIDs out again without a new UIDVALIDITY. Neither UIDNEXT nor
 * HIGHESTMODSEQ ever falls otherwise (RFC 9051 section 2.3.1.1, RFC 7162 section 3.1.2.1).
 */
function hasLostState(folder: Folder, opened: OpenedFolder): boolean {
  const modseqFell = opened.highestModseq !== null && folder.modseq !== null && opened.highestModseq < folder.modseq
  return opened.uidNext <= folder.lastUid || modseqFell
}

/** Voids the stored UIDs. Another process may have been here first: then its cursor is as good as ours. */
async function startOver(
  { archive, account, clock }: Follower,
  folder: Folder,
  uidValidity: bigint,
  reused: boolean,
): Promise<number> {
  return inTransaction(archive.pool, async (tx) => {
    await lockAccount(tx, account.id)
    const cursor = reused ? null : await findCursor(tx, account.id, folder.id, uidValidity)
    if (cursor === null) await resetFolder(tx, account.id, folder.id, uidValidity, clock())
    return cursor ?? 0
  })
}

/** Flag changes, moves and expunges that others made. */
async function followChanges(
  { archive, account, rules, mailbox, clock }: Follower,
  folder: Folder,
  opened: { resynced: boolean; changedFlags: { uid: number; flags: string[] }[]; vanished: number[] },
): Promise<void> {
  let { changedFlags, vanished } = opened
  if (!opened.resynced) {
    const stored = await listFolderUids(archive.pool, account.id, folder.id)
    const present = new Set(await mailbox.listUids(1))
    vanished = stored.filter((uid) => !present.has(uid))
    changedFlags = stored.length === 0 || present.size === 0 ? [] : await mailbox.fetchFlags('1:*', folder.modseq)
  }
  if (vanished.length === 0 && changedFlags.length === 0) return
  await inTransaction(archive.pool, async (tx) => {
    await lockAccount(tx, account.id)
    if (vanished.length > 0) {
      await noteDepartures(tx, account.id, folder.id, vanished, clock())
      const left = await dropLocations(tx, account.id, folder.id, vanished)
      // Mail that has left the mailbox is kept by the archive's period alone.
      await redecide(tx, { account, rules }, await listConversationsHolding(tx, account.id, left), 'new-facts', clock())
    }
    await noteFlags(tx, account.id, folder.id, changedFlags, clock())
  })
}

/** Whether a folder is to be read: one of those chosen, if any were. A draft has not been sent to anybody. */
export function carriesMail(account: Account, info: FolderInfo): boolean {
  if (!info.selectable || info.role === 'drafts') return false
  return account.settings.folders === null || account.settings.folders.includes(info.path)
}

/** What STATUS says when nothing changed; null without CONDSTORE, where flag changes would not show. */
function statusOf(info: FolderInfo): string | null {
  const { status } = info
  if (!status || status.highestModseq === null) return null
  return [status.uidValidity, status.uidNext, status.messages, status.highestModseq].join(':')
}

/** STATUS comes from another connection, and some servers give each connection a view of its own. */
function coversStatus(opened: OpenedFolder, { status }: FolderInfo): boolean {
  if (!status) return false
  return opened.uidNext >= status.uidNext && (opened.highestModseq ?? 0n) >= (status.highestModseq ?? 0n)
}

function add(sum: IngestResult, part: IngestResult): void {
  sum.archived.push(...part.archived)
  sum.known += part.known
  sum.tombstoned += part.tombstoned
}
