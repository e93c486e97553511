/**
 * A thread that scans. It gets the database's address, the epoch keys and whom to look for as memory of this process,
 * never as arguments, environment or file; ranges one by one, so that no
 * thread waits for another; and ends with its port.
 */
import { parentPort, workerData } from 'node:worker_threads'
import { GallraError } from '../../errors.ts'
import { createPool } from '../../store/postgres/sql.ts'
import type { IdRange } from '../../store/message/contents.ts'
import { scanRange, type ScannedPage, type Wanted } from './scan-range.ts'

export interface ScanWorkerData {
  databaseUrl: string
  epochs: { id: number; key: Uint8Array }[]
  wanted: Wanted
}

export type ToWorker =
  { kind: 'range'; range: IdRange } | { kind: 'epoch'; id: number; key: Uint8Array | null } | { kind: 'end' }

export type FromWorker =
  | { kind: 'idle' }
  | { kind: 'page'; page: ScannedPage }
  /** An epoch began while the scan went on, and rows were sealed again under it. */
  | { kind: 'epoch'; id: number }
  | { kind: 'failed'; code: string; details: Record<string, string | number> }

const port = parentPort!
const { databaseUrl, epochs, wanted } = workerData as ScanWorkerData
const keys = new Map<number, Buffer | null>(
  epochs.map(({ id, key }) => [id, Buffer.from(key.buffer, key.byteOffset, key.byteLength)]),
)
const asked = new Map<number, (key: Buffer | null) => void>()
const pool = createPool(databaseUrl)
const say = (message: FromWorker): void => port.postMessage(message)

port.on('message', (message: ToWorker) => {
  if (message.kind === 'range') scan(message.range).catch(fail)
  else if (message.kind === 'end') void end()
  else {
    const key = message.key === null ? null : Buffer.from(message.key)
    keys.set(message.id, key)
    asked.get(message.id)?.(key)
  }
})
say({ kind: 'idle' })

async function scan(range: IdRange): Promise<void> {
  for await (const page of scanRange(pool, epochKey, wanted, range)) say({ kind: 'page', page })
  say({ kind: 'idle' })
}

async function epochKey(id: number): Promise<Buffer | null> {
  const known = keys.get(id)
  if (known !== undefined) return known
  return new Promise((resolve) => {
    asked.set(id, resolve)
    say({ kind: 'epoch', id })
  })
}

async function end(): Promise<void> {
  for (const key of keys.values()) key?.fill(0)
  await pool.end()
  port.close()
}

/** Only what may be told: messages of foreign errors may quote mail (P7). */
function fail(error: unknown): void {
  if (error instanceof GallraError) say({ kind: 'failed', code: error.code, details: error.details })
  else
    say({
      kind: 'failed',
      code: 'scan-failed',
      details: {
        problem:
          error instanceof Error && 'code' in error
            ? String(error.code)
            : error instanceof Error
              ? error.name
              : typeof error,
      },
    })
}
