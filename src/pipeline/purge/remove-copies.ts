import { listDigests } from '../../store/message/messages.ts'
import { listTombstoneDigests } from '../../store/disposal/tombstones.ts'
import { placedDigest } from '../../core/message/canonical-digest.ts'
import { groupBy } from '../../core/grouping.ts'
import { GallraError } from '../../errors.ts'
import type { Mailbox } from '../../mail/imap/mailbox-types.ts'
import { parseIdentity } from '../../mail/parse/parse.ts'
import type { Account } from '../../store/accounts.ts'
import type { Archive } from '../../store/archive.ts'
import { listFolders } from '../../store/mailbox/folders.ts'
import type { Location } from '../../store/mailbox/locations.ts'
import type { CopyOutcome, VerifiedContent } from './guard.ts'
import { isFolderRefused } from '../mailbox/refused-folder.ts'

type Copy = Location & { intentionId: number }

/**
 * Expunges copies on the server, each only after it was fetched again and its canonical digest
 * compared (P4). What is unclear becomes `failed` or `mismatch`, and then the archive keeps the message.
 */
export async function removeCopies(
  archive: Archive,
  account: Account,
  mailbox: Mailbox,
  copies: Copy[],
): Promise<CopyOutcome[]> {
  const folders = new Map((await listFolders(archive, account.id)).map((folder) => [folder.id, folder]))
  const outcomes: CopyOutcome[] = []
  for (const [folderId, group] of groupBy(copies, ({ folderId }) => folderId)) {
    const path = folders.get(folderId)?.path
    const results =
      path === undefined ? UNKNOWN : await removeFrom(archive, account, mailbox, path, group).catch(unknownWhenRefused)
    for (const copy of group) {
      outcomes.push({ ...copy, messageId: copy.messageId ?? 0, ...(results.get(copy.uid) ?? { outcome: 'failed' }) })
    }
  }
  return outcomes
}

/** What became of each UID. */
type Results = Map<number, Pick<CopyOutcome, 'outcome' | 'content'>>

const UNKNOWN: Results = new Map()

/** One folder that is gone or refused leaves its copies `failed`; the run goes on with the others. */
function unknownWhenRefused(error: unknown): Results {
  if (isFolderRefused(error)) return UNKNOWN
  throw error
}

async function removeFrom(
  archive: Archive,
  account: Account,
  mailbox: Mailbox,
  path: string,
  copies: Copy[],
): Promise<Results> {
  const results: Results = new Map()
  const opened = await mailbox.openFolder(path, null, false)
  // With another UIDVALIDITY these UIDs mean nothing. The next pass matches the folder again; until then all stays.
  const current = copies.filter((copy) => copy.uidValidity === opened.uidValidity)
  const expected = new Map<number, Copy>(current.map((copy) => [copy.uid, copy]))
  const digests = await storedDigests(archive, account, current)
  const verified = new Map<number, VerifiedContent>()
  const unseen = new Set(expected.keys())
  for await (const raw of mailbox.fetchSources([...expected.keys()].sort((a, b) => a - b))) {
    unseen.delete(raw.uid)
    const identity = await parseIdentity(raw.source)
    const digest = placedDigest(identity, raw.internalDate)
    // The tombstone of a message that could not be decrypted when it was purged holds the archive's own hash.
    const indexes =
      expected.get(raw.uid)!.messageId === null ? [archive.tombstoneIndex, archive.index] : [archive.index]
    if (indexes.some((index) => digests.get(raw.uid) === index.hash('digest', digest)))
      verified.set(raw.uid, { digest, messageIdHeader: identity.messageId })
    else results.set(raw.uid, { outcome: 'mismatch' })
  }
  // The list of a large folder is long, so ask for it only when something is missing.
  const present = new Set(unseen.size === 0 ? [] : await mailbox.listUids(1))
  for (const uid of unseen) results.set(uid, { outcome: present.has(uid) ? 'failed' : 'gone' })
  const gone = new Set(await expunge(mailbox, path, [...verified.keys()]))
  for (const [uid, content] of verified)
    results.set(uid, gone.has(uid) ? { outcome: 'gone', content } : { outcome: 'failed' })
  return results
}

/** The digest hash of what should lie there, by UID: the message's, or its tombstone's. */
async function storedDigests(archive: Archive, account: Account, copies: Copy[]): Promise<Map<number, string>> {
  const messageIds = copies.flatMap((copy) => copy.messageId ?? [])
  const tombstoneIds = copies.flatMap((copy) => copy.tombstoneId ?? [])
  const messages = await listDigests(archive.pool, account.id, messageIds)
  const tombstones = await listTombstoneDigests(archive.pool, account.id, tombstoneIds)
  return new Map(
    copies.flatMap((copy): [number, string][] => {
      const hash = copy.messageId !== null ? messages.get(copy.messageId) : tombstones.get(copy.tombstoneId ?? 0)
      return hash === undefined ? [] : [[copy.uid, hash]]
    }),
  )
}

async function expunge(mailbox: Mailbox, path: string, uids: number[]): Promise<number[]> {
  if (uids.length === 0) return []
  try {
    return mailbox.capabilities.gmail
      ? await expungeThroughTrash(mailbox, path, uids)
      : (await mailbox.expunge(uids)).gone
  } catch (error) {
    // The server refused: the copies stay, and the messages in the archive too. The caller handles a lost connection or
    // missing UIDPLUS.
    if (error instanceof GallraError && error.code === 'server-refused') return []
    throw error
  }
}

/**
 * Gmail's EXPUNGE only takes a label off; the message stays in All Mail. What was moved to Trash is
 * gone from every label, and expunging it there destroys it. Returns the UIDs of `path` that are gone.
 * A crash in between leaves the copy in Trash, where the next pass finds it by its digest.
 */
export async function expungeThroughTrash(mailbox: Mailbox, path: string, uids: number[]): Promise<number[]> {
  const trash = (await mailbox.listFolders()).find((folder) => folder.role === 'trash')
  if (!trash) return []
  await mailbox.openFolder(path, null, false)
  if (trash.path === path) return (await mailbox.expunge(uids)).gone
  const moved = new Map<number, number>()
  for (const uid of uids) {
    const { uid: inTrash } = await mailbox.move(uid, trash.path)
    // Without COPYUID its UID in Trash is unknown: leave it for the next pass.
    if (inTrash !== null) moved.set(inTrash, uid)
  }
  await mailbox.openFolder(trash.path, null, false)
  const { gone } = moved.size === 0 ? { gone: [] } : await mailbox.expunge([...moved.keys()])
  return gone.flatMap((uid) => moved.get(uid) ?? [])
}
