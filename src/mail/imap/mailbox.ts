import type { ImapFlow, MailboxObject, SearchObject } from 'imapflow'
import type { ServerLogin } from '../../core/mailbox/server-login.ts'
import { GallraError } from '../../errors.ts'
import { answered, commandError } from './errors.ts'
import { logIn, type Connection } from './login.ts'
import { fetchMessage, fetchMessages, fetchFlagRows } from './fetch.ts'
import { listFolderInfos } from './folders.ts'
import { openWithChanges, refreshWithChanges } from './open.ts'
import { uidPieces, uidSet } from './uid-set.ts'
import type {
  Appended,
  FlagRow,
  FolderInfo,
  Mailbox,
  MailboxCapabilities,
  OpenedFolder,
  RawMessage,
} from './mailbox-types.ts'

/**
 * Logs in to an IMAP account. Reconnecting is calling this again.
 * @throws GallraError plain-text-refused, login-refused, certificate-refused, mail-server-unreachable
 */
export async function connectMailbox(login: ServerLogin): Promise<Mailbox> {
  return new ImapMailbox(await logIn(login))
}

/** Mailbox over imapflow: every `false`, `undefined` and missing answer of the library becomes a throw here. */
class ImapMailbox implements Mailbox {
  readonly capabilities: MailboxCapabilities
  readonly #connection: Connection
  readonly #client: ImapFlow
  #closed = false
  #closeListeners: (() => void)[] = []
  #opened: { path: string; uidValidity: bigint } | null = null

  constructor(connection: Connection) {
    this.#connection = connection
    this.#client = connection.client
    const has = (name: string): boolean => this.#client.capabilities.has(name)
    this.capabilities = {
      condstore: this.#client.enabled.has('CONDSTORE') || has('CONDSTORE'),
      qresync: this.#client.enabled.has('QRESYNC'),
      uidPlus: has('UIDPLUS'),
      move: has('MOVE'),
      idle: has('IDLE'),
      gmail: has('X-GM-EXT-1'),
    }
    // A killed server or BYE gives only `close`, never `error`.
    this.#client.on('close', () => this.#noteClosed())
    if (this.#client.isClosed) this.#noteClosed()
  }

  onClose(listener: () => void): void {
    if (this.#closed) queueMicrotask(listener)
    else this.#closeListeners.push(listener)
  }

  listFolders(): Promise<FolderInfo[]> {
    return this.#run('LIST', async () => {
      // STATUS of the open folder is as old as the last command there (RFC 9051 section 6.3.11; seen with Dovecot), and
      // NOOP in one that was deleted meanwhile ends the connection: INBOX is always there, and just opened it is fresh.
      const selected: MailboxObject | false = this.#client.mailbox
      if (selected && selected.path === 'INBOX') await this.#client.noop()
      else if (selected) {
        this.#opened = null
        await openWithChanges(this.#client, 'INBOX', null, true)
      }
      return listFolderInfos(this.#client, this.capabilities.condstore)
    })
  }

  async openFolder(
    path: string,
    known: { uidValidity: bigint; modseq: bigint } | null,
    readOnly: boolean,
  ): Promise<OpenedFolder> {
    this.#opened = null
    const folder = await this.#run('SELECT', () => openWithChanges(this.#client, path, known, readOnly))
    this.#opened = { path: folder.path, uidValidity: folder.uidValidity }
    return folder
  }

  async refreshFolder(path: string, known: { uidValidity: bigint; modseq: bigint } | null): Promise<OpenedFolder> {
    const open = this.#opened?.path === path
    const refreshed = open ? await this.#run('NOOP', () => refreshWithChanges(this.#client, known)) : null
    return refreshed ?? this.openFolder(path, known, false)
  }

  listUids(fromUid: number): Promise<number[]> {
    return this.#inFolder('SEARCH', async () => {
      if (fromUid <= 1) return this.#allUids()
      // 'N:*' always yields the last message, also when its UID is below N (RFC 9051 section 6.4.9).
      const uids = await this.#search({ uid: `${fromUid}:*` })
      return uids.filter((uid) => uid >= fromUid)
    })
  }

  fetchFlags(range: string, changedSince: bigint | null): Promise<FlagRow[]> {
    return this.#inFolder('FETCH', () => fetchFlagRows(this.#client, range, changedSince))
  }

  async *fetchSources(uids: number[], onWithheld?: (uid: number) => void): AsyncGenerator<RawMessage> {
    const around = {
      run: <T>(task: () => Promise<T>) => this.#inFolder('FETCH', task),
      present: (asked: number[]) => this.#present(asked),
    }
    yield* fetchMessages(
      this.#client,
      uids,
      around,
      onWithheld ??
        ((uid) => {
          throw this.#refused('FETCH', `UID ${uid} not given`)
        }),
    )
  }

  fetchSource(uid: number): Promise<RawMessage | null> {
    return this.#inFolder('FETCH', async () => {
      const message = await fetchMessage(this.#client, uid)
      if (message === null && (await this.#present([uid])).length > 0) throw this.#refused('FETCH', 'no source')
      return message
    })
  }

  addKeywords(uids: number[], keywords: string[]): Promise<number[]> {
    return this.#store(uids, keywords, 'add')
  }

  removeKeywords(uids: number[], keywords: string[]): Promise<number[]> {
    return this.#store(uids, keywords, 'remove')
  }

  move(uid: number, toPath: string): Promise<{ moved: boolean; uid: number | null }> {
    return this.#inFolder('MOVE', async () => {
      // imapflow's fallback is COPY and then EXPUNGE, which without UIDPLUS takes everybody's \Deleted mail.
      if (!this.#client.capabilities.has('MOVE') && !this.#client.capabilities.has('UIDPLUS'))
        throw new GallraError('uidplus-missing')
      // A MOVE of a missing UID is answered OK, so ask first; without UIDPLUS there is no map to see it from.
      if ((await this.#present([uid])).length === 0) return { moved: false, uid: null }
      const moved = await this.#client.messageMove(String(uid), toPath, { uid: true })
      if (!moved) throw this.#failed('MOVE')
      const target = moved.uidMap?.get(uid) ?? null
      if (target === null && (await this.#present([uid])).length > 0) throw this.#refused('MOVE', 'message still there')
      return { moved: true, uid: target }
    })
  }

  expunge(uids: number[]): Promise<{ gone: number[]; left: number[] }> {
    return this.#inFolder('EXPUNGE', async () => {
      const gone: number[] = []
      const left: number[] = []
      for (const piece of uidPieces([...new Set(uids)])) {
        // Checked again before every command: messageDelete sends plain EXPUNGE when the capability is not there.
        if (!this.#client.capabilities.has('UIDPLUS')) throw new GallraError('uidplus-missing')
        this.#requireSameFolder('EXPUNGE')
        // Flags that another session has just set may show only after a NOOP (RFC 9051 section 7).
        await this.#client.noop()
        const byOthers = new Set(await this.#search({ uid: uidSet(piece), deleted: true }))
        const deleted = await this.#client.messageDelete(uidSet(piece), { uid: true })
        const failure = deleted ? null : this.#failed('EXPUNGE')
        // `true` does not say which messages, so ask the server.
        const present = new Set(failure === null ? await this.#present(piece) : piece)
        await this.#unmarkDeleted(piece.filter((uid) => present.has(uid) && !byOthers.has(uid)))
        if (failure !== null) throw failure
        for (const uid of piece) (present.has(uid) ? left : gone).push(uid)
      }
      return { gone, left }
    })
  }

  append(path: string, source: Buffer, flags: string[], internalDate: Date | null): Promise<Appended> {
    return this.#run('APPEND', async () => {
      const answer = answered(await this.#client.append(path, source, flags, internalDate ?? undefined), () =>
        this.#failed('APPEND'),
      )
      return { uid: answer.uid ?? null, uidValidity: answer.uidValidity ?? null }
    })
  }

  createFolder(path: string): Promise<{ path: string; created: boolean }> {
    return this.#run('CREATE', async () => {
      const answer = answered(await this.#client.mailboxCreate(path), () => this.#failed('CREATE'))
      return { path: answer.path, created: answer.created }
    })
  }

  watch(onChange: () => void): () => void {
    const wake = (): void => onChange()
    const events = ['exists', 'expunge', 'flags', 'highestModseq'] as const
    for (const event of events) this.#client.on(event, wake)
    return () => {
      for (const event of events) this.#client.off(event, wake)
    }
  }

  async logout(): Promise<void> {
    if (this.#closed) return
    try {
      await this.#client.logout()
    } catch {
      // The server may be gone before it answers; the end is the same.
    }
    this.close()
  }

  close(): void {
    this.#client.close()
    this.#noteClosed()
  }

  async #store(uids: number[], keywords: string[], operation: 'add' | 'remove'): Promise<number[]> {
    requireKeywords(keywords)
    return this.#inFolder('STORE', async () => {
      const done: number[] = []
      for (const piece of uidPieces([...new Set(uids)]))
        done.push(...(await this.#storePiece(piece, keywords, operation)))
      return done
    })
  }

  async #storePiece(uids: number[], keywords: string[], operation: 'add' | 'remove'): Promise<number[]> {
    const range = uidSet(uids)
    this.#connection.takeDropped()
    const options = { uid: true, silent: true }
    const stored =
      operation === 'add'
        ? await this.#client.messageFlagsAdd(range, keywords, options)
        : await this.#client.messageFlagsRemove(range, keywords, options)
    if (this.#connection.takeDropped()) throw this.#refused('STORE', 'keyword not accepted')
    if (!stored) throw this.#failed('STORE')
    // STORE of a missing UID is answered OK, and a full keyword table may drop in silence: read back. Of several
    // rows for one message (another client changes it meanwhile) the last one holds.
    const asked = new Set(uids)
    const rows = new Map(
      (await fetchFlagRows(this.#client, range, null))
        .filter((row) => asked.has(row.uid))
        .map((row) => [row.uid, row.flags]),
    )
    for (const flags of rows.values()) {
      const has = new Set(flags.map((flag) => flag.toLowerCase()))
      const wrong = keywords.some((keyword) => has.has(keyword.toLowerCase()) !== (operation === 'add'))
      if (wrong) throw this.#refused('STORE', 'keyword not stored')
    }
    return [...rows.keys()]
  }

  /**
   * Every UID, and as many as EXISTS says: the caller takes a missing UID for a deleted message, so half an answer
   * must not pass for the whole. Mail may come and go meanwhile, so this asks again.
   */
  async #allUids(): Promise<number[]> {
    for (let tries = 0; tries < 4; tries += 1) {
      // `1:*` would be no valid set in an empty folder.
      const uids = await this.#search({ all: true })
      const selected = this.#client.mailbox
      if (selected && uids.length === selected.exists) return uids
      await this.#client.noop()
    }
    throw this.#refused('SEARCH', 'other count than EXISTS')
  }

  /** Those of `uids` that the open folder has. */
  async #present(uids: number[]): Promise<number[]> {
    const asked = new Set(uids)
    const found: number[] = []
    for (const piece of uidPieces(uids))
      found.push(...(await this.#search({ uid: uidSet(piece) })).filter((uid) => asked.has(uid)))
    return found
  }

  /**
   * Takes \Deleted off again, as far as the server lets us: another client's plain EXPUNGE would remove the message.
   */
  async #unmarkDeleted(uids: number[]): Promise<void> {
    if (uids.length > 0 && this.#usable())
      await this.#client.messageFlagsRemove(uidSet(uids), ['\\Deleted'], { uid: true, silent: true })
  }

  async #search(query: SearchObject): Promise<number[]> {
    const answer = await this.#client.search(query, { uid: true })
    // After a lost connection imapflow answers `undefined` or `false`: that is failure, never "empty".
    if (!Array.isArray(answer)) throw this.#failed('SEARCH')
    return answer
  }

  #inFolder<T>(verb: string, task: () => Promise<T>): Promise<T> {
    return this.#run(verb, () => {
      this.#requireSameFolder(verb)
      return task()
    })
  }

  /** UIDs mean something only in the folder and UIDVALIDITY that `openFolder` reported. */
  #requireSameFolder(verb: string): void {
    const selected: MailboxObject | false = this.#client.mailbox
    if (this.#closed || !this.#client.usable) throw new GallraError('connection-lost', { verb })
    if (!selected || this.#opened === null) throw new GallraError('server-refused', { verb, problem: 'no open folder' })
    if (selected.path !== this.#opened.path || selected.uidValidity !== this.#opened.uidValidity) {
      throw new GallraError('server-refused', { verb, problem: 'UIDVALIDITY changed' })
    }
  }

  async #run<T>(verb: string, task: () => Promise<T>): Promise<T> {
    if (this.#closed) throw new GallraError('connection-lost', { verb })
    this.#connection.forgetError()
    try {
      return await task()
    } catch (error) {
      throw commandError(error, verb, this.#usable())
    }
  }

  #failed(verb: string): GallraError {
    return commandError(this.#connection.lastError(), verb, this.#usable())
  }

  #refused(verb: string, problem: string): GallraError {
    return this.#usable()
      ? new GallraError('server-refused', { verb, problem })
      : new GallraError('connection-lost', { verb })
  }

  #usable(): boolean {
    return !this.#closed && this.#client.usable
  }

  #noteClosed(): void {
    if (this.#closed) return
    this.#closed = true
    const listeners = this.#closeListeners
    this.#closeListeners = []
    for (const listener of listeners) listener()
  }
}

/** RFC 9051 flag-keyword: an atom. Others vanish silently in imapflow, so they are refused here. */
const KEYWORD = /^[A-Za-z0-9$_.+-]{1,60}$/

/** @throws GallraError keyword-invalid */
function requireKeywords(keywords: string[]): void {
  if (keywords.length > 0 && keywords.every((keyword) => KEYWORD.test(keyword))) return
  throw new GallraError('keyword-invalid')
}
