import type { Folder, StoredMessage } from './folder.ts'

/** Where a mailbox writes each change before it takes effect. */
export interface Journal {
  /** The highest UIDVALIDITY ever given out, also to folders since removed. */
  readonly lastUidValidity: number
  /** The folders as last saved, with their messages. */
  load(): Map<string, Folder>
  saveFolder(folder: Folder): void
  removeFolder(folder: Folder): void
  renameFolder(folder: Folder, newName: string): void
  saveMessage(folder: Folder, message: StoredMessage): void
  saveFlags(folder: Folder, message: StoredMessage): void
  saveExpunged(folder: Folder, messages: readonly StoredMessage[], modseq: number): void
  close(): void
}

/** Keeps nothing: for servers that live only as long as a test. */
export class NullJournal implements Journal {
  lastUidValidity = 0
  load(): Map<string, Folder> {
    return new Map()
  }
  saveFolder(folder: Folder): void {
    this.lastUidValidity = Math.max(this.lastUidValidity, folder.uidValidity)
  }
  removeFolder(): void {}
  renameFolder(): void {}
  saveMessage(): void {}
  saveFlags(): void {}
  saveExpunged(): void {}
  close(): void {}
}
