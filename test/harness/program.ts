<<<<<<< HEAD
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
||||||| 5b1ff94
=======
import { spawn, type ChildProcess } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import ts from 'typescript'

const ROOT = resolve(import.meta.dirname, '..', '..')

export interface Program {
  /** Starts `gallra` with these words in a process of its own; `shell` goes before it, e.g. 'ulimit -f 100;'. */
  start(argv: string[], env: NodeJS.ProcessEnv, shell?: string): ChildProcess
  run(argv: string[], env: NodeJS.ProcessEnv, shell?: string): Promise<{ exit: number | null; out: string; err: string }>
  remove(): void
}

/**
 * The program as it stands in src, translated file by file: for tests that must kill it, or limit
 * what it may do. Beside node_modules, where its imports are found.
 */
export function buildProgram(): Program {
  const folder = mkdtempSync(join(ROOT, 'node_modules', '.gallra-program-'))
  for (const file of readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })) {
    const from = join(ROOT, 'src', file)
    const to = join(folder, 'dist', file)
    mkdirSync(dirname(to), { recursive: true })
    if (/\.ts$/.test(file) && !/\.d\.ts$/.test(file)) {
      const { outputText } = ts.transpileModule(readFileSync(from, 'utf8'), {
        compilerOptions: { target: ts.ScriptTarget.ES2023, module: ts.ModuleKind.ESNext, rewriteRelativeImportExtensions: true, verbatimModuleSyntax: true },
      })
      writeFileSync(to.replace(/\.ts$/, '.js'), outputText)
    } else if (/\.\w+$/.test(file)) cpSync(from, to, { recursive: true })
  }
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
  for (const name of ['prisma', 'rules']) symlinkSync(join(ROOT, name), join(folder, name))
  const main = join(folder, 'dist', 'cli', 'main.js')
  const start: Program['start'] = (argv, env, shell) => {
    const environment = { PATH: process.env['PATH'], ...env }
    if (shell === undefined) return spawn(process.execPath, [main, ...argv], { env: environment, stdio: ['ignore', 'pipe', 'pipe'] })
    return spawn('bash', ['-c', `${shell} exec "$0" "$@"`, process.execPath, main, ...argv], { env: environment, stdio: ['ignore', 'pipe', 'pipe'] })
  }
  return {
    start,
    run: async (argv, env, shell) => {
      const child = start(argv, env, shell)
      const text = { out: '', err: '' }
      child.stdout?.on('data', (chunk: Buffer) => (text.out += chunk.toString()))
      child.stderr?.on('data', (chunk: Buffer) => (text.err += chunk.toString()))
      const exit = await new Promise<number | null>((done) => child.once('close', done))
      return { exit, ...text }
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
>>>>>>> 8d0a7535439f1ea8ce27a4393e5e98d833805503
}
