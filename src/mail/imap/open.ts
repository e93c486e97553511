import type { ExpungeEvent, FlagsEvent, ImapFlow } from 'imapflow'
import { isInbox } from '../../core/mailbox/case-folders.ts'
import { answered } from './errors.ts'
import { fetchFlagRows, lastingFlags } from './fetch.ts'
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
  // The changes arrive as events before mailboxOpen resolves.
  const changes = collectChanges(client, path)
  try {
    const since =
      known === null || known.modseq <= 0n ? {} : { uidValidity: known.uidValidity, changedSince: known.modseq }
    const noFolder = (): Error => new Error('SELECT gave no folder')
    const mailbox = answered(await client.mailboxOpen(path, { readOnly, ...since }), noFolder)
    // A server that names no UIDVALIDITY cannot be worked with: its UIDs mean nothing later.
    if (typeof Reflect.get(mailbox, 'uidValidity') !== 'bigint') throw noFolder()
    const sameFolder = known !== null && known.uidValidity === mailbox.uidValidity
    return {
      path: mailbox.path,
      uidValidity: mailbox.uidValidity,
      uidNext: mailbox.uidNext,
      highestModseq: mailbox.noModseq ? null : (mailbox.highestModseq ?? null),
      exists: mailbox.exists,
      ...changes.since(Reflect.get(mailbox, 'qresync') === true && sameFolder),
    }
  } finally {
    changes.stop()
  }
}

/**
 * What `openWithChanges` returns, for the folder that is open already: SELECT would read a large one again, some 25 ms
 * for 10,000 messages in Dovecot's Maildir. null: the folder must be opened.
 */
export async function refreshWithChanges(
  client: ImapFlow,
  known: { uidValidity: bigint; modseq: bigint } | null,
): Promise<OpenedFolder | null> {
  const selected = client.mailbox
  // Only INBOX cannot be deleted under an open connection, which would end it.
  if (
    !selected ||
    selected.path !== 'INBOX' ||
    selected.readOnly === true ||
    !client.enabled.has('QRESYNC') ||
    selected.noModseq
  )
    return null
  if (known !== null && (known.modseq <= 0n || known.uidValidity !== selected.uidValidity)) return null
  const { path, uidValidity } = selected
  await client.noop()
  const status = await client.status(path, { messages: true, uidNext: true, uidValidity: true, highestModseq: true })
  if (!status || status.uidValidity !== uidValidity) return null
  const { messages, uidNext, highestModseq } = status
  // `1:*` would be no valid set in an empty folder.
  if (!messages || uidNext === undefined || highestModseq === undefined) return null
  const changes = collectChanges(client, path)
  try {
    if (known !== null) {
      // The connection must have seen what STATUS counted before it can report what changed up to there.
      await client.noop()
      // With VANISHED (RFC 7162 section 3.2.6), so expunged messages come as events.
      for (const { uid, flags } of await fetchFlagRows(client, '1:*', known.modseq)) changes.flagged(uid, flags)
    }
    return { path, uidValidity, uidNext, highestModseq, exists: messages, ...changes.since(known !== null) }
  } finally {
    changes.stop()
  }
}

interface Changes {
  flagged: (uid: number, flags: string[]) => void
  /** `complete`: the server has reported everything since the known state. */
  since: (complete: boolean) => Pick<OpenedFolder, 'resynced' | 'changedFlags' | 'vanished'>
  stop: () => void
}

function collectChanges(client: ImapFlow, path: string): Changes {
  const flagsOf = new Map<number, string[]>()
  const vanished = new Set<number>()
  let overflow = false
  const flagged = (uid: number, flags: string[]): void => {
    if (flagsOf.size >= MAX_CHANGES) overflow = true
    else flagsOf.set(uid, flags)
  }
  const onFlags = (event: FlagsEvent): void => {
    if (event.uid !== undefined && samePath(event.path, path)) flagged(event.uid, lastingFlags(event.flags))
  }
  const onExpunge = (event: ExpungeEvent): void => {
    if (event.uid === undefined || !samePath(event.path, path)) return
    if (vanished.size >= MAX_CHANGES) overflow = true
    else vanished.add(event.uid)
  }
  client.on('flags', onFlags)
  client.on('expunge', onExpunge)
  return {
    flagged,
    since: (complete) => {
      if (!complete || overflow) return { resynced: false, changedFlags: [], vanished: [] }
      const present = [...flagsOf].filter(([uid]) => !vanished.has(uid))
      return { resynced: true, changedFlags: present.map(([uid, flags]) => ({ uid, flags })), vanished: [...vanished] }
    },
    stop: () => {
      client.off('flags', onFlags)
      client.off('expunge', onExpunge)
    },
  }
}

/** imapflow reports INBOX in capitals. */
function samePath(one: string, other: string): boolean {
  return one === other || (isInbox(one) && isInbox(other))
}
