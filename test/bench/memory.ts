import { measure } from './child.ts'
import { startLoaded, withDirectory } from './server.ts'
import type { Figure } from './table.ts'

/** Peak memory of a first backfill with messages of 50 MB among the others. */
export async function benchMemory({ root }: { root: string }): Promise<Figure[]> {
  const messages = 500
  const server = await startLoaded('giants', messages)
  try {
    const { peakMb, seconds } = await withDirectory((directory) =>
      measure('backfill', { server: server.plain, directory, root }),
    )
    return [
      {
        what: `peak memory, ${messages} messages, ${messages / 50} of them of 50 MB`,
        ours: `${peakMb} MB`,
        beside: '',
        ratio: null,
        reach: '450 MB',
        reached: peakMb < 450,
        note: `${Math.round(server.octets / 1e6)} MB in ${seconds.toFixed(0)} s`,
      },
    ]
  } finally {
    await server.dovecot.stop()
  }
}
