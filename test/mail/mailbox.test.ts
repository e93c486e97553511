import { ImapFlow } from 'imapflow'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { ServerLogin } from '../../src/core/mailbox/server-login.ts'
import { connectMailbox } from '../../src/mail/imap/mailbox.ts'
import type { Mailbox } from '../../src/mail/imap/mailbox-types.ts'
import { dovecotAvailable, startDovecot, type Dovecot } from '../harness/dovecot.ts'
import { startImapProxy } from '../harness/imap-proxy.ts'

it.runIf(!dovecotAvailable())('Dovecot is not installed: the mailbox tests are skipped', ({ skip }) => skip())

const open: Mailbox[] = []

function loginTo(server: Dovecot, more: Partial<ServerLogin> = {}): ServerLogin {
  return {
    host: server.host,
    port: server.port,
    security: 'none',
    user: server.user,
    password: server.password,
    ca: null,
    ...more,
  }
}

async function connected(server: Dovecot, more: Partial<ServerLogin> = {}): Promise<Mailbox> {
  const mailbox = await connectMailbox(loginTo(server, more))
  open.push(mailbox)
  return mailbox
}

function message(subject: string, body = 'Hej'): Buffer {
  return Buffer.from(
    `From: alice@exempel.se\r\nTo: info@exempel.se\r\nSubject: ${subject}\r\nMessage-ID: ` +
      `<${subject.replace(/\s/g, '.')}@exempel.se>\r\n\r\n${body}\r\n`,
  )
}

async function freshFolder(mailbox: Mailbox, path: string, count: number): Promise<number[]> {
  await mailbox.createFolder(path)
  const uids: number[] = []
  for (let i = 0; i < count; i += 1)
    uids.push((await mailbox.append(path, message(`${path} ${i}`), [], new Date('2026-03-01T10:00:00Z'))).uid ?? 0)
  return uids
}

/** Another client, as staff use. */
async function otherClient<T>(server: Dovecot, path: string, act: (client: ImapFlow) => Promise<T>): Promise<T> {
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
  await client.mailboxOpen(path)
  const result = await act(client)
  await client.logout()
  return result
}

afterEach(async () => {
  for (const mailbox of open.splice(0)) await mailbox.logout()
})

describe.skipIf(!dovecotAvailable())('mailbox against Dovecot', () => {
  let server: Dovecot
  beforeAll(async () => {
    server = await startDovecot({ tls: true })
  })
  afterAll(() => server.stop())

  it('logs in and sees what the server offers', async () => {
    const mailbox = await connected(server)
    expect(mailbox.capabilities).toEqual({
      condstore: true,
      qresync: true,
      uidPlus: true,
      move: true,
      idle: true,
      gmail: false,
    })
  })

  it('tells a wrong password from everything else', async () => {
    await expect(connectMailbox(loginTo(server, { password: 'fel' }))).rejects.toMatchObject({ code: 'login-refused' })
    await expect(connectMailbox(loginTo(server, { port: 1 }))).rejects.toMatchObject({
      code: 'mail-server-unreachable',
    })
  })

  it('sends no password in clear to another computer', async () => {
    await expect(connectMailbox(loginTo(server, { host: 'mail.exempel.se' }))).rejects.toMatchObject({
      code: 'plain-text-refused',
    })
    await expect(connectMailbox(loginTo(server, { host: '127.0.0.1.exempel.se' }))).rejects.toMatchObject({
      code: 'plain-text-refused',
    })
  })

  it('trusts its own CA, over TLS and STARTTLS, and no other', async () => {
    const tls = await connected(server, { port: server.tlsPort, security: 'tls', ca: server.caPem })
    expect((await tls.listFolders()).length).toBeGreaterThan(0)
    const starttls = await connected(server, { security: 'starttls', ca: server.caPem })
    expect((await starttls.listFolders()).length).toBeGreaterThan(0)
    await expect(connectMailbox(loginTo(server, { port: server.tlsPort, security: 'tls' }))).rejects.toMatchObject({
      code: 'certificate-refused',
    })
    await expect(connectMailbox(loginTo(server, { security: 'starttls' }))).rejects.toMatchObject({
      code: 'certificate-refused',
    })
  })

  it('knows folders by attribute and by Swedish name, with their status', async () => {
    const mailbox = await connected(server)
    await freshFolder(mailbox, 'Skickat', 2)
    await mailbox.createFolder('Ärenden/Å ä ö')
    const folders = new Map((await mailbox.listFolders()).map((folder) => [folder.path, folder]))
    expect(folders.get('INBOX')?.role).toBe('inbox')
    expect(folders.get('Sent')?.role).toBe('sent')
    expect(folders.get('Skickat')).toMatchObject({
      role: 'sent',
      selectable: true,
      status: { messages: 2, uidNext: 3 },
    })
    expect(folders.get('Skickat')?.status?.highestModseq).toBeGreaterThan(0n)
    expect(folders.get('Ärenden/Å ä ö')?.role).toBe('other')
    expect((await mailbox.openFolder('Ärenden/Å ä ö', null, true)).exists).toBe(0)
  })

  it('says when a folder does not exist and stays usable', async () => {
    const mailbox = await connected(server)
    await expect(mailbox.openFolder('Finns inte', null, true)).rejects.toMatchObject({ code: 'folder-missing' })
    await expect(mailbox.listUids(1)).rejects.toMatchObject({ code: 'server-refused' })
    expect((await mailbox.openFolder('INBOX', null, true)).path).toBe('INBOX')
  })

  it('lists sparse UIDs and never the last message below the asked start', async () => {
    const mailbox = await connected(server)
    const uids = await freshFolder(mailbox, 'Gles', 5)
    await mailbox.openFolder('Gles', null, false)
    await mailbox.expunge([2, 4])
    expect(uids).toEqual([1, 2, 3, 4, 5])
    expect(await mailbox.listUids(1)).toEqual([1, 3, 5])
    expect(await mailbox.listUids(3)).toEqual([3, 5])
    expect(await mailbox.listUids(6)).toEqual([])
    expect(await mailbox.fetchFlags('6:*', null)).toEqual([])
    expect((await mailbox.fetchFlags('1:*', null)).map((row) => row.uid)).toEqual([1, 3, 5])
  })

  it('expunges exactly the named message though another client marked one deleted', async () => {
    const mailbox = await connected(server)
    await freshFolder(mailbox, 'Rensas', 3)
    await otherClient(server, 'Rensas', (client) => client.messageFlagsAdd('2', ['\\Deleted'], { uid: true }))
    await mailbox.openFolder('Rensas', null, false)
    expect(await mailbox.expunge([1, 99])).toEqual({ gone: [1, 99], left: [] })
    expect(await mailbox.listUids(1)).toEqual([2, 3])
  })

  it('does not expunge in a folder opened for reading', async () => {
    const mailbox = await connected(server)
    await freshFolder(mailbox, 'Läses', 1)
    await mailbox.openFolder('Läses', null, true)
    await expect(mailbox.expunge([1])).rejects.toMatchObject({ code: 'server-refused' })
    expect(await mailbox.listUids(1)).toEqual([1])
  })

  it('moves and tells the new UID, and says when the message is not there', async () => {
    const mailbox = await connected(server)
    await freshFolder(mailbox, 'Från', 2)
    await freshFolder(mailbox, 'Till', 3)
    await mailbox.openFolder('Från', null, false)
    expect(await mailbox.move(2, 'Till')).toEqual({ moved: true, uid: 4 })
    expect(await mailbox.move(2, 'Till')).toEqual({ moved: false, uid: null })
    await expect(mailbox.move(1, 'Ingenstans')).rejects.toMatchObject({ code: 'folder-missing' })
    expect(await mailbox.listUids(1)).toEqual([1])
  })

  it('stores keywords, takes them back, and refuses what would vanish', async () => {
    const mailbox = await connected(server)
    await freshFolder(mailbox, 'Nyckelord', 2)
    await mailbox.openFolder('Nyckelord', null, false)
    expect(await mailbox.addKeywords([1, 2, 9], ['$gallra_complaints'])).toEqual([1, 2])
    expect((await mailbox.fetchFlags('1', null))[0]?.flags).toContain('$gallra_complaints')
    expect(await mailbox.removeKeywords([1], ['$gallra_complaints'])).toEqual([1])
    expect((await mailbox.fetchFlags('1:2', null)).map(({ flags }) => flags)).toEqual([[], ['$gallra_complaints']])
    expect(await mailbox.addKeywords([9], ['$gallra_complaints'])).toEqual([])
    await expect(mailbox.addKeywords([1], ['ärende'])).rejects.toMatchObject({ code: 'keyword-invalid' })
  })

  it('fetches sources byte for byte and never marks them read', async () => {
    const mailbox = await connected(server)
    await freshFolder(mailbox, 'Olästa', 3)
    const large = message('stort', 'x'.repeat(70).concat('\r\n').repeat(250_000))
    await mailbox.append('Olästa', large, [], new Date('2026-03-02T10:00:00Z'))
    await mailbox.openFolder('Olästa', null, false)
    const seen: number[] = []
    for await (const one of mailbox.fetchSources([1, 2, 3, 4, 77])) {
      // A command in the middle must not wait for ever.
      expect(await mailbox.listUids(one.uid)).toContain(one.uid)
      expect(one.size).toBe(one.source.length)
      seen.push(one.uid)
      if (one.uid === 4) expect(one.source.equals(large)).toBe(true)
    }
    expect(seen).toEqual([1, 2, 3, 4])
    const one = await mailbox.fetchSource(2)
    expect(one?.source.equals(message('Olästa 1'))).toBe(true)
    expect(one?.internalDate.toISOString()).toBe('2026-03-01T10:00:00.000Z')
    expect(await mailbox.fetchSource(78)).toBeNull()
    const flags = await otherClient(server, 'Olästa', (client) =>
      client.fetchAll('1:*', { flags: true, uid: true }, { uid: true }),
    )
    expect(flags.map((row) => [...(row.flags ?? [])].includes('\\Seen'))).toEqual([false, false, false, false])
  })

  it.each([-1, 0, 1])(
    'fetches a large message in pieces, byte for byte: %i octets beside a whole number of them',
    async (beside) => {
      const mailbox = await connected(server)
      const path = `Stora ${beside}`
      await mailbox.createFolder(path)
      const head = message('stort', '')
      const large = Buffer.concat([
        head,
        Buffer.alloc(8 * 1024 * 1024 + beside - head.length - 2, 'abc '),
        Buffer.from('\r\n'),
      ])
      await mailbox.append(path, large, ['\\Flagged'], new Date('2026-03-02T10:00:00Z'))
      await mailbox.openFolder(path, null, false)
      for await (const one of mailbox.fetchSources([1])) {
        expect(one.source.equals(large)).toBe(true)
        expect(one).toMatchObject({
          uid: 1,
          size: large.length,
          flags: ['\\Flagged'],
          internalDate: new Date('2026-03-02T10:00:00Z'),
        })
      }
      expect((await mailbox.fetchSource(1))?.source.equals(large)).toBe(true)
      expect(await mailbox.fetchSource(2)).toBeNull()
    },
  )

  it('brings flags and deletions made while it was away', async () => {
    const first = await connected(server)
    await freshFolder(first, 'Frånvaro', 4)
    const before = await first.openFolder('Frånvaro', null, true)
    expect(before.resynced).toBe(false)
    await first.logout()
    await otherClient(server, 'Frånvaro', async (client) => {
      await client.messageFlagsAdd('2', ['\\Seen', '$gallra_support'], { uid: true })
      await client.messageDelete('3', { uid: true })
    })
    const again = await connected(server)
    const known = { uidValidity: before.uidValidity, modseq: before.highestModseq ?? 0n }
    const after = await again.openFolder('Frånvaro', known, true)
    expect(after.resynced).toBe(true)
    expect(after.vanished).toEqual([3])
    expect(after.changedFlags.map((one) => [one.uid, [...one.flags].sort()])).toEqual([
      [2, ['$gallra_support', '\\Seen']],
    ])
    const rows = await again.fetchFlags('1:*', known.modseq)
    expect(rows.map((row) => row.uid)).toEqual([2])
    expect(rows[0]?.modseq).toBeGreaterThan(known.modseq)
    const foreign = await again.openFolder('Frånvaro', { ...known, uidValidity: known.uidValidity + 1n }, true)
    expect(foreign).toMatchObject({ resynced: false, vanished: [], changedFlags: [] })
  })

  it('refreshes INBOX without opening it: everything since the known state, and nothing is passed over', async () => {
    const proxy = await startImapProxy(server)
    const mailbox = await connected(server, { port: proxy.port })
    for (let i = 0; i < 5; i += 1) await mailbox.append('INBOX', message(`Färsk ${i}`), [], null)
    const opened = await mailbox.openFolder('INBOX', null, false)
    const known = { uidValidity: opened.uidValidity, modseq: opened.highestModseq ?? 0n }
    const selects = (): number => proxy.seen.filter(({ verb }) => verb === 'SELECT').length - 1
    const [first, second, third] = (await mailbox.listUids(1)) as [number, number, number]
    await otherClient(server, 'INBOX', async (client) => {
      await client.messageFlagsAdd(String(first), ['\\Flagged'], { uid: true })
      await client.messageFlagsAdd(String(second), ['\\Flagged'], { uid: true })
      await client.messageDelete(String(second), { uid: true })
      await client.append('INBOX', message('Ny'))
    })
    const after = await mailbox.refreshFolder('INBOX', known)
    expect(after).toMatchObject({
      uidValidity: opened.uidValidity,
      exists: opened.exists,
      uidNext: opened.uidNext + 1,
      resynced: true,
      vanished: [second],
    })
    expect(after.changedFlags.filter(({ uid }) => uid < opened.uidNext)).toEqual([{ uid: first, flags: ['\\Flagged'] }])
    expect(await mailbox.listUids(opened.uidNext)).toEqual([opened.uidNext])
    // Its own change and a later one of another client: each is told from the state that was told before.
    await mailbox.addKeywords([third], ['gallra-test'])
    await otherClient(server, 'INBOX', (client) => client.messageFlagsAdd(String(first), ['\\Seen'], { uid: true }))
    const again = await mailbox.refreshFolder('INBOX', { ...known, modseq: after.highestModseq ?? 0n })
    expect(again.changedFlags.map(({ uid }) => uid).sort()).toEqual([first, third])
    const nothing = await mailbox.refreshFolder('INBOX', { ...known, modseq: again.highestModseq ?? 0n })
    expect(nothing).toMatchObject({ resynced: true, changedFlags: [], vanished: [] })
    // The old state again, as after a lost commit: told once more.
    expect((await mailbox.refreshFolder('INBOX', known)).vanished).toEqual([second])
    expect(selects()).toBe(0)
    expect((await mailbox.refreshFolder('INBOX', { ...known, uidValidity: known.uidValidity + 1n })).resynced).toBe(
      false,
    )
    expect(selects()).toBe(1)
    await proxy.close()
  })

  it('wakes when another client delivers, and stops when told to', async () => {
    const mailbox = await connected(server)
    await freshFolder(mailbox, 'Vaken', 1)
    await mailbox.openFolder('Vaken', null, true)
    let wakes = 0
    const stop = await new Promise<() => void>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error('never woke')), 10_000)
      const end = mailbox.watch(() => {
        wakes += 1
        clearTimeout(timer)
        resolve(end)
      })
      setTimeout(
        () => void otherClient(server, 'Vaken', (client) => client.append('Vaken', message('nytt'))).catch(reject),
        400,
      )
    })
    stop()
    expect(wakes).toBeGreaterThan(0)
    expect(await mailbox.listUids(2)).toEqual([2])
  })
})

describe.skipIf(!dovecotAvailable())('mailbox when the server misbehaves', () => {
  it('sees a new UIDVALIDITY and takes no changes of the old one', async () => {
    const server = await startDovecot()
    try {
      const first = await connected(server)
      await freshFolder(first, 'Ombyggd', 2)
      const before = await first.openFolder('Ombyggd', null, true)
      await server.resetUidValidity('Ombyggd')
      const again = await connected(server)
      const after = await again.openFolder(
        'Ombyggd',
        { uidValidity: before.uidValidity, modseq: before.highestModseq ?? 0n },
        true,
      )
      expect(after.uidValidity).not.toBe(before.uidValidity)
      expect(after).toMatchObject({ resynced: false, vanished: [], changedFlags: [], exists: 2 })
    } finally {
      await server.stop()
    }
  })

  it('reports a killed server once through onClose and never as an empty folder', async () => {
    const server = await startDovecot()
    try {
      const mailbox = await connected(server)
      await freshFolder(mailbox, 'Dör', 2)
      await mailbox.openFolder('Dör', null, false)
      let closes = 0
      const closed = new Promise<void>((resolve) =>
        mailbox.onClose(() => {
          closes += 1
          resolve()
        }),
      )
      await server.kill9()
      await closed
      await expect(mailbox.listUids(1)).rejects.toMatchObject({ code: 'connection-lost' })
      await expect(mailbox.expunge([1])).rejects.toMatchObject({ code: 'connection-lost' })
      await expect(mailbox.listFolders()).rejects.toMatchObject({ code: 'connection-lost' })
      await server.restart()
      const again = await connected(server)
      await again.openFolder('Dör', null, true)
      expect(await again.listUids(1)).toEqual([1, 2])
      expect(closes).toBe(1)
    } finally {
      await server.stop()
    }
  })

  it('throws when the server dies in the middle of a fetch', async () => {
    const server = await startDovecot()
    try {
      const mailbox = await connected(server)
      await mailbox.createFolder('Mitt i')
      const large = message('stort', 'y'.repeat(70).concat('\r\n').repeat(200_000))
      for (let i = 0; i < 3; i += 1) await mailbox.append('Mitt i', large, [], null)
      await mailbox.openFolder('Mitt i', null, true)
      const seen: number[] = []
      const reading = (async () => {
        for await (const one of mailbox.fetchSources([1, 2, 3])) {
          seen.push(one.uid)
          if (one.uid === 1) await server.kill9()
        }
      })()
      await expect(reading).rejects.toMatchObject({ code: 'connection-lost' })
      expect(seen).toEqual([1])
    } finally {
      await server.stop()
    }
  })

  it('touches nothing on a server without UIDPLUS', async () => {
    const server = await startDovecot({ capability: 'IMAP4rev1 LITERAL+ IDLE' })
    try {
      const mailbox = await connected(server)
      expect(mailbox.capabilities).toMatchObject({ uidPlus: false, move: false, condstore: false, qresync: false })
      await freshFolder(mailbox, 'Kvar', 3)
      await otherClient(server, 'Kvar', (client) => client.messageFlagsAdd('2', ['\\Deleted'], { uid: true }))
      await mailbox.openFolder('Kvar', null, false)
      await expect(mailbox.expunge([1])).rejects.toMatchObject({ code: 'uidplus-missing' })
      await expect(mailbox.move(1, 'INBOX')).rejects.toMatchObject({ code: 'uidplus-missing' })
      const rows = await mailbox.fetchFlags('1:*', null)
      expect(rows.map((row) => [row.uid, row.flags.includes('\\Deleted')])).toEqual([
        [1, false],
        [2, true],
        [3, false],
      ])
    } finally {
      await server.stop()
    }
  })
})
