import type { RawMessage } from '../../mail/imap/mailbox-types.ts'
import type { IngestResult } from './archive-batch.ts'
import { archivePrepared } from './ingest.ts'
import type { IngestSource } from './prepare.ts'
import type { Preparers } from './preparers.ts'

/** More than this in one batch (a message of 50 MB) is not held beside another. */
const LARGE_OCTETS = 16 * 1024 * 1024

/** Batches that may be on their way at once, besides the one being fetched: one being prepared, one being archived. */
const UNDER_WAY = 2

/**
 * While the database archives one batch, the next is prepared and the one after it fetched; a large one has the memory
 * to itself. They are archived one after the other, so the cursor never passes a batch that is not committed (P1).
 */
export async function* ingestOverlapped(
  from: IngestSource,
  preparers: Preparers,
  source: AsyncGenerator<RawMessage[]>,
  clock: () => Date,
): AsyncGenerator<{ size: number; ingested: IngestResult }> {
  const underWay: Promise<{ size: number; ingested: IngestResult }>[] = []
  let before: Promise<unknown> = Promise.resolve()
  const begin = (batch: RawMessage[]) => {
    const preparing = preparers.prepare(from, batch)
    const archiving = before.then(async () => ({
      size: batch.length,
      ingested: await archivePrepared(from, await preparing, clock()),
    }))
    // The error is thrown where it is awaited; until then it must not end the process.
    for (const promise of [preparing, archiving]) promise.catch(() => undefined)
    before = archiving
    underWay.push(archiving)
  }
  try {
    for await (const batch of source) {
      const most =
        batch.reduce((octets, { source: { length } }) => octets + length, 0) > LARGE_OCTETS ? 0 : UNDER_WAY - 1
      while (underWay.length > most) yield await underWay.shift()!
      begin(batch)
      while (most === 0 && underWay.length > 0) yield await underWay.shift()!
    }
    while (underWay.length > 0) yield await underWay.shift()!
  } finally {
    // Also when fetching failed: no forgotten batch may go on holding the account's lock.
    await before.catch(() => undefined)
  }
}

/** One transaction archives at most this many octets; a larger message goes alone. */
const BATCH_OCTETS = 8 * 1024 * 1024

/** Messages as they come, in batches for one transaction each, of at most `most` messages. */
export async function* batches(messages: AsyncIterable<RawMessage>, most: number): AsyncGenerator<RawMessage[]> {
  let batch: RawMessage[] = []
  let octets = 0
  for await (const message of messages) {
    batch.push(message)
    octets += message.source.length
    if (batch.length < most && octets < BATCH_OCTETS) continue
    yield batch
    batch = []
    octets = 0
  }
  if (batch.length > 0) yield batch
}
