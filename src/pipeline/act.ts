import { KEYWORD_PREFIX } from '../core/flags.ts'
import { GallraError } from '../errors.ts'
import type { Mailbox, OpenedFolder } from '../mail/mailbox-types.ts'
import type { Account } from '../store/accounts.ts'
import type { Archive } from '../store/archive.ts'
import { listFolders } from '../store/folders.ts'
import { finishIntentions, listIntentions, saveIntentions, type Intention, type Outcome } from '../store/intentions.ts'
import { listLocations, saveFlags, type StoredLocation } from '../store/locations.ts'
import { listConversationMessages } from '../store/messages.ts'
import type { Sql } from '../store/sql.ts'

/** The keyword staff see on a message, e.g. `gallra-complaints`. An ASCII atom, as IMAP demands. */
export function caseKeyword(caseName: string): string {
  return `${KEYWORD_PREFIX}${caseName}`
}

/** Writes down which keywords have to change so that the mailbox shows the case; nothing is sent here. */
export async function intendKeywords(tx: Sql, accountId: number, conversationId: number, now: Date): Promise<void> {
  const rows = await listConversationMessages(tx, accountId, [conversationId])
  await intendKeywordsFor(tx, accountId, rows, await listLocations(tx, accountId, rows.map((row) => row.id)), now)
}

/** As `intendKeywords`, for messages read already, with all their copies. */
export async function intendKeywordsFor(
  tx: Sql,
  accountId: number,
  rows: { id: number; case: string }[],
  locations: StoredLocation[],
  now: Date,
): Promise<void> {
  if (locations.length === 0) return
  const cases = new Map(rows.map((row) => [row.id, row.case]))
  const pending = new Map((await listIntentions(tx, accountId, 'keyword', [...cases.keys()])).map((intention) => [placeOf(intention), intention]))
  const overtaken: number[] = []
  const intentions: Omit<Intention, 'id'>[] = []
  for (const { followed, ...location } of locations) {
    if (!followed) continue
    const wanted = caseKeyword(cases.get(location.messageId ?? 0)!)
    const shown = location.flags.filter((flag) => flag.startsWith(KEYWORD_PREFIX))
    const waiting = pending.get(placeOf(location))
    if (waiting?.keywords[0] === wanted || (!waiting && shown.length === 1 && shown[0] === wanted)) continue
    if (waiting) overtaken.push(waiting.id)
    intentions.push({ kind: 'keyword', ...location, keywords: [wanted] })
  }
  await finishIntentions(tx, accountId, overtaken, 'gone', now)
  await saveIntentions(tx, accountId, intentions, now)
}

/** Sends what was intended. A place that has changed since is left alone. */
export async function carryOutKeywords(archive: Archive, account: Account, mailbox: Mailbox, now: Date): Promise<number> {
  const intentions = await listIntentions(archive.pool, account.id, 'keyword')
  const folders = new Map((await listFolders(archive, account.id)).map((folder) => [folder.id, folder]))
  let done = 0
  for (const [folderId, group] of groupByFolder(intentions)) {
    const folder = folders.get(folderId)
    const opened = folder ? await openIfThere(mailbox, folder.path) : 'gone'
    for (const intention of group) {
      if (typeof opened === 'string' || opened.uidValidity !== intention.uidValidity) {
        await finishIntentions(archive.pool, account.id, [intention.id], opened === 'failed' ? 'failed' : 'gone', now)
        continue
      }
      const outcome = await show(mailbox, intention)
      await finishIntentions(archive.pool, account.id, [intention.id], outcome, now)
      if (outcome === 'done') {
        const flags = await mailbox.fetchFlags(String(intention.uid), null)
        await saveFlags(archive.pool, account.id, folderId, flags)
        done += 1
      }
    }
  }
  return done
}

/** The case stands in the database; a server that keeps no keywords only shows less (`failed`). */
async function show(mailbox: Mailbox, intention: Intention): Promise<Outcome> {
  try {
    return (await setKeywords(mailbox, intention)) ? 'done' : 'gone'
  } catch (error) {
    if (error instanceof GallraError && error.code === 'server-refused') return 'failed'
    throw error
  }
}

async function openIfThere(mailbox: Mailbox, path: string): Promise<OpenedFolder | 'gone' | 'failed'> {
  try {
    return await mailbox.openFolder(path, null, false)
  } catch (error) {
    if (error instanceof GallraError && error.code === 'folder-missing') return 'gone'
    if (error instanceof GallraError && error.code === 'server-refused') return 'failed'
    throw error
  }
}

async function setKeywords(mailbox: Mailbox, intention: Intention): Promise<boolean> {
  const before = await mailbox.fetchFlags(String(intention.uid), null)
  const stale = (before[0]?.flags ?? []).filter((flag) => flag.startsWith(KEYWORD_PREFIX) && !intention.keywords.includes(flag))
  if (stale.length > 0) await mailbox.removeKeyword(intention.uid, stale)
  return mailbox.addKeyword(intention.uid, intention.keywords)
}

function placeOf(place: { folderId: number; uidValidity: bigint; uid: number }): string {
  return `${place.folderId}:${place.uidValidity}:${place.uid}`
}

export function groupByFolder<T extends { folderId: number }>(items: T[]): Map<number, T[]> {
  const groups = new Map<number, T[]>()
  for (const item of items) groups.set(item.folderId, [...(groups.get(item.folderId) ?? []), item])
  return groups
}
