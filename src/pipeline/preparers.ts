/** Prepares batches in threads of their own, so that reading mail and archiving it use more than one core. */
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import type { RawMessage } from '../mail/mailbox-types.ts'
import { prepareBatch, type PreparedItem } from './ingest.ts'
import { workshopOf, type IngestSource } from './prepare.ts'
import type { PrepareAnswer, PrepareOrder, WorkerSetup } from './prepare-worker.ts'

/** Below this a thread costs more than it gives: it starts in half a second. */
const WORTH_MESSAGES = 200
/** More octets are prepared here, so that they are not in memory twice. */
const MOST_OCTETS = 16 * 1024 * 1024
/** Each holds the model and its own memory of words, some 80 MB. */
const MOST_THREADS = 4

/** Where the compiled worker lies; from sources (tests) everything is prepared in the calling thread. */
const WORKER = new URL('./prepare-worker.js', import.meta.url)
const isCompiled = import.meta.url.endsWith('.js')

export interface Preparers {
  /** The batch prepared, in its order. A thread that fails costs time only: its share is prepared here. */
  prepare(from: IngestSource, batch: RawMessage[]): Promise<PreparedItem[]>
  close(): Promise<void>
}

/** Threads start with the first batch that is worth it, and end with `close`. All batches must be of one archive and its rules. */
export function createPreparers(threads = isCompiled ? Math.min(MOST_THREADS, availableParallelism() - 1) : 0, worker = WORKER): Preparers {
  let workers: Thread[] | null = null
  return {
    prepare: async (from, batch) => {
      const octets = batch.reduce((sum, { source }) => sum + source.length, 0)
      if (threads < 1 || octets > MOST_OCTETS || (workers === null && batch.length < WORTH_MESSAGES)) return prepareBatch(from, batch)
      workers ??= Array.from({ length: threads }, () => startThread(worker, setupOf(from)))
      const share = Math.ceil(batch.length / workers.length)
      const shares = workers.map((thread, index) => ({ thread, part: batch.slice(index * share, (index + 1) * share) }))
      const parts = await Promise.all(shares.map(async ({ thread, part }) => {
        const answer = await thread.ask(orderOf(from, part)).catch(() => null)
        return answer === null ? prepareBatch(from, part) : itemsOf(part, answer)
      }))
      return parts.flat()
    },
    close: async () => {
      await Promise.all((workers ?? []).map((thread) => thread.end()))
      workers = null
    },
  }
}

function setupOf({ archive: { keyring }, rules }: IngestSource): WorkerSetup {
  return { indexKey: Uint8Array.from(keyring.indexKey), tombstoneKey: Uint8Array.from(keyring.tombstoneKey), rulebook: rules.rulebook }
}

function orderOf(from: IngestSource, part: RawMessage[]): PrepareOrder {
  const { own, inSentFolder } = workshopOf(from)
  const octets = new Uint8Array(part.reduce((sum, { source }) => sum + source.length, 0))
  let end = 0
  const messages = part.map(({ source, internalDate }) => {
    octets.set(source, end)
    end += source.length
    return { start: end - source.length, end, internalDate }
  })
  return { own, inSentFolder, octets: octets.buffer, messages }
}

function itemsOf(part: RawMessage[], { octets, messages }: PrepareAnswer): PreparedItem[] {
  const bytes = ([start, end]: [number, number]) => new Uint8Array(octets, start, end - start)
  return part.map((raw, index) => {
    const { prepared, content, source } = messages[index]!
    return { raw, prepared: { ...prepared, content: bytes(content), source: source === null ? null : source.map(bytes) } }
  })
}

interface Thread {
  /** One order at a time is at work, the others wait. Rejects when the thread has ended. */
  ask(order: PrepareOrder): Promise<PrepareAnswer>
  end(): Promise<void>
}

function startThread(file: URL, setup: WorkerSetup): Thread {
  const worker = new Worker(file, { workerData: setup })
  const waiting: { resolve: (answer: PrepareAnswer) => void; reject: (error: Error) => void }[] = []
  let over: Error | null = null
  const fail = (error: Error) => {
    over ??= error
    for (const one of waiting.splice(0)) one.reject(over)
  }
  worker.on('message', (answer: PrepareAnswer) => waiting.shift()?.resolve(answer))
  worker.on('error', fail)
  worker.on('exit', () => { fail(new Error('thread ended')) })
  return {
    ask: (order) =>
      new Promise((resolve, reject) => {
        if (over !== null) {
          reject(over)
          return
        }
        waiting.push({ resolve, reject })
        worker.postMessage(order, [order.octets])
      }),
    end: async () => {
      await worker.terminate()
    },
  }
}
