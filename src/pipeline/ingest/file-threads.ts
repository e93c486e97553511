import { resolveThread, type ThreadNode, type ThreadResolution } from '../../core/conversation/thread.ts'
import {
  createConversations,
  listThreadNeighbours,
  mergeConversations,
  threadCandidates,
  type ThreadNeighbours,
} from '../../store/message/conversations.ts'
import { idReserve, type Sql } from '../../store/postgres/sql.ts'
import type { PreparedMessage } from './prepare.ts'

/** A message with its conversation as it was found at its turn; later ones of the batch may merge it further. */
interface ThreadedEntry {
  id: number
  node: ThreadNode
  thread: ThreadResolution
  conversationId: number
}

export interface FiledThreads {
  entries: ThreadedEntry[]
  /** Conversations begun by this batch, merged ones included. */
  begun: Set<number>
  /** In order; each `merged` is moved into `into`. */
  merges: { into: number; merged: number[] }[]
  /** Where a conversation has gone in the end. */
  finally: (conversationId: number) => number
}

/**
 * Finds the conversation of each message in order, each seeing those before it as if they were archived
 * already: the neighbours in the database are read once, and the batch's own are added as they come.
 */
export async function fileThreads(
  tx: Sql,
  accountId: number,
  messages: { id: number; prepared: PreparedMessage; at: Date }[],
): Promise<FiledThreads> {
  const wanted = new Set(
    messages.flatMap(({ prepared: { threadKeys } }) => [...threadKeys.shared, ...threadKeys.named]),
  )
  const neighbours = await listThreadNeighbours(tx, accountId, [...wanted])
  const nextConversation = idReserve(tx, 'Conversation', messages.length)
  const filed: FiledThreads = { entries: [], begun: new Set(), merges: [], finally: (id) => id }
  for (const { id, prepared, at } of messages) {
    const node = { ...prepared.node, at }
    const thread = resolveThread(node, threadCandidates(neighbours, prepared.threadKeys))
    const conversationId = thread.conversationId ?? (await nextConversation())
    if (thread.conversationId === null) filed.begun.add(conversationId)
    if (thread.merged.length > 0) {
      filed.merges.push({ into: conversationId, merged: thread.merged })
      for (const other of neighbours.messages.values())
        if (thread.merged.includes(other.conversationId)) other.conversationId = conversationId
    }
    filed.entries.push({ id, node, thread, conversationId })
    note(neighbours, { id, conversationId, node }, prepared.threadKeys.stored, wanted)
  }
  const into = new Map(filed.merges.flatMap((merge) => merge.merged.map((id) => [id, merge.into])))
  filed.finally = (id) => {
    let at = id
    for (let next = into.get(at); next !== undefined; next = into.get(at)) at = next
    return at
  }
  return filed
}

/** Only keys that a message of the batch looks under matter. */
function note(
  neighbours: ThreadNeighbours,
  message: { id: number; conversationId: number; node: ThreadNode },
  keys: string[],
  wanted: Set<string>,
): void {
  neighbours.messages.set(message.id, message)
  for (const key of new Set(keys)) {
    if (!wanted.has(key)) continue
    const ids = neighbours.byKey.get(key)
    if (ids === undefined) neighbours.byKey.set(key, [message.id])
    else ids.push(message.id)
  }
}

/**
 * Writes conversations and merges. A conversation begun by this batch and merged into another such one is never
 * written; one merged with an older is written first, so that its open matters count in the merge.
 */
export async function saveThreads(tx: Sql, accountId: number, filed: FiledThreads, now: Date): Promise<void> {
  const known = filed.merges.filter(({ into, merged }) => [into, ...merged].some((id) => !filed.begun.has(id)))
  const lasting = new Set([...filed.begun].filter((id) => filed.finally(id) === id))
  for (const id of known.flatMap(({ into, merged }) => [into, ...merged])) if (filed.begun.has(id)) lasting.add(id)
  await createConversations(
    tx,
    accountId,
    [...lasting].sort((a, b) => a - b),
    now,
  )
  for (const { into, merged } of known) await mergeConversations(tx, accountId, into, merged)
}
