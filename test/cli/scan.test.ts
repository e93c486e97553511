import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { flipped } from '../harness/archive.ts'
import { testDatabase, type TestDatabase } from '../harness/postgres.ts'
import { buildProgram, runProgram } from '../harness/program.ts'
import { gallra, type Outcome } from './capture.ts'

const NOW = new Date('2026-11-24T08:00:00Z')
let database: TestDatabase
let directory: string
let pool: pg.Pool

const call = (...argv: string[]): Promise<Outcome> =>
  gallra(argv, { DATABASE_URL: database.url, GALLRA_DATA: directory, LANG: 'en_GB.UTF-8' }, NOW)

interface Scanned {
  scanned: number
  count: number
  messages: {
    id: string
    strength: string
    subject: string
    customer: string | null
    state: string
    byCustomer: boolean
    matches: { kind: string; field: string; found: string }[]
  }[]
}

async function scan(...argv: string[]): Promise<Scanned> {
  const { out, err, exit } = await call('scan', ...argv, '--json')
  expect({ err, exit }).toEqual({ err: '', exit: 0 })
  return JSON.parse(out) as Scanned
}

const mail = (id: string, subject: string, text: string, from: string): string =>
  [
    `Message-ID: <${id}@customer.example>`,
    `From: ${from}`,
    'To: info@firm.example',
    'Date: Mon, 02 Nov 2026 10:00:00 +0100',
    `Subject: ${subject}`,
    'Content-Type: text/plain; charset=utf-8',
    '',
    text,
    '',
  ].join('\r\n')

beforeAll(async () => {
  database = await testDatabase()
  pool = new pg.Pool({ connectionString: database.url })
  directory = mkdtempSync(join(tmpdir(), 'gallra-scan-'))
  mkdirSync(join(directory, 'mail'))
  const files: Record<string, string> = {
    a: mail('a', 'Order', 'Min order A-10457 är sen.', 'Alice Lind <alice@customer.example>'),
    b: mail('b', 'Tips', 'Fråga Alice Linds man, 070-174 06 05.', 'Bob <bob@other.example>'),
    c: mail('c', 'Annat', 'Hej från fru Lind.', 'Eve <eve@third.example>'),
    d: mail('d', 'Inget', 'Vädret är fint.', 'Dan <dan@fourth.example>'),
  }
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, 'mail', `${name}.eml`), text)
  writeFileSync(join(directory, 'password'), 'secret\n')
  const add = [
    'account',
    'add',
    'imap://info@127.0.0.1:1',
    '--address',
    'info@firm.example',
    '--domain',
    'firm.example',
    '--password-file',
    join(directory, 'password'),
  ]
  expect((await call(...add)).exit).toBe(0)
  expect((await call('staff', 'add', 'Carol', '--role', 'dpo')).exit).toBe(0)
  expect((await call('import', join(directory, 'mail'))).exit).toBe(0)
})

afterAll(async () => {
  await pool.end()
  await database.drop()
  rmSync(directory, { recursive: true, force: true })
})

describe('scan', () => {
  test('tells each message with what was found, how sure and where; the surest first', async () => {
    const { scanned, messages } = await scan('--address', 'alice@customer.example', '--name', 'Alice Lind')
    expect(scanned).toBe(4)
    expect(messages.map(({ subject, strength }) => [subject, strength])).toEqual([
      ['Order', 'identifier'],
      ['Tips', 'name'],
      ['Annat', 'weak'],
    ])
    expect(messages[0]!.matches).toContainEqual(
      expect.objectContaining({ kind: 'address', field: 'from', found: 'alice@customer.example' }),
    )
    expect(messages[1]!.matches).toEqual([
      expect.objectContaining({ kind: 'name', field: 'text', found: 'Alice Lind' }),
    ])
  })

  test('by phone and order number, and limited mail is told like any other', async () => {
    await pool.query(`UPDATE "Message" SET "state" = 'limited'`)
    expect((await scan('--phone', '+46 70 174 06 05')).messages).toMatchObject([{ subject: 'Tips', state: 'limited' }])
    expect((await scan('--number', 'a10457')).messages).toMatchObject([{ subject: 'Order' }])
    await pool.query(`UPDATE "Message" SET "state" = 'active'`)
  })

  test('by customer: all that is filed there, and what the names and addresses on the card find', async () => {
    const { customer } = (await scan('--address', 'alice@customer.example')).messages[0]!
    const { messages } = await scan('--customer', customer!)
    expect(messages.map(({ subject, byCustomer }) => [subject, byCustomer])).toEqual([
      ['Order', true],
      ['Tips', false],
      ['Annat', false],
    ])
    expect((await call('scan', '--customer', 'k999')).exit).toBe(2)
  })

  test('in words, in both languages', async () => {
    const english = await call('scan', '--address', 'alice@customer.example', '--name', 'Alice Lind')
    expect(english.out).toContain(
      '3 of 4 messages concern the person: 1 certain (address, number or customer), 1 with the whole name, 1 possible.',
    )
    expect(english.out).toMatch(/m\d+ .*certain .*name \(from\), address \(from\).*Order/)
    expect((await call('scan', '--lang', 'sv', '--phone', '0701740605')).out).toContain(
      '1 av 4 meddelanden rör personen',
    )
  })

  test('wrong use is told by the option, never by the value', async () => {
    for (const [option, value] of [
      ['--address', 'alice'],
      ['--phone', '12'],
      ['--personal-number', '900101-2386'],
      ['--number', 'x'],
      ['--name', 'A'],
    ] as const) {
      const { exit, err, out } = await call('scan', option, value)
      expect({ exit, out }).toEqual({ exit: 2, out: '' })
      expect(err).toContain(option)
      expect(err.replaceAll(option, '')).not.toContain(`${value} `)
    }
    expect((await call('scan')).exit).toBe(2)
  })

  test('every scan is an event with ids and who asked; nothing of the person is in it', async () => {
    await scan('--name', 'Alice Lind', '--by', 'Carol')
    expect((await scan('--name', 'Nobody Known')).count).toBe(0)
    const { rows } = await pool.query<{ actor: string; payload: object }>(
      `SELECT "actor", "payload" FROM "AuditEvent" WHERE "kind" = 'scanned' ORDER BY "seq" DESC LIMIT 2`,
    )
    expect(rows).toEqual([
      { actor: 'cli', payload: { scanned: 4, messages: [] } },
      {
        actor: 'staff:1',
        payload: { scanned: 4, messages: [expect.any(Number), expect.any(Number), expect.any(Number)] },
      },
    ])
    expect((await call('audit', 'verify')).exit).toBe(0)
  })

  test('the shipped program does the same with its threads; a broken seal ends with 1 and is told', async () => {
    buildProgram()
    const env = { DATABASE_URL: database.url, GALLRA_DATA: directory }
    const run = async (...argv: string[]) => {
      const running = runProgram(['scan', ...argv], env)
      return { exit: await running.ended, out: running.printed(), err: running.said() }
    }
    const { exit, out } = await run('--name', 'Alice Lind', '--json')
    expect({ exit, count: (JSON.parse(out) as Scanned).count }).toEqual({ exit: 0, count: 3 })
    await pool.query(`UPDATE "Message" SET ${flipped('sealedContent')} WHERE "id" = (SELECT max("id") FROM "Message")`)
    expect(await run('--phone', '0701740605')).toMatchObject({
      exit: 1,
      out: expect.stringContaining('NOT COMPLETE: 1'),
    })
  })
})
