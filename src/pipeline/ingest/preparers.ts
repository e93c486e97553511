/** Prepares messages in several threads and in the calling one, so that reading and archiving mail use all cores. */
import { availableParallelism } from 'node:os'
import { setImmediate } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import type { RawMessage } from '../../mail/imap/mailbox-types.ts'
import type { PreparedItem } from './archive-batch.ts'
import { prepareBatch } from './ingest.ts'
import { workshopOf, type IngestSource } from './prepare.ts'
import type { PrepareAnswer, PrepareOrder, WorkerSetup } from './prepare-worker.ts'

/** Below so many messages or octets a thread costs more than it gains: it takes half a second to start. */
const WORTH_MESSAGES = 200
const WORTH_OCTETS = 8 * 1024 * 1024
/** More octets are prepared here, so that they are not in memory twice. */
const MOST_OCTETS = 16 * 1024 * 1024
/** Each holds the model and its own memory of words, some 80 MB. */
const MOST_THREADS = 4
/** As much as the calling thread has (src/cli/main.ts): what can be read there can be read here. */
const HEAP = { maxOldGenerationSizeMb: 1024, maxYoungGenerationSizeMb: 24 }
/** Messages taken at a time: few enough that the last share of a batch does not take long. */
const SHARE_MESSAGES = 20
/** Shares a thread has before it, so that it need not wait for the next. */
const SHARES_AHEAD = 2

/** Where the compiled worker lies; from sources (tests) everything is prepared in the calling thread. */
const WORKER = new URL('./prepare-worker.js', import.meta.url)
const isCompiled = import.meta.url.endsWith('.js')

export interface Preparers {
  /** The batch prepared, in its order. A thread that fails costs time only: its share is prepared here. */
  prepare(from: IngestSource, batch: RawMessage[]): Promise<PreparedItem[]>
  close(): Promise<void>
}

/** A few messages of a batch, waiting for whoever is free. */
interface Share {
  from: IngestSource
  part: RawMessage[]
  done: (items: Promise<PreparedItem[]>) => void
}

/**
 * Threads start once there has been enough to do, and end with `close`. All batches must be of one archive and one
 * rulebook.
 */
export function createPreparers(
  threads = isCompiled ? Math.min(MOST_THREADS, availableParallelism() - 1) : 0,
  worker = WORKER,
): Preparers {
  const waiting: Share[] = []
  let workers: Thread[] | null = null
  let helping = false
  let [messages, octets] = [0, 0]
  const giveOut = (): void => {
    for (const thread of workers ?? []) {
      while (thread.isAlive() && thread.load < SHARES_AHEAD && waiting.length > 0) {
        const share = waiting.shift()!
        share.done(byThread(thread, share).finally(giveOut))
      }
    }
    if (!helping) void help()
  }
  /** The calling thread takes what no other has begun, one message between two turns of its other work. */
  const help = async (): Promise<void> => {
    helping = true
    while (waiting.length > 0) {
      const { from, part, done } = waiting.shift()!
      const items = prepareInTurns(from, part)
      done(items)
      await items.catch(() => undefined)
    }
    helping = false
  }
  return {
    prepare: async (from, batch) => {
      const size = batch.reduce((sum, { source }) => sum + source.length, 0)
      messages += batch.length
      octets += size
      if (threads < 1 || size > MOST_OCTETS || (messages < WORTH_MESSAGES && octets < WORTH_OCTETS))
        return prepareBatch(from, batch)
      workers ??= Array.from({ length: threads }, () => startThread(worker, setupOf(from)))
      const parts: Promise<PreparedItem[]>[] = []
      for (let at = 0; at < batch.length; at += SHARE_MESSAGES) {
        parts.push(
          new Promise((resolve) => waiting.push({ from, part: batch.slice(at, at + SHARE_MESSAGES), done: resolve })),
        )
      }
      giveOut()
      return (await Promise.all(parts)).flat()
    },
    close: async () => {
      await Promise.all((workers ?? []).map((thread) => thread.end()))
      workers = null
    },
  }
}

async function prepareInTurns(from: IngestSource, part: RawMessage[]): Promise<PreparedItem[]> {
  const items: PreparedItem[] = []
  for (const raw of part) {
    items.push(...(await prepareBatch(from, [raw])))
    await setImmediate()
  }
  return items
}

async function byThread(thread: Thread, { from, part }: Share): Promise<PreparedItem[]> {
  const answer = await thread.ask(orderOf(from, part)).catch(() => null)
  return answer === null ? prepareInTurns(from, part) : itemsOf(part, answer)
}

function setupOf({ archive: { keyring }, rules }: IngestSource): WorkerSetup {
  return {
    indexKey: Uint8Array.from(keyring.indexKey),
    tombstoneKey: Uint8Array.from(keyring.tombstoneKey),
    rulebook: rules.rulebook,
  }
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
    return {
      raw,
      prepared: {
        ...prepared,
        content: bytes(content),
        source: source === null ? null : source.map((piece) => [bytes(piece)]),
      },
    }
  })
}

interface Thread {
  /** Orders at work and waiting. */
  readonly load: number
  isAlive(): boolean
  /** One order at a time is at work, the others wait. Rejects when the thread has ended. */
  ask(order: PrepareOrder): Promise<PrepareAnswer>
  end(): Promise<void>
}

function startThread(file: URL, setup: WorkerSetup): Thread {
  const worker = new Worker(file, { workerData: setup, resourceLimits: HEAP })
  const waiting: { resolve: (answer: PrepareAnswer) => void; reject: (error: Error) => void }[] = []
  let over: Error | null = null
  const fail = (error: Error) => {
    over ??= error
    for (const one of waiting.splice(0)) one.reject(over)
  }
  worker.on('message', (answer: PrepareAnswer) => waiting.shift()?.resolve(answer))
  worker.on('error', fail)
  worker.on('exit', () => {
    fail(new Error('thread ended'))
  })
  return {
    get load() {
      return waiting.length
    },
    isAlive: () => over === null,
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
