import type { FetchMessageObject, ImapFlow } from 'imapflow'
import { MAX_MESSAGE_BYTES } from './login.ts'
import { byteBatches, uidPieces, uidSet } from './uid-set.ts'
import type { FlagRow, RawMessage } from './mailbox-types.ts'

/**
 * Octets asked for in one FETCH. A larger message is fetched in pieces of this size: fetched whole, it would be in
 * memory twice.
 */
const BATCH_BYTES = 4 * 1024 * 1024

/** imapflow asks for BODY.PEEK[], which leaves \Seen alone. */
const QUERY = { uid: true, flags: true, internalDate: true, size: true, source: true } as const

interface Surroundings {
  run<T>(task: () => Promise<T>): Promise<T>
  present(uids: number[]): Promise<number[]>
}

/**
 * Fetches whole batches before it yields: a command sent inside an open fetch loop would wait for
 * ever, and leaving such a loop early still downloads the rest.
 */
export async function* fetchMessages(
  client: ImapFlow,
  uids: number[],
  around: Surroundings,
  onWithheld: (uid: number) => void,
): AsyncGenerator<RawMessage> {
  for (const piece of uidPieces(uids)) {
    const sizes = await around.run(async () => {
      const found = await fetchSizes(client, piece)
      const sized = new Set(found.map(({ uid }) => uid))
      await reportWithheld(
        piece.filter((uid) => !sized.has(uid)),
        around,
        onWithheld,
      )
      // Fetching a giant would end the connection.
      for (const { uid } of found.filter(isGiant)) onWithheld(uid)
      return found.filter((one) => !isGiant(one))
    })
    const sizeOf = new Map(sizes.map(({ uid, size }) => [uid, size]))
    for (const batch of byteBatches(sizes, BATCH_BYTES)) {
      const messages = await around.run(() => fetchBatch(client, batch, sizeOf, around, onWithheld))
      for (const message of messages) yield message
    }
  }
}

export async function fetchMessage(client: ImapFlow, uid: number): Promise<RawMessage | null> {
  const [sized] = await fetchSizes(client, [uid])
  if (sized !== undefined && isGiant(sized)) return null
  if (sized !== undefined && sized.size > BATCH_BYTES) return fetchInPieces(client, sized)
  for (const row of await client.fetchAll(String(uid), QUERY, { uid: true })) {
    const message = row.uid === uid ? rawMessage(row) : null
    if (message !== null) return message
  }
  return null
}

export async function fetchFlagRows(client: ImapFlow, range: string, changedSince: bigint | null): Promise<FlagRow[]> {
  const options = changedSince === null ? { uid: true } : { uid: true, changedSince }
  const rows: FlagRow[] = []
  const lowest = /^(\d+):\*$/.exec(range)
  const from = lowest === null ? 0 : Number(lowest[1])
  for await (const row of client.fetch(range, { uid: true, flags: true }, options)) {
    // 'N:*' always yields the last message.
    if (row.uid >= from && row.flags !== undefined)
      rows.push({ uid: row.uid, flags: lastingFlags(row.flags), modseq: row.modseq ?? null })
  }
  return rows
}

async function fetchSizes(client: ImapFlow, uids: number[]): Promise<{ uid: number; size: number }[]> {
  const asked = new Set(uids)
  const rows = await client.fetchAll(uidSet(uids), { uid: true, size: true }, { uid: true })
  // Each UID once: what other clients change meanwhile arrives as further rows, without a size.
  const sizeOf = new Map<number, number>()
  for (const row of rows) if (asked.has(row.uid)) sizeOf.set(row.uid, row.size ?? sizeOf.get(row.uid) ?? BATCH_BYTES)
  const sizes = [...sizeOf].map(([uid, size]) => ({ uid, size }))
  return sizes.sort((a, b) => a.uid - b.uid)
}

function isGiant({ size }: { size: number }): boolean {
  return size > MAX_MESSAGE_BYTES
}

async function fetchBatch(
  client: ImapFlow,
  uids: number[],
  sizeOf: ReadonlyMap<number, number>,
  around: Surroundings,
  onWithheld: (uid: number) => void,
): Promise<RawMessage[]> {
  const missing = new Set(uids)
  const [uid] = uids
  const size = sizeOf.get(uid!) ?? 0
  if (size > BATCH_BYTES) {
    const message = await fetchInPieces(client, { uid: uid!, size })
    if (message === null) await reportWithheld(uids, around, onWithheld)
    return message === null ? [] : [message]
  }
  const messages: RawMessage[] = []
  for (const row of await client.fetchAll(uidSet(uids), QUERY, { uid: true })) {
    // A row without source reports a flag that another client has just changed.
    const message = missing.has(row.uid) ? rawMessage(row) : null
    if (message === null) continue
    missing.delete(row.uid)
    messages.push(message)
  }
  await reportWithheld([...missing], around, onWithheld)
  return messages.sort((a, b) => a.uid - b.uid)
}

/**
 * Partial FETCH (RFC 9051 section 6.4.5). `size` is what the server says, which need not be true. null: the message is
 * gone, or the server does not give it.
 */
async function fetchInPieces(
  client: ImapFlow,
  { uid, size }: { uid: number; size: number },
): Promise<RawMessage | null> {
  let source = Buffer.allocUnsafe(size)
  let length = 0
  let first: FetchMessageObject | null = null
  for (let ended = false; !ended;) {
    const rows = await client.fetchAll(
      String(uid),
      { ...QUERY, source: { start: length, maxLength: BATCH_BYTES } },
      { uid: true },
    )
    const row = rows.find((one) => one.uid === uid && Buffer.isBuffer(one.source))
    // No row after the last octet is the end; before it the message has gone or the server gives no more. Never return
    // half.
    if (row?.source === undefined && length < size) return null
    if (isGiant({ size: length })) return null
    const piece = row?.source ?? Buffer.alloc(0)
    if (length + piece.length > source.length)
      source = Buffer.concat([source.subarray(0, length)], length + Math.max(piece.length, length))
    length += piece.copy(source, length)
    // A longer one is everything, from a server that knows no pieces.
    ended = piece.length === 0 || piece.length > BATCH_BYTES || (piece.length < BATCH_BYTES && length >= size)
    first ??= row ?? null
  }
  return first === null ? null : rawMessage({ ...first, source: source.subarray(0, length) })
}

/** A message missing in an answer is gone, or the server does not give it: never passed over in silence (P1). */
async function reportWithheld(
  missing: number[],
  around: Surroundings,
  onWithheld: (uid: number) => void,
): Promise<void> {
  if (missing.length > 0) for (const uid of await around.present(missing)) onWithheld(uid)
}

function rawMessage(row: FetchMessageObject): RawMessage | null {
  // Also null at run time: BODY[] NIL is an answer (RFC 9051 section 7.5.2).
  if (!Buffer.isBuffer(row.source) || row.internalDate === undefined) return null
  const date = new Date(row.internalDate)
  if (Number.isNaN(date.getTime())) return null
  return {
    uid: row.uid,
    flags: lastingFlags(row.flags ?? []),
    internalDate: date,
    source: row.source,
    size: row.size ?? row.source.length,
  }
}

/** \Recent belongs to the session, not to the message (RFC 3501 section 2.3.2); it would look like a change. */
export function lastingFlags(flags: Iterable<string>): string[] {
  return [...flags].filter((flag) => flag.toLowerCase() !== '\\recent')
}
