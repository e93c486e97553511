/**
 * gallra's first backfill into an empty archive: until everything is committed, then until the keywords are shown too.
 */
import { connectMailbox } from '../../../src/mail/imap/mailbox.ts'
import { syncAccount } from '../../../src/pipeline/follow/follow.ts'
import { benchAccount, benchRules, loginOf, openBenchArchive, type BenchPlace } from '../archive.ts'
import { options, report } from '../child.ts'
import type { ServerOptions } from '../server.ts'

const the = options() as BenchPlace & { server: ServerOptions }
const archive = await openBenchArchive(the)
const account = await benchAccount(archive, the.server)
const mailbox = await connectMailbox(loginOf(the.server))
const rules = benchRules(the)
const started = performance.now()
let committed = started
await syncAccount({
  archive,
  account,
  rules,
  mailbox,
  clock: () => new Date(),
  onArchived: () => (committed = performance.now()),
})
const shown = performance.now()
const { rows } = await archive.pool.query<{ messages: string; decided: string }>(
  `SELECT count(*) AS messages, count(*) FILTER (WHERE "retention" <> 'null') AS decided FROM "Message"`,
)
report((committed - started) / 1000, {
  messages: Number(rows[0]!.messages),
  decided: Number(rows[0]!.decided),
  shownSeconds: (shown - started) / 1000,
})
await mailbox.logout()
await archive.close()
