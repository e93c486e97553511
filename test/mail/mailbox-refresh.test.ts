import { ImapFlow } from 'imapflow'
import { describe, expect, it } from 'vitest'
import { connectMailbox } from '../../src/mail/imap/mailbox.ts'
import { dovecotAvailable, startDovecot } from '../harness/dovecot.ts'
import { startImapProxy } from '../harness/imap-proxy.ts'
import { seeded } from '../harness/random.ts'

it.runIf(!dovecotAvailable())('Dovecot is not installed: the refresh test is skipped', ({ skip }) => skip())

const FLAGS = ['\\Seen', '\\Flagged', 'gallra-support', '$Forwarded']

describe.skipIf(!dovecotAvailable())('refreshing INBOX', () => {
  it.each([1, 2, 3])(
    'what it tells, added up, is what the folder holds, whoever changes what in between (seed %i)',
    async (seed) => {
      const random = seeded(seed)
      const server = await startDovecot()
      const login = {
        host: server.host,
        security: 'none' as const,
        user: server.user,
        password: server.password,
        ca: null,
      }
      const proxy = await startImapProxy(server)
      const ours = await connectMailbox({ ...login, port: proxy.port })
      const other = new ImapFlow({
        host: server.host,
        port: server.port,
        secure: false,
        doSTARTTLS: false,
        auth: { user: server.user, pass: server.password },
        logger: false,
      })
      await other.connect()
      await other.mailboxOpen('INBOX')
      /** Uid to flags, kept by what `refreshFolder` says alone. */
      const known = new Map<number, string[]>()
      const append = () => other.append('INBOX', Buffer.from(`Subject: ${random.next()}\r\n\r\nHej\r\n`))
      const anyUid = () => random.pick([...known.keys()])
      const act = async (): Promise<void> => {
        if (known.size === 0 || random.chance(0.3)) {
          await append()
          return
        }
        const uid = String(anyUid())
        const flag = random.pick(FLAGS)
        if (random.chance(0.25)) await other.messageDelete(uid, { uid: true })
        else if (random.chance(0.5)) await other.messageFlagsAdd(uid, [flag], { uid: true })
        else await other.messageFlagsRemove(uid, [flag], { uid: true })
      }
      try {
        for (let i = 0; i < 5; i += 1) await append()
        const opened = await ours.openFolder('INBOX', null, false)
        let cursor = { uidValidity: opened.uidValidity, modseq: opened.highestModseq! }
        for (const { uid, flags } of await ours.fetchFlags('1:*', null)) known.set(uid, flags)
        // Also in the middle of a refresh: between its commands.
        proxy.rules = { onCommand: async () => (random.chance(0.15) ? await act() : undefined, null) }
        for (let step = 0; step < 60; step += 1) {
          for (let acts = random.below(4); acts > 0; acts -= 1) await act()
          if (known.size > 0 && random.chance(0.3)) await ours.addKeywords([anyUid()], ['gallra-complaints'])
          // Sometimes what was told is lost before it is noted.
          const lost = random.chance(0.2)
          const told = await ours.refreshFolder('INBOX', cursor)
          if (lost) continue
          expect(told).toMatchObject({ resynced: true, uidValidity: cursor.uidValidity })
          for (const uid of told.vanished) known.delete(uid)
          for (const { uid, flags } of told.changedFlags) known.set(uid, flags)
          cursor = { ...cursor, modseq: told.highestModseq! }
        }
        proxy.rules = {}
        const last = await ours.refreshFolder('INBOX', cursor)
        for (const uid of last.vanished) known.delete(uid)
        for (const { uid, flags } of last.changedFlags) known.set(uid, flags)
        await other.noop()
        // Rows without UID tell of what others have just changed.
        const rows = (await other.fetchAll('1:*', { uid: true, flags: true }, { uid: true })).filter(({ uid }) =>
          Number.isInteger(uid),
        )
        const truth = new Map(
          rows.map((row) => [row.uid, [...row.flags!].filter((flag) => flag !== '\\Recent').sort()]),
        )
        expect(new Map([...known].sort(([a], [b]) => a - b).map(([uid, flags]) => [uid, [...flags].sort()]))).toEqual(
          truth,
        )
        expect(proxy.seen.filter(({ verb }) => verb === 'SELECT')).toHaveLength(1)
      } finally {
        await ours.logout()
        await other.logout()
        await proxy.close()
        await server.stop()
      }
    },
  )
})
