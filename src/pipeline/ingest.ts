import type { RawMessage } from '../mail/mailbox-types.ts'
import { isEnvironmentFault } from '../store/sql.ts'
import { archiveBatch, type IngestResult } from './archive-batch.ts'
import { prepareMessage, prepareUnread, type IngestSource, type PreparedMessage } from './prepare.ts'

export type { IngestResult } from './archive-batch.ts'
export { searchableParts, type IngestSource } from './prepare.ts'

/** Archives a batch in one transaction; see `archiveBatch`. */
export async function ingest(from: IngestSource, batch: RawMessage[], now: Date): Promise<IngestResult> {
  return archivePrepared(from, await prepareBatch(from, batch), now)
}

/** Everything that needs no database. */
export async function prepareBatch(from: IngestSource, batch: RawMessage[]): Promise<PreparedMessage[]> {
  const prepared: PreparedMessage[] = []
  for (const raw of batch) prepared.push(await prepareMessage(from, raw))
  return prepared
}

export async function archivePrepared(from: IngestSource, batch: PreparedMessage[], now: Date): Promise<IngestResult> {
  try {
    return await archiveBatch(from, batch, now)
  } catch (error) {
    // Not the message's fault: the database or the keys. Nothing was committed, the next pass tries again.
    if (isEnvironmentFault(error)) throw error
    return archiveOneByOne(from, batch, now)
  }
}

/** One message that breaks something is archived whole, unread and for review; it never stops the folder. */
async function archiveOneByOne(from: IngestSource, batch: PreparedMessage[], now: Date): Promise<IngestResult> {
  const sum: IngestResult = { archived: [], known: 0, tombstoned: 0 }
  for (const entry of batch) {
    const one = await archiveBatch(from, [entry], now).catch((error: unknown) => {
      if (isEnvironmentFault(error)) throw error
      return archiveBatch(from, [prepareUnread(from, entry.raw)], now)
    })
    sum.archived.push(...one.archived)
    sum.known += one.known
    sum.tombstoned += one.tombstoned
  }
  return sum
}
