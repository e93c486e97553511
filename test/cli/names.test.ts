/** Cases, marks, states, outcomes and roles: shown by their names, taken by code or name in either language. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { testDatabase, type TestDatabase } from '../harness/postgres.ts'
import { gallra, type Outcome } from './capture.ts'

const NOW = new Date('2026-11-24T08:00:00Z')
let database: TestDatabase
let directory: string

const call = (language: string, ...argv: string[]): Promise<Outcome> =>
  gallra([...argv, '--lang', language], { DATABASE_URL: database.url, GALLRA_DATA: directory }, NOW)
async function ok(language: string, ...argv: string[]): Promise<string> {
  const { exit, out, err } = await call(language, ...argv)
  expect({ exit, err, argv }).toEqual({ exit: 0, err: '', argv })
  return out
}
const json = async (...argv: string[]): Promise<unknown> => JSON.parse(await ok('sv', ...argv, '--json'))
const DECIDING = ['--by', 'Carol', '--reason', 'test']

const MAIL = [
  'Message-ID: <a@kund.example>',
  'From: Eva Ek <eva@kund.example>',
  'To: info@firm.example',
  'Date: Mon, 02 Nov 2026 10:00:00 +0100',
  'Subject: Reklamation',
  'Content-Type: text/plain; charset=utf-8',
  '',
  'Lampan är trasig. Jag vill reklamera den.',
  '',
].join('\r\n')

beforeAll(async () => {
  database = await testDatabase()
  directory = mkdtempSync(join(tmpdir(), 'gallra-names-'))
  mkdirSync(join(directory, 'mail'))
  writeFileSync(join(directory, 'mail', 'a.eml'), MAIL)
  writeFileSync(join(directory, 'password'), 'secret\n')
  const login = ['--address', 'info@firm.example', '--domain', 'firm.example']
  const password = ['--password-file', join(directory, 'password')]
  await ok('sv', 'account', 'add', 'imap://info@127.0.0.1:1', ...login, ...password)
  await ok('sv', 'import', join(directory, 'mail'))
})
afterAll(async () => {
  await database.drop()
  rmSync(directory, { recursive: true, force: true })
})

test('a role, by its name in either language', async () => {
  expect(await ok('sv', 'staff', 'add', 'Dan', '--role', 'privacy lead')).toContain('dataskyddsansvarig')
  expect(await ok('en', 'staff', 'add', 'Carol', '--role', 'handläggare')).toContain('handler')
  expect(await json('staff', 'list')).toMatchObject([
    { name: 'Dan', role: 'dpo' },
    { name: 'Carol', role: 'staff' },
  ])
})

describe('a case', () => {
  test.each([
    ['sv', 'betalningar', 'Betalning, obetald faktura'],
    ['en', 'Betalning', 'Payment, unpaid invoice'],
    ['sv', 'payments', 'Betalning, obetald faktura'],
  ])('override in %s with %s', async (language, name, shown) => {
    const out = await ok(language, 'override', 'm1', name, '--mark', 'obetald', ...DECIDING)
    expect(out).toContain(`m1: ${shown}.`)
    expect(await json('list')).toMatchObject([{ case: 'payments', marks: ['unpaid'] }])
  })

  test('marks by name; none of them in either language', async () => {
    const given = ['override', 'm1', 'reklamationer', '--mark', 'öppen-reklamation', '--mark', 'accounting record']
    expect(await json(...given, ...DECIDING)).toMatchObject({
      case: 'complaints',
      marks: ['open-complaint', 'accounting-record'],
    })
    expect(await json('override', 'm1', 'complaints', '--mark', 'inga', ...DECIDING)).toMatchObject({ marks: [] })
  })

  test('list, show, search and purge --why name it in the reader’s language', async () => {
    expect(await ok('sv', 'list', '--case', 'reklamationer')).toMatch(/^m1 .* Reklamation .* person /m)
    expect(await ok('en', 'list', '--case', 'reklamation')).toMatch(/^m1 .* Complaint .* person /m)
    expect(await ok('sv', 'list', '--case', 'betalningar')).toContain('Inget hittades')
    expect(await json('list', '--state', 'sparas')).toHaveLength(1)
    expect(await ok('sv', 'show', 'm1')).toMatch(/Reklamation – bestämt/)
    expect(await ok('en', 'show', 'm1')).toMatch(/Complaint – decided/)
    for (const name of ['reklamationer', 'complaints', 'Reklamation'])
      expect(await json('search', `case:${name}`)).toMatchObject([{ id: 'm1', case: 'complaints' }])
    expect(await ok('sv', 'search', 'ärende:reklamation')).toContain('Reklamation')
    expect(await ok('sv', 'status')).toContain('Reklamationer: 1')
    expect(await ok('en', 'status')).toContain('Complaints: 1')
  })

  test('a folder for it', async () => {
    expect(await ok('sv', 'folders', 'map', 'reklamationer', 'Ärenden/Fel')).toContain('Reklamationer')
    expect(await ok('en', 'folders', 'unmap', 'övrigt')).toContain('Other')
    expect(await json('folders', 'filing', 'på')).toMatchObject({
      filing: true,
      names: { complaints: 'Ärenden/Fel', other: null },
    })
  })
})

test('the outcome of a complaint', async () => {
  const close = (language: string, outcome: string) =>
    ok(language, 'complaint', 'close', 'm1', '--outcome', outcome, ...DECIDING)
  expect(await close('sv', 'godtagen')).toContain('(godtagen)')
  expect(await close('en', 'avslagen')).toContain('(refused)')
  expect(await ok('sv', 'show', 'c1')).toContain('(avslagen)')
  expect(await json('show', 'c1')).toMatchObject({ conversation: { complaintOutcome: 'refused' } })
})

describe('a wrong word', () => {
  test.each([
    [['list', '--case', 'fel'], 'Reklamationer', 'Complaints'],
    [['list', '--state', 'fel'], 'att granska', 'bookkeeping only'],
    [['override', 'm1', 'fel', ...DECIDING], 'Reklamationer', 'Complaints'],
    [['override', 'm1', 'support', '--mark', 'fel', ...DECIDING], 'skräppost', 'spam'],
    [['complaint', 'close', 'm1', '--outcome', 'fel', ...DECIDING], 'omtvistad', 'disputed'],
    [['folders', 'map', 'fel', 'X'], 'Dataskydd', 'Data protection'],
    [['staff', 'add', 'Eva', '--role', 'fel'], 'handläggare', 'handler'],
  ])('%j ends with 2 and lists the names of the language', async (argv, sv, en) => {
    for (const [language, name] of [
      ['sv', sv],
      ['en', en],
    ] as const) {
      const { exit, err, out } = await call(language, ...argv)
      expect({ exit, out }).toEqual({ exit: 2, out: '' })
      expect(err).toContain(name)
    }
  })
})

test('the help shows the names of its language', async () => {
  expect((await call('sv', 'list', '--help')).out).toContain('Betalningar')
  expect((await call('en', 'list', '--help')).out).toContain('Payments')
  expect((await call('en', 'complaint', 'close', '--help')).out).toContain('accepted')
})
