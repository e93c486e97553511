import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { testDatabase, type TestDatabase } from '../harness/postgres.ts'
import { SMTP_PASSWORD, startSmtp, type TestSmtp } from '../harness/smtp.ts'
import { gallra, type Outcome } from './capture.ts'

const NOW = new Date('2026-11-24T08:00:00Z')
let database: TestDatabase
let directory: string
let server: TestSmtp

const call = (...argv: string[]): Promise<Outcome> =>
  gallra(argv, { DATABASE_URL: database.url, GALLRA_DATA: directory, LANG: 'en' }, NOW)
const file = (name: string) => join(directory, name)

beforeAll(async () => {
  server = await startSmtp()
  database = await testDatabase()
  directory = mkdtempSync(join(tmpdir(), 'gallra-cli-'))
  mkdirSync(file('mail'))
  writeFileSync(
    join(file('mail'), 'a.eml'),
    [
      'Message-ID: <a@kund.example>',
      'From: Alice <alice@kund.example>',
      'To: info@promix.se',
      'Date: Mon, 02 Jun 2025 10:00:00 +0200',
      'Subject: Kvibblande rullen',
      '',
      'Hej! Vilka tider har ni?',
      '',
    ].join('\r\n'),
  )
  for (const [name, text] of Object.entries({ password: SMTP_PASSWORD, wrong: 'fel', 'ca.pem': server.caPem }))
    writeFileSync(file(name), `${text}\n`)
  expect(
    (
      await call(
        'account',
        'add',
        'imap://info@127.0.0.1:1',
        '--address',
        'info@promix.se',
        '--domain',
        'promix.se',
        '--password-file',
        file('password'),
      )
    ).exit,
  ).toBe(0)
  expect((await call('import', file('mail'))).exit).toBe(0)
})
afterAll(async () => {
  await server.stop()
  await database.drop()
  rmSync(directory, { recursive: true, force: true })
})

const set = (...more: string[]) => call('smtp', 'set', `smtp://info%40promix.se@localhost:${server.port}`, ...more)

test('the SMTP account is set, tried and shown, and its password is shown nowhere', async () => {
  expect((await call('smtp', 'test')).exit).toBe(3)
  expect((await call('digest', 'send')).exit).toBe(3)
  expect(await call('smtp', 'set', 'smtp://info@mail.example.se', '--password-file', file('password'))).toMatchObject({
    exit: 2,
    err: expect.stringContaining('mail.example.se'),
  })
  expect(await call('smtp', 'set', 'imaps://info@mail.example.se')).toMatchObject({
    exit: 2,
    err: expect.stringContaining('smtps://'),
  })
  expect((await set('--starttls')).exit).toBe(2)
  expect((await set('--starttls', '--password-file', file('password'))).exit).toBe(0)
  expect(await call('smtp', 'test')).toMatchObject({ exit: 4, err: expect.stringContaining('certificate') })
  expect((await set('--starttls', '--password-file', file('wrong'), '--ca', file('ca.pem'))).exit).toBe(0)
  expect(await call('smtp', 'test')).toMatchObject({ exit: 4, err: expect.stringContaining('smtp set') })
  const saved = await set('--starttls', '--password-file', file('password'))
  const tried = await call('smtp', 'test')
  expect([saved.exit, tried.exit]).toEqual([0, 0])
  const shown = await call('smtp', 'show', '--json')
  expect(JSON.parse(shown.out)).toEqual([
    {
      account: 'info@promix.se',
      smtp: { host: 'localhost', port: server.port, security: 'starttls', user: 'info@promix.se', ca: true },
    },
  ])
  const table = await call('smtp', 'show')
  const accounts = await call('account', 'list', '--json')
  for (const { out, err } of [saved, tried, shown, table, accounts]) expect(out + err).not.toContain(SMTP_PASSWORD)
})

test('a changed mailbox login keeps the SMTP account', async () => {
  expect(
    (
      await call(
        'account',
        'add',
        'imap://info@127.0.0.1:1',
        '--address',
        'info@promix.se',
        '--replace',
        '--password-file',
        file('password'),
      )
    ).exit,
  ).toBe(0)
  expect((await call('smtp', 'test')).exit).toBe(0)
})

test('the digest is previewed unsent, sent in each one’s language, its head holds until the log is cut', async () => {
  expect((await call('digest', 'send')).err).toContain('staff add')
  expect((await call('staff', 'add', 'Carol', '--address', 'carol@promix.se')).exit).toBe(0)
  expect((await call('staff', 'add', 'Dan', '--address', 'dan@promix.se', '--mail-language', 'en')).exit).toBe(0)
  const preview = await call('digest', 'preview')
  expect(preview).toMatchObject({ exit: 0, err: '' })
  expect(preview.out).toContain('Due up to and including 2026-12-08: 1')
  expect(preview.out).not.toMatch(/kvibblande|alice/i)
  expect(
    (JSON.parse((await call('digest', 'preview', '--json')).out) as { accounts: unknown[] }).accounts,
  ).toHaveLength(1)
  expect(server.received).toEqual([])
  const sent = await call('digest', 'send')
  expect(sent).toMatchObject({ exit: 0, err: '' })
  expect(sent.out.trim().split('\n')).toEqual(['Letter 1 to Carol: sent', 'Letter 2 to Dan: sent'])
  expect(server.received).toHaveLength(2)
  const head = /audit verify --head (1:\d+:[\w-]{43})/.exec(preview.out)![1]!
  expect(await call('audit', 'verify', '--head', head)).toMatchObject({
    exit: 0,
    out: expect.stringContaining('is there as in the letter'),
  })
  expect((await call('audit', 'verify', '--head', head.replace(/:\d+:/, ':99:'))).exit).toBe(1)
  expect((await call('audit', 'verify', '--head', 'nonsense')).exit).toBe(2)
})

test('a letter that may not have arrived, and one refused, show in status and doctor', async () => {
  server.fault = 'cut-after-data'
  expect(await call('digest', 'send')).toMatchObject({
    exit: 1,
    out: expect.stringContaining('may not have arrived; not sent again'),
  })
  server.fault = 'refuse-recipient'
  expect((await call('digest', 'send', '--json')).exit).toBe(1)
  server.fault = 'take'
  expect((await call('status')).out).toContain('2 may not have arrived, 2 refused, 0 waiting')
  const doctor = await call('doctor')
  expect(doctor.out).toContain('Letters that may not have arrived: 2.')
  expect(doctor.out).toContain('the server that sends mail answers')
  expect(server.received).toHaveLength(4)
})
