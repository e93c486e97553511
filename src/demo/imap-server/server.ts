import { createServer, type AddressInfo, type Socket } from 'node:net'
import { join } from 'node:path'
import { serveConnection } from './connection.ts'
import { FileJournal } from './state/file-journal.ts'
import { NullJournal, type Journal } from './state/journal.ts'
import { Mailbox } from './state/mailbox.ts'

interface ImapServerOptions {
  /** Password by user name. */
  users: Record<string, string>
  /** Where the mail is kept from one start to the next; null keeps it in memory only. */
  directory: string | null
  /** Default 127.0.0.1: the server speaks plain text and is meant for this computer alone. */
  host?: string
  /** Default 0: a free port. */
  port?: number
}

interface DeliveryOptions {
  /** Default INBOX. */
  folder?: string
  flags?: string[]
  /** Default now. */
  internalDate?: Date
}

export interface ImapServer {
  readonly port: number
  /** Whether no folder of the user has ever held a message; true does not come back when all are purged. */
  isEmpty(user: string): boolean
  /** Puts a message into a folder and returns its UID. @throws Error for an unknown user or folder */
  deliver(user: string, source: Buffer, options?: DeliveryOptions): number
  close(): Promise<void>
}

/**
 * An IMAP server for the demo and for quick tests: several users, and what a daemon needs
 * (IDLE, CONDSTORE, QRESYNC, UIDPLUS, MOVE, SPECIAL-USE, LIST-STATUS, ESEARCH, keywords).
 * It has no TLS and keeps passwords in the clear: not for real mail.
 */
export async function startImapServer(options: ImapServerOptions): Promise<ImapServer> {
  const accounts = new Map<string, { password: string; mailbox: Mailbox; journal: Journal }>()
  for (const [user, password] of Object.entries(options.users)) {
    const journal =
      options.directory === null ? new NullJournal() : new FileJournal(userDirectory(options.directory, user))
    accounts.set(user, { password, journal, mailbox: new Mailbox(journal, new Date()) })
  }
  const mailboxOf = (user: string): Mailbox => {
    const account = accounts.get(user)
    if (account === undefined) throw new Error('the demo server has no such user')
    return account.mailbox
  }
  const login = (user: string, password: string): Mailbox | null => {
    const account = accounts.get(user)
    return account?.password === password ? account.mailbox : null
  }

  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    serveConnection(socket, login)
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port ?? 0, options.host ?? '127.0.0.1', resolve)
  })

  return {
    port: (server.address() as AddressInfo).port,
    isEmpty: (user) => [...mailboxOf(user).folders.values()].every(({ uidNext }) => uidNext === 1),
    deliver: (user, source, delivery = {}) => {
      const mailbox = mailboxOf(user)
      const folder = mailbox.findFolder(delivery.folder ?? 'INBOX')
      if (folder === null) throw new Error('the demo mailbox has no such folder')
      return mailbox.append(folder, source, delivery.flags ?? [], delivery.internalDate ?? new Date()).uid
    },
    close: async () => {
      await new Promise<void>((resolve) => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      })
      for (const { journal } of accounts.values()) journal.close()
    },
  }
}

/** The prefix keeps names such as `..` inside the folder. */
function userDirectory(directory: string, user: string): string {
  return join(directory, `user-${encodeURIComponent(user)}`)
}
