import cron from 'node-cron'
import { MIGRATIONS_DIRECTORY, type Config } from './config.ts'
import { GallraError } from './errors.ts'
import { createLogger, type Logger } from './log.ts'
import { connect } from './pipeline/connect.ts'
import { purge } from './pipeline/purge.ts'
import type { Rules } from './pipeline/rules.ts'
import { applySchedule, turnEpochs } from './pipeline/upkeep.ts'
import { followAccount } from './pipeline/watch.ts'
import { readRules } from './rulebook.ts'
import { listAccounts, type Account } from './store/accounts.ts'
import { openArchive, type Archive } from './store/archive.ts'

/** Every scheduled job; each is a CLI verb too. Stockholm time. */
const JOBS = {
  purge: '10 3 * * *',
  epochs: '40 2 * * *',
} as const

/** New and removed accounts are noticed this often (ms). */
const ACCOUNTS_MS = 15_000

/** The daemon: follows every account and runs the jobs until SIGTERM or SIGINT. */
export async function serve(config: Config): Promise<void> {
  const log = createLogger(config.logLevel ?? 'info')
  const rules = readRules(config.rulesDirectory)
  const archive = await openArchive({ ...config, migrationsDirectory: MIGRATIONS_DIRECTORY }, new Date())
  const stop = new AbortController()
  for (const name of ['SIGTERM', 'SIGINT'] as const) process.once(name, () => stop.abort())
  try {
    await applySchedule(archive, await listAccounts(archive), rules, new Date())
    const jobs = [
      cron.schedule(JOBS.purge, () => runPurges(archive, rules, log), { timezone: 'Europe/Stockholm', noOverlap: true }),
      cron.schedule(JOBS.epochs, () => runEpochs(archive, rules, log), { timezone: 'Europe/Stockholm', noOverlap: true }),
    ]
    log.info({ rulebook: rules.rulebook.version, schedule: rules.schedule.version }, 'serving')
    await followAll(archive, rules, log, stop.signal)
    for (const job of jobs) await job.stop()
  } finally {
    await archive.close()
    log.info('stopped')
  }
}

async function followAll(archive: Archive, rules: Rules, log: Logger, signal: AbortSignal): Promise<void> {
  const running = new Map<number, { abort: AbortController; done: Promise<void> }>()
  while (!signal.aborted) {
    const active = (await listAccounts(archive)).filter((account) => account.state === 'active')
    for (const account of active) {
      if (running.has(account.id)) continue
      const abort = new AbortController()
      const done = followAccount({ archive, account, rules, log, clock: () => new Date() }, abort.signal).finally(() => running.delete(account.id))
      running.set(account.id, { abort, done })
    }
    for (const [id, follower] of running) if (!active.some((account) => account.id === id)) follower.abort.abort()
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ACCOUNTS_MS)
      signal.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true })
    })
  }
  for (const follower of running.values()) follower.abort.abort()
  await Promise.all([...running.values()].map((follower) => follower.done))
}

async function runPurges(archive: Archive, rules: Rules, log: Logger): Promise<void> {
  for (const account of await listAccounts(archive)) {
    try {
      const result = await purgeAccount(archive, account, rules)
      log.info({ account: account.id, ...result }, 'purged')
    } catch (error) {
      log.warn({ account: account.id, err: error }, 'purge did not run')
    }
  }
}

async function runEpochs(archive: Archive, rules: Rules, log: Logger): Promise<void> {
  try {
    const turned = await turnEpochs(archive, rules, new Date())
    log.info(turned, 'epochs turned')
    if (!['none', 'current'].includes(turned.keysCopy)) log.warn({ keysCopy: turned.keysCopy }, 'the copy of the keys is not current: gallra doctor')
  } catch (error) {
    log.error({ err: error }, 'epochs did not turn')
  }
}

/** Purges one account; an unreachable mailbox means only what has no copy there can go. */
export async function purgeAccount(archive: Archive, account: Account, rules: Rules): ReturnType<typeof purge> {
  const mailbox = account.state === 'active' ? await connect(account.settings).catch(ignoreUnreachable) : null
  try {
    return await purge(archive, account, mailbox, rules, () => new Date())
  } finally {
    mailbox?.close()
  }
}

function ignoreUnreachable(error: unknown): null {
  if (error instanceof GallraError && ['mail-server-unreachable', 'connection-lost', 'login-refused'].includes(error.code)) return null
  throw error
}
