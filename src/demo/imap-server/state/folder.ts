export interface StoredMessage {
  uid: number
  /** RFC 7162 mod-sequence of the last change. */
  modseq: number
  flags: Set<string>
  internalDate: Date
  source: Buffer
}

/** Hears of every change to a folder it has open, and of the folder's end. */
export interface FolderWatcher {
  folderChanged(): void
  folderRemoved(): void
}

export interface Folder {
  name: string
  specialUse: string | null
  uidValidity: number
  uidNext: number
  highestModseq: number
  subscribed: boolean
  keywords: Set<string>
  /** In UID order. */
  messages: Map<number, StoredMessage>
  expunged: { uid: number; modseq: number }[]
  watchers: Set<FolderWatcher>
}

/** A folder without messages, as CREATE makes it. */
export function emptyFolder(named: Pick<Folder, 'name' | 'specialUse' | 'uidValidity' | 'subscribed'>): Folder {
  return {
    ...named,
    uidNext: 1,
    highestModseq: 1,
    keywords: new Set(),
    messages: new Map(),
    expunged: [],
    watchers: new Set(),
  }
}
