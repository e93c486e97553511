import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startImapServer, type ImapServer } from '../../src/demo/imap-server/server.ts'
import { connect } from '../../src/pipeline/mailbox/connect.ts'
import { testDatabase, type TestDatabase } from '../harness/postgres.ts'
import { gallra, type Outcome } from './capture.ts'

const USER = 'info@firm.example'
let database: TestDatabase
let server: ImapServer
let directory: string

const call = (...argv: string[]): Promise<Outcome> =>
  gallra(argv, { DATABASE_URL: database.url, GALLRA_DATA: directory, LANG: 'en' }, new Date('2026-11-24T08:00:00Z'))

beforeAll(async () => {
  database = await testDatabase()
  directory = mkdtempSync(join(tmpdir(), 'gallra-cli-'))
  server = await startImapServer({ users: { [USER]: 'right' }, directory: null })
  const source = [
    'Message-ID: <one@customer.example>',
    'From: Alice <alice@customer.example>',
    `To: ${USER}`,
    'Date: Mon, 02 Nov 2026 10:00:00 +0200',
    'Subject: Öppettider',
    'Content-Type: text/plain; charset=utf-8',
    '',
    'Hej! Vilka öppettider har butiken på lördag?',
    '',
  ].join('\r\n')
  server.deliver(USER, Buffer.from(source), { internalDate: new Date('2026-11-02T08:00:00Z') })
  writeFileSync(join(directory, 'right'), 'right\n')
})

afterAll(async () => {
  await server.close()
  await database.drop()
  rmSync(directory, { recursive: true, force: true })
})

test('folders are made, mapped, followed and used; what was decided there is told', async () => {
  const url = `imap://info%40firm.example@127.0.0.1:${server.port}`
  expect(
    (
      await call(
        'account',
        'add',
        url,
        '--domain',
        'firm.example',
        '--folder',
        'INBOX',
        '--password-file',
        join(directory, 'right'),
      )
    ).exit,
  ).toBe(0)
  const before = await call('folders', 'list')
  expect(before.out).toMatch(/Complaints\s+Reklamationer\s+no\s+-\s+no/)
  expect(before.out).toContain('gallra moves nothing itself')
  expect((await call('folders', 'map', 'support', 'Ärenden/Frågor')).exit).toBe(0)
  expect((await call('folders', 'unmap', 'other')).exit).toBe(0)
  expect(await call('folders', 'map', 'payments', 'Reklamationer')).toMatchObject({
    exit: 2,
    err: expect.stringContaining('another case') as string,
  })
  expect((await call('folders', 'map', 'payments', 'INBOX')).exit).toBe(2)
  expect((await call('folders', 'map', 'rubbish', 'Skräp')).exit).toBe(2)

  const created = await call('folders', 'create', '--json')
  expect(created.exit).toBe(0)
  expect(JSON.parse(created.out)).toMatchObject({
    created: ['Ärenden/Frågor', 'Betalningar', 'Reklamationer', 'Dataskydd'],
  })
  expect((await call('folders', 'create')).out).toContain('Folders created: 0.')
  // Where only chosen folders are followed these are too, or nothing in them would be seen.
  expect((await call('folders', 'list')).out).toMatch(/Support\s+Ärenden\/Frågor\s+yes\s+0\s+yes/)

  expect((await call('sync')).exit).toBe(0)
  const mailbox = await connect({
    host: '127.0.0.1',
    port: server.port,
    security: 'none',
    user: USER,
    password: 'right',
    ca: null,
    address: USER,
    own: { addresses: [], domains: [], staffAddresses: [], authservId: null },
    folders: null,
  })
  await mailbox.openFolder('INBOX', null, false)
  expect(await mailbox.move((await mailbox.listUids(1))[0]!, 'Reklamationer')).toMatchObject({ moved: true })
  await mailbox.logout()
  expect((await call('sync')).exit).toBe(0)

  const [listed] = JSON.parse((await call('list', '--json')).out) as { id: string; case: string; decidedBy: string }[]
  expect(listed).toMatchObject({ case: 'complaints', decidedBy: 'mailbox' })
  expect((await call('list')).out).toMatch(/Complaint\s+mail program/)
  const shown = await call('show', listed!.id)
  expect(shown.out).toContain('Complaint – decided in the mail program')
  expect(shown.out).toMatch(/mailbox {2}override/)
  expect((await call('digest', 'preview')).out).toContain(
    'Decided in the mail program during the last week: cases changed 1, stars set 0, stars removed 0',
  )
  expect((await call('show', listed!.id, '--lang', 'sv')).out).toContain('bestämt i e-postprogrammet')

  expect((await call('folders', 'filing', 'on')).out).toContain('itself puts new mail')
  expect((await call('account', 'test')).out).toContain('gallra folders filing')
  // Adding the account again keeps what was chosen.
  expect((await call('account', 'add', url, '--replace', '--password-file', join(directory, 'right'))).exit).toBe(0)
  expect((await call('folders', 'list', '--json')).out).toContain('Ärenden/Frågor')
  expect((await call('folders', 'filing', 'sometimes')).exit).toBe(2)
})
