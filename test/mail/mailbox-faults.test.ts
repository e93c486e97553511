import { ImapFlow } from 'imapflow'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { connectMailbox } from '../../src/mail/imap/mailbox.ts'
import type { Mailbox } from '../../src/mail/imap/mailbox-types.ts'
import { dovecotAvailable, startDovecot, type Dovecot } from '../harness/dovecot.ts'
import { onNth, startImapProxy, type Fault, type ImapProxy } from '../harness/imap-proxy.ts'
import { mail } from '../harness/mail.ts'

it.runIf(!dovecotAvailable())('Dovecot is not installed: the fault tests are skipped', ({ skip }) => skip())

describe.skipIf(!dovecotAvailable())('a server that misbehaves', () => {
  let server: Dovecot
  let proxy: ImapProxy
  let mailbox: Mailbox
  const uids: number[] = []
  const connected = () =>
    connectMailbox({
      host: '127.0.0.1',
      port: proxy.port,
      security: 'none',
      user: server.user,
      password: server.password,
      ca: null,
    })

  beforeAll(async () => {
    server = await startDovecot()
    proxy = await startImapProxy(server)
    mailbox = await connected()
    for (const name of ['a', 'b', 'c']) {
      const source = mail({
        id: `${name}@example.se`,
        from: 'alice@example.se',
        subject: name,
        body: 'Hej\n'.repeat(500),
      })
      uids.push((await mailbox.append('INBOX', source, [], new Date('2026-03-01T10:00:00Z'))).uid!)
    }
    mailbox.close()
  })
  afterAll(async () => {
    await proxy.close()
    await server.stop()
  })
  beforeEach(async () => {
    proxy.rules = {}
    mailbox = await connected()
    await mailbox.openFolder('INBOX', null, false)
  })
  afterEach(() => mailbox.close())

  const fetched = async (): Promise<number[]> => {
    const found: number[] = []
    for await (const raw of mailbox.fetchSources(uids)) found.push(raw.uid)
    return found
  }

  it('never passes over a message that the size answer or the source answer leaves out', async () => {
    proxy.rules = { onCommand: onNth(/^UID FETCH .*RFC822\.SIZE/, 1, { kind: 'omit-fetch' }) }
    await expect(fetched()).rejects.toMatchObject({ code: 'server-refused' })
    proxy.rules = { onCommand: onNth(/^UID FETCH .*BODY/, 1, { kind: 'omit-fetch' }) }
    await expect(fetched()).rejects.toMatchObject({ code: 'server-refused' })
    proxy.rules = {}
    expect(await fetched()).toEqual(uids)
  })

  it.each(['duplicate-fetch', 'flags-after-fetch'] as const)(
    'takes each message once, whatever other rows come: %s',
    async (kind) => {
      proxy.rules = { onCommand: (command) => (/^UID FETCH/.test(command.line) ? { kind } : null) }
      expect(await fetched()).toEqual(uids)
      expect((await mailbox.fetchSource(uids[1]!))?.uid).toBe(uids[1])
    },
  )

  it('does not take half a list of UIDs for the whole', async () => {
    proxy.rules = { onCommand: onNth(/^UID SEARCH/, 1, { kind: 'empty-search' }) }
    expect(await mailbox.listUids(1)).toEqual(uids)
    proxy.rules = { onCommand: () => ({ kind: 'empty-search' }) }
    await expect(mailbox.listUids(1)).rejects.toMatchObject({ code: 'server-refused' })
    proxy.rules = { onCommand: () => ({ kind: 'wrong-exists', exists: 0 }) }
    await mailbox.openFolder('INBOX', null, false)
    await expect(mailbox.listUids(1)).rejects.toMatchObject({ code: 'server-refused' })
  })

  it.each(['cut', 'reset', 'BYE', 'lost-answer', 'half-literal'] as const)(
    'a fetch that ends in %s is a lost connection, never an empty answer',
    async (kind) => {
      proxy.rules = { onCommand: onNth(/^UID FETCH .*BODY/, 1, { kind }) }
      await expect(fetched()).rejects.toMatchObject({ code: 'connection-lost' })
    },
  )

  it.each(['NO', 'BAD'] as const)('a command answered %s is a refusal and the connection goes on', async (kind) => {
    const refuse = (pattern: RegExp) => (proxy.rules = { onCommand: onNth(pattern, 1, { kind }) })
    refuse(/^UID FETCH/)
    await expect(fetched()).rejects.toMatchObject({ code: 'server-refused' })
    refuse(/^UID SEARCH/)
    await expect(mailbox.listUids(1)).rejects.toMatchObject({ code: 'server-refused' })
    refuse(/^UID STORE/)
    await expect(mailbox.addKeywords([uids[0]!], ['gallra-support'])).rejects.toMatchObject({ code: 'server-refused' })
    refuse(/^UID STORE .*Deleted/)
    await expect(mailbox.expunge([uids[0]!])).rejects.toMatchObject({ code: 'server-refused' })
    refuse(/^UID EXPUNGE/)
    await expect(mailbox.expunge([uids[0]!])).rejects.toMatchObject({ code: 'server-refused' })
    proxy.rules = { onCommand: ({ verb }) => (verb === 'LIST' ? { kind } : null) }
    await expect(mailbox.listFolders()).rejects.toMatchObject({ code: 'server-refused' })
    proxy.rules = {}
    expect(await mailbox.listUids(1)).toEqual(uids)
  })

  it.each([
    ['NO', 'NO'],
    ['BAD', 'BAD'],
    ['no word, and removes nothing', null],
  ] as const)(
    'leaves nothing marked for deletion that the server keeps with %s, but what another client marked',
    async (_name, kind) => {
      const marked = async () =>
        (await mailbox.fetchFlags('1:*', null)).filter(({ flags }) => flags.includes('\\Deleted')).map(({ uid }) => uid)
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
      await other.messageFlagsAdd(String(uids[1]), ['\\Deleted'], { uid: true })
      try {
        const fault: Fault = kind === null ? { kind: 'pretend' } : { kind }
        proxy.rules = { onCommand: ({ line }) => (line.startsWith('UID EXPUNGE') ? fault : null) }
        if (kind === null) expect(await mailbox.expunge(uids)).toEqual({ gone: [], left: uids })
        else await expect(mailbox.expunge(uids)).rejects.toMatchObject({ code: 'server-refused' })
        expect(proxy.seen.some(({ line }) => /^UID STORE .*\+FLAGS.*Deleted/.test(line))).toBe(true)
        expect(await marked()).toEqual([uids[1]])
      } finally {
        await other.messageFlagsRemove(String(uids[1]), ['\\Deleted'], { uid: true })
        await other.logout()
      }
      expect(await mailbox.listUids(1)).toEqual(uids)
    },
  )

  it('expunges nothing at all where UIDPLUS is missing', async () => {
    proxy.rules = { strip: ['UIDPLUS'] }
    mailbox.close()
    mailbox = await connected()
    expect(mailbox.capabilities.uidPlus).toBe(false)
    await mailbox.openFolder('INBOX', null, false)
    proxy.seen.length = 0
    await expect(mailbox.expunge(uids)).rejects.toMatchObject({ code: 'uidplus-missing' })
    expect(proxy.seen.map((command) => command.verb).filter((verb) => /STORE|EXPUNGE/.test(verb))).toEqual([])
    expect(await mailbox.listUids(1)).toEqual(uids)
  })
})
