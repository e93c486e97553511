import { judge } from '../../core/judgement/classify.ts'
import { groupBy } from '../../core/grouping.ts'
import { resolveThread } from '../../core/conversation/thread.ts'
import { GallraError } from '../../errors.ts'
import type { Mailbox } from '../../mail/imap/mailbox-types.ts'
import { appendAudit } from '../../store/audit.ts'
import { getConversation, listThreadNeighbours, threadCandidates } from '../../store/message/conversations.ts'
import { examineMessage, resealMessage, type ExaminedMessage } from '../../store/message/damage.ts'
import { listFolders, type Folder } from '../../store/mailbox/folders.ts'
import { listLocations, type StoredLocation } from '../../store/mailbox/locations.ts'
import {
  listConversationMessages,
  type MessageEvidence,
  countMessages,
  listMessageIds,
} from '../../store/message/messages.ts'
import { listCustomersToRenew, renewCustomer, type Renewal } from '../../store/customer/refresh-customers.ts'
import { insertSearchEntries, removeSearchEntries } from '../../store/message/search.ts'
import { packSource, promisedUnlessBroken } from '../../store/keys/seal.ts'
import { inTransaction, lockAccount, type Sql } from '../../store/postgres/sql.ts'
import { connect } from '../mailbox/connect.ts'
import { contextOf, outranked } from '../ingest/judge-message.ts'
import { prepareMessage, workshopOf, type PreparedMessage } from '../ingest/prepare.ts'
import { isFolderRefused } from '../mailbox/refused-folder.ts'
import type { AccountContext } from '../decide/rules.ts'

const PAGE = 500

/**
 * Why a message stays as it is.
 * - `no-copy`: no copy is known on the server in a followed folder
 * - `gone`: none of the known copies is there any more
 * - `other-content`: what is there is another message
 * - `refused`: the server does not open the folder
 * - `folder-broken`: the archive does not know where to look before a sync
 * - `not-followed`: the account is removed or its login was refused
 * - `unreachable`: no connection, or it was lost
 */
export type Unrepaired =
  'no-copy' | 'gone' | 'other-content' | 'refused' | 'folder-broken' | 'not-followed' | 'unreachable'

export interface Repair {
  /** Messages that were decrypted to see whether they are whole. */
  examined: number
  repaired: number[]
  left: { id: number; reason: Unrepaired }[]
  /**
   * Customers whose card could not be decrypted: made again from their messages (`inPart`: from some only, as the
   * others cannot be read) or left, as none can be read. `completed`: the card lacked what a message says that was
   * repaired now.
   */
  customers: { repaired: number[]; inPart: number[]; completed: number[]; left: number[] }
  /** Why the server could not be asked. */
  problem: GallraError | null
}

interface RepairTask extends AccountContext {
  staffId: number
  clock: () => Date
  onProgress?: (done: number, total: number) => void
}

/**
 * Seals again, in its own row, each message of which something cannot be decrypted: from its own source if that can,
 * else from a copy on the server, and only from what has the row's canonical digest (P4). Each message is a transaction
 * of its own: stopped anywhere, it is as broken as before or whole. Messages given up are tried too. The server is
 * asked only when something is broken, for reading only, while another process may follow the account.
 */
export async function repairAccount(task: RepairTask): Promise<Repair> {
  const report: Repair = {
    examined: 0,
    repaired: [],
    left: [],
    customers: { repaired: [], inPart: [], completed: [], left: [] },
    problem: null,
  }
  await repairFromServer(task, await repairFromOwnSources(task, report), report)
  report.left.sort((a, b) => a.id - b.id)
  // After the messages, which say who the customers are.
  await repairCustomers(task, report)
  return report
}

const LISTED_IN: Record<Renewal, (keyof Repair['customers'])[]> = {
  anew: ['repaired'],
  'anew-in-part': ['repaired', 'inPart'],
  completed: ['completed'],
  nobody: ['left'],
  'nothing-to-do': [],
}

async function repairCustomers({ archive, account, staffId, clock }: RepairTask, report: Repair): Promise<void> {
  for (const id of await listCustomersToRenew(archive.pool, archive, account.id)) {
    const renewal = await inTransaction(archive.pool, async (tx) => {
      await lockAccount(tx, account.id)
      const now = clock()
      const renewed = await renewCustomer(tx, archive, account.id, id, now)
      if (renewed !== 'nobody' && renewed !== 'nothing-to-do')
        await appendAudit(tx, archive, account.id, {
          at: now,
          actor: `staff:${staffId}`,
          kind: 'repaired',
          payload: { customers: [id] },
        })
      return renewed
    })
    for (const list of LISTED_IN[renewal]) report.customers[list].push(id)
  }
}

/** Decrypts every message; returns those that stay broken. */
async function repairFromOwnSources(task: RepairTask, report: Repair): Promise<number[]> {
  const { archive, account } = task
  const broken: number[] = []
  const total = await countMessages(archive.pool, account.id)
  for (let after = 0; ;) {
    const ids = await listMessageIds(archive.pool, account.id, after, PAGE)
    if (ids.length === 0) return broken
    for (const id of ids) {
      const found = await examineMessage(archive.pool, archive, account.id, id)
      if (found !== null && !found.whole) {
        // The server's date matters only for mail without a date of its own, and there it equals the date of receipt.
        const own = found.source === null ? null : await prepareFor(task, found, found.source, found.receivedAt)
        if (own === null || found.source === null) broken.push(id)
        else if (await seal(task, id, own, found.source)) report.repaired.push(id)
      }
      report.examined += 1
      task.onProgress?.(report.examined, total)
    }
    after = ids.at(-1)!
  }
}

/** What is looked for, by message id, with what is known of why it was not found yet. */
type Wanted = Map<number, Unrepaired>

async function repairFromServer(task: RepairTask, ids: number[], report: Repair): Promise<void> {
  const { archive, account } = task
  if (ids.length === 0) return
  const wanted: Wanted = new Map(ids.map((id) => [id, 'no-copy']))
  const listed = await promisedUnlessBroken(listFolders(archive, account.id))
  if (listed === null) for (const id of ids) wanted.set(id, 'folder-broken')
  else {
    const folders = new Map(listed.map((folder) => [folder.id, folder]))
    const copies = (await listLocations(archive.pool, account.id, ids)).filter(
      ({ folderId, uidValidity }) => folders.get(folderId)?.uidValidity === uidValidity,
    )
    const reason = account.state === 'active' ? 'unreachable' : 'not-followed'
    for (const { messageId } of copies) wanted.set(messageId!, reason)
    if (copies.length > 0 && account.state === 'active')
      await repairFromCopies(task, { folders, copies, wanted }, report)
  }
  report.left.push(...[...wanted].map(([id, reason]) => ({ id, reason })))
}

const UNREACHED: readonly string[] = [
  'mail-server-unreachable',
  'connection-lost',
  'login-refused',
  'certificate-refused',
  'plain-text-refused',
]

interface Search {
  folders: Map<number, Folder>
  copies: StoredLocation[]
  wanted: Wanted
}

async function repairFromCopies(task: RepairTask, search: Search, report: Repair): Promise<void> {
  let mailbox: Mailbox | null = null
  try {
    mailbox = await connect(task.account.settings)
    const alike = await lookThrough(task, mailbox, search, report, true)
    // No copy has the octets as they were fetched first: the same message in other octets will do.
    await lookThrough(task, mailbox, { ...search, copies: alike }, report, false)
  } catch (error) {
    if (!(error instanceof GallraError) || !UNREACHED.includes(error.code)) throw error
    report.problem = error
  } finally {
    await mailbox?.logout().catch(() => mailbox?.close())
  }
}

/** Returns copies that say the same but are other octets (a copy in Sent, a server that renders mail again). */
async function lookThrough(
  task: RepairTask,
  mailbox: Mailbox,
  { folders, copies, wanted }: Search,
  report: Repair,
  sameOctets: boolean,
): Promise<StoredLocation[]> {
  const alike: StoredLocation[] = []
  for (const [folderId, group] of groupBy(copies, ({ folderId }) => folderId)) {
    try {
      const { uidValidity } = await mailbox.openFolder(folders.get(folderId)!.path, null, true)
      for (const copy of group) {
        const id = copy.messageId!
        if (!wanted.has(id)) continue
        const taken = copy.uidValidity === uidValidity ? await takeCopy(task, mailbox, copy, sameOctets) : 'gone'
        if (taken === 'repaired') report.repaired.push(id)
        if (taken === 'other-octets') alike.push(copy)
        if (taken === 'repaired' || taken === 'skipped') wanted.delete(id)
        // Should the connection break before the second look.
        else wanted.set(id, taken === 'other-octets' ? 'unreachable' : taken)
      }
    } catch (error) {
      if (!isFolderRefused(error)) throw error
      for (const { messageId } of group) if (wanted.has(messageId!)) wanted.set(messageId!, 'refused')
    }
  }
  return alike
}

/** `skipped`: purged or repaired meanwhile. */
async function takeCopy(
  task: RepairTask,
  mailbox: Mailbox,
  copy: StoredLocation,
  sameOctets: boolean,
): Promise<'repaired' | 'skipped' | 'other-octets' | Unrepaired> {
  const { archive, account } = task
  const found = await examineMessage(archive.pool, archive, account.id, copy.messageId!)
  if (found === null || found.whole) return 'skipped'
  const raw = await mailbox.fetchSource(copy.uid)
  if (raw === null) return 'gone'
  const prepared = await prepareFor(task, found, raw.source, raw.internalDate)
  if (prepared === null) return 'other-content'
  if (sameOctets && prepared.sourceHash !== found.sourceHash) return 'other-octets'
  return (await seal(task, found.id, prepared, raw.source)) ? 'repaired' : 'skipped'
}

/** As if it were archived now; null when it is not the row's message. */
async function prepareFor(
  { archive, account, rules }: RepairTask,
  found: ExaminedMessage,
  source: Buffer,
  internalDate: Date,
): Promise<PreparedMessage | null> {
  const workshop = {
    ...workshopOf({ archive, account, rules, folder: null }),
    inSentFolder: found.direction === 'outgoing',
  }
  const prepared = await prepareMessage(workshop, { source, internalDate })
  return prepared.digestHash === found.digestHash ? prepared : null
}

/**
 * False: purged or repaired meanwhile. Case, retention, dates, holds, conversation and customer are columns and rows of
 * their own and stay as they are. Evidence that can be decrypted stays too; lost evidence is replaced by that of
 * judging the message today, which may speak for another case than the row has: a later `model rejudge` settles that.
 */
function seal(task: RepairTask, id: number, prepared: PreparedMessage, source: Buffer): Promise<boolean> {
  const { archive, account, staffId } = task
  const now = task.clock()
  return inTransaction(archive.pool, async (tx) => {
    // No purge may come in between: what is gone must not be made again.
    await lockAccount(tx, account.id)
    const found = await examineMessage(tx, archive, account.id, id, true)
    if (found === null || found.whole || found.digestHash !== prepared.digestHash) return false
    const evidence = found.evidence ?? (await judgeAgain(tx, task, found, prepared))
    const { content, sourceHash } = prepared
    await resealMessage(
      tx,
      archive,
      account.id,
      { id, content, evidence, source: prepared.source ?? packSource(source), sourceHash, size: source.length },
      now,
    )
    await removeSearchEntries(tx, account.id, { afterId: id - 1, untilId: id })
    await insertSearchEntries(tx, account.id, [{ messageId: id, entries: prepared.searchEntries }])
    await appendAudit(tx, archive, account.id, {
      at: now,
      actor: `staff:${staffId}`,
      kind: 'repaired',
      payload: { messages: [id], evidence: found.evidence === null ? 'judged-again' : 'kept' },
    })
    return true
  })
}

async function judgeAgain(
  tx: Sql,
  { archive, account, rules }: RepairTask,
  found: ExaminedMessage,
  prepared: PreparedMessage,
): Promise<MessageEvidence> {
  const others = (await listConversationMessages(tx, account.id, [found.conversationId])).filter(
    ({ id }) => id !== found.id,
  )
  const conversation = await getConversation(tx, account.id, found.conversationId)
  const verdict = judge(
    prepared.reading,
    contextOf(others, found.receivedAt, conversation?.complaintClosedAt ?? null),
    rules.rulebook,
  )
  const neighbours = await listThreadNeighbours(tx, account.id, [
    ...prepared.threadKeys.shared,
    ...prepared.threadKeys.named,
  ])
  neighbours.messages.delete(found.id)
  const thread = resolveThread(
    { ...prepared.node, at: found.receivedAt },
    threadCandidates(neighbours, prepared.threadKeys),
  )
  const { failed, problems, messageId, identity, identityKeys, authentication } = prepared
  return {
    classification: outranked(archive, verdict, { direction: found.direction, failed, problems, messageId }),
    // Its conversation is not decided again: staff may have chosen it.
    thread: thread.evidence.filter(({ conversationId }) => conversationId === found.conversationId),
    forgedReferences: thread.forged,
    customer: identity.evidence,
    identity: identity.primary === null ? null : { primary: identity.primary, keys: identityKeys },
    authentication,
    problems,
  }
}
