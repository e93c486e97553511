/** A run over everything that is due two years on: fetched again, compared, expunged, erased. */
import { connectMailbox } from '../../../src/mail/imap/mailbox.ts'
import { syncAccount } from '../../../src/pipeline/follow/follow.ts'
import { purge } from '../../../src/pipeline/purge/purge.ts'
import { writeSetting } from '../../../src/store/settings.ts'
import { benchAccount, benchRules, loginOf, openBenchArchive, type BenchPlace } from '../archive.ts'
import { options, report } from '../child.ts'
import type { ServerOptions } from '../server.ts'

const the = options() as BenchPlace & { server: ServerOptions }
const archive = await openBenchArchive(the)
const account = await benchAccount(archive, the.server)
const shipped = benchRules(the)
const rules = {
  ...shipped,
  schedule: { ...shipped.schedule, caps: { ...shipped.schedule.caps, share: 1, count: 1_000_000 } },
}
const mailbox = await connectMailbox(loginOf(the.server))
await syncAccount({ archive, account, rules, mailbox, clock: () => new Date() })
// Generated letters are odd enough to be doubtful: a person has approved them all.
await archive.pool.query(`UPDATE "Message" SET "approvedAt" = now(), "approvedBy" = 1`)
const later = new Date(Date.now() + 2 * 366 * 86_400_000)
await writeSetting(archive.pool, 'armed', { since: new Date().toISOString(), staffId: 1 }, new Date())
const started = performance.now()
const result = await purge({ archive, account, rules, mailbox, clock: () => later })
report((performance.now() - started) / 1000, { purged: result.purged, kept: result.kept })
await mailbox.logout()
await archive.close()
