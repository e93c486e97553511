import { measure } from './child.ts'
import { searchFigure } from './search.ts'
import { withDirectory } from './server.ts'
import type { Figure } from './table.ts'

/** One archive of each size, filled without a server: cost per message, cost of one more, search beside notmuch. */
export async function benchGrowth(the: { sizes: number[]; root: string; peers: boolean }): Promise<Figure[]> {
  const figures: Figure[] = []
  let smallest: { perMessage: number; single: number } | null = null
  for (const messages of the.sizes) {
    await withDirectory(async (directory) => {
      const filled = await measure('fill', { directory, root: the.root, messages })
      const perMessage = (filled.seconds / messages) * 1000
      const single = Number(filled['singleMs'])
      smallest ??= { perMessage, single }
      figures.push({
        what: `archiving ${messages} without a server`,
        ours: `${perMessage.toFixed(2)} ms each, one alone ${single.toFixed(1)} ms`,
        beside: `the smallest archive: ${smallest.perMessage.toFixed(2)} and ${smallest.single.toFixed(1)} ms`,
        ratio: smallest.perMessage / perMessage,
        reach: 0.8,
        note:
          `first tenth ${Number(filled['firstTenth']).toFixed(1)} s, last ${Number(filled['lastTenth']).toFixed(1)} ` +
          `s; peak ${filled.peakMb} MB`,
      })
      figures.push(await searchFigure({ ...the, messages, directory }))
    })
  }
  return figures
}
