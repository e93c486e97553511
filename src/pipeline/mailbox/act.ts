import { caseKeyword, hasFlag, KEYWORD_PREFIX } from '../../core/message/flags.ts'
import { groupBy } from '../../core/grouping.ts'
import { GallraError } from '../../errors.ts'
import type { FlagRow, Mailbox } from '../../mail/imap/mailbox-types.ts'
import { uidSet } from '../../mail/imap/uid-set.ts'
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
import { listLocations, saveFlags, type StoredLocation } from '../../store/mailbox/locations.ts'
import { listConversationMessages } from '../../store/message/messages.ts'
import { inTransaction, lockAccount, type Sql } from '../../store/postgres/sql.ts'
import { noteFlagChanges } from '../../store/mailbox/transitions.ts'
import { openUnlessRefused } from './refused-folder.ts'

/** Writes down which keywords have to change so that the mailbox shows the case; nothing is sent here. */
export async function intendKeywords(tx: Sql, accountId: number, conversationId: number, now: Date): Promise<void> {
  const rows = await listConversationMessages(tx, accountId, [conversationId])
  await intendKeywordsFor(
    tx,
    accountId,
    rows,
    await listLocations(
      tx,
      accountId,
      rows.map((row) => row.id),
    ),
    now,
  )
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
  const pending = new Map(
    (await listIntentions(tx, accountId, 'keyword', [...cases.keys()])).map((intention) => [
      placeOf(intention),
      intention,
    ]),
  )
  const overtaken: number[] = []
  const intentions: Omit<Intention, 'id'>[] = []
  for (const { followed, ...location } of locations) {
    if (!followed) continue
    const wanted = caseKeyword(cases.get(location.messageId ?? 0)!)
    const shown = location.flags.filter((flag) => flag.toLowerCase().startsWith(KEYWORD_PREFIX))
    const waiting = pending.get(placeOf(location))
    if (waiting?.keywords[0] === wanted || (!waiting && shown.length === 1 && hasFlag(shown, wanted))) continue
    if (waiting) overtaken.push(waiting.id)
    // What an overtaken intention may have set already is still gallra's own act.
    intentions.push({
      kind: 'keyword',
      ...location,
      keywords: [wanted, ...(waiting?.keywords ?? []).filter((keyword) => keyword !== wanted)],
    })
  }
  await finishIntentions(tx, accountId, overtaken, 'gone', now)
  await saveIntentions(tx, accountId, intentions, now)
}

/** Acts noted together once they are done. */
const PAGE = 500

/**
 * Sends what was intended. A place that has changed since is left alone. Returns how many copies have flags that a
 * person may have set meanwhile; what is intended there waits until that is decided.
 */
export async function carryOutKeywords(
  archive: Archive,
  account: Account,
  mailbox: Mailbox,
  now: Date,
): Promise<number> {
  const intentions = await listIntentions(archive.pool, account.id, 'keyword')
  const folders = new Map((await listFolders(archive, account.id)).map((folder) => [folder.id, folder]))
  let noted = 0
  for (const [folderId, group] of groupBy(intentions, ({ folderId }) => folderId)) {
    const folder = folders.get(folderId)
    const opened = folder ? await openUnlessRefused(mailbox, folder.path) : null
    // The server did not open it: the next pass tries again. A deleted folder takes its intentions along (folders.ts).
    if (folder && opened === null) continue
    const here = group.filter((intention) => opened?.uidValidity === intention.uidValidity)
    const elsewhere = group.filter((intention) => opened?.uidValidity !== intention.uidValidity)
    await finishIntentions(
      archive.pool,
      account.id,
      elsewhere.map(({ id }) => id),
      'gone',
      now,
    )
    for (let at = 0; at < here.length; at += PAGE)
      noted += await carryOut(archive, account, mailbox, here.slice(at, at + PAGE), now)
  }
  return noted
}

async function carryOut(
  archive: Archive,
  account: Account,
  mailbox: Mailbox,
  intentions: Intention[],
  now: Date,
): Promise<number> {
  const { folderId } = intentions[0]!
  const read = () => mailbox.fetchFlags(uidSet(intentions.map(({ uid }) => uid)), null)
  const before = await read()
  // What a person has set since the folder was read must be known before anything is taken off.
  const noted = await inTransaction(archive.pool, (tx) => noteFlags(tx, account.id, folderId, before, now))
  if (noted > 0) return noted
  const outcomes = await show(mailbox, intentions, new Map(before.map((row) => [row.uid, row.flags])))
  const withOutcome = (wanted: Outcome) => intentions.filter(({ id }) => outcomes.get(id) === wanted)
  const after = withOutcome('done').length === 0 ? [] : await read()
  return inTransaction(archive.pool, async (tx) => {
    const meanwhile = await noteFlags(tx, account.id, folderId, after, now)
    for (const outcome of ['done', 'gone', 'failed'] as const)
      await finishIntentions(
        tx,
        account.id,
        withOutcome(outcome).map(({ id }) => id),
        outcome,
        now,
      )
    return meanwhile
  })
}

/** Saves flags as they were read, after noting what in them may be a person's act. Returns of how many copies. */
export async function noteFlags(
  tx: Sql,
  accountId: number,
  folderId: number,
  rows: Pick<FlagRow, 'uid' | 'flags'>[],
  now: Date,
): Promise<number> {
  if (rows.length === 0) return 0
  await lockAccount(tx, accountId)
  const noted = await noteFlagChanges(tx, accountId, folderId, rows, now)
  await saveFlags(tx, accountId, folderId, rows)
  return noted
}

/**
 * What became of each, by id. The case is in the database; on a server that keeps no keywords (`failed`) the mailbox
 * just does not show it.
 */
async function show(
  mailbox: Mailbox,
  intentions: Intention[],
  before: Map<number, string[]>,
): Promise<Map<number, Outcome>> {
  try {
    const shown = await setKeywords(mailbox, intentions, before)
    return new Map(intentions.map(({ id, uid }) => [id, shown.has(uid) ? 'done' : 'gone']))
  } catch (error) {
    if (!(error instanceof GallraError) || error.code !== 'server-refused') throw error
    if (intentions.length === 1) return new Map([[intentions[0]!.id, 'failed']])
    // Perhaps only some of them are refused.
    const outcomes = new Map<number, Outcome>()
    for (const intention of intentions)
      for (const [id, outcome] of await show(mailbox, [intention], before)) outcomes.set(id, outcome)
    return outcomes
  }
}

/**
 * Takes off only those flags of `before` that are gallra's keywords for other cases. Returns the UIDs that show theirs
 * now.
 */
async function setKeywords(
  mailbox: Mailbox,
  intentions: Intention[],
  before: Map<number, string[]>,
): Promise<Set<number>> {
  const wanted = new Map(intentions.map(({ uid, keywords }) => [uid, keywords[0]!]))
  const stale = new Map<string, number[]>()
  const missing = new Map<string, number[]>()
  const note = (map: Map<string, number[]>, keyword: string, uid: number): void => {
    map.set(keyword, [...(map.get(keyword) ?? []), uid])
  }
  for (const [uid, keyword] of wanted) {
    for (const flag of before.get(uid) ?? [])
      if (flag.toLowerCase().startsWith(KEYWORD_PREFIX) && !hasFlag([flag], keyword)) note(stale, flag, uid)
    note(missing, keyword, uid)
  }
  for (const [keyword, uids] of stale) await mailbox.removeKeywords(uids, [keyword])
  const shown = new Set<number>()
  for (const [keyword, uids] of missing) for (const uid of await mailbox.addKeywords(uids, [keyword])) shown.add(uid)
  return shown
}

function placeOf(place: { folderId: number; uidValidity: bigint; uid: number }): string {
  return `${place.folderId}:${place.uidValidity}:${place.uid}`
}
