import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough, Writable } from 'node:stream'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { run } from '../../src/cli/run.ts'
import { createPool } from '../../src/store/postgres/sql.ts'
import { testDatabase, type TestDatabase } from '../harness/postgres.ts'
import { gallra, type Outcome } from './capture.ts'

const NOW = new Date('2026-11-24T08:00:00Z')
let database: TestDatabase
let directory: string
let pool: ReturnType<typeof createPool>

const env = () => ({ DATABASE_URL: database.url, GALLRA_DATA: directory, LANG: 'en' })
const call = (...argv: string[]): Promise<Outcome> => gallra(argv, env(), NOW)
const mail = (id: string, date: string, subject: string, text: string) =>
  [
    `Message-ID: <${id}@kund.example>`,
    `From: ${id} <${id}@kund.example>`,
    'To: info@promix.se',
    `Date: ${date}`,
    `Subject: ${subject}`,
    'Content-Type: text/plain; charset=utf-8',
    '',
    text,
    '',
    '> gammalt citat',
    '',
  ].join('\r\n')

beforeAll(async () => {
  database = await testDatabase()
  pool = createPool(database.url)
  directory = mkdtempSync(join(tmpdir(), 'gallra-review-'))
  mkdirSync(join(directory, 'mail'))
  const files: Record<string, string> = {
    'a.eml': mail(
      'alice',
      'Mon, 02 Jun 2025 10:00:00 +0200',
      'Öppettider',
      `Hej! Vilka öppettider har ni på lördag?\u001b[31m\r\n${'rad\r\n'.repeat(60)}`,
    ),
    'b.eml': mail('bob', 'Tue, 10 Nov 2026 10:00:00 +0100', 'Frågan', 'Hej! Hur monterar jag hyllan?'),
    'c.eml': mail(
      'eve',
      'Wed, 03 Dec 2025 10:00:00 +0100',
      'Frågan om lampan',
      'Lampan lyser svagt. Vad gör vi åt det?',
    ),
  }
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, 'mail', name), text)
  writeFileSync(join(directory, 'password'), 'secret\n')
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
        join(directory, 'password'),
      )
    ).exit,
  ).toBe(0)
  expect((await call('staff', 'add', 'Carol')).exit).toBe(0)
  expect((await call('import', join(directory, 'mail'))).exit).toBe(0)
})
afterAll(async () => {
  await pool.end()
  await database.drop()
  rmSync(directory, { recursive: true, force: true })
})

const idOf = async (name: string) =>
  (
    await pool.query<{ id: number }>('SELECT "id" FROM "Message" WHERE date_trunc(\'day\', "receivedAt") = $1', [
      { alice: '2025-06-02', bob: '2026-11-10', eve: '2025-12-03' }[name],
    ])
  ).rows[0]!.id
const rowOf = async (name: string) =>
  (
    await pool.query<Record<string, unknown>>(
      `SELECT "case", "marks", "caseBy", "uncertain", "mayBeComplaint", "state", "archiveUntil", "notBefore",
         "approvedAt"
       FROM "Message" WHERE "id" = $1`,
      [await idOf(name)],
    )
  ).rows[0]!

/**
 * All three wait; Eve's may be a complaint and is due within 14 days. What the rules said is in the evidence, which
 * undo goes back to.
 */
beforeEach(async () => {
  await pool.query(`DELETE FROM "Override"`)
  await pool.query(
    `UPDATE "Message" SET "state" = 'review', "uncertain" = true, "mayBeComplaint" = false, "case" = 'support',
       "caseBy" = 'rule', "marks" = '{}', "approvedAt" = NULL, "approvedBy" = NULL, "notBefore" = NULL`,
  )
  await pool.query(`UPDATE "Message" SET "mayBeComplaint" = true, "dueOn" = '2026-12-04' WHERE "id" = $1`, [
    await idOf('eve'),
  ])
})

/** At a terminal: keys are typed as they are asked for. */
async function typing(keys: string, ...argv: string[]): Promise<Outcome & { screens: string[] }> {
  const shown = { out: '', err: '' }
  const stdin = Object.assign(new PassThrough(), { isTTY: true })
  const sink = (name: 'out' | 'err') =>
    Object.assign(
      new Writable({
        write(chunk: Buffer, _encoding, done) {
          shown[name] += chunk.toString()
          done()
        },
      }),
      { isTTY: true, rows: 40 },
    )
  stdin.write(keys)
  const exit = await run(['review', 'next', ...argv], {
    stdin,
    stdout: sink('out'),
    stderr: sink('err'),
    env: env(),
    clock: () => NOW,
  })
  return { exit, ...shown, screens: shown.err.split('\u001b[2J\u001b[3J\u001b[H').slice(1, -1) }
}

test('not a terminal: says so, points to the list and decides nothing', async () => {
  expect(await call('review', 'next', '--by', 'Carol')).toMatchObject({
    exit: 2,
    out: '',
    err: expect.stringContaining('gallra list --review'),
  })
  expect((await call('review', 'next')).exit).toBe(2)
  expect((await typing('q', '--by', 'Nobody')).exit).toBe(2)
})

test('the dangerous comes first: new text, reasons, what each key does; nothing commands the terminal', async () => {
  const { screens, out, exit } = await typing('nnn', '--by', 'Carol')
  expect(exit).toBe(0)
  expect(screens).toHaveLength(3)
  const [first, second, third] = screens as [string, string, string]
  expect(first).toContain(`m${await idOf('eve')} `)
  expect(first).toContain('1 of 3')
  expect(first).toContain('Lampan lyser svagt. Vad gör vi åt det?')
  expect(first).not.toContain('gammalt citat')
  expect(first).toContain('may be a complaint')
  expect(first).toMatch(/1 Support +Kept up to and including 2026-12-03\./)
  expect(first).toMatch(/3 Complaint +Kept until further notice\./)
  expect(second).toContain(`m${await idOf('alice')} `)
  expect(second).toMatch(/… \d+ more lines: gallra show m\d+/)
  expect(second).not.toContain('\u001b')
  expect(third).toContain(`m${await idOf('bob')} `)
  expect(out).toContain('0 decided, 0 approved, 3 skipped, 3 left')
})

test('one key decides, by whom and why is on record, and what was seen is in the history', async () => {
  const { out, exit } = await typing('3an', '--by', 'Carol', '--json')
  expect(exit).toBe(0)
  expect(JSON.parse(out)).toEqual({
    decided: 1,
    approved: 1,
    skipped: 1,
    left: 1,
    messages: [
      { id: `m${await idOf('eve')}`, act: 'decided' },
      { id: `m${await idOf('alice')}`, act: 'approved' },
      { id: `m${await idOf('bob')}`, act: 'skipped' },
    ],
  })
  expect(await rowOf('eve')).toMatchObject({
    case: 'complaints',
    caseBy: 'staff',
    uncertain: false,
    archiveUntil: null,
  })
  expect((await rowOf('alice'))['approvedAt']).not.toBeNull()
  expect(await rowOf('bob')).toMatchObject({ state: 'review', approvedAt: null })
  const history = (
    JSON.parse((await call('show', `m${await idOf('eve')}`, '--json')).out) as {
      messages: { history: { kind: string; actor: string }[] }[]
    }
  ).messages[0]!.history
  expect(
    history
      .filter(({ kind }) => kind === 'override' || kind === 'read')
      .slice(-3)
      .map(({ actor }) => actor),
  ).toEqual(['staff:1', 'staff:1', 'cli'])
})

test.each(['1', '3'])('a message decided with %s is not asked about again', async (key) => {
  await typing(`${key}q`, '--by', 'Carol')
  const { screens } = await typing('q', '--by', 'Carol')
  expect(screens[0]).not.toContain(`m${await idOf('eve')} `)
})

test('undo takes back the last one, and again the one before; the queue is as it was', async () => {
  const { exit, screens, out } = await typing('3auuuq', '--by', 'Carol')
  expect(exit).toBe(0)
  expect(screens[3]).toContain('undone')
  expect(screens[5]).toContain('nothing to undo')
  expect(screens[5]).toContain(`m${await idOf('eve')} `)
  expect(out).toContain('0 decided, 0 approved, 0 skipped, 3 left')
  expect(await rowOf('eve')).toMatchObject({ caseBy: 'rule' })
  expect((await rowOf('alice'))['approvedAt']).toBeNull()
  expect((await call('audit', 'verify')).exit).toBe(0)
})

test.each(['\u0003', '\u0004', '\u001b', 'Q'])('key %j quits without deciding', async (key) => {
  const { exit, out } = await typing(key, '--by', 'Carol')
  expect({ exit, out: out.trim() }).toEqual({ exit: 0, out: '0 decided, 0 approved, 0 skipped, 3 left.' })
})
