import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { GallraError, type ErrorCode } from '../../errors.ts'
import type { Archive } from '../../store/archive.ts'
import { contentBounds, type IdRange } from '../../store/message/contents.ts'
import { unlessBroken } from '../../store/keys/seal.ts'
import { scanRange, type EpochKeys, type Finding, type ScannedPage, type Wanted } from './scan-range.ts'
import type { FromWorker, ScanWorkerData, ToWorker } from './scan-worker.ts'

export type { Finding, Wanted } from './scan-range.ts'

export interface ScanResult {
  scanned: number
  /** In order of account and id. */
  findings: Finding[]
  /** Messages whose seal did not open: the answer is not complete without them. */
  unopened: number[]
  /** Messages whose text could not be read whole: searched in their source, and for a person to look at. */
  partly: number[]
}

interface ScanOptions {
  /** Threads beside this one; 0 = in this one. Without it as many as there are cores. */
  threads?: number
  onProgress?: (done: number, total: number) => void
}

/** Ids a thread takes at a time: some seconds of work, so that all end together. */
const RANGE = 2_000
const MOST_THREADS = 8

/** A thread needs compiled code; run from its TypeScript sources the scan stays in one. */
const WORKER = import.meta.filename.endsWith('.js') ? new URL('./scan-worker.js', import.meta.url) : null

/**
 * Looks through everything archived up to now, limited and due mail too, for what concerns a person (GDPR Art. 15).
 * All or nothing: a thread or database that fails gives an error, never half an answer.
 * @throws GallraError scan-failed, database-unreachable
 */
export async function scanArchive(
  archive: Archive,
  accountIds: number[],
  wanted: Wanted,
  options: ScanOptions = {},
): Promise<ScanResult> {
  const ranges: IdRange[] = []
  let total = 0
  for (const accountId of accountIds) {
    const bounds = await contentBounds(archive.pool, accountId)
    if (bounds === null) continue
    total += bounds.count
    for (let afterId = bounds.firstId - 1; afterId < bounds.lastId; afterId += RANGE)
      ranges.push({ accountId, afterId, untilId: Math.min(afterId + RANGE, bounds.lastId) })
  }
  const result: ScanResult = { scanned: 0, findings: [], unopened: [], partly: [] }
  const take = (page: ScannedPage): void => {
    result.scanned += page.scanned
    result.findings.push(...page.findings)
    result.unopened.push(...page.unopened)
    result.partly.push(...page.partly)
    options.onProgress?.(result.scanned, Math.max(total, result.scanned))
  }
  const threads = Math.min(
    WORKER === null ? 0 : (options.threads ?? availableParallelism()),
    MOST_THREADS,
    ranges.length,
  )
  if (threads === 0)
    for (const range of ranges)
      for await (const page of scanRange(archive.pool, keysOf(archive), wanted, range)) take(page)
  else await scanInThreads(archive, wanted, ranges, threads, take)
  result.findings.sort((a, b) => a.accountId - b.accountId || a.messageId - b.messageId)
  return result
}

/** Reads the keyring file again for one that began meanwhile. */
function keysOf({ keyring }: Archive): EpochKeys {
  // eslint-disable-next-line @typescript-eslint/require-await -- a thread has to ask for it
  return async (id) => unlessBroken(() => keyring.epochKey(id))
}

async function scanInThreads(
  archive: Archive,
  wanted: Wanted,
  ranges: IdRange[],
  threads: number,
  take: (page: ScannedPage) => void,
): Promise<void> {
  const data: ScanWorkerData = {
    databaseUrl: archive.databaseUrl,
    epochs: archive.keyring.epochs().map(({ id, key }) => ({ id, key: Uint8Array.from(key) })),
    wanted,
  }
  const workers = Array.from({ length: threads }, () => new Worker(WORKER!, { workerData: data }))
  for (const { key } of data.epochs) key.fill(0)
  const left = [...ranges].reverse()
  try {
    await Promise.all(workers.map((worker) => serve(worker, keysOf(archive), () => left.pop() ?? null, take)))
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()))
  }
}

/** Gives one thread work until there is none. */
function serve(
  worker: Worker,
  keys: EpochKeys,
  next: () => IdRange | null,
  take: (page: ScannedPage) => void,
): Promise<void> {
  const say = (message: ToWorker): void => worker.postMessage(message)
  let ended = false
  return new Promise((resolve, reject) => {
    const fail = (problem: string): void => reject(new GallraError('scan-failed', { problem }))
    worker.on('message', (message: FromWorker) => {
      if (message.kind === 'page') take(message.page)
      else if (message.kind === 'failed') reject(new GallraError(message.code as ErrorCode, message.details))
      else if (message.kind === 'epoch')
        keys(message.id).then((key) => say({ kind: 'epoch', id: message.id, key }), reject)
      else {
        const range = next()
        ended = range === null
        say(range === null ? { kind: 'end' } : { kind: 'range', range })
      }
    })
    // Its message may quote mail (P7).
    worker.on('error', (error: unknown) => fail(error instanceof Error ? error.name : typeof error))
    worker.on('messageerror', () => fail('messageerror'))
    worker.on('exit', (code) => (ended && code === 0 ? resolve() : fail(`exit ${code}`)))
  })
}
