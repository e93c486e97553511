/**
 * Run by npm after `npm ci`, and again by `npx gallra` and `npm link`: builds the program unless what lies in dist was
 * built from these very sources.
 */
import { execSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

const ROOT = resolve(import.meta.dirname, '..', '..')
const STAMP = join(ROOT, 'dist', '.built-from')

/** Everything that decides what is built. */
const SOURCES = ['src', 'prisma', 'rules', 'package.json', 'package-lock.json', 'prisma.config.ts']
const SETTINGS = ['tsconfig.json', 'tsconfig.build.json']
/** Made by the build itself. */
const MADE = /^(src\/generated|src\/store\/generated|rules\/\.models)(\/|$)/

function sourceHash() {
  const hash = createHash('sha256')
  for (const path of [...SOURCES, ...SETTINGS].flatMap(filesOf)) {
    hash.update(`${path}\0`)
    hash.update(readFileSync(join(ROOT, path)))
  }
  return hash.digest('hex')
}

/** @param {string} path below ROOT, with `/` */
function filesOf(path) {
  if (MADE.test(path)) return []
  if (!statSync(join(ROOT, path)).isDirectory()) return [path]
  /** @type {string[]} */
  const names = readdirSync(join(ROOT, path)).sort()
  return names.flatMap((name) => filesOf(`${path}/${name}`))
}

function builtFrom() {
  try {
    return readFileSync(STAMP, 'utf8')
  } catch {
    return null
  }
}

const hash = sourceHash()
if (builtFrom() !== hash) {
  execSync('npm run build', { cwd: ROOT, stdio: 'inherit' })
  writeFileSync(STAMP, hash)
}
