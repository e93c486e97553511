import { createHash } from 'node:crypto'
import { chmod, lstat, mkdir, readFile, realpath, rename, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, sep } from 'node:path'
import { GallraError } from '../../errors.ts'

/** Where PostgreSQL lives and as whom it runs. */
export interface PostgresPlace {
  /** Directory of binaries, cluster and log; the cluster in it is owned by `user` when there is one. */
  home: string
  /** The system user PostgreSQL runs as when gallra is root (PostgreSQL refuses root); else null. */
  user: SystemUser | null
}

interface SystemUser {
  name: string
  uid: number
  gid: number
}

/** Tried in order: a user of our own, the one PostgreSQL packages make, the one every system has. */
const SYSTEM_USERS = ['gallra', 'postgres', 'nobody']

/**
 * Chooses the home of PostgreSQL for a data directory, once: the choice is written to
 * `postgres-place.json` in it and holds from then on.
 *
 * Ordinarily `<data>/postgres`. When gallra is root and the system user may not pass a folder on
 * the way (a data directory under /root, or one of mode 0700), a directory of its own outside.
 * @throws GallraError 'data-directory-unreachable'
 */
export async function choosePlace(dataDirectory: string): Promise<PostgresPlace> {
  const root = process.getuid?.() === 0
  // Others may pass through, not list: keys inside have modes of their own.
  const directory = await unreachable(dataDirectory, async () => {
    await mkdir(dataDirectory, { recursive: true, mode: root ? 0o711 : 0o700 })
    return realpath(dataDirectory)
  })
  const inside = join(directory, 'postgres')
  return unreachable(directory, async () => {
    if (!root) {
      await refuseForeign((await readChoice(directory)) ?? inside, directory)
      await mkdir(inside, { recursive: true, mode: 0o700 })
      return { home: inside, user: null }
    }
    const chosen = await readChoice(directory)
    const user = await findSystemUser(chosen ?? inside, directory)
    if (chosen !== null) {
      // Made before it was written down: if it is gone, so is the archive, and a new one would hide that.
      await stat(chosen)
      await makeHome(chosen)
      return { home: chosen, user }
    }
    for (const home of [inside, ...outsideHomes(directory)]) {
      if (!(await mayPass(dirname(home), user))) continue
      if (!(await makeHome(home).then(() => true, refusal))) continue
      if (home !== inside) await writeChoice(directory, home)
      return { home, user }
    }
    throw new GallraError('data-directory-unreachable', {
      directory,
      problem: `the system user ${user.name} may not enter it`,
    })
  })
}

/** A data directory in the temporary directory keeps its database there too; a lasting one never. */
function outsideHomes(directory: string): string[] {
  const name = `gallra-${createHash('sha256').update(directory).digest('hex').slice(0, 16)}`
  const temporary = directory.startsWith(tmpdir() + sep)
  return (temporary ? [tmpdir()] : ['/var/lib', '/srv']).map((parent) => join(parent, name))
}

async function readChoice(directory: string): Promise<string | null> {
  try {
    const choice = JSON.parse(await readFile(join(directory, 'postgres-place.json'), 'utf8')) as { home: string }
    return choice.home
  } catch (error) {
    if (isCode(error, 'ENOENT')) return null
    throw error
  }
}

async function writeChoice(directory: string, home: string): Promise<void> {
  const path = join(directory, 'postgres-place.json')
  await writeFile(`${path}.${process.pid}`, `${JSON.stringify({ home })}\n`, { mode: 0o600 })
  await rename(`${path}.${process.pid}`, path)
}

/** The owner of an existing cluster, else the first known system user. */
async function findSystemUser(home: string, directory: string): Promise<SystemUser> {
  const users = (await readFile('/etc/passwd', 'utf8').catch(() => '')).split('\n').flatMap((line) => {
    const [name, , uid, gid] = line.split(':')
    return name && uid && gid && Number(uid) > 0 ? [{ name, uid: Number(uid), gid: Number(gid) }] : []
  })
  const owner = await stat(join(home, 'cluster')).then(
    (found) => found.uid,
    () => 0,
  )
  const user =
    users.find((candidate) => candidate.uid === owner) ??
    SYSTEM_USERS.flatMap((name) => users.filter((candidate) => candidate.name === name))[0]
  if (user) return user
  throw new GallraError('data-directory-unreachable', {
    directory,
    problem: `PostgreSQL does not run as root and there is no system user ${SYSTEM_USERS.join(' or ')}`,
  })
}

/** Whether the user may pass every directory from the root down to this one (mode bits; no groups but its own). */
async function mayPass(directory: string, user: SystemUser): Promise<boolean> {
  for (let at = directory; ; at = dirname(at)) {
    const found = await stat(at)
    const bit = found.uid === user.uid ? 0o100 : found.gid === user.gid ? 0o010 : 0o001
    if ((found.mode & bit) === 0) return false
    if (at === dirname(at)) return true
  }
}

/**
 * Root's own directory, which the user may pass but not change; the cluster in it is the user's. A link or a stranger's
 * is refused.
 */
async function makeHome(home: string): Promise<void> {
  await mkdir(home, { recursive: true })
  const found = await lstat(home)
  if (!found.isDirectory() || found.uid !== 0) {
    throw new GallraError('data-directory-unreachable', { directory: home, problem: 'it belongs to another user' })
  }
  await chmod(home, 0o711)
}

async function refuseForeign(home: string, directory: string): Promise<void> {
  const found = await lstat(home).catch((error: unknown) => {
    if (isCode(error, 'ENOENT')) return null
    throw error
  })
  if (found !== null && process.getuid !== undefined && found.uid !== process.getuid()) {
    throw new GallraError('data-directory-unreachable', {
      directory,
      problem: 'its database belongs to another user; start gallra as the user that made it',
    })
  }
}

function refusal(error: unknown): false {
  if (isCode(error, 'EACCES') || isCode(error, 'EROFS') || isCode(error, 'ENOENT') || isCode(error, 'EPERM'))
    return false
  throw error
}

async function unreachable<T>(directory: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    if (cause instanceof GallraError) throw cause
    const problem = cause instanceof Error ? cause.message : String(cause)
    throw new GallraError('data-directory-unreachable', { directory, problem }, { cause })
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
