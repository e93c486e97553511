/** New mail, one message at a time: how long after the server's EXISTS whoever is measured has done with it. */
import { connect, createServer, type AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { connectMailbox } from '../../src/mail/imap/mailbox.ts'
import { loginOf } from './archive.ts'
import { median, percentile } from './child.ts'
import { mailMix } from './mail-mix.ts'
import type { ServerOptions } from './server.ts'

/**
 * A port on loopback that passes everything on and notes when a connection is told of more messages than ever before.
 */
export interface ExistsTap {
  port: number
  /** `performance.now()` of the first such word since `forget`; 0: none yet. */
  toldAt(): number
  forget(): void
  close(): void
}

export async function tapExists(upstream: number): Promise<ExistsTap> {
  let toldAt = 0
  // Dovecot tells each connection in its own time, and SELECT repeats old counts.
  let most = 0
  const note = (chunk: Buffer): void => {
    for (const [, count] of chunk.toString('latin1').matchAll(/^\* (\d+) EXISTS/gm)) {
      if (Number(count) <= most) continue
      most = Number(count)
      toldAt ||= performance.now()
    }
  }
  const server = createServer((client) => {
    const remote = connect({ host: '127.0.0.1', port: upstream, noDelay: true })
    client.setNoDelay(true)
    remote.on('data', note)
    client.pipe(remote).pipe(client)
    for (const [one, other] of [
      [client, remote],
      [remote, client],
    ] as const)
      one.on('error', () => other.destroy())
  }).unref()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return { port, toldAt: () => toldAt, forget: () => void (toldAt = 0), close: () => void server.close() }
}

/** Milliseconds; `finished` is when, by `performance.now()`, each message so far was done with, and how many were. */
export async function deliverOneByOne(
  the: { server: ServerOptions; messages: number; seed: number },
  tap: ExistsTap,
  finished: { count: number; at: number },
): Promise<{ medianMs: number; p95Ms: number }> {
  const sender = await connectMailbox(loginOf(the.server))
  const latencies: number[] = []
  for (const { date, source } of mailMix('small', the.messages, the.seed)) {
    await sleep(200)
    tap.forget()
    const before = finished.count
    await sender.append('INBOX', source, [], date)
    while (finished.count === before || tap.toldAt() === 0) await sleep(1)
    latencies.push(finished.at - tap.toldAt())
  }
  await sender.logout()
  return { medianMs: median(latencies), p95Ms: percentile(latencies, 0.95) }
}
