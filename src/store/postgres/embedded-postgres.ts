import { spawn, type ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chown, mkdir, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { GallraError } from '../../errors.ts'
import { copyBinaries, executable, findPostgresPackage } from './embedded-binaries.ts'
import { choosePlace, type PostgresPlace } from './embedded-place.ts'
import { hasUsers, isPostmasterOf, isRunning, registerUser, withStartLock } from './embedded-processes.ts'

export interface EmbeddedPostgres {
  /** Connection string of the database `gallra`, with its password: never log it. */
  url: string
  /** Ends this process's use; the last user out stops the server. May be called twice. */
  stop(): Promise<void>
}

const ROLE = 'gallra'
/** How long a server may take to answer at all, in ms; crash recovery, which answers "starting up", may take longer. */
const SILENCE_PATIENCE = 60_000
const RECOVERY_PATIENCE = 30 * 60_000
const START_ATTEMPTS = 4

/**
 * P7: the log of PostgreSQL shows neither statements nor the values that a DETAIL line would quote.
 * Loopback TCP and not a Unix socket, whose path may hold 107 bytes only; SCRAM proves both ends.
 */
const SETTINGS: Record<string, string> = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '60',
  fsync: 'on',
  password_encryption: 'scram-sha-256',
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
  log_parameter_max_length: '0',
  log_parameter_max_length_on_error: '0',
}

/**
 * Runs a real PostgreSQL under the data directory, or joins the one that runs there already: one
 * that another gallra process started, or one that a killed process left behind.
 *
 * @param dataDirectory made when missing; where its place in the file system does not let PostgreSQL
 *   in, the cluster lives elsewhere (see `choosePlace`).
 * @param settings server settings on top of gallra's own; only for whoever starts the server.
 * @throws GallraError 'postgres-binaries-missing', 'postgres-start-failed', 'postgres-other-major',
 *   'data-directory-unreachable'
 */
export async function startEmbeddedPostgres(
  dataDirectory: string,
  settings: Record<string, string> = {},
): Promise<EmbeddedPostgres> {
  const source = await findPostgresPackage()
  const place = await choosePlace(dataDirectory)
  const base = join(place.home, 'cluster')
  const cluster = join(base, 'data')
  const { url, unregister } = await withStartLock(place.home, async () => {
    await refuseOtherMajor(base, source.major)
    const binaries = await copyBinaries(source, place.home)
    if (!(await isThere(base))) await initialise(base, binaries, place)
    const url = await findOrStart(base, binaries, place, { ...SETTINGS, ...settings })
    // Still under the lock, or a process that leaves now would see no user and stop the server.
    return { url, unregister: await registerUser(place.home) }
  })
  let stopped: Promise<void> | null = null
  const leave = async () => {
    await unregister()
    await withStartLock(place.home, async () => {
      if (!(await hasUsers(place.home))) await stopServer(cluster)
    })
  }
  return { url, stop: () => (stopped ??= leave()) }
}

async function refuseOtherMajor(base: string, expected: string): Promise<void> {
  if (!(await isThere(base))) return
  const found = (await readFile(join(base, 'data', 'PG_VERSION'), 'utf8').catch(() => '?')).trim()
  if (found !== expected) throw new GallraError('postgres-other-major', { directory: base, found, expected })
}

/** Cluster and password appear together by one rename: a killed initdb leaves nothing that looks finished. */
async function initialise(base: string, binaries: string, place: PostgresPlace): Promise<void> {
  const building = `${base}.building`
  await rm(building, { recursive: true, force: true })
  await mkdir(building, { mode: 0o700 })
  const password = join(building, 'password')
  await writeFile(password, randomBytes(24).toString('base64url'), { mode: 0o600 })
  if (place.user) for (const path of [building, password]) await chown(path, place.user.uid, place.user.gid)
  const log = join(place.home, 'initdb.log')
  const { ended } = await run(
    join(binaries, 'bin', executable('initdb')),
    [
      ...['-D', join(building, 'data'), '--username', ROLE, '--pwfile', password, '--auth', 'scram-sha-256'],
      ...['--encoding', 'UTF8', '--locale-provider', 'builtin', '--builtin-locale', 'C.UTF-8', '--locale', 'C'],
    ],
    binaries,
    place,
    log,
  )
  const problem = await ended
  if (problem !== 'exit 0') throw await startFailure(`initdb: ${problem}`, log)
  await rename(building, base)
}

async function findOrStart(
  base: string,
  binaries: string,
  place: PostgresPlace,
  settings: Record<string, string>,
): Promise<string> {
  const cluster = join(base, 'data')
  const password = await readFile(join(base, 'password'), 'utf8')
  const log = join(place.home, 'postgres.log')
  let problem = ''
  for (let attempt = 0; attempt < START_ATTEMPTS; attempt++) {
    const running = await findPostmaster(cluster)
    if (running) {
      problem = await waitUntilReady(url(running.port, password, 'postgres'), () => isRunning(running.pid))
      if (problem === '') return openDatabase(running.port, password)
      // It lives and is ours but does not answer: a wedged orphan. Stop it and start afresh.
      await stopServer(cluster)
      continue
    }
    const port = await freePort()
    await rename(log, `${log}.1`).catch(() => undefined)
    const options = Object.entries({ ...settings, port: String(port) }).flatMap(([name, value]) => [
      '-c',
      `${name}=${value}`,
    ])
    const { child, ended } = await run(
      join(binaries, 'bin', executable('postgres')),
      ['-D', cluster, ...options],
      binaries,
      place,
      log,
    )
    child.unref() // The server must not keep gallra's event loop alive.
    const end: { problem?: string } = {}
    void ended.then((problem) => (end.problem = problem))
    problem = await waitUntilReady(url(port, password, 'postgres'), () => end.problem === undefined)
    if (problem === '') return openDatabase(port, password)
    problem = end.problem ?? problem
    if (end.problem === undefined) await stopServer(cluster)
    // Backends of a killed server may need a moment to notice.
    await sleep(500 * (attempt + 1))
  }
  throw await startFailure(problem, log)
}

/** Its log has the reason; a full disk is one that a person can do something about at once. */
async function startFailure(problem: string, log: string): Promise<GallraError> {
  // LC_ALL=C (see `run`): the system's own words for ENOSPC.
  const full = /No space left on device/.test(await readFile(log, 'utf8').catch(() => ''))
  return full
    ? new GallraError('no-space', { problem: 'PostgreSQL' })
    : new GallraError('postgres-start-failed', { problem, log })
}

/**
 * Starts a binary of ours, as the system user when there is one. Detached, so that Ctrl-C at the
 * terminal reaches gallra alone; with a bare environment, so that gallra's secrets stay its own.
 * `ended` is how it ended ("exit 1", a signal, a spawn error): listened for from the start, because on a full disk it
 * is over before anything else here is.
 */
async function run(
  binary: string,
  args: string[],
  binaries: string,
  place: PostgresPlace,
  log: string,
): Promise<{ child: ChildProcess; ended: Promise<string> }> {
  const out = await open(log, 'w', 0o600)
  try {
    const child = spawn(binary, args, {
      cwd: place.home,
      detached: true,
      env: {
        PATH: process.env['PATH'] ?? '',
        SystemRoot: process.env['SystemRoot'],
        LC_ALL: 'C',
        TZ: 'UTC',
        LD_LIBRARY_PATH: join(binaries, 'lib'),
      },
      stdio: ['ignore', out.fd, out.fd],
      ...(place.user ? { uid: place.user.uid, gid: place.user.gid } : {}),
    })
    const ended = new Promise<string>((resolve) => {
      child.once('error', (error) => resolve(error.message))
      child.once('exit', (code, signal) => resolve(`exit ${code ?? signal}`))
    })
    return { child, ended }
  } finally {
    await out.close()
  }
}

/** The live postmaster of this cluster by its own postmaster.pid (lines: pid, directory, start, port). */
async function findPostmaster(cluster: string): Promise<{ pid: number; port: number } | null> {
  const path = join(cluster, 'postmaster.pid')
  const lines = (await readFile(path, 'utf8').catch(() => '')).split('\n')
  const pid = Number(lines[0])
  const port = Number(lines[3])
  if (!lines[0]) return null
  if (await isPostmasterOf(cluster, pid)) return { pid, port }
  // PostgreSQL refuses to start while any process at all has the pid; we looked closer. The file must
  // stay, for it also names the shared memory that orphaned backends may still use; and a pid file
  // naming PostgreSQL's own parent, which we will be, counts as stale there.
  if (isRunning(pid)) await replaceText(path, [process.pid, ...lines.slice(1)].join('\n'))
  return null
}

/** '' once it takes connections, else what kept it. */
async function waitUntilReady(address: string, lives: () => boolean): Promise<string> {
  const beganAt = Date.now()
  for (;;) {
    const client = new pg.Client({ connectionString: address, connectionTimeoutMillis: 5_000 })
    client.on('error', () => undefined)
    try {
      await client.connect()
      return ''
    } catch (error) {
      const problem = error instanceof Error ? error.message || error.name : String(error)
      // 57P03 cannot_connect_now: starting up or recovering.
      const recovering = error instanceof Error && 'code' in error && error.code === '57P03'
      if (!lives()) return problem
      if (Date.now() - beganAt > (recovering ? RECOVERY_PATIENCE : SILENCE_PATIENCE)) return problem
    } finally {
      await client.end().catch(() => undefined)
    }
    await sleep(25)
  }
}

async function openDatabase(port: number, password: string): Promise<string> {
  const client = new pg.Client({ connectionString: url(port, password, 'postgres') })
  await client.connect()
  try {
    const found = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [ROLE])
    if (found.rowCount === 0) await client.query(`CREATE DATABASE ${ROLE}`)
  } finally {
    await client.end()
  }
  return url(port, password, ROLE)
}

/**
 * Fast shutdown (SIGINT): ends sessions, writes a checkpoint; SIGQUIT, which recovers at the next start, if that takes
 * a minute.
 */
async function stopServer(cluster: string): Promise<void> {
  for (const signal of ['SIGINT', 'SIGQUIT', 'SIGKILL'] as const) {
    const running = await findPostmaster(cluster)
    if (!running) return
    try {
      process.kill(running.pid, signal)
    } catch {
      return
    }
    for (const giveUpAt = Date.now() + 60_000; Date.now() < giveUpAt; await sleep(20)) {
      if (!(await isPostmasterOf(cluster, running.pid))) return
    }
  }
}

function url(port: number, password: string, database: string): string {
  return `postgresql://${ROLE}:${password}@127.0.0.1:${port}/${database}`
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() =>
        typeof address === 'object' && address ? resolve(address.port) : reject(new Error('no port')),
      )
    })
  })
}

/** Keeps the file's owner; one that has gone meanwhile stays gone. */
async function replaceText(path: string, text: string): Promise<void> {
  const file = await open(path, 'r+').catch(() => null)
  try {
    await file?.truncate()
    await file?.write(text, 0)
  } finally {
    await file?.close()
  }
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}
