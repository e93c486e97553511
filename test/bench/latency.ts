import { measure } from './child.ts'
import { startLoaded, withDirectory } from './server.ts'
import type { Figure } from './table.ts'

/** New mail in a running follower; and the start of one whose mailbox is archived already. */
export async function benchLatency(the: { archived: number; root: string }): Promise<Figure[]> {
  const server = await startLoaded('small', the.archived)
  try {
    return await withDirectory(async (directory) => {
      const place = { server: server.plain, directory, root: the.root }
      await measure('backfill', place)
      // The first start after a backfill reads back every keyword the backfill has set. New mail has to be new each
      // time.
      const first = await measure('latency', { ...place, messages: 1, seed: 76 })
      const run = await measure('latency', { ...place, messages: 40, seed: 77 })
      const bare = await measure('told', { server: server.plain, messages: 40, seed: 78 })
      const [medianMs, p95Ms, start, bareMs] = [
        Number(run['medianMs']),
        Number(run['p95Ms']),
        Number(run['startSeconds']),
        Number(bare['medianMs']),
      ]
      return [
        {
          what: 'EXISTS to classified and committed',
          ours: `median ${medianMs.toFixed(0)} ms, p95 ${p95Ms.toFixed(0)} ms`,
          beside: `imapflow, EXISTS to source: median ${bareMs.toFixed(0)} ms`,
          ratio: bareMs / medianMs,
          reach: 'median < 50 ms, p95 < 200 ms',
          reached: medianMs < 50 && p95Ms < 200,
          note: `${the.archived} archived; Dovecot itself says EXISTS 500 ms after delivery`,
        },
        {
          what: `start to following, ${the.archived} archived`,
          ours: `${start.toFixed(1)} s`,
          beside: '',
          ratio: null,
          reach: '< 3 s',
          reached: start < 3,
          note: `the first one after the backfill ${Number(first['startSeconds']).toFixed(1)} s`,
        },
      ]
    })
  } finally {
    await server.dovecot.stop()
  }
}
