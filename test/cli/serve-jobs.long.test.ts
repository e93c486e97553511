import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connect } from '../../src/pipeline/mailbox/connect.ts'
import type { Mailbox } from '../../src/mail/imap/mailbox-types.ts'
import { startOfDayAt, stockholmDate } from '../../src/core/retention/calendar.ts'
import { dovecotAvailable, startDovecot, type Dovecot } from '../harness/dovecot.ts'
import { mail } from '../harness/mail.ts'
import { testDatabase, type TestDatabase } from '../harness/postgres.ts'
import { buildProgram, runProgram, type Running } from '../harness/program.ts'

const DAY = 86_400_000
/** Time for the program to start before the minute comes (ms). */
const AHEAD = 45_000

it.runIf(!dovecotAvailable())('Dovecot is not installed: the jobs of serve are skipped', ({ skip }) => skip())

/** The real program with the real schedule; only its clock is ahead, so that the minute comes soon. */
describe.skipIf(!dovecotAvailable())('the nightly jobs of serve', () => {
  let server: Dovecot
  let database: TestDatabase
  let client: pg.Client
  let directory: string
  let mailbox: Mailbox
  const running: Running[] = []

  beforeAll(async () => {
    buildProgram()
    server = await startDovecot()
    database = await testDatabase()
    client = new pg.Client({ connectionString: database.url })
    await client.connect()
    directory = mkdtempSync(join(tmpdir(), 'gallra-jobs-'))
    writeFileSync(join(directory, 'password'), `${server.password}\n`)
    const own = { addresses: [], domains: [], staffAddresses: [], authservId: null }
    mailbox = await connect({
      address: '',
      host: '127.0.0.1',
      port: server.port,
      security: 'none',
      user: server.user,
      password: server.password,
      ca: null,
      own,
      folders: null,
    })
    await put('gammal', '2024-01-10T09:00:00Z')
    await put('ny', new Date().toISOString())
    const url = `imap://${encodeURIComponent(server.user)}@127.0.0.1:${server.port}`
    expect(
      await start(0, 'account', 'add', url, '--domain', 'promix.se', '--password-file', join(directory, 'password'))
        .ended,
    ).toBe(0)
    expect(await start(0, 'staff', 'add', 'Carol', '--role', 'admin').ended).toBe(0)
    expect(await start(0, 'sync').ended).toBe(0)
    expect(await start(0, 'purge', 'arm', '--by', 'Carol').ended).toBe(0)
  }, 180_000)
  afterAll(async () => {
    for (const { child } of running) child.kill('SIGKILL')
    await Promise.all(running.map(({ ended }) => ended))
    mailbox.close()
    await client.end()
    await server.stop()
    await database.drop()
    rmSync(directory, { recursive: true, force: true })
  })

  const put = (id: string, at: string) =>
    mailbox.append(
      'INBOX',
      mail({
        id: `${id}@kund.example`,
        from: `${id}@kund.example`,
        subject: 'Öppettider',
        body: `Vilka öppettider har ni? Undrar ${id}.`,
        date: at,
      }),
      [],
      new Date(at),
    )
  function start(shift: number, ...args: string[]): Running {
    const env = {
      GALLRA_DATA: directory,
      DATABASE_URL: database.url,
      GALLRA_LOG: 'info',
      GALLRA_SHIFT: String(shift),
      NODE_OPTIONS: `--import=${join(import.meta.dirname, '..', 'harness', 'shifted-clock.mjs')}`,
    }
    const program = runProgram(args, env)
    running.push(program)
    return program
  }
  /**
   * How far ahead a clock is that shows AHEAD before that Stockholm time, so many days from now or, where clocks are
   * changed that night, one more.
   */
  const shiftTo = (days: number, minutes: number): number => {
    const [start, end] = [days, days + 1].map((each) =>
      startOfDayAt(stockholmDate(new Date(Date.now() + each * DAY))).getTime(),
    )
    return end! - start! === DAY ? start! + minutes * 60_000 - AHEAD - Date.now() : shiftTo(days + 1, minutes)
  }
  const epochs = () =>
    (JSON.parse(readFileSync(join(directory, 'keys', 'keyring.json'), 'utf8')) as { epochs: unknown[] }).epochs.length
  const master = () => readFileSync(join(directory, 'keys', 'master.key'), 'utf8')
  const archived = async () =>
    Number((await client.query<{ count: string }>('SELECT count(*) FROM "Message"')).rows[0]!.count)
  const stopped = async (program: Running): Promise<void> => {
    program.child.kill('SIGTERM')
    expect(await program.ended).toBe(0)
  }

  it('epochs are turned at 02:40 under a master key that was changed while serve was running', async () => {
    const shift = shiftTo(8, 160)
    const serve = start(shift, 'serve')
    await expect.poll(() => serve.said(), { timeout: 30_000 }).toContain('"caught up"')
    const before = master()
    expect(await start(shift, 'keys', 'rotate', '--by', 'Carol').ended).toBe(0)
    expect(master()).not.toBe(before)
    expect(epochs()).toBe(1)
    await expect.poll(() => serve.said(), { timeout: AHEAD + 20_000, interval: 200 }).toContain('epochs turned')
    expect(epochs()).toBe(2)
    // Sealed by the process that started with the old master key, under the epoch it has just begun.
    await put('sen', new Date().toISOString())
    await expect.poll(archived, { timeout: 30_000, interval: 200 }).toBe(3)
    await stopped(serve)
    // Another process, with the new master key alone, opens all of it.
    const found = start(shift, 'search', 'öppettider', '--json')
    expect(await found.ended).toBe(0)
    for (const id of ['gammal', 'ny', 'sen']) expect(found.printed()).toContain(`${id}@kund.example`)
    expect(serve.said()).not.toMatch(/"level":[56]0/)
  }, 180_000)

  it('the purge runs at 03:10 in one of two processes, and takes what is due from the server too', async () => {
    const shift = shiftTo(10, 190)
    const both = [start(shift, 'serve'), start(shift, 'serve')]
    for (const serve of both) await expect.poll(() => serve.said(), { timeout: 40_000 }).toContain('"serving"')
    expect(await archived()).toBe(3)
    await expect
      .poll(() => both.map((serve) => serve.said()).join('\n'), { timeout: AHEAD + 20_000, interval: 200 })
      .toContain('"purged"')
    // The other one has had the same minute.
    await new Promise((resolve) => setTimeout(resolve, 3000))
    const runs = both.flatMap((serve) =>
      serve
        .said()
        .split('\n')
        .filter((line) => line.includes('"msg":"purged"')),
    )
    expect(runs.map((line) => JSON.parse(line) as object)).toMatchObject([{ purged: 1, reached: true }])
    expect(await archived()).toBe(2)
    await mailbox.openFolder('INBOX', null, true)
    expect(await mailbox.listUids(1)).toHaveLength(2)
    for (const serve of both) await stopped(serve)
  }, 180_000)
})
