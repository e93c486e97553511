/** From the server's EXISTS to the commit, message by message, in a running follower; and from start to following. */
import { setTimeout as sleep } from 'node:timers/promises'
import { createLogger } from '../../../src/log.ts'
import { followAccount } from '../../../src/pipeline/follow/watch.ts'
import { benchAccount, benchRules, openBenchArchive, type BenchPlace } from '../archive.ts'
import { options, report } from '../child.ts'
import { deliverOneByOne, tapExists } from '../new-mail.ts'
import type { ServerOptions } from '../server.ts'

const the = options() as BenchPlace & { server: ServerOptions; messages: number; seed: number }
const began = performance.now()
const archive = await openBenchArchive(the)
const tap = await tapExists(the.server.port)
const account = await benchAccount(archive, { ...the.server, port: tap.port })
const end = new AbortController()
const committed = { count: 0, at: 0 }
let caughtUp = 0
const following = followAccount(
  {
    archive,
    account,
    rules: benchRules(the),
    clock: () => new Date(),
    log: createLogger('silent'),
    onArchived: (result) => {
      committed.count += result.archived.length
      committed.at = performance.now()
    },
    onCaughtUp: () => (caughtUp = performance.now()),
  },
  end.signal,
)
while (caughtUp === 0) await sleep(5)
const startSeconds = (caughtUp - began) / 1000
const latency = await deliverOneByOne(the, tap, committed)
end.abort()
await following
report(0, { startSeconds, ...latency })
tap.close()
await archive.close()
