import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ImapFlow } from 'imapflow'
import type { Dovecot } from './dovecot.ts'
import { numberOf, type PlannedMail } from './planned-mail.ts'
import type { Random } from './random.ts'

/** Another mail program on the same mailbox; keeps count of the copies that there must be. */
export interface OtherClient {
  /** Something that people do; returns what it was, for the report of a failure. */
  act(random: Random): Promise<string>
  flagEach(path: string, flagged: boolean): Promise<void>
  /** Copies there must be now, per message number, of messages that gallra may not touch. */
  copies: Map<number, number>
  close(): Promise<void>
}

const GROUND = ['INBOX', 'Sent', 'Kunder', 'Arkiv', 'Kunder/2026']

export function connectOtherClient(server: Dovecot, planned: PlannedMail[]): OtherClient {
  const copies = new Map(planned.map((plan) => [plan.number, plan.folders.length]))
  const change = (number: number, by: number) => copies.set(number, (copies.get(number) ?? 0) + by)
  let client: ImapFlow | null = null
  let names = 0
  const connected = async (): Promise<ImapFlow> => {
    if (client?.usable) return client
    client = new ImapFlow({
      host: server.host,
      port: server.port,
      secure: false,
      doSTARTTLS: false,
      auth: { user: server.user, pass: server.password },
      logger: false,
    })
    client.on('error', () => undefined)
    await client.connect()
    return client
  }
  const folders = async (): Promise<string[]> =>
    (await (await connected()).list())
      .filter((folder) => !folder.flags.has('\\Noselect') && folder.path !== 'Trash')
      .map((folder) => folder.path)
  const numbersIn = async (path: string): Promise<{ uid: number; number: number }[]> => {
    const open = await connected()
    const mailbox = await open.mailboxOpen(path)
    if (mailbox.exists === 0) return []
    return (await open.fetchAll('1:*', { uid: true, headers: ['x-number'] })).map((row) => ({
      uid: row.uid,
      number: numberOf(row.headers ?? Buffer.alloc(0)),
    }))
  }
  const onOne = async (
    random: Random,
    task: (open: ImapFlow, one: { uid: number; number: number }, path: string) => Promise<string>,
  ): Promise<string> => {
    const path = random.pick(await folders())
    const found = await numbersIn(path)
    if (found.length === 0) return `nothing in ${path}`
    return task(await connected(), random.pick(found), path)
  }
  const another = async (random: Random): Promise<string> => {
    const path = random.pick(GROUND)
    await (await connected()).mailboxCreate(path).catch(() => undefined)
    return path
  }

  const acts: Record<string, (random: Random) => Promise<string>> = {
    move: (random) =>
      onOne(random, async (open, { uid, number }, path) => {
        const to = await another(random)
        if (to === path) return 'move nowhere'
        const moved = await open.messageMove(String(uid), to, { uid: true })
        // gallra may have expunged it just now; and then it was none that stays.
        return `move ${number} from ${path} to ${to}: ${moved ? 'done' : 'not'}`
      }),
    copy: (random) =>
      onOne(random, async (open, { uid, number }, path) => {
        const to = await another(random)
        const copied = await open.messageCopy(String(uid), to, { uid: true })
        if (copied && copied.uidMap?.has(uid)) change(number, 1)
        return `copy ${number} from ${path} to ${to}`
      }),
    flag: (random) =>
      onOne(random, async (open, { uid, number }, path) => {
        // Not \Flagged: a star is a person's hold, and a held message stays (mailbox-actions.test.ts).
        const flag = random.pick(['\\Seen', '\\Answered', '\\Deleted', '$Viktig'])
        if (random.chance(0.6)) await open.messageFlagsAdd(String(uid), [flag], { uid: true })
        else await open.messageFlagsRemove(String(uid), [flag], { uid: true })
        return `flag ${number} in ${path} ${flag}`
      }),
    expunge: (random) =>
      onOne(random, async (open, { uid, number }, path) => {
        await open.messageDelete(String(uid), { uid: true })
        change(number, -1)
        return `expunge ${number} from ${path}`
      }),
    again: (random) =>
      onOne(random, async (open, { number }) => {
        const plan = planned.find((each) => each.number === number)!
        const to = await another(random)
        await open.append(to, plan.source, [], plan.at)
        change(number, 1)
        return `append ${number} again to ${to}`
      }),
    rename: async (random) => {
      const from = random.pick((await folders()).filter((path) => !['INBOX', 'Sent'].includes(path)).concat('Kunder'))
      const to = `Flyttad${(names += 1)}`
      const open = await connected()
      await open.mailboxOpen('INBOX')
      const done = await open.mailboxRename(from, to).then(
        () => true,
        () => false,
      )
      return `rename ${from} to ${to}: ${done ? 'done' : 'not'}`
    },
    remove: async (random) => {
      const candidates = (await folders()).filter((path) => !['INBOX', 'Sent'].includes(path))
      if (candidates.length === 0) return 'no folder to delete'
      const path = random.pick(candidates)
      const lost = await numbersIn(path)
      const open = await connected()
      await open.mailboxOpen('INBOX')
      const done = await open.mailboxDelete(path).then(
        () => true,
        () => false,
      )
      if (done) for (const { number } of lost) change(number, -1)
      return `delete folder ${path} with ${lost.map((one) => one.number).join()}`
    },
  }
  const common = ['move', 'move', 'move', 'copy', 'copy', 'flag', 'flag', 'expunge', 'again', 'rename', 'remove']
  return {
    copies,
    act: (random) => acts[random.pick(common)]!(random),
    async flagEach(path, flagged) {
      const open = await connected()
      await open.mailboxOpen(path)
      for (const { uid } of await open.fetchAll('1:*', { uid: true })) {
        if (flagged) await open.messageFlagsAdd(String(uid), ['\\Flagged'], { uid: true })
        else await open.messageFlagsRemove(String(uid), ['\\Flagged'], { uid: true })
      }
    },
    async close() {
      // It begins to idle after a quarter of a minute; a server that has been restarted under it ends it then.
      if (client?.usable) await client.logout()
    },
  }
}

/**
 * Gives the UIDs of a folder to other messages and leaves UIDVALIDITY as it is, as a mailbox put back
 * from a backup may: every first file of a pair gets the second one's UID and the other way round.
 */
export async function swapUids(server: Dovecot, folder: string): Promise<number> {
  const path = folder === 'INBOX' ? server.maildir : join(server.maildir, `.${folder}`)
  await server.stopServing()
  const list = join(path, 'dovecot-uidlist')
  const [head = '', ...rows] = (await readFile(list, 'utf8')).trimEnd().split('\n')
  const parted = rows.map((row) => ({ uid: row.slice(0, row.indexOf(' ')), rest: row.slice(row.indexOf(' ')) }))
  for (let at = 0; at + 1 < parted.length; at += 2) {
    const [one, two] = [parted[at]!, parted[at + 1]!]
    ;[one.rest, two.rest] = [two.rest, one.rest]
  }
  await writeFile(list, [head, ...parted.map(({ uid, rest }) => uid + rest), ''].join('\n'))
  for (const file of await readdir(path)) if (file.startsWith('dovecot.index')) await rm(join(path, file))
  await server.restart()
  return Math.floor(parted.length / 2) * 2
}
