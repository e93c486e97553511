import type { Folder, FolderWatcher, StoredMessage } from './folder.ts'
import { formatNumberSet, includesNumber, parseNumberSet } from '../wire/number-set.ts'
import { renderFlags } from '../wire/wire-value.ts'

/** How a session wants changes reported. */
export interface Notice {
  send: (line: string) => void
  condstore: boolean
  qresync: boolean
}

/** A message as one session sees it: its sequence number in that session, and itself. */
export interface Picked {
  sequence: number
  message: StoredMessage
}

/**
 * One session's view of its open folder: which UIDs it knows of, in order, each with the mod-sequence last reported for
 * it.
 */
export class Selection {
  readonly folder: Folder
  readonly readOnly: boolean
  private uids: number[]
  private readonly reported: Map<number, number>
  private readonly watcher: FolderWatcher

  constructor(folder: Folder, readOnly: boolean, watcher: FolderWatcher) {
    this.folder = folder
    this.readOnly = readOnly
    this.uids = [...folder.messages.keys()]
    this.reported = new Map([...folder.messages.values()].map(({ uid, modseq }) => [uid, modseq]))
    this.watcher = watcher
    folder.watchers.add(watcher)
  }

  close(): void {
    this.folder.watchers.delete(this.watcher)
  }

  /** The messages of a sequence-set. Messages expunged meanwhile keep their number but are not picked. */
  pick(set: string, byUid: boolean): Picked[] {
    const ranges = parseNumberSet(set, byUid ? (this.uids.at(-1) ?? 0) : this.uids.length)
    if (ranges === null) throw new SyntaxError('bad sequence set')
    const picked: Picked[] = []
    this.uids.forEach((uid, index) => {
      const message = this.folder.messages.get(uid)
      if (message !== undefined && includesNumber(ranges, byUid ? uid : index + 1))
        picked.push({ sequence: index + 1, message })
    })
    return picked
  }

  /** Whether another session changed the message since it was last reported to this one. */
  isStale(message: StoredMessage): boolean {
    return this.reported.get(message.uid) !== message.modseq
  }

  noteReported(message: StoredMessage): void {
    this.reported.set(message.uid, message.modseq)
  }

  /**
   * Reports everything that happened since the last time.
   * @param expungeAllowed false while answering a command that goes by sequence numbers (RFC 3501 section 7.4.1)
   */
  report(notice: Notice, expungeAllowed: boolean): void {
    if (expungeAllowed) this.reportExpunged(notice)
    this.reportNew(notice)
    this.uids.forEach((uid, index) => {
      const message = this.folder.messages.get(uid)
      if (message === undefined || !this.isStale(message)) return
      this.noteReported(message)
      notice.send(renderFlagChange(index + 1, message, notice.condstore))
    })
  }

  private reportExpunged(notice: Notice): void {
    const gone = this.uids.filter((uid) => !this.folder.messages.has(uid))
    if (gone.length === 0) return
    if (notice.qresync) {
      notice.send(`* VANISHED ${formatNumberSet(gone)}`)
    } else {
      // From the last to the first, so that each number is still right when it is sent.
      this.uids
        .map((uid, index) => ({ uid, index }))
        .reverse()
        .forEach(({ uid, index }) => {
          if (!this.folder.messages.has(uid)) notice.send(`* ${index + 1} EXPUNGE`)
        })
    }
    this.uids = this.uids.filter((uid) => this.folder.messages.has(uid))
    for (const uid of gone) this.reported.delete(uid)
  }

  private reportNew(notice: Notice): void {
    const arrived = [...this.folder.messages.values()].filter(({ uid }) => !this.reported.has(uid))
    if (arrived.length === 0) return
    for (const message of arrived) {
      this.uids.push(message.uid)
      this.noteReported(message)
    }
    notice.send(`* ${this.uids.length} EXISTS`)
  }
}

export function renderFlagChange(sequence: number, message: StoredMessage, condstore: boolean): string {
  const modseq = condstore ? ` MODSEQ (${message.modseq})` : ''
  return `* ${sequence} FETCH (UID ${message.uid} FLAGS ${renderFlags(message.flags)}${modseq})`
}
