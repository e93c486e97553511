import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
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
  if (existsSync(MAIN) && statSync(MAIN).mtimeMs >= newest) return
  execFileSync(process.execPath, [join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', join(ROOT, 'tsconfig.build.json')], { stdio: 'inherit' })
  // tsc leaves files alone whose text did not change.
  execFileSync('touch', [MAIN])
}

export interface Running {
  child: ChildProcess
  /** Exit code, or the signal that ended it. */
  ended: Promise<number | string>
  /** What it said on standard error so far. */
  said(): string
}

/** Runs the real program in a process of its own. */
export function runProgram(args: string[], env: Record<string, string>): Running {
  const child = spawn(process.execPath, [MAIN, ...args], { env: { PATH: process.env['PATH'] ?? '', LANG: 'en', ...env }, stdio: ['ignore', 'ignore', 'pipe'] })
  let errors = ''
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()))
  const ended = new Promise<number | string>((resolve) => child.once('exit', (code, signal) => resolve(code ?? signal ?? 'gone')))
  return { child, ended, said: () => errors }
}
