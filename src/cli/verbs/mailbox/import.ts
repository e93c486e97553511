import type { ImportedMessage } from '../../../mail/import/import-mbox.ts'
import { openImport } from '../../../mail/import/import.ts'
import type { RawMessage } from '../../../mail/imap/mailbox-types.ts'
import { fieldValue, headerDate, readHeaderFields } from '../../../mail/parse/parse-headers.ts'
import { batches } from '../../../pipeline/ingest/ingest-overlapped.ts'
import { ingest } from '../../../pipeline/ingest/ingest.ts'
import type { IngestSource } from '../../../pipeline/ingest/prepare.ts'
import { fill } from '../../../text/wording/wording.ts'
import type { Call } from '../../call/call.ts'
import { startBar } from '../../call/progress.ts'
import { oneAccount, withArchive } from '../../call/with-archive.ts'

/** One transaction takes at most this many messages. */
const BATCH_MESSAGES = 50

/** Interrupted, it is run again: what is in the archive is known by its digest. */
export async function importMail(call: Call): Promise<undefined> {
  await withArchive(call, async (opened) => {
    const { archive, rules } = opened
    const account = oneAccount(call, opened, call.given.text('account'))
    const from: IngestSource = { archive, account, rules, folder: null }
    const sum = { read: 0, archived: 0, known: 0, tombstoned: 0 }
    const bar = startBar(call, call.texts.importing)
    try {
      for await (const batch of batches(rawMessages(call), BATCH_MESSAGES)) {
        const result = await ingest(from, batch, call.clock())
        sum.read += batch.length
        sum.archived += result.archived.length
        sum.known += result.known
        sum.tombstoned += result.tombstoned
        bar.update(sum.read, sum.read)
      }
    } finally {
      bar.stop()
    }
    call.report({ account: account.settings.address, ...sum }, () => fill(call.texts.imported, sum))
  })
}

async function* rawMessages(call: Call): AsyncGenerator<RawMessage> {
  for await (const imported of openImport(call.args[0] ?? '')) yield toRaw(imported, call.clock())
}

/** Without a delivery time the sender's date must do; without that the present, which keeps longest. */
function toRaw({ source, internalDate, flags }: ImportedMessage, now: Date): RawMessage {
  const date = internalDate ?? headerDate(fieldValue(readHeaderFields(source).fields, 'date')) ?? now
  return { uid: 0, flags, internalDate: date, source, size: source.length }
}
