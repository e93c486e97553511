import { mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** How long a process waits for another one that is starting or stopping the server, in ms. */
const LOCK_PATIENCE = 120_000

let registrations = 0

/** Notes that this process uses the server of `home`; the returned function takes the note away. */
export async function registerUser(home: string): Promise<() => Promise<void>> {
  const directory = join(home, 'users')
  await mkdir(directory, { recursive: true, mode: 0o700 })
  const path = join(directory, `${process.pid}-${++registrations}`)
  await writeFile(path, await identify(process.pid), { mode: 0o600 })
  return () => rm(path, { force: true })
}

/** Whether any living process is registered; notes of dead ones are swept. */
export async function hasUsers(home: string): Promise<boolean> {
  const directory = join(home, 'users')
  let alive = false
  for (const name of await readdir(directory)) {
    const path = join(directory, name)
    const note = await readFile(path, 'utf8').catch(() => '')
    if (await isAlive(note)) alive = true
    else await rm(path, { force: true })
  }
  return alive
}

/**
 * Runs `work` while no other gallra process starts or stops this server.
 * The lock names its holder, so that one left by a killed process is broken at once.
 */
export async function withStartLock<T>(home: string, work: () => Promise<T>): Promise<T> {
  const path = join(home, 'start.lock')
  const own = await identify(process.pid)
  for (const giveUpAt = Date.now() + LOCK_PATIENCE; ;) {
    try {
      await writeFile(path, own, { flag: 'wx', mode: 0o600 })
      break
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) {
        // A full disk makes the file and leaves it empty: others would wait for its holder.
        await rm(path, { force: true })
        throw error
      }
    }
    const holder = await readFile(path, 'utf8').catch(() => null)
    // An empty lock is one being written this very moment; it is only broken when patience ends.
    const stale = holder !== null && holder !== '' && !(await isAlive(holder))
    if (stale || Date.now() > giveUpAt) await breakLock(path, holder ?? '')
    else await sleep(50)
  }
  try {
    return await work()
  } finally {
    await rm(path, { force: true })
  }
}

/** Takes a stale lock away; if another process was quicker and holds a new one, gives it back. */
async function breakLock(path: string, stale: string): Promise<void> {
  const aside = `${path}.${process.pid}`
  try {
    await rename(path, aside)
  } catch {
    return
  }
  if ((await readFile(aside, 'utf8')) !== stale) await rename(aside, path)
  else await rm(aside, { force: true })
}

/** A process as text: pid and, on Linux, its start time, because pids are used again (in containers at once). */
async function identify(pid: number): Promise<string> {
  return `${pid} ${await startTime(pid)}`
}

async function isAlive(note: string): Promise<boolean> {
  const pid = Number(note.split(' ')[0])
  return isRunning(pid) && (await identify(pid)) === note
}

export function isRunning(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

/**
 * Field 22 of /proc/<pid>/stat (proc(5)): ticks since boot. The name in field 2 may hold anything, so count from its
 * end.
 */
async function startTime(pid: number): Promise<string> {
  const line = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  return line.slice(line.lastIndexOf(')') + 2).split(' ')[19] ?? ''
}

/** Whether this pid is a postmaster of the given cluster; true where the system cannot tell (no /proc). */
export async function isPostmasterOf(cluster: string, pid: number): Promise<boolean> {
  if (!isRunning(pid)) return false
  if (process.platform !== 'linux') return true
  const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
  return line.split('\0').includes(cluster)
}
