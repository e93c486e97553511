import { setTimeout as sleep } from 'node:timers/promises'
import cron from 'node-cron'
import { MIGRATIONS_DIRECTORY, type Config } from './config.ts'
import { mondayOf, stockholmDate } from './core/retention/calendar.ts'
import { GallraError } from './errors.ts'
import { createLogger, type Logger } from './log.ts'
import { rulesOfArchive } from './pipeline/learn/archive-rules.ts'
import { withInstalledModel } from './pipeline/learn/installed-model.ts'
import { learnApart } from './pipeline/learn/learn-apart.ts'
import { queueWeeklyLetter, sendQueued } from './pipeline/letters/outbox.ts'
import { purgeAccount } from './pipeline/purge/purge-account.ts'
import type { Rules } from './pipeline/decide/rules.ts'
import { trainWhenDue, type Learning } from './pipeline/learn/train-model.ts'
import { applySchedule, turnEpochs } from './pipeline/purge/upkeep.ts'
import { followAccount } from './pipeline/follow/watch.ts'
import { readRules, readSeed } from './rulebook/read-rules.ts'
import { listAccounts, readAccounts } from './store/accounts.ts'
import { openArchive } from './store/opening/open-archive.ts'
import type { Archive } from './store/archive.ts'
import { openLeases, type Leases } from './store/postgres/lease.ts'
import { findModelId } from './store/learning/models.ts'
import { claimJob } from './store/settings.ts'

/**
 * Every scheduled job; each is a CLI verb too. Stockholm time. `turn` names the day or week it runs for: once each,
 * by whichever daemon is first; null: every time its hour comes.
 */
const JOBS = {
  epochs: { at: '40 2 * * *', run: runEpochs, turn: stockholmDate },
  purge: { at: '10 3 * * *', run: runPurges, turn: stockholmDate },
  // Monday's letter; a daemon that was not running on Monday morning sends it the next day.
  digest: { at: '0 7 * * *', run: runWeeklyLetter, turn: mondayOf },
  outbox: { at: '*/10 * * * *', run: runOutbox, turn: null },
  // Looks whether anything has changed, which is cheap; trains in a thread of its own.
  model: { at: '17 * * * *', run: runTraining, turn: null },
} as const

/** How often (ms) the daemon looks for new, changed and removed accounts and for those another process has given up. */
const ACCOUNTS_MS = 5_000

export interface Daemon {
  archive: Archive
  /** As read from their folder; followers judge with the installation's own model. */
  rules: Rules
  learning: Pick<Learning, 'seed' | 'teach'>
  leases: Leases
  log: Logger
}

/** The daemon: follows every account and runs the jobs until SIGTERM or SIGINT. */
export async function serve(config: Config): Promise<void> {
  const log = createLogger(config.logLevel ?? 'info')
  const read = readRules(config.rulesDirectory, config.dataDirectory)
  const archive = await openArchive({ ...config, migrationsDirectory: MIGRATIONS_DIRECTORY }, new Date())
  const stop = new AbortController()
  for (const name of ['SIGTERM', 'SIGINT'] as const) process.once(name, () => stop.abort())
  try {
    const rules = await rulesOfArchive(archive, read, new Date())
    await applySchedule(archive, rules, new Date())
    log.info({ rulebook: rules.rulebook.version, schedule: rules.schedule.version }, 'serving')
    const learning: Daemon['learning'] = {
      seed: () => readSeed(config.rulesDirectory),
      teach: (material) => learnApart(material, stop.signal),
    }
    while (!stop.signal.aborted) await serveOnce({ archive, rules, learning, log }, stop.signal)
  } finally {
    await archive.close()
    log.info('stopped')
  }
}

/** Runs until stopped or until the session that holds the leases is lost; then all leases are taken again. */
async function serveOnce(daemon: Omit<Daemon, 'leases'>, stop: AbortSignal): Promise<void> {
  const leases = await openLeases(daemon.archive.databaseUrl).catch((error: unknown) => {
    daemon.log.warn({ err: error }, 'database does not answer, will try again')
    return null
  })
  if (leases === null) return pause(ACCOUNTS_MS, stop)
  const jobs = Object.entries(JOBS).map(([name, { at }]) =>
    cron.schedule(at, () => runJob({ ...daemon, leases }, name as keyof typeof JOBS), {
      timezone: 'Europe/Stockholm',
      noOverlap: true,
    }),
  )
  // Something may have changed while no daemon ran, a new rulebook for one.
  const training = runJob({ ...daemon, leases }, 'model')
  try {
    await followAll({ ...daemon, leases }, AbortSignal.any([stop, leases.lost]))
  } catch (error) {
    daemon.log.warn({ err: error }, 'database does not answer, will try again')
    await pause(ACCOUNTS_MS, stop)
  } finally {
    for (const job of jobs) await job.stop()
    await training
    await leases.close()
  }
}

async function followAll(daemon: Daemon, signal: AbortSignal): Promise<void> {
  const { archive, leases, log } = daemon
  const running = new Map<
    number,
    { abort: AbortController; done: Promise<void>; model: number | null; settings: string }
  >()
  try {
    let rules = daemon.rules
    let model: number | null = null
    let reported = new Set<number>()
    while (!signal.aborted) {
      const newest = await findModelId(archive.pool)
      if (newest !== model) {
        rules = await withInstalledModel(archive, daemon.rules, () =>
          log.error('the learned model cannot be decrypted: run gallra doctor'),
        )
        model = newest
        log.info({ rulebook: rules.rulebook.version }, 'model changed')
      }
      const { accounts, broken } = await readAccounts(archive)
      for (const { id } of broken)
        if (!reported.has(id)) log.error({ account: id }, 'the account cannot be decrypted: run gallra doctor')
      reported = new Set(broken.map(({ id }) => id))
      const active = accounts.filter((account) => account.state === 'active')
      for (const account of active) {
        if (running.has(account.id) || !(await leases.acquire('follow', account.id))) continue
        const abort = new AbortController()
        const done = followAccount({ archive, account, rules, log, clock: () => new Date() }, abort.signal).finally(
          async () => {
            running.delete(account.id)
            await leases.release('follow', account.id)
          },
        )
        running.set(account.id, { abort, done, model, settings: JSON.stringify(account.settings) })
      }
      // A follower keeps its rules and settings from parsing to commit: with other ones a new follower begins.
      const settings = new Map(active.map((account) => [account.id, JSON.stringify(account.settings)]))
      for (const [id, follower] of running)
        if (follower.model !== model || settings.get(id) !== follower.settings) follower.abort.abort()
      await pause(ACCOUNTS_MS, signal)
    }
  } finally {
    for (const follower of running.values()) follower.abort.abort()
    await Promise.allSettled([...running.values()].map((follower) => follower.done))
  }
}

/** Only one of several daemons on one database runs a job's turn. */
export async function runJob(daemon: Daemon, name: keyof typeof JOBS, now = new Date()): Promise<void> {
  const { run, turn } = JOBS[name]
  try {
    if (
      turn === null ||
      name === 'outbox' ||
      name === 'model' ||
      (await claimJob(daemon.archive.pool, name, turn(now), now))
    )
      await run(daemon)
  } catch (error) {
    daemon.log.error({ err: error, job: name }, 'job failed')
  }
}

async function runPurges({ archive, rules, leases, log }: Daemon): Promise<void> {
  for (const account of (await listAccounts(archive)).filter(({ state }) => state !== 'removed')) {
    try {
      const onUnreached = (err: Error) => log.warn({ account: account.id, err }, 'mailbox not reached')
      const result = await purgeAccount({ archive, account, rules, leases, clock: () => new Date(), onUnreached })
      log.info({ account: account.id, ...result }, 'purged')
    } catch (error) {
      log.warn({ account: account.id, err: error }, 'purge did not run')
    }
  }
}

async function runEpochs({ archive, rules, log }: Daemon): Promise<void> {
  const turned = await turnEpochs(archive, rules, new Date())
  log.info(turned, 'epochs turned')
  if (turned.broken > 0)
    log.error(
      { broken: turned.broken, held: turned.held, halted: turned.halted },
      'rows cannot be decrypted: run gallra doctor',
    )
  if (!['none', 'current'].includes(turned.keysCopy))
    log.warn({ keysCopy: turned.keysCopy }, 'the copy of the keys is not current: run gallra doctor')
}

/** The daemon that has the lease trains for all. Accounts count from 1, so 0 is the installation. */
async function runTraining({ archive, rules: { rulebook }, learning, leases, log }: Daemon): Promise<void> {
  if (!(await leases.acquire('train', 0))) return
  try {
    const trained = await trainWhenDue({ archive, rulebook, ...learning, clock: () => new Date() })
    if (trained === null) return
    const { unreadable } = trained.result
    log.info({ training: trained.id, reason: trained.reason, outcome: trained.outcome }, 'trained')
    if (unreadable !== undefined && unreadable > 0)
      log.warn(
        { training: trained.id, unreadable },
        'examples that cannot be decrypted were left out: run gallra doctor',
      )
  } catch (error) {
    if (!(error instanceof GallraError) || error.code !== 'training-running') throw error
    log.warn('another process has trained meanwhile')
  } finally {
    await leases.release('train', 0)
  }
}

/** The weekly letter to staff; what cannot be sent now waits in the outbox. */
async function runWeeklyLetter(daemon: Daemon): Promise<void> {
  await queueWeeklyLetter(daemon.archive, 'gallra', new Date())
  await runOutbox(daemon)
}

async function runOutbox({ archive, log }: Daemon): Promise<void> {
  for (const { id, staffId, state, problem } of await sendQueued(archive, () => new Date())) {
    log[state === 'sent' ? 'info' : 'warn'](
      { letter: id, staff: staffId, state, ...(problem === null ? {} : { err: problem }) },
      'letter',
    )
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return sleep(ms, undefined, { signal }).catch(() => undefined)
}
