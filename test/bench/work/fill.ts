/** Fills an archive without a server, and tells what each tenth cost and what one more message costs at the end. */
import { ingest } from '../../../src/pipeline/ingest/ingest.ts'
import { benchAccount, benchRules, openBenchArchive, rawBatches, type BenchPlace } from '../archive.ts'
import { median, options, report } from '../child.ts'
import { mailMix } from '../mail-mix.ts'

const the = options() as BenchPlace & { messages: number }
const archive = await openBenchArchive(the)
const account = await benchAccount(archive, null)
const from = { archive, account, rules: benchRules(the), folder: null }
const tenths: number[] = []
const started = performance.now()
let since = started
let done = 0
for (const batch of rawBatches('small', the.messages, 250)) {
  await ingest(from, batch, new Date())
  done += batch.length
  if (done >= ((tenths.length + 1) * the.messages) / 10) {
    tenths.push((performance.now() - since) / 1000)
    since = performance.now()
  }
}
const seconds = (performance.now() - started) / 1000
await archive.pool.query('ANALYZE')
const single: number[] = []
for (const { date, source } of mailMix('small', 30, 99)) {
  const at = performance.now()
  await ingest(from, [{ uid: 0, flags: [], internalDate: date, source, size: source.length }], new Date())
  single.push(performance.now() - at)
}
report(seconds, { firstTenth: tenths[0] ?? 0, lastTenth: tenths.at(-1) ?? 0, singleMs: median(single) })
await archive.close()
