import { execFileSync, spawn } from 'node:child_process'
import { chownSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'

/** Where Debian's package postgresql-15 puts its programs; the oldest version that gallra promises to run on. */
const PROGRAMS = '/usr/lib/postgresql/15/bin'

export const hasPostgres15 = existsSync(join(PROGRAMS, 'initdb'))

export interface Postgres15 {
  url: string
  stop(): Promise<void>
}

/** A cluster of its own on a free port of loopback, gone afterwards. */
export async function startPostgres15(): Promise<Postgres15> {
  const directory = mkdtempSync(join(tmpdir(), 'gallra-pg15-'))
  const owner = process.getuid?.() === 0 ? userNamed('postgres') : null
  if (owner !== null) chownSync(directory, owner.uid, owner.gid)
  const as = { ...owner, cwd: directory }
  execFileSync(join(PROGRAMS, 'initdb'), ['-D', 'data', '-U', 'gallra', '-A', 'trust', '-E', 'UTF8', '-N'], as)
  const port = await freePort()
  const settings = [`port=${port}`, 'listen_addresses=127.0.0.1', `unix_socket_directories=${directory}`, 'fsync=off']
  const server = spawn(join(PROGRAMS, 'postgres'), ['-D', 'data', ...settings.flatMap((setting) => ['-c', setting])], {
    ...as,
    stdio: 'ignore',
  })
  const ended = new Promise<void>((resolve) => server.once('exit', () => resolve()))
  const url = `postgres://gallra@127.0.0.1:${port}/postgres`
  await untilItAnswers(url)
  return {
    url,
    async stop() {
      // Immediate shutdown: what is in it is of no use to anybody.
      server.kill('SIGQUIT')
      await ended
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

/** PostgreSQL refuses to run as root. */
function userNamed(name: string): { uid: number; gid: number } {
  const [, , uid, gid] = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
    .find(([user]) => user === name)!
  return { uid: Number(uid), gid: Number(gid) }
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number }
      probe.close(() => resolve(port))
    })
  })
}

async function untilItAnswers(url: string): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    const client = new pg.Client({ connectionString: url })
    try {
      await client.connect()
      await client.end()
      return
    } catch (error) {
      if (tries >= 100) throw error
      await sleep(100)
    }
  }
}
