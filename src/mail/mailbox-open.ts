import type { ExpungeEvent, FlagsEvent, ImapFlow } from 'imapflow'
import { answered } from './mailbox-errors.ts'
import { lastingFlags } from './mailbox-fetch.ts'
import type { OpenedFolder } from './mailbox-types.ts'

/** More reported changes than this and the folder is compared in full: a few octets can claim millions of UIDs. */
const MAX_CHANGES = 2_000_000

/** SELECT or EXAMINE, with QRESYNC parameters (RFC 7162 section 3.2.5) where enabled. */
export async function openWithChanges(
  client: ImapFlow,
  path: string,
  known: { uidValidity: bigint; modseq: bigint } | null,
  readOnly: boolean,
): Promise<OpenedFolder> {
  const flags = new Map<number, string[]>()
  const vanished = new Set<number>()
  let overflow = false
  // The changes arrive as events before mailboxOpen resolves.
  const onFlags = (event: FlagsEvent): void => {
    if (event.uid === undefined || !samePath(event.path, path)) return
    if (flags.size >= MAX_CHANGES) overflow = true
    else flags.set(event.uid, lastingFlags(event.flags))
  }
  const onExpunge = (event: ExpungeEvent): void => {
    if (event.uid === undefined || !samePath(event.path, path)) return
    if (vanished.size >= MAX_CHANGES) overflow = true
    else vanished.add(event.uid)
  }
  client.on('flags', onFlags)
  client.on('expunge', onExpunge)
  try {
    const since = known === null || known.modseq <= 0n ? {} : { uidValidity: known.uidValidity, changedSince: known.modseq }
    const noFolder = (): Error => new Error('SELECT gave no folder')
    const mailbox = answered(await client.mailboxOpen(path, { readOnly, ...since }), noFolder)
    // A server that names no UIDVALIDITY cannot be worked with: its UIDs mean nothing later.
    if (typeof Reflect.get(mailbox, 'uidValidity') !== 'bigint') throw noFolder()
    const sameFolder = known !== null && known.uidValidity === mailbox.uidValidity
    const resynced = Reflect.get(mailbox, 'qresync') === true && sameFolder && !overflow
    for (const uid of vanished) flags.delete(uid)
    return {
      path: mailbox.path,
      uidValidity: mailbox.uidValidity,
      uidNext: mailbox.uidNext,
      highestModseq: mailbox.noModseq ? null : (mailbox.highestModseq ?? null),
      exists: mailbox.exists,
      resynced,
      changedFlags: resynced ? [...flags].map(([uid, set]) => ({ uid, flags: set })) : [],
      vanished: resynced ? [...vanished] : [],
    }
  } finally {
    client.off('flags', onFlags)
    client.off('expunge', onExpunge)
  }
}

/** INBOX is one folder in any letter case (RFC 9051 section 5.1); imapflow reports it in capitals. */
function samePath(one: string, other: string): boolean {
  return one === other || (one.toUpperCase() === 'INBOX' && other.toUpperCase() === 'INBOX')
}
