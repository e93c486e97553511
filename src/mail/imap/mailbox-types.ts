/** What a folder is for. */
export type FolderRole = 'inbox' | 'sent' | 'drafts' | 'trash' | 'junk' | 'archive' | 'all' | 'other'

/** What the server offers; `qresync` only when it was also enabled. */
export interface MailboxCapabilities {
  condstore: boolean
  qresync: boolean
  uidPlus: boolean
  move: boolean
  idle: boolean
  gmail: boolean
}

export interface FolderInfo {
  path: string
  delimiter: string
  role: FolderRole
  selectable: boolean
  /** null when the server gave none (folder not selectable, or STATUS failed for it). */
  status: { messages: number; uidNext: number; uidValidity: bigint; highestModseq: bigint | null } | null
}

export interface OpenedFolder {
  path: string
  uidValidity: bigint
  /** Value at SELECT. */
  uidNext: number
  /** Value at SELECT: the safe cursor to save once everything up to it has been dealt with. null without CONDSTORE. */
  highestModseq: bigint | null
  exists: number
  /** `changedFlags` and `vanished` are complete since `known.modseq`. false: compare the folder in full. */
  resynced: boolean
  changedFlags: { uid: number; flags: string[] }[]
  /** UIDs removed since then; may name UIDs that were never seen. */
  vanished: number[]
}

export interface FlagRow {
  uid: number
  flags: string[]
  modseq: bigint | null
}

export interface RawMessage {
  uid: number
  flags: string[]
  internalDate: Date
  source: Buffer
  /** RFC822.SIZE as the server says, octets; `source.length` when it says nothing. */
  size: number
}

export interface Appended {
  uid: number | null
  uidValidity: bigint | null
}

/**
 * One logged-in IMAP connection. All methods throw GallraError: 'connection-lost' (make a new
 * Mailbox), 'server-refused' (the connection still works), 'folder-missing'. One command at a time; the
 * library queues them.
 */
export interface Mailbox {
  readonly capabilities: MailboxCapabilities
  /** Called once when the connection ends, whoever ended it; at once when it already has. */
  onClose(listener: () => void): void
  /** Open the folder you need afterwards: only INBOX stays open. */
  listFolders(): Promise<FolderInfo[]>
  /**
   * Opens (or opens again) a folder; with `known` and QRESYNC (RFC 7162) brings what changed since.
   * Compare `uidValidity` with yours: the changes are empty when it differs.
   */
  openFolder(
    path: string,
    known: { uidValidity: bigint; modseq: bigint } | null,
    readOnly: boolean,
  ): Promise<OpenedFolder>
  /**
   * As `openFolder` to read and write; does not open INBOX again when it is open and the server can report what
   * changed.
   */
  refreshFolder(path: string, known: { uidValidity: bigint; modseq: bigint } | null): Promise<OpenedFolder>
  /** UIDs of the open folder from `fromUid` on, ascending. */
  listUids(fromUid: number): Promise<number[]>
  /** `range` is a UID sequence-set; without CONDSTORE `changedSince` is ignored and all rows come. */
  fetchFlags(range: string, changedSince: bigint | null): Promise<FlagRow[]>
  /**
   * Sources in batches of at most 4 MB in memory, never setting \Seen. A UID the folder no longer
   * has is left out. No fetch is open while the consumer runs: other commands are allowed. A message that is there
   * but not given (too large, or without a source) is reported to `onWithheld` before any with a higher UID of its
   * batch is yielded; without that callback it is `server-refused`.
   */
  fetchSources(uids: number[], onWithheld?: (uid: number) => void): AsyncGenerator<RawMessage>
  /** null: the folder has no such UID (verified). */
  fetchSource(uid: number): Promise<RawMessage | null>
  /**
   * Keywords are ASCII atoms. Reads the flags back from the server: resolves to the UIDs the folder has, each now with
   * (or without) all of them.
   */
  addKeywords(uids: number[], keywords: string[]): Promise<number[]>
  removeKeywords(uids: number[], keywords: string[]): Promise<number[]>
  /** `moved` false: the folder had no such UID. `uid` is the new one; null when the server does not say. */
  move(uid: number, toPath: string): Promise<{ moved: boolean; uid: number | null }>
  /**
   * Removes exactly these with UID EXPUNGE (RFC 4315) and then asks which are gone. UIDs that were not there count as
   * gone; what the server keeps is no longer marked \Deleted, unless it was before.
   * @throws GallraError uidplus-missing: nothing was touched
   */
  expunge(uids: number[]): Promise<{ gone: number[]; left: number[] }>
  append(path: string, source: Buffer, flags: string[], internalDate: Date | null): Promise<Appended>
  createFolder(path: string): Promise<{ path: string; created: boolean }>
  /**
   * Wakes on changes in the open folder (IDLE starts by itself); does not say what changed. Returns a function that
   * stops it.
   */
  watch(onChange: () => void): () => void
  logout(): Promise<void>
  close(): void
}
