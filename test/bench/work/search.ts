/**
 * Words, phrases, prefixes and addresses taken from the archived mail itself: the first 50 hits, opened and verified.
 */
import { parseSearchQuery } from '../../../src/core/search/search-query.ts'
import { searchMessages } from '../../../src/pipeline/find/search.ts'
import { listAccounts } from '../../../src/store/accounts.ts'
import { openBenchArchive, type BenchPlace } from '../archive.ts'
import { median, options, percentile, report } from '../child.ts'

const the = options() as BenchPlace & { queries: string[] }
const archive = await openBenchArchive(the)
const account = (await listAccounts(archive))[0]!
await archive.pool.query('VACUUM ANALYZE')
const times: number[] = []
let hits = 0
for (const round of [0, 1]) {
  for (const text of the.queries) {
    const at = performance.now()
    const found = await searchMessages(archive, account.id, parseSearchQuery(text), 50)
    if (round === 0) continue
    times.push(performance.now() - at)
    hits += found.length
  }
}
const slowest = the.queries[times.indexOf(Math.max(...times))] ?? ''
report(times.reduce((sum, one) => sum + one, 0) / 1000, {
  medianMs: median(times),
  p95Ms: percentile(times, 0.95),
  hits,
  slowest,
})
await archive.close()
