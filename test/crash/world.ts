import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import pg from 'pg'
import { connect, connectToFollow } from '../../src/pipeline/mailbox/connect.ts'
import { syncAccount } from '../../src/pipeline/follow/follow.ts'
import { previewPurge } from '../../src/pipeline/purge/purge.ts'
import { purgeAccount } from '../../src/pipeline/purge/purge-account.ts'
import type { Rules } from '../../src/pipeline/decide/rules.ts'
import { approveReview, armPurge } from '../../src/pipeline/decide/staff-decisions.ts'
import { readRules } from '../../src/rulebook/read-rules.ts'
import type { Account, AccountSettings } from '../../src/store/accounts.ts'
import { openArchive } from '../../src/store/opening/open-archive.ts'
import type { Archive } from '../../src/store/archive.ts'
import { startEmbeddedPostgres } from '../../src/store/postgres/embedded-postgres.ts'
import { openLeases } from '../../src/store/postgres/lease.ts'
import { carol, testAccount } from '../harness/archive.ts'
import { startDovecot, type Dovecot } from '../harness/dovecot.ts'
import { startImapProxy, type ImapProxy } from '../harness/imap-proxy.ts'
import type { PlannedMail } from '../harness/planned-mail.ts'
import { buildProgram, runProgram, type Running } from '../harness/program.ts'
import { startSqlProxy, type SqlProxy } from '../harness/sql-proxy.ts'

const ROOT = resolve(import.meta.dirname, '..', '..')

/** A PostgreSQL with fsync on that can be killed and brought back, and the rules without caps in the way. */
export interface Site {
  /** Changes when the server comes back. */
  url(): string
  /** SIGKILL to the server, every process of it, and back again. */
  killPostgres(): Promise<void>
  rulesDirectory: string
  rules: Rules
  close(): Promise<void>
}

export async function openSite(): Promise<Site> {
  buildProgram()
  const directory = mkdtempSync(join(tmpdir(), 'gallra-crash-'))
  const rulesDirectory = join(directory, 'rules')
  cpSync(join(ROOT, 'rules'), rulesDirectory, { recursive: true })
  const schedule = join(rulesDirectory, 'schedule.yaml')
  writeFileSync(
    schedule,
    readFileSync(schedule, 'utf8').replace(/^caps: .*$/m, 'caps: { count: 100000, share: 1, least: 100000 }'),
  )
  const data = join(directory, 'data')
  const settings = { fsync: 'on', shared_buffers: '32MB' }
  let server = await startEmbeddedPostgres(data, settings)
  return {
    url: () => server.url,
    async killPostgres() {
      // The postmaster's death takes its backends along; the next start recovers from the log.
      const client = new pg.Client({ connectionString: server.url })
      client.on('error', () => undefined)
      await client.connect()
      const { rows } = await client.query<{ pid: number }>(
        `SELECT (string_to_array(pg_read_file('postmaster.pid'), E'\\n'))[1]::int AS pid`,
      )
      process.kill(rows[0]!.pid, 'SIGKILL')
      await client.end().catch(() => undefined)
      server = await startEmbeddedPostgres(data, settings)
    },
    rulesDirectory,
    rules: readRules(rulesDirectory),
    async close() {
      await server.stop()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

/** One mailbox and one archive; the account's connections and the program's statements pass the proxies. */
export interface World {
  site: Site
  dovecot: Dovecot
  imap: ImapProxy
  sql: SqlProxy
  /** Past the proxy. */
  server: AccountSettings
  /** The test's own archive, past the proxy; opened again after PostgreSQL was killed. */
  archive: Archive
  account: Account
  staffId: number
  reopen(): Promise<void>
  put(planned: PlannedMail[]): Promise<void>
  run(verb: 'sync' | 'purge' | 'serve' | 'repair', ...options: string[]): Running
  sync(): Promise<void>
  /** A person lets go what is for a person to let go. */
  approve(now?: Date): Promise<void>
  /** Syncs and purges until nothing moves. */
  settle(now?: Date): Promise<void>
  close(): Promise<void>
}

export async function openWorld(site: Site, given?: { dovecot: Dovecot }): Promise<World> {
  const dovecot = given?.dovecot ?? (await startDovecot())
  const name = `crash_${process.pid}_${(counter += 1)}`
  await administer(site, `CREATE DATABASE ${name} TEMPLATE template0`)
  const urlOf = (url: string): string => Object.assign(new URL(url), { pathname: `/${name}` }).href
  const imap = await startImapProxy(dovecot)
  const sql = await startSqlProxy(urlOf(site.url()))
  const directory = mkdtempSync(join(tmpdir(), 'gallra-world-'))
  mkdirSync(join(directory, 'keys'))
  const open = (): Promise<Archive> =>
    openArchive(
      {
        dataDirectory: directory,
        keysDirectory: join(directory, 'keys'),
        migrationsDirectory: join(ROOT, 'prisma', 'migrations'),
        databaseUrl: urlOf(site.url()),
      },
      new Date(),
    )
  const archive = await open()
  const account = await testAccount(
    archive,
    { port: imap.port, user: dovecot.user, password: dovecot.password },
    new Date(),
  )
  const { id: staffId } = await carol(archive, new Date())
  await armPurge(archive, staffId, true, new Date())
  const server = { ...account.settings, port: dovecot.port }

  let syncs = 0
  const world: World = {
    site,
    dovecot,
    imap,
    sql,
    server,
    archive,
    account,
    staffId,
    async reopen() {
      await world.archive.close().catch(() => undefined)
      sql.moveTo(urlOf(site.url()))
      world.archive = await open()
    },
    async put(planned) {
      const mailbox = await connect(server)
      const there = new Set((await mailbox.listFolders()).map((folder) => folder.path))
      for (const { source, at, folders } of planned) {
        for (const folder of folders) {
          if (!there.has(folder)) await mailbox.createFolder(folder)
          there.add(folder)
          await mailbox.append(folder, source, [], at)
        }
      }
      await mailbox.logout()
    },
    run(verb, ...options) {
      const env = { GALLRA_DATA: directory, GALLRA_RULES: site.rulesDirectory, DATABASE_URL: sql.url }
      return runProgram([verb, ...options], env)
    },
    async sync() {
      // In turns as `gallra sync` does it and as the daemon.
      syncs += 1
      const mailbox = await (syncs % 2 === 0 ? connectToFollow : connect)(account.settings)
      try {
        await syncAccount({ archive: world.archive, account, rules: site.rules, mailbox, clock: () => new Date() })
      } finally {
        mailbox.close()
      }
    },
    async approve(now = new Date()) {
      const { review } = await previewPurge(world.archive, account, site.rules, now)
      const messageIds = review.map((verdict) => verdict.messageId)
      if (messageIds.length > 0)
        await approveReview(
          { archive: world.archive, account, rules: site.rules },
          { staffId, via: 'cli', reason: 'sett', messageIds },
          now,
        )
    },
    async settle(now = new Date()) {
      const leases = await openLeases(world.archive.databaseUrl)
      const task = { archive: world.archive, account, rules: site.rules, leases, clock: () => now }
      try {
        for (let round = 0; round < 2; round += 1) {
          await world.sync()
          await world.approve(now)
          await purgeAccount(task)
          await world.sync()
        }
      } finally {
        await leases.close()
      }
    },
    async close() {
      await imap.close()
      await sql.close()
      await world.archive.close().catch(() => undefined)
      if (!given) await dovecot.stop()
      await administer(site, `DROP DATABASE ${name} WITH (FORCE)`)
      rmSync(directory, { recursive: true, force: true })
    },
  }
  return world
}

let counter = 0

async function administer(site: Site, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: site.url() })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}
