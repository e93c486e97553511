/** From the server's EXISTS to the commit, message by message, in a running follower; and from start to following. */
import { connect, createServer, type AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { createLogger } from '../../../src/log.ts'
import { connectMailbox } from '../../../src/mail/mailbox.ts'
import { followAccount } from '../../../src/pipeline/watch.ts'
import { benchAccount, benchRules, loginOf, openBenchArchive, type BenchPlace } from '../archive.ts'
import { median, options, percentile, report } from '../child.ts'
import { mailMix } from '../mail-mix.ts'
import type { ServerOptions } from '../server.ts'

const the = options() as BenchPlace & { server: ServerOptions; messages: number; seed: number }
const began = performance.now()
const archive = await openBenchArchive(the)
// Dovecot tells each connection in its own time: what counts is when the follower is told of more than ever before.
let existsAt = 0
let most = 0
const tap = await tapped(the.server.port, (chunk) => {
  for (const [, count] of chunk.toString('latin1').matchAll(/^\* (\d+) EXISTS/gm)) {
    if (Number(count) <= most) continue
    most = Number(count)
    existsAt ||= performance.now()
  }
})
const account = await benchAccount(archive, { ...the.server, port: tap.port })
const end = new AbortController()
let archived = 0
let caughtUp = 0
let committedAt = 0
const following = followAccount(
  {
    archive,
    account,
    rules: benchRules(the),
    clock: () => new Date(),
    log: createLogger('silent'),
    onArchived: (result) => {
      archived += result.archived.length
      committedAt = performance.now()
    },
    onCaughtUp: () => (caughtUp = performance.now()),
  },
  end.signal,
)
while (caughtUp === 0) await sleep(5)
const startSeconds = (caughtUp - began) / 1000
const sender = await connectMailbox(loginOf(the.server))
const latencies: number[] = []
for (const { date, source } of mailMix('small', the.messages, the.seed)) {
  await sleep(200)
  existsAt = 0
  const before = archived
  await sender.append('INBOX', source, [], date)
  while (archived === before || existsAt === 0) await sleep(1)
  latencies.push(committedAt - existsAt)
}
end.abort()
await following
report(0, { startSeconds, medianMs: median(latencies), p95Ms: percentile(latencies, 0.95) })
await sender.logout()
tap.server.close()
await archive.close()

/** A port on loopback that passes everything on and shows what the server says. */
async function tapped(upstream: number, onAnswer: (chunk: Buffer) => void) {
  const server = createServer((client) => {
    const remote = connect({ host: '127.0.0.1', port: upstream, noDelay: true })
    client.setNoDelay(true)
    remote.on('data', onAnswer)
    client.pipe(remote).pipe(client)
    for (const [one, other] of [[client, remote], [remote, client]] as const) one.on('error', () => other.destroy())
  }).unref()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { server, port: (server.address() as AddressInfo).port }
}
