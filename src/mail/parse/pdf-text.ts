import { fork, type ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/**
 * The text of a PDF, or why there is none. 'too-slow' and 'crashed' may be the machine's fault: the PDF may hold text.
 */
type PdfReading =
  { text: string; cut: boolean } | { problem: 'encrypted' | 'unreadable' | 'too-large' | 'too-slow' | 'crashed' }

/** Larger ones are scanned catalogues and drawings. */
export const LARGEST_PDF = 25 * 1024 * 1024
export const MOST_PAGES = 100
export const MOST_CHARACTERS = 200_000
/** Heap of the process in MB; octets outside the heap are counted in it. */
const HEAP_MB = 192
/** Milliseconds without a PDF after which the process ends and gives its memory back. */
const IDLE = 5_000
/** Milliseconds it may take to start, on a loaded machine. */
const START = 30_000

/** The process that is there now, if any: started by the first PDF, ended when idle. */
let running: Promise<ChildProcess> | null = null
let idle: NodeJS.Timeout | null = null
let last: Promise<unknown> = Promise.resolve()

/**
 * The text of a PDF in reading order, lines apart. Hostile PDFs are expected: read in a process of its own, bounded in
 * octets, pages, characters, memory and time (`milliseconds`, this PDF alone). A thread would not do: V8 ends the whole
 * process when a thread of it runs out of heap between two checks. One PDF at a time for all callers. Never rejects.
 */
export function readPdf(content: Uint8Array, milliseconds: number): Promise<PdfReading> {
  if (content.length > LARGEST_PDF) return Promise.resolve({ problem: 'too-large' })
  const reading = last.then(() => readNext(content, milliseconds))
  last = reading
  return reading
}

/** Ends the process at once. */
export async function endPdfReading(): Promise<void> {
  await last
  await stop()
}

async function readNext(content: Uint8Array, milliseconds: number): Promise<PdfReading> {
  if (idle !== null) clearTimeout(idle)
  try {
    const child = await (running ??= start())
    hold(child, true)
    const reading = await answerOf<PdfReading>(child, milliseconds, {
      content,
      mostPages: MOST_PAGES,
      mostCharacters: MOST_CHARACTERS,
    })
    if (typeof reading === 'string') {
      await stop()
      return { problem: reading }
    }
    hold(child, false)
    idle = setTimeout(() => void stop(), IDLE).unref()
    return reading
  } catch {
    await stop()
    return { problem: 'crashed' }
  }
}

async function start(): Promise<ChildProcess> {
  const child = fork(fileURLToPath(new URL('./pdf-process.js', import.meta.url)), {
    // Nothing of ours is in there: no secrets of the environment, no flags of this process.
    env: {},
    execArgv: [`--max-old-space-size=${HEAP_MB}`],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  })
  // Between two PDFs there is no other listener, and an 'error' without one would end this process.
  child.on('error', () => undefined)
  const ready = await answerOf<'ready'>(child, START, null)
  if (ready === 'ready') return child
  child.kill('SIGKILL')
  throw new Error('the PDF process did not start')
}

/** The next message of the process, after it was sent the question if there is one. */
function answerOf<T>(
  child: ChildProcess,
  milliseconds: number,
  question: object | null,
): Promise<T | 'too-slow' | 'crashed'> {
  return new Promise((resolve) => {
    const settle = (answer: T | 'too-slow' | 'crashed'): void => {
      clearTimeout(timer)
      child.off('message', answered).off('error', crashed).off('exit', crashed)
      resolve(answer)
    }
    const answered = (answer: unknown): void => settle(answer as T)
    const crashed = (): void => settle('crashed')
    const timer = setTimeout(() => settle('too-slow'), milliseconds)
    child.on('message', answered).on('error', crashed).on('exit', crashed)
    if (child.exitCode !== null || child.signalCode !== null) return crashed()
    if (question !== null) child.send(question, (error) => error && crashed())
  })
}

/** Only while a PDF is being read does it keep this process alive. */
function hold(child: ChildProcess, busy: boolean): void {
  if (busy) child.ref()
  else child.unref()
  if (busy) child.channel?.ref()
  else child.channel?.unref()
}

async function stop(): Promise<void> {
  if (idle !== null) clearTimeout(idle)
  const child = await running?.catch(() => null)
  running = null
  if (child === null || child === undefined || child.exitCode !== null || child.signalCode !== null) return
  const gone = new Promise((resolve) => child.once('exit', resolve))
  child.ref()
  child.kill('SIGKILL')
  await gone
}
