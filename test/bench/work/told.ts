/** From the server's EXISTS to the source in hand, with imapflow alone in INBOX. */
import { ImapFlow } from 'imapflow'
import { options, report } from '../child.ts'
import { deliverOneByOne, tapExists } from '../new-mail.ts'
import { imapflowOptions, type ServerOptions } from '../server.ts'

const the = options() as { server: ServerOptions; messages: number; seed: number }
const tap = await tapExists(the.server.port)
const client = new ImapFlow(imapflowOptions({ ...the.server, port: tap.port }))
await client.connect()
await client.mailboxOpen('INBOX')
const fetched = { count: 0, at: 0 }
let ended = false
client.on('exists', ({ count }: { count: number }) => {
  void client.fetchOne(String(count), { uid: true, source: true }).then(() => {
    fetched.count += 1
    fetched.at = performance.now()
  })
})
const idling = (async () => {
  while (!ended) await client.idle()
})()
const latency = await deliverOneByOne(the, tap, fetched)
ended = true
await client.noop()
await idling
report(0, { ...latency })
await client.logout()
tap.close()
