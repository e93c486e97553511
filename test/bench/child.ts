import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** What a measured program prints as its last line. */
export interface Measured {
  seconds: number
  /** Peak resident memory of the program itself (VmHWM), MB. */
  peakMb: number
  [figure: string]: number | string
}

/** As `gallra` is started, by the program's first line. */
const { FLAGS, SETTINGS } = readStart(join(import.meta.dirname, '..', '..', 'src', 'cli', 'main.js'))

function readStart(program: string): { FLAGS: string[]; SETTINGS: Record<string, string> } {
  const [first] = readFileSync(program, 'utf8').split('\n')
  const words = /^#!\S+ -S (.+)$/.exec(first ?? '')?.[1]?.split(' ') ?? []
  const node = words.indexOf('node')
  if (node < 0) throw new Error(`${program} does not say how it is started: ${first}`)
  return {
    FLAGS: words.slice(node + 1),
    SETTINGS: Object.fromEntries(words.slice(0, node).map((word) => word.split('=') as [string, string])),
  }
}

/** Runs one of `work/` in a process of its own, so that heaps do not mix. */
export function measure(program: string, options: object): Promise<Measured> {
  const profile = process.env['GALLRA_BENCH_PROFILE']
  const flags = profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profile}`]
  const child = spawn(
    process.execPath,
    [...FLAGS, ...flags, join(import.meta.dirname, 'work', `${program}.js`), JSON.stringify(options)],
    { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, ...SETTINGS } },
  )
  let output = ''
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => {
      const last = output.trim().split('\n').at(-1) ?? ''
      if (code === 0 && last !== '') resolve(JSON.parse(last) as Measured)
      else reject(new Error(`${program} ended with ${code ?? 'a signal'}: ${output.slice(-500)}`))
    })
  })
}

/** For the measured program: its options. */
export function options(): unknown {
  return JSON.parse(process.argv[2] ?? '{}')
}

/** For the measured program: its result. */
export function report(seconds: number, figures: Record<string, number | string> = {}): void {
  const result: Measured = { seconds, peakMb: peakMemory(), ...figures }
  process.stdout.write(`${JSON.stringify(result)}\n`)
}

/** VmHWM: the most this process ever had resident, MB (proc(5)). */
export function peakMemory(): number {
  const line = /VmHWM:\s+(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8'))
  return Math.round(Number(line?.[1] ?? 0) / 1024)
}

export function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length / 2
  return sorted.length % 2 === 1 ? sorted[Math.floor(middle)]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

export function percentile(values: number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)]!
}
