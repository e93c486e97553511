import { ImapFlow } from 'imapflow'

/** Somebody at the mail program: acts on messages by their Message-ID, over a connection of their own. */
export interface MailboxPerson {
  move(id: string, from: string, to: string): Promise<boolean>
  copy(id: string, from: string, to: string): Promise<boolean>
  /** As programs without MOVE do: COPY, then \Deleted, then (perhaps much later) EXPUNGE. */
  copyAndMark(id: string, from: string, to: string): Promise<void>
  expungeMarked(folder: string): Promise<void>
  remove(id: string, from: string): Promise<void>
  set(id: string, folder: string, flags: string[]): Promise<boolean>
  unset(id: string, folder: string, flags: string[]): Promise<boolean>
  flags(id: string, folder: string): Promise<string[]>
  /** One folder per copy, sorted. */
  where(id: string): Promise<string[]>
  create(folder: string): Promise<void>
  rename(from: string, to: string): Promise<void>
  close(): Promise<void>
}

export async function connectPerson(server: {
  host: string
  port: number
  user: string
  password: string
}): Promise<MailboxPerson> {
  const client = new ImapFlow({
    host: server.host,
    port: server.port,
    secure: false,
    doSTARTTLS: false,
    auth: { user: server.user, pass: server.password },
    logger: false,
  })
  client.on('error', () => undefined)
  await client.connect()
  const uidsIn = async (id: string, folder: string): Promise<number[]> => {
    await client.mailboxOpen(folder)
    // Dovecot tells of what others did when it is asked for something.
    await client.noop()
    const found = await client.search({ header: { 'message-id': `<${id}>` } }, { uid: true })
    return Array.isArray(found) ? found : []
  }
  const onFirst = async (id: string, folder: string, task: (uid: string) => Promise<unknown>): Promise<boolean> => {
    const [uid] = await uidsIn(id, folder)
    if (uid === undefined) return false
    await task(String(uid))
    return true
  }
  const folders = async () =>
    (await client.list()).filter(({ flags }) => !flags.has('\\Noselect')).map(({ path }) => path)
  return {
    move: (id, from, to) => onFirst(id, from, (uid) => client.messageMove(uid, to, { uid: true })),
    copy: (id, from, to) => onFirst(id, from, (uid) => client.messageCopy(uid, to, { uid: true })),
    async copyAndMark(id, from, to) {
      await onFirst(id, from, async (uid) => {
        await client.messageCopy(uid, to, { uid: true })
        await client.messageFlagsAdd(uid, ['\\Deleted'], { uid: true })
      })
    },
    async expungeMarked(folder) {
      await client.mailboxOpen(folder)
      const marked = await client.search({ deleted: true }, { uid: true })
      if (Array.isArray(marked) && marked.length > 0) await client.messageDelete(marked.join(','), { uid: true })
    },
    async remove(id, from) {
      await onFirst(id, from, (uid) => client.messageDelete(uid, { uid: true }))
    },
    set: (id, folder, flags) => onFirst(id, folder, (uid) => client.messageFlagsAdd(uid, flags, { uid: true })),
    unset: (id, folder, flags) => onFirst(id, folder, (uid) => client.messageFlagsRemove(uid, flags, { uid: true })),
    async flags(id, folder) {
      const [uid] = await uidsIn(id, folder)
      if (uid === undefined) return []
      const row = await client.fetchOne(String(uid), { flags: true }, { uid: true })
      return row && row.flags ? [...row.flags].filter((flag) => flag !== '\\Recent').sort() : []
    },
    async where(id) {
      const found: string[] = []
      for (const folder of await folders()) found.push(...(await uidsIn(id, folder)).map(() => folder))
      return found.sort()
    },
    async create(folder) {
      await client.mailboxCreate(folder)
    },
    async rename(from, to) {
      await client.mailboxOpen('INBOX')
      await client.mailboxRename(from, to)
    },
    async close() {
      await client.logout().catch(() => undefined)
    },
  }
}
