import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, rmSync, statSync, utimesSync } from 'node:fs'
import { join, resolve } from 'node:path'

const ROOT = resolve(import.meta.dirname, '..', '..')
const MAIN = join(ROOT, 'dist', 'cli', 'main.js')

/** The program as it is shipped, compiled again when a source is newer. */
export function buildProgram(): void {
  const newest = Math.max(
    ...readdirSync(join(ROOT, 'src'), { recursive: true, withFileTypes: true })
      .filter((file) => file.isFile())
      .map((file) => statSync(join(file.parentPath, file.name)).mtimeMs),
  )
  const isFresh = () => existsSync(MAIN) && statSync(MAIN).mtimeMs >= newest
  if (isFresh()) return
  // Test files run side by side: one builds, the others wait for it.
  const lock = join(ROOT, 'node_modules', '.gallra-build')
  for (const giveUpAt = Date.now() + 120_000; !made(lock);) {
    if (Date.now() > giveUpAt) rmSync(lock, { recursive: true, force: true })
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100)
  }
  try {
    if (isFresh()) return
    execFileSync(
      process.execPath,
      [join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', join(ROOT, 'tsconfig.build.json')],
      { stdio: 'inherit' },
    )
    // tsc leaves files alone whose text did not change.
    utimesSync(MAIN, new Date(), new Date())
  } finally {
    rmSync(lock, { recursive: true, force: true })
  }
}

function made(lock: string): boolean {
  try {
    mkdirSync(lock)
    return true
  } catch {
    return false
  }
}

export interface Running {
  child: ChildProcess
  /** Exit code, or the signal that ended it. */
  ended: Promise<number | string>
  /** What it said on standard error so far, and printed on standard output. */
  said(): string
  printed(): string
}

/** Runs the real program in a process of its own; `shell` goes before it, e.g. 'ulimit -f 100;'. */
export function runProgram(args: string[], env: NodeJS.ProcessEnv, shell = ''): Running {
  const environment = { PATH: process.env['PATH'] ?? '', LANG: 'en', ...env }
  const command = [process.execPath, MAIN, ...args]
  const [file, ...rest] = shell === '' ? command : ['bash', '-c', `${shell} exec "$0" "$@"`, ...command]
  const child = spawn(file!, rest, { env: environment, stdio: ['ignore', 'pipe', 'pipe'] })
  const text = { out: '', err: '' }
  child.stdout.on('data', (chunk: Buffer) => (text.out += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (text.err += chunk.toString()))
  const ended = new Promise<number | string>((resolve) =>
    child.once('close', (code, signal) => resolve(code ?? signal ?? 'gone')),
  )
  return { child, ended, said: () => text.err, printed: () => text.out }
}
