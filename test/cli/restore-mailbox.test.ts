import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ImapFlow } from 'imapflow'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startImapServer, type ImapServer } from '../../src/demo/imap-server/server.ts'
import { temporary } from '../harness/backup.ts'
import { testDatabase, type TestDatabase } from '../harness/postgres.ts'
import { gallra, type Outcome } from './capture.ts'

const USER = 'info@firm.example'
let server: ImapServer
let first: TestDatabase
let second: TestDatabase
let directory: string

const on = (database: TestDatabase, now: string, ...argv: string[]): Promise<Outcome> =>
  gallra(
    argv,
    { DATABASE_URL: database.url, GALLRA_DATA: directory, GALLRA_KEYS: join(directory, 'keys'), LANG: 'en' },
    new Date(now),
  )
const letter = (id: string, date: string) =>
  Buffer.from(
    [
      `Message-ID: <${id}@customer.example>`,
      `From: ${id}@customer.example`,
      `To: ${USER}`,
      `Date: ${date}`,
      'Subject: Öppettider',
      'Content-Type: text/plain; charset=utf-8',
      '',
      'Hej! Vilka öppettider har butiken på lördag? Tack på förhand!',
      '',
    ].join('\r\n'),
  )

beforeAll(async () => {
  ;[first, second] = [await testDatabase(), await testDatabase()]
  directory = temporary('cli-restore')
  mkdirSync(join(directory, 'keys'))
  server = await startImapServer({ users: { [USER]: 'right' }, directory: null })
  writeFileSync(join(directory, 'password'), 'right\n')
  server.deliver(USER, letter('expired', 'Mon, 02 Jun 2025 10:00:00 +0200'), {
    internalDate: new Date('2025-06-02T08:00:00Z'),
  })
  server.deliver(USER, letter('old', 'Mon, 10 Nov 2025 10:00:00 +0100'), {
    internalDate: new Date('2025-11-10T09:00:00Z'),
  })
  server.deliver(USER, letter('young', 'Fri, 20 Nov 2026 10:00:00 +0100'), {
    internalDate: new Date('2026-11-20T09:00:00Z'),
  })
})
afterAll(async () => {
  await server.close()
  await first.drop()
  await second.drop()
  rmSync(directory, { recursive: true, force: true })
})

async function mailbox<T>(work: (client: ImapFlow) => Promise<T>): Promise<T> {
  const client = new ImapFlow({
    host: '127.0.0.1',
    port: server.port,
    secure: false,
    auth: { user: USER, pass: 'right' },
    logger: false,
  })
  await client.connect()
  const lock = await client.getMailboxLock('INBOX')
  try {
    return await work(client)
  } finally {
    lock.release()
    await client.logout()
  }
}

const inInbox = () =>
  mailbox(async (client) => {
    const found: Record<string, number> = {}
    for await (const { uid, envelope } of client.fetch('1:*', { envelope: true }))
      found[(envelope?.messageId ?? '').replace(/^<|@.*$/g, '')] = uid
    return found
  })

test('a restored archive reads the mailbox again, and purges there by content and never by an old UID', async () => {
  const url = `imap://info%40firm.example@127.0.0.1:${server.port}`
  await on(
    first,
    '2026-11-01T08:00:00Z',
    'account',
    'add',
    url,
    '--domain',
    'firm.example',
    '--password-file',
    join(directory, 'password'),
  )
  await on(first, '2026-11-01T08:00:00Z', 'staff', 'add', 'Carol', '--role', 'admin')
  expect((await on(first, '2026-11-20T10:00:00Z', 'sync')).out).toContain('3 archived')
  expect((await on(first, '2026-11-20T10:05:00Z', 'backup', join(directory, 'backup'))).exit).toBe(0)
  await on(first, '2026-11-20T10:06:00Z', 'purge', 'arm', '--by', 'Carol')
  expect((await on(first, '2026-11-20T10:07:00Z', 'purge', '--json')).out).toContain('"purged": 2')
  expect(Object.keys(await inInbox())).toEqual(['young'])

  // Meanwhile: one purged copy comes back by another hand, one message is new, and the kept one has another UID.
  server.deliver(USER, letter('expired', 'Mon, 02 Jun 2025 10:00:00 +0200'), {
    internalDate: new Date('2025-06-02T08:00:00Z'),
  })
  server.deliver(USER, letter('new', 'Sat, 21 Nov 2026 10:00:00 +0100'), {
    internalDate: new Date('2026-11-21T09:00:00Z'),
  })
  await mailbox(async (client) => {
    await client.messageCopy('1', 'INBOX')
    await client.messageDelete('1')
  })
  const before = await inInbox()
  expect(Object.keys(before).sort()).toEqual(['expired', 'new', 'young'])

  const restored = await on(second, '2026-11-22T08:00:00Z', 'restore', join(directory, 'backup'), '--json')
  expect(JSON.parse(restored.out)).toMatchObject({ messages: 1, dropped: 2, tombstones: 2 })
  expect((await on(second, '2026-11-22T08:01:00Z', 'purge')).exit).toBe(3)
  expect(await on(second, '2026-11-22T08:02:00Z', 'purge', 'arm', '--by', 'Carol')).toMatchObject({
    exit: 3,
    err: expect.stringContaining('gallra sync') as string,
  })
  expect((await on(second, '2026-11-22T08:03:00Z', 'sync')).out).toContain(
    '1 archived, 1 already known, 1 purged before',
  )
  expect((await on(second, '2026-11-22T08:04:00Z', 'purge', 'arm', '--by', 'Carol')).exit).toBe(0)
  expect((await on(second, '2026-11-22T08:05:00Z', 'purge', '--json')).out).toContain('"purged": 0')
  expect(await inInbox()).toEqual(before)
  // The returned copy goes 30 days after it was seen again, the kept ones not.
  expect((await on(second, '2026-12-23T08:00:00Z', 'purge', '--json')).out).toContain('"reappeared": 1')
  expect(Object.keys(await inInbox()).sort()).toEqual(['new', 'young'])
  expect((await on(second, '2026-12-23T08:01:00Z', 'audit', 'verify')).out).toContain('intact')
})
