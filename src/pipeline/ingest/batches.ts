import type { RawMessage } from '../../mail/imap/mailbox-types.ts'

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
