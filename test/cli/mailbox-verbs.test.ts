import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startImapServer, type ImapServer } from '../../src/demo/imap-server/server.ts'
import { testDatabase, type TestDatabase } from '../harness/postgres.ts'
import { gallra, type Outcome } from './capture.ts'

const USER = 'info@firm.example'
let database: TestDatabase
let server: ImapServer
let directory: string

const call = (now: string, ...argv: string[]): Promise<Outcome> =>
  gallra(argv, { DATABASE_URL: database.url, GALLRA_DATA: directory, LANG: 'en' }, new Date(now))

beforeAll(async () => {
  database = await testDatabase()
  directory = mkdtempSync(join(tmpdir(), 'gallra-cli-'))
  server = await startImapServer({ users: { [USER]: 'right' }, directory: null })
  const text = (id: string) =>
    [
      `Message-ID: <${id}@customer.example>`,
      'From: Alice <alice@customer.example>',
      `To: ${USER}`,
      'Date: Mon, 02 Jun 2025 10:00:00 +0200',
      `Subject: Öppettider ${id}`,
      'Content-Type: text/plain; charset=utf-8',
      '',
      'Hej! Vilka öppettider har butiken på lördag? Tack på förhand!',
      '',
    ].join('\r\n')
  server.deliver(USER, Buffer.from(text('one')), { internalDate: new Date('2025-06-02T08:00:00Z') })
  server.deliver(USER, Buffer.from(text('two')), { internalDate: new Date('2026-11-20T08:00:00Z') })
  writeFileSync(join(directory, 'right'), 'right\n')
  writeFileSync(join(directory, 'wrong'), 'wrong\n')
})

afterAll(async () => {
  await server.close()
  await database.drop()
  rmSync(directory, { recursive: true, force: true })
})

test('a mailbox is added, tested, synced and found again by doctor and status', async () => {
  const now = '2026-11-24T08:00:00Z'
  const url = `imap://info%40firm.example@127.0.0.1:${server.port}`
  expect(
    (await call(now, 'account', 'add', url, '--domain', 'firm.example', '--password-file', join(directory, 'wrong')))
      .exit,
  ).toBe(0)
  expect((await call(now, 'sync')).exit).toBe(4)
  expect((await call(now, 'account', 'list', '--json')).out).toContain('login-refused')
  expect((await call(now, 'account', 'add', url, '--replace', '--password-file', join(directory, 'right'))).exit).toBe(
    0,
  )

  const tested = await call(now, 'account', 'test')
  expect(tested).toMatchObject({ exit: 0, err: '' })
  expect(tested.out).toContain('UIDPLUS yes')
  expect(tested.out).toMatch(/Drafts\s+drafts\s+0\s+no/)
  expect(tested.out).toMatch(/INBOX\s+inbox\s+2\s+yes/)

  expect((await call(now, 'sync')).out).toContain('2 archived')
  expect((await call(now, 'sync')).out).toContain('0 archived')
  // --replace without --domain kept the one given before.
  expect((await call(now, 'account', 'list')).out).toContain('firm.example')
  expect((await call(now, 'doctor')).exit).toBe(0)
})
