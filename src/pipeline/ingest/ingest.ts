import type { RawMessage } from '../../mail/imap/mailbox-types.ts'
import { isEnvironmentFault } from '../../store/postgres/sql.ts'
import { archiveBatch, type IngestResult, type PreparedItem } from './archive-batch.ts'
import { prepareMessage, prepareUnread, workshopOf, type IngestSource } from './prepare.ts'

/** Archives a batch in one transaction; see `archiveBatch`. */
export async function ingest(from: IngestSource, batch: RawMessage[], now: Date): Promise<IngestResult> {
  return archivePrepared(from, await prepareBatch(from, batch), now)
}

/** Everything that needs no database. */
export async function prepareBatch(from: IngestSource, batch: RawMessage[]): Promise<PreparedItem[]> {
  const workshop = workshopOf(from)
  const items: PreparedItem[] = []
  for (const raw of batch) items.push({ raw, prepared: await prepareMessage(workshop, raw) })
  return items
}

export async function archivePrepared(from: IngestSource, batch: PreparedItem[], now: Date): Promise<IngestResult> {
  try {
    return await archiveBatch(from, batch, now)
  } catch (error) {
    // The database or the keys failed, not the message. Nothing was committed, and the next pass tries again.
    if (isEnvironmentFault(error)) throw error
    return archiveOneByOne(from, batch, now)
  }
}

/** One message that breaks something is archived whole, unread and for review; it never stops the folder. */
async function archiveOneByOne(from: IngestSource, batch: PreparedItem[], now: Date): Promise<IngestResult> {
  const sum: IngestResult = { archived: [], known: 0, tombstoned: 0 }
  for (const item of batch) {
    const one = await archiveBatch(from, [item], now).catch((error: unknown) => {
      if (isEnvironmentFault(error)) throw error
      return archiveBatch(from, [{ raw: item.raw, prepared: prepareUnread(workshopOf(from), item.raw) }], now)
    })
    sum.archived.push(...one.archived)
    sum.known += one.known
    sum.tombstoned += one.tombstoned
  }
  return sum
}
