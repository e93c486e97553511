import { join } from 'node:path'
import { measure, median, type Measured } from './child.ts'
import { mbsyncAndNotmuch, peersAvailable } from './peers.ts'
import { startLoaded, withDirectory, type LoadedServer, type ServerOptions } from './server.ts'
import type { Figure } from './table.ts'
import type { Mix } from './mail-mix.ts'

export interface BackfillOptions {
  mix: Mix
  messages: number
  runs: number
  root: string
  peers: boolean
}

/**
 * A first backfill beside the bare transport, plain and over TLS, and beside mbsync with notmuch, all on one mailbox.
 */
export async function benchBackfill(the: BackfillOptions): Promise<Figure[]> {
  const server = await startLoaded(the.mix, the.messages)
  try {
    // The first visit builds Dovecot's index and warms the file cache; nobody is measured on it.
    await measure('fetch', server.plain)
    const figures: Figure[] = []
    for (const [name, way, reach] of [
      ['plain', server.plain, the.mix === 'small' ? 0.08 : 0.12],
      ['TLS', server.tls, the.mix === 'small' ? 0.1 : 0.35],
    ] as const) {
      figures.push(...(await besideFetch(the, `${the.mix}, ${name}`, way, reach)))
    }
    if (the.peers && peersAvailable()) figures.push(await besidePeers(the, server, figures))
    return figures
  } finally {
    await server.dovecot.stop()
  }
}

async function besideFetch(the: BackfillOptions, name: string, way: ServerOptions, reach: number): Promise<Figure[]> {
  const bare: Measured[] = []
  const ours: Measured[] = []
  for (let run = 0; run < the.runs; run += 1) {
    bare.push(await measure('fetch', way))
    ours.push(await withDirectory((directory) => measure('backfill', { server: way, directory, root: the.root })))
  }
  for (const one of ours)
    if (one['messages'] !== the.messages || one['decided'] !== the.messages)
      throw new Error(`archived ${one['messages'] ?? 0} of ${the.messages}`)
  const [seconds, fetching, shown] = [
    median(ours.map((one) => one.seconds)),
    median(bare.map((one) => one.seconds)),
    median(ours.map((one) => Number(one['shownSeconds']))),
  ]
  return [
    {
      what: `backfill, ${name}`,
      ours: `${Math.round(the.messages / seconds)}/s`,
      beside: `imapflow ${Math.round(the.messages / fetching)}/s`,
      ratio: fetching / seconds,
      reach,
      note:
        `peak ${Math.max(...ours.map((one) => one.peakMb))} MB; with keywords shown ` +
        `${Math.round(the.messages / shown)}/s`,
      seconds,
    },
  ]
}

async function besidePeers(the: BackfillOptions, server: LoadedServer, figures: Figure[]): Promise<Figure> {
  const runs: { mbsync: number; notmuch: number }[] = []
  for (let run = 0; run < the.runs; run += 1)
    runs.push(await withDirectory((directory) => mbsyncAndNotmuch(server, join(directory))))
  const [mbsync, notmuch] = [median(runs.map((one) => one.mbsync)), median(runs.map((one) => one.notmuch))]
  const ours = figures[0]!.seconds!
  return {
    what: `backfill, ${the.mix}`,
    ours: `${ours.toFixed(1)} s`,
    beside: `mbsync ${mbsync.toFixed(1)} s + notmuch ${notmuch.toFixed(1)} s`,
    ratio: (mbsync + notmuch) / ours,
    reach: 1.5,
  }
}
