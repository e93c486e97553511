import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { PassThrough, Readable, Writable } from 'node:stream'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { run } from '../../src/cli/run.ts'
import { temporary } from '../harness/backup.ts'
import { testDatabase, type TestDatabase } from '../harness/postgres.ts'
import { gallra, type Outcome } from './capture.ts'

const NOW = new Date('2026-11-24T08:00:00Z')
let database: TestDatabase
let directory: string
let keys: string
let copy: string

beforeAll(async () => {
  database = await testDatabase()
  directory = temporary('cli-keys')
  keys = join(directory, 'keys')
  copy = join(directory, 'copy')
  mkdirSync(copy)
  expect((await call('staff', 'add', 'Carol', '--role', 'admin')).exit).toBe(0)
})
afterAll(async () => {
  await database.drop()
  rmSync(directory, { recursive: true, force: true })
})

const env = (more: NodeJS.ProcessEnv = {}) => ({
  DATABASE_URL: database.url,
  GALLRA_DATA: directory,
  GALLRA_KEYS: keys,
  LANG: 'en',
  ...more,
})
const call = (...argv: string[]): Promise<Outcome> => gallra(argv, env(), NOW)
const copying = (...argv: string[]): Promise<Outcome> => gallra(argv, env({ GALLRA_KEYS_COPY: copy }), NOW)
const master = () => readFileSync(join(keys, 'master.key'), 'utf8')

/** At a terminal: what is typed goes in, what is shown comes out. */
async function atTerminal(argv: string[], typed: string[]): Promise<Outcome> {
  const shown = { out: '', err: '' }
  const sink = (name: 'out' | 'err') =>
    Object.assign(
      new Writable({
        write(chunk: Buffer, _encoding, done) {
          shown[name] += chunk.toString()
          done()
        },
      }),
      { isTTY: true },
    )
  const stdin = Object.assign(new PassThrough(), { isTTY: true })
  for (const line of typed) stdin.write(`${line}\n`)
  stdin.end()
  const exit = await run(argv, { stdin, stdout: sink('out'), stderr: sink('err'), env: env(), clock: () => NOW })
  return { exit, ...shown }
}

async function piped(argv: string[], text: string): Promise<Outcome> {
  const shown = { out: '', err: '' }
  const sink = (name: 'out' | 'err') =>
    new Writable({ write: (chunk: Buffer, _encoding, done) => ((shown[name] += chunk.toString()), done()) })
  const exit = await run(argv, {
    stdin: Readable.from([text]),
    stdout: sink('out'),
    stderr: sink('err'),
    env: env(),
    clock: () => NOW,
  })
  return { exit, ...shown }
}

const linesOf = (out: string) => [...out.matchAll(/^ {2}\d\) {2}(.*)$/gm)].map((match) => match[1]!)

test('doctor says once what losing the keys means, and that the copy is current, away or another’s', async () => {
  const none = (await call('doctor')).out
  expect(none.match(/nobody can read the archive or its backups again/g)).toHaveLength(1)
  expect((await copying('doctor')).out).toContain('is current but on the same disk')
  for (const name of ['master.key', 'keyring.json'])
    expect(readFileSync(join(copy, name))).toEqual(readFileSync(join(keys, name)))
  const away = await gallra(['doctor'], env({ GALLRA_KEYS_COPY: join(directory, 'unplugged') }), NOW)
  expect(away).toMatchObject({ exit: 1, out: expect.stringContaining('cannot be reached') as string })
  const theirs = join(directory, 'theirs')
  const other = await testDatabase()
  expect(
    (
      await gallra(
        ['staff', 'add', 'Eve'],
        { DATABASE_URL: other.url, GALLRA_DATA: join(directory, 'other'), GALLRA_KEYS: theirs },
        NOW,
      )
    ).exit,
  ).toBe(0)
  await other.drop()
  const before = readFileSync(join(theirs, 'keyring.json'))
  expect(await gallra(['doctor'], env({ GALLRA_KEYS_COPY: theirs }), NOW)).toMatchObject({
    exit: 1,
    out: expect.stringContaining('another archive') as string,
  })
  expect(readFileSync(join(theirs, 'keyring.json'))).toEqual(before)
})

test('show tells epochs, ages and the copy, and no key', async () => {
  const shown = await gallra(
    ['keys', 'show', '--json'],
    env({ GALLRA_KEYS_COPY: copy }),
    new Date('2026-11-27T08:00:00Z'),
  )
  expect(JSON.parse(shown.out)).toMatchObject({
    epochs: [{ id: 1, beganOn: '2026-11-24', ageDays: 3, destroyedOn: null }],
    copy: { state: 'current' },
  })
  const text = await copying('keys', 'show')
  expect(text.out).toContain('2026-11-24')
  expect(shown.out + text.out).not.toContain(master().trim())
  expect((await gallra(['keys', 'show'], env({ GALLRA_KEYS: join(directory, 'nowhere') }), NOW)).exit).toBe(1)
})

test('the master key goes onto paper at a terminal only, and comes back from it with a slip of the hand', async () => {
  for (const refused of [await call('keys', 'paper'), await atTerminal(['keys', 'paper', '--json'], [])]) {
    expect(refused).toMatchObject({ exit: 2, out: '' })
    expect(refused.err).toContain('terminal')
  }
  const paper = await atTerminal(['keys', 'paper'], [])
  const lines = linesOf(paper.out)
  expect(lines).toHaveLength(7)
  const before = master()
  rmSync(join(keys, 'master.key'))
  expect((await call('status')).exit).toBe(1)

  const wrong = lines[2]!.replace(/^./, (sign) => (sign === '7' ? '8' : '7'))
  const typed = await atTerminal(
    ['keys', 'restore-master'],
    [lines[0]!, lines[1]!.toLowerCase(), wrong, ...lines.slice(2)],
  )
  expect(typed.err).toContain('Line 3 does not fit')
  expect(typed).toMatchObject({ exit: 0, out: expect.stringContaining('is in place') as string })
  expect(master()).toBe(before)
  expect((await call('status')).exit).toBe(0)
  expect(typed.out + typed.err).not.toContain(before.trim())
})

test('piped in it must be right at once; too short, mistyped or another archive’s changes nothing', async () => {
  const lines = linesOf((await atTerminal(['keys', 'paper'], [])).out)
  const before = master()
  expect(await piped(['keys', 'restore-master'], lines.join('\n'))).toMatchObject({ exit: 0 })
  expect(await piped(['keys', 'restore-master'], lines.slice(0, 6).join('\n'))).toMatchObject({
    exit: 2,
    err: expect.stringContaining('line 7') as string,
  })
  expect(await piped(['keys', 'restore-master'], lines.with(3, 'AAAA AAAA A').join('\n'))).toMatchObject({
    exit: 2,
    err: expect.stringContaining('line 4') as string,
  })
  expect(await piped(['keys', 'restore-master'], '')).toMatchObject({ exit: 2 })
  const mine = join(directory, 'mine')
  cpSync(keys, mine, { recursive: true })
  cpSync(join(directory, 'theirs', 'keyring.json'), join(keys, 'keyring.json'))
  expect(await piped(['keys', 'restore-master'], lines.join('\n'))).toMatchObject({
    exit: 2,
    err: expect.stringContaining('does not open') as string,
  })
  cpSync(join(mine, 'keyring.json'), join(keys, 'keyring.json'))
  expect(master()).toBe(before)
})

test('a master key that lies there and opens nothing is set aside', async () => {
  const lines = linesOf((await atTerminal(['keys', 'paper'], [])).out)
  writeFileSync(join(keys, 'master.key'), `${Buffer.alloc(32, 5).toString('base64url')}\n`)
  const done = await piped(['keys', 'restore-master'], lines.join('\n'))
  expect(done.out).toContain(`${join(keys, 'master.key')}.20261124080000`)
  expect((await call('status')).exit).toBe(0)
})

test('rotate changes the master key under the running archive, its copy too; the old paper opens no more', async () => {
  const lines = linesOf((await atTerminal(['keys', 'paper'], [])).out)
  const before = master()
  expect((await call('keys', 'rotate')).exit).toBe(2)
  expect((await call('keys', 'rotate', '--by', 'Nobody')).exit).toBe(2)
  const rotated = await copying('keys', 'rotate', '--by', 'Carol')
  expect(rotated).toMatchObject({ exit: 0, err: '' })
  expect(rotated.out).toContain('gallra keys paper')
  expect(master()).not.toBe(before)
  expect(readFileSync(join(copy, 'master.key'), 'utf8')).toBe(master())
  expect((await call('staff', 'list')).out).toContain('Carol')
  expect((await gallra(['staff', 'list'], env({ GALLRA_KEYS: copy }), NOW)).out).toContain('Carol')
  expect(await piped(['keys', 'restore-master'], lines.join('\n'))).toMatchObject({
    exit: 2,
    err: expect.stringContaining('does not open') as string,
  })
  expect((await call('audit', 'verify')).out).toContain('intact')
})
