import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { temporary } from '../harness/backup.ts'
import { testDatabase, type TestDatabase } from '../harness/postgres.ts'
import { buildProgram, runProgram } from '../harness/program.ts'
import { gallra, type Outcome } from './capture.ts'

const NOW = new Date('2026-11-24T08:00:00Z')
const USER = 'info@firm.example'
let database: TestDatabase
let directory: string
let data: string
const homes: string[] = []

const env = (more: NodeJS.ProcessEnv = {}) => ({
  DATABASE_URL: database.url,
  GALLRA_DATA: data,
  GALLRA_KEYS: join(data, 'keys'),
  LANG: 'en',
  ...more,
})
const call = (...argv: string[]): Promise<Outcome> => gallra(argv, env(), NOW)
async function json<T>(...argv: string[]): Promise<T> {
  const { out, err, exit } = await call(...argv, '--json')
  expect({ err, exit }).toEqual({ err: '', exit: 0 })
  return JSON.parse(out) as T
}

const mail = (id: string, date: string, text: string) =>
  [
    `Message-ID: <${id}@customer.example>`,
    'From: Alice <alice@customer.example>',
    `To: ${USER}`,
    `Date: ${date}`,
    `Subject: Lampa ${id}`,
    'Content-Type: text/plain; charset=utf-8',
    '',
    text,
    '',
  ].join('\r\n')

beforeAll(async () => {
  buildProgram()
  database = await testDatabase()
  directory = temporary('cli-backup')
  chmodSync(directory, 0o711)
  data = join(directory, 'data')
  mkdirSync(join(directory, 'mail'))
  writeFileSync(join(directory, 'password'), 'secret\n')
  writeFileSync(
    join(directory, 'mail', 'old.eml'),
    mail('old', 'Mon, 02 Jun 2025 10:00:00 +0200', 'Hej! Vilka öppettider har butiken på lördag? Tack på förhand!'),
  )
  for (let at = 0; at < 300; at += 1) {
    writeFileSync(
      join(directory, 'mail', `m${at}.eml`),
      mail(
        `m${at}`,
        'Tue, 10 Nov 2026 10:00:00 +0100',
        `Hej! Hur byter jag glödlampa nummer ${at}?\r\n${Buffer.alloc(30_000, `${at} åäö `).toString('base64')}`,
      ),
    )
  }
  await call(
    'account',
    'add',
    'imap://info@127.0.0.1:1',
    '--address',
    USER,
    '--password-file',
    join(directory, 'password'),
  )
  await call('staff', 'add', 'Carol', '--role', 'admin')
  expect(await json('import', join(directory, 'mail'))).toMatchObject({ archived: 301 })
})
afterAll(async () => {
  await database.drop()
  for (const path of [...homes, directory]) rmSync(path, { recursive: true, force: true })
})

/** As root, an embedded database lies outside a directory that others may not enter. */
function homeOf(place: string): string {
  const choice = join(place, 'postgres-place.json')
  const home = existsSync(choice)
    ? (JSON.parse(readFileSync(choice, 'utf8')) as { home: string }).home
    : join(place, 'postgres')
  homes.push(home)
  return home
}

describe('backup and restore on the command line', () => {
  test('a backup is made, verified, and restored into a second database, where search finds the same', async () => {
    const place = join(directory, 'one')
    expect((await call('doctor')).out).toContain('No backup has been made')
    const made = await call('backup', place)
    expect(made).toMatchObject({ exit: 0, err: '' })
    expect(made.out).toContain('301 messages')
    expect(made.out).toContain('until 2026-12-23')
    expect((await call('backup', place)).exit).toBe(2)
    expect((await call('doctor')).out).toContain('Newest backup 2026-11-24')
    expect(await json('backup', 'verify', place)).toMatchObject({
      rows: { Message: 301, Staff: 1 },
      ledger: true,
      purgedSince: 0,
    })
    const before = await json('search', 'glödlampa', '--limit', '5')

    expect((await call('purge', 'arm', '--by', 'Carol')).exit).toBe(0)
    expect((await gallra(['purge', '--json'], env(), new Date('2026-12-10T08:00:00Z'))).out).toContain('"purged": 1')
    expect((await gallra(['backup', 'verify', place], env(), NOW)).out).toContain(
      'Messages that were purged since then and that a restore removes: 1.',
    )

    expect((await call('doctor')).out).not.toContain('ledger')
    const client = new pg.Client({ connectionString: database.url })
    await client.connect()
    await client.query('BEGIN; CREATE TABLE stone AS SELECT * FROM "Tombstone"; DELETE FROM "Tombstone"; COMMIT')
    expect(await call('doctor')).toMatchObject({
      exit: 1,
      out: expect.stringContaining(
        'Purges that are in the ledger beside the keys but not in the database: 1.',
      ) as string,
    })
    await client.query('BEGIN; INSERT INTO "Tombstone" SELECT * FROM stone; DROP TABLE stone; COMMIT')
    await client.end()

    const second = await testDatabase()
    const other = {
      DATABASE_URL: second.url,
      GALLRA_DATA: join(directory, 'second'),
      GALLRA_KEYS: join(data, 'keys'),
      LANG: 'en',
    }
    const restored = await gallra(['restore', place], other, new Date('2026-12-10T09:00:00Z'))
    expect(restored).toMatchObject({ exit: 0, err: '' })
    for (const part of [
      '300 messages are restored',
      '1 messages had been purged',
      'Purging is off',
      'Lost is what was decided',
    ])
      expect(restored.out).toContain(part)
    expect((await gallra(['restore', place], other, NOW)).exit).toBe(2)
    const after = await gallra(['search', 'glödlampa', '--limit', '5', '--json'], other, NOW)
    expect(JSON.parse(after.out)).toEqual(before)
    expect((await gallra(['audit', 'verify'], other, NOW)).out).toContain('intact')
    expect((await gallra(['status', '--json'], other, NOW)).out).toContain('"armed": null')
    expect((await gallra(['tombstone', 'find', '<old@customer.example>', '--json'], other, NOW)).out).toContain(
      '"id": "t1"',
    )
    expect((await gallra(['index', 'rebuild', '--json'], other, NOW)).out).toContain('300')
    await second.drop()
  })

  test('from an external database into the embedded one, and on into another embedded one', async () => {
    const first = { GALLRA_DATA: join(directory, 'embedded'), GALLRA_KEYS: join(data, 'keys'), LANG: 'en' }
    const one = join(directory, 'one')
    expect(await gallra(['restore', one, '--json'], first, new Date('2026-12-10T09:00:00Z'))).toMatchObject({ exit: 0 })
    homeOf(first.GALLRA_DATA)
    const two = join(directory, 'two')
    expect(await gallra(['backup', two], first, new Date('2026-12-10T10:00:00Z'))).toMatchObject({ exit: 0 })
    const second = { ...first, GALLRA_DATA: join(directory, 'embedded-two') }
    const restored = await gallra(['restore', two, '--json'], second, new Date('2026-12-10T11:00:00Z'))
    homeOf(second.GALLRA_DATA)
    expect(JSON.parse(restored.out)).toMatchObject({ messages: 300, dropped: 0, indexed: 300 })
    expect((await gallra(['list', '--limit', '1', '--json'], second, NOW)).exit).toBe(0)
    // The database may be put back, the keys may not: there they are today's already.
    expect(
      (
        await gallra(
          ['restore', two],
          { ...second, GALLRA_DATA: join(directory, 'third'), GALLRA_KEYS: join(directory, 'no-keys') },
          NOW,
        )
      ).err,
    ).toContain('keyring')
  })

  test('killed in the middle, a backup is known as no backup', async () => {
    const seen: boolean[] = []
    for (const wait of [900, 1100, 1300]) {
      const place = join(directory, `killed${wait}`)
      const { child, ended } = runProgram(['backup', place], env())
      const begun = Date.now()
      while (!existsSync(place) && Date.now() - begun < 20_000) await sleep(2)
      await sleep((wait - 900) / 10)
      child.kill('SIGKILL')
      await ended
      const whole = existsSync(join(place, 'manifest.json'))
      seen.push(whole)
      expect((await call('backup', 'verify', place)).exit).toBe(whole ? 0 : 2)
      if (!whole) expect((await call('restore', place)).err).toContain('manifest.json is missing')
    }
    expect(seen).toContain(false)
  })

  test('killed in the middle, a restore leaves nothing that opens, and the same call begins afresh', async () => {
    const place = join(directory, 'one')
    let unfinished = 0
    for (const kill of ['loaded', 'indexing', 'loading'] as const) {
      const target = await testDatabase()
      const other = {
        DATABASE_URL: target.url,
        GALLRA_DATA: join(directory, `r-${kill}`),
        GALLRA_KEYS: join(data, 'keys'),
        LANG: 'en',
      }
      const watcher = new pg.Client({ connectionString: target.url })
      // The restore refuses company, so the watcher comes when it has begun.
      const { child, ended } = runProgram(['restore', place], other)
      const question = {
        loaded: `SELECT 1 FROM "Setting" WHERE "name" = 'restoring'`,
        indexing: `SELECT 1 FROM "Setting" WHERE "name" = 'reindexing'`,
        loading: 'SELECT 1 FROM "Message"',
      }[kill]
      const begun = Date.now()
      let connected = false
      while (Date.now() - begun < 30_000 && child.exitCode === null) {
        if (!connected) {
          const admin = new pg.Client({ connectionString: database.url })
          await admin.connect()
          const { rows } = await admin.query(
            `SELECT 1 FROM pg_stat_activity WHERE datname = $1
               AND (query LIKE 'COPY%' OR query LIKE 'CREATE%' OR query LIKE '%_prisma_migrations%')`,
            [new URL(target.url).pathname.slice(1)],
          )
          await admin.end()
          if (rows.length === 0) continue
          await watcher.connect()
          connected = true
        }
        // Only what has committed shows; `loading` is cut off before that.
        if (kill === 'loading') break
        const { rowCount } = await watcher.query(question).catch(() => ({ rowCount: 0 }))
        if (rowCount !== 0) break
      }
      child.kill('SIGKILL')
      await ended
      if (connected) await watcher.end()
      await sleep(300)
      const status = await gallra(['status'], other, NOW)
      if (status.exit === 1) {
        unfinished += 1
        expect(status.err).toContain('gallra restore')
        expect((await gallra(['serve'], { ...other, GALLRA_LOG: 'silent' }, NOW)).exit).toBe(1)
      }
      const again = await gallra(['restore', place, '--json'], other, new Date('2026-12-10T09:00:00Z'))
      expect({ err: again.err, exit: again.exit }).toEqual({ err: '', exit: 0 })
      expect(JSON.parse(again.out)).toMatchObject({ messages: 300, indexed: 300 })
      await target.drop()
    }
    expect(unfinished).toBeGreaterThanOrEqual(2)
  })

  test('a full disk is told as one, and nothing half is left', async () => {
    const place = join(directory, 'full')
    // No file may grow past 64 KB: the kernel refuses as a full disk does, without a file system of our own.
    const full = runProgram(['backup', place], env(), `trap '' XFSZ; ulimit -f 64;`)
    expect(await full.ended).toBe(1)
    expect(full.said()).toContain('is full')
    expect(existsSync(place)).toBe(false)
    expect(existsSync(place)).toBe(false)
    expect((await call('backup', 'verify', place)).exit).toBe(2)
    // The archive is as it was.
    expect(await json('status')).toMatchObject({ accounts: [{ messages: 300 }] })
  })

  test('a place that cannot be written to, and one that is a file, are told', async () => {
    expect(await call('backup', join(directory, 'password'))).toMatchObject({
      exit: 1,
      err: expect.stringContaining('cannot be written') as string,
    })
    expect(await call('backup', join(directory, 'missing', 'one'))).toMatchObject({
      exit: 1,
      err: expect.stringContaining('ENOENT') as string,
    })
    expect((await call('backup', 'verify', join(directory, 'missing'))).exit).toBe(2)
    expect(readdirSync(directory)).not.toContain('missing')
  })
})

describe('a database of another version', () => {
  test('made by a newer gallra is refused, and nothing is changed', async () => {
    const target = await testDatabase()
    const other = {
      ...env(),
      DATABASE_URL: target.url,
      GALLRA_DATA: join(directory, 'newer'),
      GALLRA_KEYS: join(directory, 'newer-keys'),
    }
    expect((await gallra(['status'], other, NOW)).exit).toBe(0)
    const client = new pg.Client({ connectionString: target.url })
    await client.connect()
    await client.query(
      `INSERT INTO "_prisma_migrations" (id, checksum, migration_name, finished_at)
       VALUES ('x', 'y', '9999_from_the_future', now())`,
    )
    await client.end()
    for (const verb of [['status'], ['list'], ['serve'], ['backup', join(directory, 'never')]]) {
      const { exit, err } = await gallra(verb, { ...other, GALLRA_LOG: 'silent' }, NOW)
      expect({ verb, exit }).toEqual({ verb, exit: 1 })
      expect(err).toContain('9999_from_the_future')
      expect(err).toContain('Upgrade')
    }
    expect(existsSync(join(directory, 'never'))).toBe(false)
    await target.drop()
  })

  test('of another PostgreSQL major is recognised and the way forward told', async () => {
    const place = join(directory, 'other-major')
    const other = { GALLRA_DATA: place, LANG: 'sv_SE.UTF-8' }
    expect((await gallra(['staff', 'add', 'Carol'], other, NOW)).exit).toBe(0)
    const version = join(homeOf(place), 'cluster', 'data', 'PG_VERSION')
    const before = readFileSync(version, 'utf8')
    writeFileSync(version, '17\n')
    for (const verb of [['status'], ['restore', join(directory, 'one')], ['doctor']]) {
      const { exit, err, out } = await gallra(
        verb,
        { ...other, ...(verb[0] === 'restore' ? { GALLRA_KEYS: join(data, 'keys') } : {}) },
        NOW,
      )
      expect({ verb, exit }).toEqual({ verb, exit: 4 })
      for (const part of ['PostgreSQL 17', 'gallra backup', 'gallra restore', 'GALLRA_DATA'])
        expect(err + out).toContain(part)
    }
    writeFileSync(version, before)
    expect((await gallra(['staff', 'list'], other, NOW)).out).toContain('Carol')
  })
})
