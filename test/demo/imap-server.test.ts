import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ImapFlow, type MailboxObject } from 'imapflow'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startImapServer, type ImapServer } from '../../src/demo/imap-server/server.ts'

const USERS = { 'info@example.se': 'hemligt', 'bob@example.se': 'annat' }
const USER = 'info@example.se'

let directory: string
let server: ImapServer
let clients: ImapFlow[]

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'gallra-imap-'))
  server = await startImapServer({ users: USERS, directory })
  clients = []
})

afterEach(async () => {
  for (const client of clients) client.close()
  await server.close()
  await rm(directory, { recursive: true })
})

async function connect(user = USER, pass = 'hemligt', qresync = false): Promise<ImapFlow> {
  const client = new ImapFlow({
    host: '127.0.0.1',
    port: server.port,
    secure: false,
    doSTARTTLS: false,
    auth: { user, pass },
    logger: false,
    qresync,
    autoidle: 50,
  } as ConstructorParameters<typeof ImapFlow>[0])
  client.on('error', () => {})
  clients.push(client)
  await client.connect()
  return client
}

async function restart(): Promise<void> {
  for (const client of clients) client.close()
  await server.close()
  server = await startImapServer({ users: USERS, directory })
}

function messageNamed(name: string): Buffer {
  return Buffer.from(
    [
      `Message-ID: <${name}@example.se>`,
      'From: "Alice, A" <alice@example.se>',
      'To: info@example.se',
      'Subject: =?utf-8?Q?Fr=C3=A5ga?=',
      'Date: Tue, 24 Nov 2026 08:00:00 +0100',
      'MIME-Version: 1.0',
      'Content-Type: multipart/mixed; boundary="b"',
      '',
      '--b',
      'Content-Type: text/plain; charset=utf-8',
      '',
      `Hej ${name} åäö`,
      '--b',
      'Content-Type: application/pdf; name="a.pdf"',
      'Content-Disposition: attachment; filename="a.pdf"',
      'Content-Transfer-Encoding: base64',
      '',
      'JVBERi0=',
      '--b--',
      '',
    ].join('\r\n'),
  )
}

function next<T>(client: ImapFlow, event: string): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no ${event} event`)), 5000)
    client.once(event as 'exists', (value: unknown) => {
      clearTimeout(timer)
      resolve(value as T)
    })
  })
}

async function open(client: ImapFlow, path = 'INBOX'): Promise<MailboxObject> {
  return client.mailboxOpen(path)
}

async function uidsIn(client: ImapFlow): Promise<number[]> {
  return (await client.fetchAll('1:*', { uid: true })).map(({ uid }) => uid)
}

describe('login', () => {
  it('refuses a wrong password with AUTHENTICATIONFAILED', async () => {
    await expect(connect(USER, 'fel')).rejects.toMatchObject({ serverResponseCode: 'AUTHENTICATIONFAILED' })
  })

  it('keeps the mail of two users apart', async () => {
    server.deliver(USER, messageNamed('a'))
    const bob = await connect('bob@example.se', 'annat')
    expect((await open(bob)).exists).toBe(0)
    expect([server.isEmpty(USER), server.isEmpty('bob@example.se')]).toEqual([false, true])
  })
})

describe('folders', () => {
  it('lists the standard folders with their special use and status', async () => {
    server.deliver(USER, messageNamed('a'), { folder: 'Sent', flags: ['\\Seen'] })
    const client = await connect()
    const folders = await client.list({ statusQuery: { messages: true, uidNext: true, highestModseq: true } })
    const uses = Object.fromEntries(folders.map(({ path, specialUse }) => [path, specialUse]))
    expect(uses).toEqual({
      INBOX: '\\Inbox',
      Sent: '\\Sent',
      Drafts: '\\Drafts',
      Junk: '\\Junk',
      Trash: '\\Trash',
      Archive: '\\Archive',
    })
    expect(folders.find(({ path }) => path === 'Sent')?.status).toMatchObject({ messages: 1, uidNext: 2 })
  })

  it('creates, renames and deletes a folder with a Swedish name', async () => {
    const client = await connect()
    await client.mailboxCreate('Ärenden & frågor')
    await client.mailboxRename('Ärenden & frågor', 'Åter')
    expect((await client.list()).map(({ path }) => path)).toContain('Åter')
    await client.mailboxDelete('Åter')
    expect((await client.list()).map(({ path }) => path)).not.toContain('Åter')
  })

  it('delivers into no folder that does not exist', () => {
    expect(() => server.deliver(USER, messageNamed('a'), { folder: 'Nowhere' })).toThrow('no such folder')
  })
})

describe('messages', () => {
  it('gives back an appended source to the octet, with date, flags and keywords', async () => {
    const client = await connect()
    const source = messageNamed('ett')
    const internalDate = new Date('2020-02-03T04:05:06Z')
    const appended = await client.append('INBOX', source, ['\\Seen', '$Kat_Support'], internalDate)
    expect(appended).toMatchObject({ uid: 1 })
    await open(client)
    const message = await client.fetchOne('1', { source: true, flags: true, internalDate: true }, { uid: true })
    if (message === false) throw new Error('nothing fetched')
    expect(message.source).toEqual(source)
    expect(message.internalDate).toEqual(internalDate)
    expect([...message.flags!]).toEqual(['\\Seen', '$Kat_Support'])
  })

  it('describes envelope, structure and single parts', async () => {
    server.deliver(USER, messageNamed('ett'))
    const client = await connect()
    await open(client)
    const message = await client.fetchOne('1', {
      envelope: true,
      bodyStructure: true,
      bodyParts: ['1', '2.mime'],
      headers: ['subject'],
    })
    if (message === false) throw new Error('nothing fetched')
    expect(message.envelope).toMatchObject({
      subject: 'Fråga',
      messageId: '<ett@example.se>',
      from: [{ name: 'Alice, A', address: 'alice@example.se' }],
    })
    expect(message.bodyStructure?.childNodes?.map(({ type }) => type)).toEqual(['text/plain', 'application/pdf'])
    expect(message.bodyParts?.get('1')?.toString()).toBe('Hej ett åäö')
    expect(message.bodyParts?.get('2.mime')?.toString()).toContain('filename="a.pdf"')
    expect(message.headers?.toString()).toBe('Subject: =?utf-8?Q?Fr=C3=A5ga?=\r\n\r\n')
  })

  it('finds messages by header, flag, date and negation', async () => {
    server.deliver(USER, messageNamed('a'), { internalDate: new Date('2020-01-01T10:00:00Z') })
    server.deliver(USER, messageNamed('b'), { flags: ['\\Flagged', '$Kat_Other'] })
    const client = await connect()
    await open(client)
    const search = (query: Parameters<ImapFlow['search']>[0]): Promise<unknown> => client.search(query, { uid: true })
    expect(await search({ header: { 'message-id': '<b@example.se>' } })).toEqual([2])
    expect(await search({ keyword: '$Kat_Other' })).toEqual([2])
    expect(await search({ before: new Date('2020-06-01') })).toEqual([1])
    expect(await search({ not: { flagged: true } })).toEqual([1])
    expect(await search({ body: 'Hej b' })).toEqual([2])
  })

  it('refuses a conditional store when the message was changed meanwhile', async () => {
    server.deliver(USER, messageNamed('a'))
    const [client, other] = [await connect(), await connect()]
    await open(client)
    await open(other)
    const before = await client.fetchOne('1', { flags: true, uid: true })
    if (before === false) throw new Error('nothing fetched')
    await other.messageFlagsAdd('1', ['\\Flagged'])
    await client.messageFlagsAdd('1', ['$Late'], { unchangedSince: before.modseq! })
    const after = await client.fetchOne('1', { flags: true })
    expect(after && [...after.flags!]).toEqual(['\\Flagged'])
  })

  it('moves with a map from old to new UIDs', async () => {
    for (const name of ['a', 'b', 'c']) server.deliver(USER, messageNamed(name))
    server.deliver(USER, messageNamed('old'), { folder: 'Archive' })
    const client = await connect()
    await open(client)
    const moved = await client.messageMove('1,3', 'Archive', { uid: true })
    expect(moved && moved.uidMap).toEqual(
      new Map([
        [1, 2],
        [3, 3],
      ]),
    )
    expect(await uidsIn(client)).toEqual([2])
  })

  it('takes with UID EXPUNGE only the given UID, not what others marked', async () => {
    for (const name of ['a', 'b', 'c']) server.deliver(USER, messageNamed(name))
    const client = await connect()
    await open(client)
    await client.messageFlagsAdd('3', ['\\Deleted'], { uid: true })
    await client.messageDelete('1', { uid: true })
    expect(await uidsIn(client)).toEqual([2, 3])
  })
})

describe('changes by others', () => {
  it('tells an idling client of a new message, changed flags and an expunge', async () => {
    server.deliver(USER, messageNamed('a'))
    const [watcher, other] = [await connect(), await connect()]
    await open(watcher)
    await open(other)
    const idling = watcher.idle()
    const exists = next<{ count: number }>(watcher, 'exists')
    server.deliver(USER, messageNamed('b'))
    expect(await exists).toMatchObject({ count: 2 })
    const flags = next<{ seq: number; flags: Set<string> }>(watcher, 'flags')
    await other.messageFlagsAdd('1', ['$Kat_Complaint'], { uid: true })
    expect([...(await flags).flags]).toEqual(['$Kat_Complaint'])
    const expunge = next<{ seq: number }>(watcher, 'expunge')
    await other.messageDelete('1', { uid: true })
    expect(await expunge).toMatchObject({ seq: 1 })
    await watcher.noop()
    await idling
  })

  it('tells a client that resynchronises what changed and what vanished', async () => {
    for (const name of ['a', 'b', 'c']) server.deliver(USER, messageNamed(name))
    const first = await connect(USER, 'hemligt', true)
    const { uidValidity, highestModseq } = await open(first)
    first.close()
    const other = await connect()
    await open(other)
    await other.messageDelete('2', { uid: true })
    await other.messageFlagsAdd('3', ['\\Flagged'], { uid: true })
    const second = await connect(USER, 'hemligt', true)
    const events: string[] = []
    second.on('expunge', ({ uid }: { uid?: number }) => events.push(`vanished ${uid}`))
    second.on('flags', ({ uid, flags }) => events.push(`flags ${uid} ${[...flags].join()}`))
    const again = await second.mailboxOpen('INBOX', { uidValidity, changedSince: highestModseq })
    expect(events).toEqual(['vanished 2', 'flags 3 \\Flagged'])
    expect(again).toMatchObject({ exists: 2 })
  })
})

describe('a second start', () => {
  it('serves the same messages, UIDs, flags and mod-sequences, and reuses no UID', async () => {
    for (const name of ['a', 'b', 'c']) server.deliver(USER, messageNamed(name))
    let client = await connect()
    const { uidValidity } = await open(client)
    await client.messageFlagsAdd('1', ['$Kat_Support'], { uid: true })
    await client.messageDelete('3', { uid: true })
    await restart()
    client = await connect()
    const after = await open(client)
    expect(after.uidValidity).toBe(uidValidity)
    expect(after.uidNext).toBe(4)
    // Three arrivals, a keyword, \Deleted and the expunge, counted from 1.
    expect(after.highestModseq).toBe(7n)
    const kept = await client.fetchAll('1:*', { flags: true, source: true })
    expect(kept.map(({ uid, flags }) => [uid, [...flags!]])).toEqual([
      [1, ['$Kat_Support']],
      [2, []],
    ])
    expect(kept[0]!.source).toEqual(messageNamed('a'))
    expect(server.deliver(USER, messageNamed('d'))).toBe(4)
  })

  it('still knows what vanished, and that an emptied mailbox was once filled', async () => {
    server.deliver(USER, messageNamed('a'))
    const first = await connect(USER, 'hemligt', true)
    const { uidValidity, highestModseq } = await open(first)
    await first.messageDelete('1', { uid: true })
    await restart()
    await restart()
    const second = await connect(USER, 'hemligt', true)
    const vanished: unknown[] = []
    second.on('expunge', ({ uid }: { uid?: number }) => vanished.push(uid))
    await second.mailboxOpen('INBOX', { uidValidity, changedSince: highestModseq })
    expect(vanished).toEqual([1])
    expect(server.isEmpty(USER)).toBe(false)
  })
})
