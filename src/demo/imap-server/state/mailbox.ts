import { emptyFolder, type Folder, type StoredMessage } from './folder.ts'
import type { Journal } from './journal.ts'

/** Folders every user has from the start, with their RFC 6154 special use. */
const STANDARD_FOLDERS: readonly (readonly [name: string, specialUse: string | null])[] = [
  ['INBOX', null],
  ['Sent', '\\Sent'],
  ['Drafts', '\\Drafts'],
  ['Junk', '\\Junk'],
  ['Trash', '\\Trash'],
  ['Archive', '\\Archive'],
]

/** One user's folders. Every change is journalled before it becomes visible. */
export class Mailbox {
  readonly folders: Map<string, Folder>
  private readonly journal: Journal

  constructor(journal: Journal, now: Date) {
    this.journal = journal
    this.folders = journal.load()
    for (const [name, specialUse] of STANDARD_FOLDERS) this.createFolder(name, specialUse, now)
  }

  /** null when a folder of that name exists. A re-created folder never reuses a UIDVALIDITY (RFC 3501 2.3.1.1). */
  createFolder(name: string, specialUse: string | null, now: Date): Folder | null {
    if (this.folders.has(name)) return null
    const uidValidity = Math.max(Math.floor(now.getTime() / 1000), this.journal.lastUidValidity + 1)
    const folder = emptyFolder({ name, specialUse, uidValidity, subscribed: true })
    this.journal.saveFolder(folder)
    this.folders.set(name, folder)
    return folder
  }

  findFolder(name: string): Folder | null {
    return this.folders.get(/^inbox$/i.test(name) ? 'INBOX' : name) ?? null
  }

  removeFolder(folder: Folder): void {
    this.journal.removeFolder(folder)
    this.folders.delete(folder.name)
    for (const watcher of folder.watchers) watcher.folderRemoved()
  }

  /** Renames a folder and all below it. */
  renameFolder(folder: Folder, newName: string): void {
    const oldName = folder.name
    for (const moved of [...this.folders.values()]) {
      if (moved !== folder && !moved.name.startsWith(`${oldName}/`)) continue
      this.folders.delete(moved.name)
      const name = newName + moved.name.slice(oldName.length)
      this.journal.renameFolder(moved, name)
      moved.name = name
      this.folders.set(name, moved)
    }
  }

  setSubscribed(folder: Folder, subscribed: boolean): void {
    folder.subscribed = subscribed
    this.journal.saveFolder(folder)
  }

  append(folder: Folder, source: Buffer, flags: Iterable<string>, internalDate: Date): StoredMessage {
    const message: StoredMessage = {
      uid: folder.uidNext,
      modseq: folder.highestModseq + 1,
      flags: new Set(flags),
      internalDate,
      source: withCrlf(source),
    }
    this.journal.saveMessage(folder, message)
    folder.uidNext++
    folder.highestModseq = message.modseq
    folder.messages.set(message.uid, message)
    announce(folder, message.flags)
    return message
  }

  /** Returns whether anything changed; an unchanged message keeps its mod-sequence. */
  setFlags(folder: Folder, message: StoredMessage, flags: Set<string>): boolean {
    if (flags.size === message.flags.size && [...flags].every((flag) => message.flags.has(flag))) return false
    const changed = { ...message, flags, modseq: folder.highestModseq + 1 }
    this.journal.saveFlags(folder, changed)
    message.flags = flags
    message.modseq = folder.highestModseq = changed.modseq
    announce(folder, flags)
    return true
  }

  expunge(folder: Folder, messages: readonly StoredMessage[]): void {
    const present = messages.filter((message) => folder.messages.get(message.uid) === message)
    if (present.length === 0) return
    const modseq = folder.highestModseq + 1
    this.journal.saveExpunged(folder, present, modseq)
    folder.highestModseq = modseq
    for (const { uid } of present) {
      folder.messages.delete(uid)
      folder.expunged.push({ uid, modseq })
    }
    announce(folder, [])
  }
}

function announce(folder: Folder, flags: Iterable<string>): void {
  for (const flag of flags) if (!flag.startsWith('\\')) folder.keywords.add(flag)
  for (const watcher of folder.watchers) watcher.folderChanged()
}

/** IMAP serves CRLF lines only; a source that already has them is kept to the octet. */
function withCrlf(source: Buffer): Buffer {
  if (source.includes('\r\n') || !source.includes('\n')) return source
  return Buffer.from(source.toString('latin1').replace(/\n/g, '\r\n'), 'latin1')
}
