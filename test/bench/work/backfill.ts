/** gallra's first backfill into an empty archive: until everything is committed, then until the keywords are shown too. */
import { join } from 'node:path'
import { connectMailbox } from '../../../src/mail/mailbox.ts'
import { syncAccount } from '../../../src/pipeline/follow.ts'
import { readRules } from '../../../src/rulebook.ts'
import { saveAccount } from '../../../src/store/accounts.ts'
import { openArchive } from '../../../src/store/archive.ts'
import { options, report } from '../child.ts'
import type { ServerOptions } from '../server.ts'

const { server, directory, root } = options() as { server: ServerOptions; directory: string; root: string }
const clock = () => new Date()
const archive = await openArchive({ dataDirectory: directory, keysDirectory: join(directory, 'keys'), migrationsDirectory: join(root, 'prisma', 'migrations'), databaseUrl: null }, clock())
const own = { addresses: ['info@promix.se'], domains: ['promix.se'], staffAddresses: [], authservId: 'mail.promix.se' }
const login = { host: server.host, port: server.port, security: server.ca === null ? ('none' as const) : ('tls' as const), user: server.user, password: server.password, ca: server.ca }
const account = await saveAccount(archive, { address: 'info@promix.se', ...login, own, folders: null }, clock())
const mailbox = await connectMailbox(login)
const started = performance.now()
let committed = started
await syncAccount({
  archive,
  account,
  rules: readRules(join(root, 'rules')),
  mailbox,
  clock,
  onArchived: () => (committed = performance.now()),
})
const shown = performance.now()
const { rows } = await archive.pool.query<{ messages: string; decided: string }>(
  `SELECT count(*) AS messages, count(*) FILTER (WHERE "retention" <> 'null') AS decided FROM "Message"`,
)
report((committed - started) / 1000, { messages: Number(rows[0]!.messages), decided: Number(rows[0]!.decided), shownSeconds: (shown - started) / 1000 })
await mailbox.logout()
await archive.close()
