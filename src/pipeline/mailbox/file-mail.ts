import { compareDates, stockholmDate } from '../../core/retention/calendar.ts'
import { caseOfFolder, folderNames } from '../../core/mailbox/case-folders.ts'
import type { Case } from '../../core/classification.ts'
import { groupBy } from '../../core/grouping.ts'
import type { FolderInfo, Mailbox } from '../../mail/imap/mailbox-types.ts'
import type { Account } from '../../store/accounts.ts'
import type { Archive } from '../../store/archive.ts'
import { listFolders } from '../../store/mailbox/folders.ts'
import {
  finishIntentions,
  listIntentions,
  saveIntentions,
  type Intention,
  type Outcome,
} from '../../store/mailbox/intentions.ts'
import { listLocations } from '../../store/mailbox/locations.ts'
import type { MessageRow } from '../../store/message/messages.ts'
import { inTransaction, lockAccount, type Sql } from '../../store/postgres/sql.ts'
import { isFolderRefused, openUnlessRefused } from './refused-folder.ts'

/** Folders of an account that gallra files into: by case, and all it may take mail from. */
export interface FilingPlan {
  folderOf: Map<Case, number>
  /** The inbox and the case folders. */
  from: Set<number>
}

/** The case a folder stands for; one with a special use (RFC 6154) stands for none. */
export function caseOfInfo({ settings }: Account, info: Pick<FolderInfo, 'path' | 'delimiter' | 'role'>): Case | null {
  return info.role === 'other'
    ? caseOfFolder(info.path, info.delimiter, folderNames(settings.caseFolders?.names))
    : null
}

/** null: gallra files nothing in this account. */
export async function readFilingPlan(archive: Archive, account: Account): Promise<FilingPlan | null> {
  if (account.settings.caseFolders?.filing !== true) return null
  const names = folderNames(account.settings.caseFolders.names)
  const plan: FilingPlan = { folderOf: new Map(), from: new Set() }
  for (const { id, path, role } of await listFolders(archive, account.id)) {
    // The database knows no delimiter; these two are all that is in use.
    const is = role === 'other' ? (caseOfFolder(path, '/', names) ?? caseOfFolder(path, '.', names)) : null
    if (is !== null && !plan.folderOf.has(is)) plan.folderOf.set(is, id)
    if (is !== null || role === 'inbox') plan.from.add(id)
  }
  return plan
}

/**
 * Writes down the moves that bring these messages to the folders of their cases; nothing is sent here. Copies outside
 * inbox and case folders were put there by a person and stay. Moves still open for other verdicts are given up.
 */
export async function intendFiling(
  tx: Sql,
  accountId: number,
  plan: FilingPlan,
  wanted: { id: number; case: Case }[],
  now: Date,
): Promise<void> {
  if (wanted.length === 0) return
  const ids = wanted.map(({ id }) => id)
  await giveUpFiling(tx, accountId, ids, now)
  const cases = new Map(wanted.map((one) => [one.id, one.case]))
  const intentions = (await listLocations(tx, accountId, ids)).flatMap(
    ({ followed, ...location }): Omit<Intention, 'id'>[] => {
      const toFolderId = plan.folderOf.get(cases.get(location.messageId!)!)
      if (
        !followed ||
        toFolderId === undefined ||
        toFolderId === location.folderId ||
        !plan.from.has(location.folderId)
      )
        return []
      return [{ kind: 'move', ...location, keywords: [], toFolderId }]
    },
  )
  await saveIntentions(tx, accountId, intentions, now)
}

/** A message whose time has come is not moved about: a purge may be looking for it where it lies. */
export function isDue({ dueOn }: Pick<MessageRow, 'dueOn'>, now: Date): boolean {
  return dueOn !== null && compareDates(dueOn, stockholmDate(now)) <= 0
}

/** A person has said where these belong. */
export async function giveUpFiling(tx: Sql, accountId: number, messageIds: number[], now: Date): Promise<void> {
  const open = await listIntentions(tx, accountId, 'move', messageIds)
  await finishIntentions(
    tx,
    accountId,
    open.map(({ id }) => id),
    'gone',
    now,
  )
}

/**
 * Sends the moves. Where the copies end up is seen when the folders are read; by the intention it is known to be
 * gallra's own act, even if this process is killed before it notes the outcome.
 */
export async function carryOutFiling(archive: Archive, account: Account, mailbox: Mailbox, now: Date): Promise<number> {
  const intentions = await listIntentions(archive.pool, account.id, 'move')
  if (intentions.length === 0) return 0
  const paths = new Map((await listFolders(archive, account.id)).map(({ id, path }) => [id, path]))
  let moved = 0
  for (const [folderId, group] of groupBy(intentions, ({ folderId }) => folderId)) {
    const opened = await openFor(mailbox, paths.get(folderId))
    for (const intention of group) {
      const path = paths.get(intention.toFolderId ?? 0)
      const possible = opened !== null && opened.uidValidity === intention.uidValidity && path !== undefined
      const outcome = possible ? await move(mailbox, intention.uid, path) : 'gone'
      if (outcome === 'done') moved += 1
      await inTransaction(archive.pool, async (tx) => {
        await lockAccount(tx, account.id)
        await finishIntentions(tx, account.id, [intention.id], outcome, now)
      })
    }
  }
  return moved
}

async function openFor(mailbox: Mailbox, path: string | undefined): Promise<{ uidValidity: bigint } | null> {
  // Without both a move is COPY and a removal that may take other people's mail along.
  if (path === undefined || !mailbox.capabilities.move || !mailbox.capabilities.uidPlus) return null
  return openUnlessRefused(mailbox, path)
}

async function move(mailbox: Mailbox, uid: number, path: string): Promise<Outcome> {
  try {
    return (await mailbox.move(uid, path)).moved ? 'done' : 'gone'
  } catch (error) {
    if (isFolderRefused(error)) return 'failed'
    throw error
  }
}
