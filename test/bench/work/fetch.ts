/** The bare transport: imapflow fetches every source of INBOX and Sent and drops it. */
import { ImapFlow } from 'imapflow'
import { options, report } from '../child.ts'
import { imapflowOptions, type ServerOptions } from '../server.ts'

const server = options() as ServerOptions
const client = new ImapFlow(imapflowOptions(server))
await client.connect()
const started = performance.now()
let messages = 0
let octets = 0
for (const folder of ['INBOX', 'Sent']) {
  await client.mailboxOpen(folder)
  for await (const message of client.fetch('1:*', { uid: true, flags: true, internalDate: true, source: true })) {
    messages += 1
    octets += message.source?.length ?? 0
  }
}
report((performance.now() - started) / 1000, { messages, octets })
await client.logout()
