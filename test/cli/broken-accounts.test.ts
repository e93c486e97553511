import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startImapServer, type ImapServer } from '../../src/demo/imap-server/server.ts'
import { collectExamples } from '../../src/pipeline/learn/collect-examples.ts'
import { runJob, type Daemon } from '../../src/serve.ts'
import { listUnreadableExamples, removeUnreadableExamples } from '../../src/store/learning/training-examples.ts'
import { withLeases } from '../../src/store/postgres/lease.ts'
import { flipped, RULES } from '../harness/archive.ts'
import { openArchive } from '../../src/store/opening/open-archive.ts'
import { MIGRATIONS_DIRECTORY } from '../../src/config.ts'
import { buildProgram, runProgram } from '../harness/program.ts'
import { testDatabase, type TestDatabase } from '../harness/postgres.ts'
import { gallra, type Outcome } from './capture.ts'

const NOW = new Date('2026-11-24T08:00:00Z')
const FIRST = 'info@firm.example'
const SECOND = 'order@firm.example'

let database: TestDatabase
let server: ImapServer
let directory: string

const call = (...argv: string[]): Promise<Outcome> =>
  gallra(argv, { DATABASE_URL: database.url, GALLRA_DATA: directory, LANG: 'en' }, NOW)
const add = (user: string, ...more: string[]) =>
  call(
    'account',
    'add',
    `imap://${encodeURIComponent(user)}@127.0.0.1:${server.port}`,
    '--domain',
    'firm.example',
    '--password-file',
    join(directory, 'password'),
    ...more,
  )
const deliver = (user: string, id: string) =>
  server.deliver(
    user,
    Buffer.from(
      [
        `Message-ID: <${id}@customer.example>`,
        'From: Alice <alice@customer.example>',
        `To: ${user}`,
        'Date: Fri, 20 Nov 2026 10:00:00 +0100',
        `Subject: Fråga ${id}`,
        'Content-Type: text/plain; charset=utf-8',
        '',
        `Hej! Hur byter jag lampan ${id}?`,
        '',
      ].join('\r\n'),
    ),
    { internalDate: new Date('2026-11-20T09:00:00Z') },
  )
async function withArchive<T>(work: (archive: Awaited<ReturnType<typeof openArchive>>) => Promise<T>): Promise<T> {
  const archive = await openArchive(
    {
      dataDirectory: directory,
      keysDirectory: join(directory, 'keys'),
      migrationsDirectory: MIGRATIONS_DIRECTORY,
      databaseUrl: database.url,
    },
    NOW,
  )
  return work(archive).finally(() => archive.close())
}
const flip = (table: 'Account' | 'Staff', column: 'wrappedKey' | 'sealed', id: number) =>
  withArchive(({ pool }) => pool.query(`UPDATE "${table}" SET ${flipped(column)} WHERE "id" = $1`, [id]))

beforeEach(async () => {
  database = await testDatabase()
  directory = mkdtempSync(join(tmpdir(), 'gallra-cli-'))
  server = await startImapServer({ users: { [FIRST]: 'right', [SECOND]: 'right' }, directory: null })
  writeFileSync(join(directory, 'password'), 'right\n')
  await add(FIRST)
  await add(SECOND)
  for (const name of ['Carol', 'David']) await call('staff', 'add', name, '--role', 'admin')
  deliver(FIRST, 'ett')
  deliver(SECOND, 'två')
  expect((await call('sync')).exit).toBe(0)
})
afterEach(async () => {
  await server.close()
  await database.drop()
  rmSync(directory, { recursive: true, force: true })
})

describe.each(['wrappedKey', 'sealed'] as const)('an account whose row does not open (%s)', (column) => {
  beforeEach(() => flip('Account', column, 1))
  const told = expect.stringContaining('Account 1 cannot be decrypted') as string

  it('is told by id with what to do, and stops nothing of the others', async () => {
    deliver(SECOND, 'tre')
    expect(await call('sync')).toMatchObject({
      exit: 1,
      out: expect.stringContaining('1 archived') as string,
      err: told,
    })
    expect(await call('sync', SECOND)).toMatchObject({ exit: 0 })
    expect(await call('list')).toMatchObject({
      exit: 0,
      out: expect.stringContaining('Fråga tre') as string,
      err: told,
    })
    expect(await call('search', 'lampan')).toMatchObject({
      exit: 0,
      out: expect.stringContaining('Fråga två') as string,
      err: told,
    })
    expect(await call('status')).toMatchObject({ exit: 0, out: expect.stringContaining(SECOND) as string, err: told })
    expect((await call('purge', '--preview')).exit).toBe(0)
    expect((await call('purge', 'arm', '--by', 'Carol')).exit).toBe(0)
    expect(await call('purge')).toMatchObject({ exit: 1, out: expect.stringContaining(SECOND) as string, err: told })
    expect((await call('repair', '--by', 'Carol')).exit).toBe(1)
    const doctor = await call('doctor')
    expect(doctor.exit).toBe(1)
    expect(doctor.out).toMatch(/Account 1 cannot be decrypted.*gallra account add/)
    expect(doctor.out).toContain(`${SECOND}: `)
  })

  it('is named when it is the one asked for, by id, address or one of its messages', async () => {
    for (const argv of [
      ['sync', '1'],
      ['sync', FIRST],
      ['show', 'm1'],
      ['list', '--account', FIRST],
      ['folders', 'list', '--account', '1'],
    ]) {
      expect({ argv, ...(await call(...argv)) }).toMatchObject({ exit: 1, err: told })
    }
    // Which of two is meant is not guessed from which one opens.
    expect((await call('folders', 'list')).exit).toBe(2)
  })

  it('makes no scan that leaves its mail out pass for whole', async () => {
    expect(await call('scan', '--address', 'alice@customer.example')).toMatchObject({ exit: 1, out: '', err: told })
    expect(await call('scan', '--address', 'alice@customer.example', '--account', SECOND)).toMatchObject({ exit: 0 })
  })

  it('is the same account again after account add', async () => {
    expect((await add(FIRST)).exit).toBe(0)
    deliver(FIRST, 'fyra')
    expect(await call('sync')).toMatchObject({ exit: 0, err: '' })
    expect(JSON.parse((await call('account', 'list', '--json')).out)).toMatchObject([
      { id: 1, address: FIRST },
      { id: 2, address: SECOND },
    ])
    expect((await call('show', 'm1')).exit).toBe(0)
    expect((await call('search', 'fyra')).out).toContain('Fråga fyra')
    expect(await call('doctor')).toMatchObject({ exit: 0 })
  })

  it('keeps no job of the daemon from the others', async () => {
    await call('purge', 'arm', '--by', 'Carol')
    await call('override', 'm1', 'payments', '--by', 'Carol', '--reason', 'x', '--account', FIRST)
    const lines: Record<string, unknown>[] = []
    const log = pino(
      { level: 'info' },
      { write: (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>) },
    )
    await withArchive((archive) =>
      withLeases(database.url, async (leases) => {
        for (const job of ['purge', 'digest', 'epochs', 'outbox'] as const)
          await runJob({ archive, rules: RULES, log, leases } as unknown as Daemon, job, NOW)
      }),
    )
    expect(lines).toContainEqual(expect.objectContaining({ account: 2, msg: 'purged' }))
    // Nobody has said how mail is to be sent.
    expect(lines.filter(({ msg }) => msg === 'job failed')).toMatchObject([
      { job: 'digest', err: { code: 'smtp-missing' } },
    ])
  })
})

it('serve follows the other accounts, says which it cannot, and takes it up when it opens again', async () => {
  buildProgram()
  await flip('Account', 'sealed', 1)
  deliver(FIRST, 'fem')
  deliver(SECOND, 'sex')
  const serve = runProgram(['serve'], { DATABASE_URL: database.url, GALLRA_DATA: directory })
  const found = async (word: string) => (await call('search', word)).out.includes(`Fråga ${word}`)
  await expect.poll(() => found('sex'), { timeout: 60_000, interval: 300 }).toBe(true)
  expect(serve.said().match(/the account cannot be decrypted/g)).toHaveLength(1)
  expect(await found('fem')).toBe(false)
  await add(FIRST)
  await expect.poll(() => found('fem'), { timeout: 60_000, interval: 300 }).toBe(true)
  serve.child.kill('SIGTERM')
  expect(await serve.ended).toBe(0)
})

it('what an account that cannot be decrypted has taught is left out and told, and made again when it can', async () => {
  for (const id of ['m1', 'm2'])
    expect((await call('override', id, 'payments', '--by', 'Carol', '--reason', 'x')).exit).toBe(0)
  await flip('Account', 'sealed', 1)
  const collect = () =>
    withArchive(async (archive) => {
      await collectExamples(archive, RULES.rulebook, () => NOW)
      return listUnreadableExamples(archive, RULES.rulebook.version)
    })
  expect(await collect()).toMatchObject([{ accountId: 1 }])
  await add(FIRST)
  await withArchive((archive) => removeUnreadableExamples(archive, RULES.rulebook.version))
  expect(await collect()).toEqual([])
})

it('the weekly letter says which account is not in it', async () => {
  await flip('Account', 'sealed', 1)
  const { exit, out } = await call('digest', 'preview')
  expect(exit).toBe(0)
  expect(out).toContain('Account 1 cannot be decrypted and is not in this letter')
  expect(out).toContain(SECOND)
  expect(out).not.toContain(FIRST)
})

it('of accounts only one that does not open: the verbs say so', async () => {
  await withArchive(({ pool }) => pool.query('DELETE FROM "Account" WHERE "id" = 2'))
  await flip('Account', 'sealed', 1)
  expect(await call('list')).toMatchObject({
    exit: 1,
    err: expect.stringContaining('Account 1 cannot be decrypted') as string,
  })
  expect((await call('doctor')).out).toContain('Account 1 cannot be decrypted')
})

describe.each(['wrappedKey', 'sealed'] as const)('a staff member whose row does not open (%s)', (column) => {
  it('stops nobody else, is told, and is the same person again after staff add', async () => {
    const staff = JSON.parse((await call('staff', 'list', '--json')).out) as { id: number; name: string }[]
    await flip('Staff', column, staff[0]!.id)
    expect((await call('approve', 'm1', '--by', 'David', '--reason', 'x')).exit).toBe(0)
    for (const by of ['carol', String(staff[0]!.id)]) {
      expect(await call('approve', 'm1', '--by', by, '--reason', 'x')).toMatchObject({
        exit: 1,
        err: expect.stringContaining('gallra staff add') as string,
      })
    }
    expect(await call('approve', 'm1', '--by', 'Eve', '--reason', 'x')).toMatchObject({ exit: 2 })
    expect(await call('staff', 'list')).toMatchObject({
      exit: 0,
      out: expect.stringContaining('David') as string,
      err: expect.stringContaining(`Staff member ${staff[0]!.id} cannot be decrypted`) as string,
    })
    expect(await call('doctor')).toMatchObject({
      exit: 1,
      out: expect.stringContaining(`Staff member ${staff[0]!.id} cannot be decrypted`) as string,
    })
    expect((await call('staff', 'add', 'Carol', '--role', 'admin')).exit).toBe(0)
    expect(JSON.parse((await call('staff', 'list', '--json')).out)).toMatchObject(staff)
    expect((await call('approve', 'm1', '--by', 'Carol', '--reason', 'x')).exit).toBe(0)
    expect(await call('doctor')).toMatchObject({ exit: 0 })
  })
})
