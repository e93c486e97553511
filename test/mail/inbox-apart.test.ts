import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { inboxApart } from '../../src/mail/imap/inbox-apart.ts'
import { connectMailbox } from '../../src/mail/imap/mailbox.ts'
import type { Mailbox } from '../../src/mail/imap/mailbox-types.ts'
import { dovecotAvailable, startDovecot, type Dovecot } from '../harness/dovecot.ts'
import { startImapProxy, type ImapProxy } from '../harness/imap-proxy.ts'
import { mail } from '../harness/mail.ts'

it.runIf(!dovecotAvailable())('Dovecot is not installed: the tests of two connections are skipped', ({ skip }) =>
  skip(),
)

describe.skipIf(!dovecotAvailable())('one connection for INBOX and one for the rest', () => {
  let server: Dovecot
  let toInbox: ImapProxy
  let toOthers: ImapProxy
  let mailbox: Mailbox
  let person: Mailbox
  beforeAll(async () => {
    server = await startDovecot()
  })
  afterAll(() => server.stop())

  const connect = (port: number) =>
    connectMailbox({
      host: server.host,
      port,
      security: 'none',
      user: server.user,
      password: server.password,
      ca: null,
    })
  const put = (path: string, id: string) =>
    person.append(path, mail({ id, from: 'alice@exempel.se', subject: id, body: 'Hej' }), [], null)
  const opened = (proxy: ImapProxy) => proxy.seen.filter(({ verb }) => verb === 'SELECT' || verb === 'EXAMINE').length

  async function start(): Promise<void> {
    person = await connect(server.port)
    await person.createFolder('Kundmapp')
    toInbox = await startImapProxy(server)
    toOthers = await startImapProxy(server)
    mailbox = inboxApart(await connect(toInbox.port), await connect(toOthers.port))
  }
  afterEach(async () => {
    await mailbox.logout()
    await person.logout()
    await toInbox.close()
    await toOthers.close()
  })

  it('reads and acts where it was opened, and INBOX stays open while other folders are read', async () => {
    await start()
    await put('INBOX', 'a@exempel.se')
    await put('Kundmapp', 'b@exempel.se')
    await put('Kundmapp', 'c@exempel.se')
    const inbox = await mailbox.openFolder('INBOX', null, false)
    expect(await mailbox.listUids(1)).toHaveLength(1)
    await mailbox.openFolder('Kundmapp', null, false)
    const [b, c] = await mailbox.listUids(1)
    expect(await mailbox.addKeywords([c!], ['gallra-test'])).toEqual([c])
    expect((await mailbox.move(b!, 'INBOX')).moved).toBe(true)
    expect(await mailbox.expunge([c!])).toEqual({ gone: [c], left: [] })
    const known = { uidValidity: inbox.uidValidity, modseq: inbox.highestModseq! }
    const after = await mailbox.refreshFolder('INBOX', known)
    expect(after).toMatchObject({ exists: 2, resynced: true, vanished: [] })
    const sources = []
    for await (const { source } of mailbox.fetchSources(await mailbox.listUids(inbox.uidNext)))
      sources.push(source.toString())
    expect(sources.map((source) => /<b@exempel.se>/.test(source))).toEqual([true])
    expect((await mailbox.listFolders()).map(({ path }) => path).sort()).toEqual(
      expect.arrayContaining(['INBOX', 'Kundmapp']),
    )
    expect(opened(toInbox)).toBe(1)
    // The same folder in any letter case.
    await mailbox.openFolder('inbox', null, false)
    expect(opened(toInbox)).toBe(2)
  })

  it('tells of new mail in INBOX while another folder is open', async () => {
    await start()
    await mailbox.openFolder('INBOX', null, false)
    let woken = 0
    const stop = mailbox.watch(() => (woken += 1))
    await mailbox.openFolder('Kundmapp', null, false)
    await put('INBOX', 'ny@exempel.se')
    await vi.waitFor(() => expect(woken).toBeGreaterThan(0), { timeout: 10_000 })
    stop()
  })

  it.each(['INBOX', 'the others'])('is closed once when the connection of %s ends', async (which) => {
    await start()
    let closed = 0
    mailbox.onClose(() => (closed += 1))
    await mailbox.openFolder('INBOX', null, false)
    await (which === 'INBOX' ? toInbox : toOthers).close()
    await vi.waitFor(() => expect(closed).toBe(1))
    mailbox.close()
    await mailbox.logout()
    expect(closed).toBe(1)
  })
})
