import { openImport, type ImportedMessage } from '../mail/import.ts'
import type { RawMessage } from '../mail/mailbox-types.ts'
import { fieldValue, headerDate, readHeaderFields } from '../mail/parse-headers.ts'
import { ingest, type IngestSource } from '../pipeline/ingest.ts'
import { fill } from '../text/texts.ts'
import type { Call, Verb } from './call.ts'
import { ACCOUNT } from './options.ts'
import { startBar } from './output.ts'
import { oneAccount, withArchive } from './with-archive.ts'

/** One transaction takes at most this many messages or octets. */
const BATCH_MESSAGES = 50
const BATCH_OCTETS = 8 * 1024 * 1024

export const IMPORT_VERBS: readonly Verb[] = [{ name: 'import', about: 'aboutImport', args: ['<path>'], options: [ACCOUNT], act: importMail }]

/** Interrupted, it is run again: what is in the archive is known by its digest. */
async function importMail(call: Call): Promise<undefined> {
  await withArchive(call, async (opened) => {
    const { archive, rules } = opened
    const account = oneAccount(call, opened, call.given.text('account'))
    const from: IngestSource = { archive, account, rules, folder: null }
    const sum = { read: 0, archived: 0, known: 0, tombstoned: 0 }
    const bar = startBar(call, call.texts.importing)
    const take = async (batch: RawMessage[]) => {
      const result = await ingest(from, batch, call.clock())
      sum.read += batch.length
      sum.archived += result.archived.length
      sum.known += result.known
      sum.tombstoned += result.tombstoned
      bar.update(sum.read, sum.read)
    }
    try {
      let batch: RawMessage[] = []
      let octets = 0
      for await (const imported of openImport(call.args[0] ?? '')) {
        batch.push(toRaw(imported, call.clock()))
        octets += imported.source.length
        if (batch.length < BATCH_MESSAGES && octets < BATCH_OCTETS) continue
        await take(batch)
        batch = []
        octets = 0
      }
      if (batch.length > 0) await take(batch)
    } finally {
      bar.stop()
    }
    call.report({ account: account.settings.address, ...sum }, () => fill(call.texts.imported, sum))
  })
}

/** Without a delivery time the sender's date must do; without that the present, which keeps longest. */
function toRaw({ source, internalDate, flags }: ImportedMessage, now: Date): RawMessage {
  const date = internalDate ?? headerDate(fieldValue(readHeaderFields(source).fields, 'date')) ?? now
  return { uid: 0, flags, internalDate: date, source, size: source.length }
}
