import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { SingleBar } from 'cli-progress'
import { MIGRATIONS_DIRECTORY, readConfig } from '../config.ts'
import { GallraError } from '../errors.ts'
import { createLogger } from '../log.ts'
import { connect } from '../pipeline/mailbox/connect.ts'
import { syncAccount } from '../pipeline/follow/follow.ts'
import { purge } from '../pipeline/purge/purge.ts'
import { reportAccount } from '../pipeline/purge/report.ts'
import type { AccountContext } from '../pipeline/decide/rules.ts'
import { rulesOfArchive } from '../pipeline/learn/archive-rules.ts'
import { approveOverCap, armPurge } from '../pipeline/decide/staff-decisions.ts'
import { applySchedule } from '../pipeline/purge/upkeep.ts'
import { followAccount } from '../pipeline/follow/watch.ts'
import { readRules } from '../rulebook/read-rules.ts'
import { saveAccount, type Account } from '../store/accounts.ts'
import { openArchive } from '../store/opening/open-archive.ts'
import type { Archive } from '../store/archive.ts'
import { getMessage, countMessages } from '../store/message/messages.ts'
import { openMessage } from '../store/message/open-messages.ts'
import { saveStaff } from '../store/staff/staff.ts'
import { startImapServer, type ImapServer } from './imap-server/server.ts'
import { reportLines } from './print-report.ts'
import { liveMessages } from './sample/live.ts'
import { sampleMailbox } from './sample/mailbox.ts'
import { nameOf } from '../text/names.ts'
import { fill } from '../text/wording/wording.ts'
import { demoTexts } from './text.ts'
import { describeError } from '../text/errors.ts'

const ADDRESS = 'info@promix.se'
/** The demo server listens on loopback only and holds invented mail. */
const PASSWORD = 'demo'
const DAY_MS = 86_400_000

interface Demo extends AccountContext {
  server: ImapServer
  language: 'sv' | 'en'
  say: (line: string) => void
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { once: { type: 'boolean' }, json: { type: 'boolean' }, lang: { type: 'string' } },
  })
  const config = readConfig(process.env)
  const language = values.lang === 'en' || values.lang === 'sv' ? values.lang : config.language
  // With --json standard output holds the report only.
  const say = (line: string) => void (values.json ? process.stderr : process.stdout).write(`${line}\n`)
  say(demoTexts(language).starting)
  const directory = join(config.dataDirectory, 'demo')
  const read = readRules(config.rulesDirectory, config.dataDirectory)
  const place = {
    dataDirectory: directory,
    keysDirectory: join(directory, 'keys'),
    migrationsDirectory: MIGRATIONS_DIRECTORY,
    databaseUrl: null,
  }
  const archive = await openArchive(place, new Date())
  const server = await startImapServer({ users: { [ADDRESS]: PASSWORD }, directory: join(directory, 'mailbox') })
  try {
    const rules = await rulesOfArchive(archive, read, new Date())
    if (server.isEmpty(ADDRESS))
      for (const { source, ...where } of sampleMailbox(new Date())) server.deliver(ADDRESS, source, where)
    const demo: Demo = { archive, account: await demoAccount(archive, server), rules, server, language, say }
    await applySchedule(archive, rules, new Date())
    await readMailbox(demo)
    const report = await reportAccount(archive, demo.account, rules, new Date())
    if (values.json) process.stdout.write(`${JSON.stringify({ ...report, purged: report.due }, null, 2)}\n`)
    else for (const line of reportLines(report, ADDRESS, rules.schedule, language)) say(line)
    if (!values.once) await showLive(demo)
  } finally {
    await server.close()
    await archive.close()
  }
}

function demoAccount(archive: Archive, server: ImapServer): Promise<Account> {
  const own = {
    addresses: [ADDRESS],
    domains: ['promix.se'],
    staffAddresses: ['jonas@promix.se', 'karin@promix.se'],
    authservId: null,
  }
  const login = {
    host: '127.0.0.1',
    port: server.port,
    security: 'none' as const,
    user: ADDRESS,
    password: PASSWORD,
    ca: null,
  }
  return saveAccount(archive, { address: ADDRESS, ...login, own, folders: null }, new Date())
}

/** The first pass over real IMAP, with a progress bar. */
async function readMailbox({ archive, account, rules, language }: Demo): Promise<void> {
  const mailbox = await connect(account.settings)
  const bar = new SingleBar({
    format: `${demoTexts(language).reading} {bar} {value}/{total}`,
    stream: process.stderr,
    noTTYOutput: false,
  })
  try {
    bar.start(1, 0)
    const onProgress = ({ total, done }: { total: number; done: number }) => {
      bar.setTotal(Math.max(total, 1))
      bar.update(done)
    }
    await syncAccount({ archive, account, rules, mailbox, clock: () => new Date(), onProgress })
  } finally {
    bar.stop()
    mailbox.close()
  }
}

/** New mail, one purge for real, then up until Ctrl-C. */
async function showLive(demo: Demo): Promise<void> {
  const { archive, account, rules, server, language, say } = demo
  const text = demoTexts(language)
  const stop = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort())
  let deliveredAt = Date.now()
  let printed = Promise.resolve()
  let onCaughtUp: () => void = () => undefined
  const caughtUp = new Promise<void>((resolve) => (onCaughtUp = resolve))
  const following = followAccount(
    {
      archive,
      account,
      rules,
      clock: () => new Date(),
      log: createLogger('error'),
      pollMs: 5_000,
      onCaughtUp: () => onCaughtUp(),
      onArchived: ({ archived }) => {
        const ms = Date.now() - deliveredAt
        printed = printed.then(() => printArrived(demo, archived, ms))
      },
    },
    stop.signal,
  )
  await Promise.race([caughtUp, following])
  say(text.live)
  for (const { source, ...where } of liveMessages(new Date())) {
    if (stop.signal.aborted) break
    deliveredAt = Date.now()
    server.deliver(ADDRESS, source, where)
    await sleep(700, undefined, { signal: stop.signal }).catch(() => undefined)
  }
  await printed
  if (!stop.signal.aborted) await purgeForReal(demo)
  say(fill(text.up, { host: '127.0.0.1', port: server.port, user: ADDRESS, password: PASSWORD }))
  await following
}

async function printArrived({ archive, account, language, say }: Demo, ids: number[], ms: number): Promise<void> {
  for (const id of ids) {
    const row = await getMessage(archive.pool, account.id, id)
    const { message } = await openMessage(archive.pool, archive, account.id, id)
    const confidence = Math.round(row.confidence * 100)
    say(
      fill(demoTexts(language).arrived, {
        id: `m${id}`,
        case: nameOf(language, 'messageCase', row.case),
        confidence,
        subject: message.subject,
        ms,
      }),
    )
  }
}

async function purgeForReal({ archive, account, rules, language, say }: Demo): Promise<void> {
  const text = demoTexts(language)
  const staff = await saveStaff(archive, { name: 'Demo', address: null, role: 'admin' }, new Date())
  await armPurge(archive, staff.id, true, new Date())
  const mailbox = await connect(account.settings)
  const bar = new SingleBar({
    format: `${text.purging} {bar} {value}/{total}`,
    stream: process.stderr,
    noTTYOutput: false,
  })
  const run = (clock: () => Date) => {
    bar.start(1, 0)
    const onProgress = (done: number, total: number) => {
      bar.setTotal(total)
      bar.update(done)
    }
    return purge({ archive, account, rules, mailbox, clock, onProgress }).finally(() => bar.stop())
  }
  try {
    const result = await run(() => new Date()).catch(async (error: unknown) => {
      if (!(error instanceof GallraError) || error.code !== 'purge-over-cap') throw error
      say(fill(text.overCap, error.details))
      await approveOverCap({ archive, account, rules }, staff.id, new Date())
      return run(() => new Date(Date.now() + DAY_MS + 60_000))
    })
    const left = await countMessages(archive.pool, account.id)
    say(fill(text.purged, { ...result, left }))
  } finally {
    mailbox.close()
  }
}

await main().catch((error: unknown) => {
  const { language } = readConfig(process.env)
  process.stderr.write(`${error instanceof GallraError ? describeError(error, language) : String(error)}\n`)
  process.exitCode = 1
})
