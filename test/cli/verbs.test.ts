import { mkdtempSync, rmSync, writeFileSync, mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { testDatabase, type TestDatabase } from '../harness/postgres.ts'
import { gallra, type Outcome } from './capture.ts'

const NOW = new Date('2026-11-24T08:00:00Z')
let database: TestDatabase
let directory: string

const call = (...argv: string[]): Promise<Outcome> =>
  gallra(argv, { DATABASE_URL: database.url, GALLRA_DATA: directory, LANG: 'en_GB.UTF-8' }, NOW)
const at = (now: string, ...argv: string[]): Promise<Outcome> =>
  gallra(argv, { DATABASE_URL: database.url, GALLRA_DATA: directory, LANG: 'en_GB.UTF-8' }, new Date(now))

async function json<T>(...argv: string[]): Promise<T> {
  const { out, err, exit } = await call(...argv, '--json')
  expect({ err, exit }).toEqual({ err: '', exit: 0 })
  return JSON.parse(out) as T
}

interface Listed {
  id: string
  conversation: string
  customer: string | null
  case: string
  marks: string[]
  subject: string
  until: string | null
}

const mail = (
  id: string,
  date: string,
  subject: string,
  text: string,
  from = 'Alice <alice@customer.example>',
): string =>
  [
    `Message-ID: <${id}@customer.example>`,
    `From: ${from}`,
    'To: info@firm.example',
    `Date: ${date}`,
    `Subject: ${subject}`,
    'Content-Type: text/plain; charset=utf-8',
    '',
    text,
    '',
  ].join('\r\n')

beforeAll(async () => {
  database = await testDatabase()
  directory = mkdtempSync(join(tmpdir(), 'gallra-cli-'))
  mkdirSync(join(directory, 'mail'))
  const files: Record<string, string> = {
    'a.eml': mail(
      'a',
      'Mon, 02 Jun 2025 10:00:00 +0200',
      'Öppettider',
      'Hej! Vilka öppettider har butiken på lördag? Tack på förhand!',
    ),
    'b.eml': mail(
      'b',
      'Tue, 10 Nov 2026 10:00:00 +0100',
      'Reklamation av trasig lampa',
      'Lampan är trasig. Jag vill reklamera den och få pengarna tillbaka.',
      'Bob <bob@other.example>',
    ),
    'c.eml': mail(
      'c',
      'Wed, 11 Nov 2026 10:00:00 +0100',
      '=?utf-8?B?RmFydGxpZxtbMzFt?=',
      'Hej! Kan ni skicka en kopia av kvittot?',
      'Eve <eve@third.example>',
    ),
  }
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, 'mail', name), text)
  writeFileSync(join(directory, 'password'), 'secret\n')
})

afterAll(async () => {
  await database.drop()
  rmSync(directory, { recursive: true, force: true })
})

/** The verbs build on each other, as they do for whoever installs gallra. */
describe('the command line against a real database', () => {
  test('an account is added once, and its password is shown nowhere', async () => {
    // Port 1: nothing listens there.
    const add = [
      'account',
      'add',
      'imap://info@127.0.0.1:1',
      '--address',
      'info@firm.example',
      '--domain',
      'firm.example',
    ]
    expect(await call(...add)).toMatchObject({ exit: 2, err: expect.stringContaining('--password-file') })
    const first = await call(...add, '--password-file', join(directory, 'password'))
    expect(first).toMatchObject({ exit: 0, err: '' })
    const again = await call(...add, '--password-file', join(directory, 'password'))
    expect(again.exit).toBe(2)
    expect((await call(...add, '--password-file', join(directory, 'password'), '--replace')).exit).toBe(0)
    const list = await call('account', 'list', '--json')
    expect(list.out).toContain('firm.example')
    expect(list.out + first.out + again.err).not.toContain('secret')
  })

  test('a server that cannot be reached ends with 4, and nothing is lost by it', async () => {
    expect((await call('account', 'test')).exit).toBe(4)
    expect(await call('sync')).toMatchObject({ exit: 4, out: '', err: expect.stringContaining('127.0.0.1') })
  })

  test('staff are added and decide by name; an unknown one decides nothing', async () => {
    expect((await call('staff', 'add', 'Carol', '--role', 'admin')).exit).toBe(0)
    expect((await call('staff', 'list')).out).toContain('Carol')
    expect((await call('hold', 'm1', '--by', 'Nobody', '--reason', 'x')).exit).toBe(2)
  })

  test('an import archives, and run again finds everything known', async () => {
    const path = join(directory, 'mail')
    expect(await json('import', path)).toMatchObject({ read: 3, archived: 3, known: 0 })
    expect(await json('import', path)).toMatchObject({ read: 3, archived: 0, known: 3 })
    expect((await call('import', join(directory, 'missing'))).exit).toBe(2)
  })

  test('list filters, and a subject cannot command the terminal', async () => {
    const all = await json<Listed[]>('list')
    expect(all).toHaveLength(3)
    const complaint = await json<Listed[]>('list', '--case', 'complaints')
    expect(complaint.map(({ subject }) => subject)).toEqual(['Reklamation av trasig lampa'])
    expect(await json<Listed[]>('list', '--before', '2026-01-01')).toHaveLength(1)
    expect(await json<Listed[]>('list', '--after', '2026-11-10', '--before', '2026-11-11')).toHaveLength(1)
    expect(await json<Listed[]>('list', '--customer', complaint[0]!.customer!)).toHaveLength(1)
    const text = (await call('list')).out
    expect(text).toContain('Fartlig')
    expect(text).not.toContain('\u001b')
  })

  test('search finds inflections, limits by case and day, and says so when nothing is found', async () => {
    expect((await json<Listed[]>('search', 'lampa', 'case:complaints')).map(({ subject }) => subject)).toEqual([
      'Reklamation av trasig lampa',
    ])
    expect(await json<Listed[]>('search', 'from:bob@other.example')).toHaveLength(1)
    expect(await json<Listed[]>('search', 'lampa', 'before:2026')).toHaveLength(0)
    expect((await call('search', 'finnsinte')).out).toContain('Nothing found')
  })

  test('show tells text, evidence and retention in words, and that it was read is in the history', async () => {
    const [complaint] = await json<Listed[]>('list', '--case', 'complaints')
    const shown = await call('show', complaint!.id, '--by', 'Carol')
    expect(shown.exit).toBe(0)
    expect(shown.out).toContain('Jag vill reklamera den')
    expect(shown.out).toContain('complaint that is open')
    const { messages } = await json<{ messages: { history: { kind: string; actor: string }[] }[] }>(
      'show',
      complaint!.conversation,
    )
    expect(messages[0]!.history.filter(({ kind }) => kind === 'read').map(({ actor }) => actor)).toEqual([
      'staff:1',
      'cli',
    ])
    expect((await call('show', 'm999')).exit).toBe(2)
  })

  test('purge does nothing before it is armed, and preview and --why explain', async () => {
    expect((await call('purge')).exit).toBe(3)
    const [old] = await json<Listed[]>('list', '--before', '2026-01-01')
    const preview = await json<{
      armed: boolean
      accounts: { total: number; due: { id: string }[]; review: { id: string }[] }[]
    }>('purge', '--preview')
    expect(preview.armed).toBe(false)
    expect([...preview.accounts[0]!.due, ...preview.accounts[0]!.review].map(({ id }) => id)).toEqual([old!.id])
    const [complaint] = await json<Listed[]>('list', '--case', 'complaints')
    expect((await call('purge', '--why', complaint!.id)).out).toContain('kept until further notice')
  })

  test('an override keeps the accounting mark unless told otherwise, and a hold is placed and released', async () => {
    const [old] = await json<Listed[]>('list', '--before', '2026-01-01')
    const by = ['--by', 'Carol', '--reason', 'looked at it']
    expect((await call('override', old!.id, 'payments', '--mark', 'accounting-record', ...by)).exit).toBe(0)
    expect((await json<{ marks: string[] }>('override', old!.id, 'support', ...by)).marks).toEqual([
      'accounting-record',
    ])
    expect((await json<{ marks: string[] }>('override', old!.id, 'support', '--mark', 'none', ...by)).marks).toEqual([])
    expect((await call('override', old!.id, 'nonsense', ...by)).exit).toBe(2)
    const { hold } = await json<{ hold: string }>('hold', old!.id, ...by)
    expect((await call('purge', '--why', old!.id)).out).toContain(hold)
    expect((await call('release', hold, ...by)).exit).toBe(0)
    expect((await call('release', hold, ...by)).exit).toBe(2)
    expect((await call('approve', old!.id, 'm999', ...by)).exit).toBe(2)
  })

  test('a complaint is closed and reopened, and payments are noted', async () => {
    const [complaint] = await json<Listed[]>('list', '--case', 'complaints')
    const by = ['--by', 'carol', '--reason', 'settled']
    expect(
      (await call('complaint', 'close', complaint!.id, '--outcome', 'granted', '--consumer', '--business', ...by)).exit,
    ).toBe(2)
    expect(
      (
        await call(
          'complaint',
          'close',
          complaint!.conversation,
          '--outcome',
          'granted',
          '--delivered',
          '2026-10-01',
          '--consumer',
          ...by,
        )
      ).exit,
    ).toBe(0)
    expect((await json<Listed[]>('list', '--case', 'complaints'))[0]!.until).toBe('2027-11-24')
    expect((await call('complaint', 'reopen', complaint!.id, ...by)).exit).toBe(0)
    expect((await json<Listed[]>('list', '--case', 'complaints'))[0]!.until).toBeNull()
    expect((await call('payment', 'settled', complaint!.id, '--on', '2026-11-20', ...by)).exit).toBe(0)
    expect((await call('payment', 'transferred', complaint!.id, '--on', '20 nov', ...by)).exit).toBe(2)
  })

  test('armed, a later purge takes what is due, leaves a tombstone, and lift takes it back', async () => {
    const [old] = await json<Listed[]>('list', '--before', '2026-01-01')
    expect((await call('purge', 'arm', '--by', 'Carol')).exit).toBe(0)
    expect((await at('2027-01-15T08:00:00Z', 'purge')).err).toContain('127.0.0.1')
    expect((await call('show', old!.id)).exit).toBe(2)
    const [stone] = await json<{ id: string }[]>('tombstone', 'find', '<a@customer.example>')
    expect(await json('import', join(directory, 'mail'))).toMatchObject({ archived: 0, known: 2, tombstoned: 1 })
    expect((await call('tombstone', 'lift', stone!.id, '--by', 'Carol', '--reason', 'needed')).exit).toBe(0)
    expect(await json('import', join(directory, 'mail'))).toMatchObject({ archived: 1, known: 2 })
    expect((await call('purge', 'disarm', '--by', 'Carol')).exit).toBe(0)
  })

  test('status counts, doctor finds the unreachable server, rules and the audit chain hold', async () => {
    const { accounts } = await json<{ accounts: { messages: number; holds: number }[] }>('status')
    expect(accounts).toMatchObject([{ messages: 3, holds: 0 }])
    const doctor = await call('doctor')
    expect(doctor.exit).toBe(4)
    expect(doctor.out).toContain('127.0.0.1')
    expect(doctor.out).toContain('PostgreSQL')
    expect((await call('rules', 'explain', join(directory, 'mail', 'b.eml'))).out).toContain('complaint')
    expect((await call('audit', 'verify')).out).toContain('intact')
  })

  test('a removed account is no longer followed, and its archive stays readable', async () => {
    expect((await call('account', 'remove', 'info@firm.example')).exit).toBe(0)
    expect((await call('sync')).out).toBe('')
    expect(await json<Listed[]>('list')).toHaveLength(3)
  })
})

test('where there is no archive, reading makes none', async () => {
  const place = join(directory, 'nothing-here')
  expect(await gallra(['list'], { GALLRA_DATA: place })).toMatchObject({
    exit: 2,
    err: expect.stringContaining('gallra account add'),
  })
})

test('a labelled corpus is measured in an archive of its own', async () => {
  const line = {
    id: 'e1',
    conversation: 'k1',
    in_reply_to: null,
    date: '2026-01-05T10:00:00+01:00',
    from: { name: 'Alice', address: 'alice@customer.example' },
    to: ['info@firm.example'],
    subject: 'Reklamation',
    body: 'Lampan är trasig. Jag vill reklamera den.',
    attachments: [],
    case: 'other',
    complaint_thread: true,
    accounting_record: false,
  }
  const file = join(directory, 'corpus.jsonl')
  writeFileSync(file, `${JSON.stringify(line)}\n`)
  const { messages, errors } = await json<{ messages: number; errors: { id: string; got: string }[] }>(
    'evaluate',
    file,
    '--errors',
  )
  expect(messages).toBe(1)
  expect(errors).toMatchObject([{ id: 'e1', got: 'complaints' }])
  expect(await json<Listed[]>('list')).toHaveLength(3)
  expect((await call('evaluate', join(directory, 'password'))).exit).toBe(2)
  expect((await call('evaluate', join(directory, 'missing'))).exit).toBe(2)
})
