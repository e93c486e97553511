import type { Folder, FolderWatcher } from './folder.ts'
import type { Mailbox } from './mailbox.ts'
import { Selection, type Notice } from './selection.ts'

/** Looks a user up; null for a wrong name or password. */
export type Login = (user: string, password: string) => Mailbox | null

/** The writing side of a connection. */
export interface Wire {
  write(octets: Buffer | string): void
  /** Resolves when the peer has taken in enough to write on. */
  drained(): Promise<void>
  end(): void
}

/** The state of one connection (RFC 3501 section 3). */
export class Session implements FolderWatcher {
  mailbox: Mailbox | null = null
  selection: Selection | null = null
  readonly enabled = new Set<'CONDSTORE' | 'QRESYNC'>()
  /** Takes the next line instead of the command table: during AUTHENTICATE and IDLE. */
  continuation: ((line: string) => void) | null = null
  idling = false
  readonly login: Login
  readonly wire: Wire
  private wakeUp: NodeJS.Immediate | null = null

  constructor(login: Login, wire: Wire) {
    this.login = login
    this.wire = wire
  }

  /** @param line latin1 octets, without line end */
  send(line: string): void {
    this.wire.write(Buffer.from(`${line}\r\n`, 'latin1'))
  }

  get condstore(): boolean {
    return this.enabled.size > 0
  }

  select(folder: Folder, readOnly: boolean): Selection {
    this.unselect()
    this.selection = new Selection(folder, readOnly, this)
    return this.selection
  }

  unselect(): void {
    this.selection?.close()
    this.selection = null
  }

  close(): void {
    this.unselect()
    if (this.wakeUp !== null) clearImmediate(this.wakeUp)
  }

  reportChanges(expungeAllowed: boolean): void {
    const notice: Notice = {
      send: (line) => this.send(line),
      condstore: this.condstore,
      qresync: this.enabled.has('QRESYNC'),
    }
    this.selection?.report(notice, expungeAllowed)
  }

  /** Changes reach an idling client in the next turn of the event loop, so that a burst is reported at once. */
  folderChanged(): void {
    if (!this.idling || this.wakeUp !== null) return
    this.wakeUp = setImmediate(() => {
      this.wakeUp = null
      if (this.idling) this.reportChanges(true)
    })
  }

  folderRemoved(): void {
    this.unselect()
    this.send('* BYE the selected folder was removed')
    this.wire.end()
  }
}
