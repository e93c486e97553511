import { measure, median, type Measured } from './child.ts'
import type { Figure } from './table.ts'

/** Judging one message, its quoted history included, beside parsing it: the corpus, and the longer mail of the mix. */
export async function benchJudging({ runs, root }: { runs: number; root: string }): Promise<Figure[]> {
  const figures: Figure[] = []
  for (const mail of ['corpus', 'mix'] as const) {
    const measured: Measured[] = []
    for (let run = 0; run < runs; run += 1) measured.push(await measure('judging', { root, mail }))
    const of = (figure: string) => median(measured.map((one) => Number(one[figure])))
    figures.push({
      what: `judging, ${mail}, ${measured[0]!['words'] ?? '?'} words`,
      ours: `median ${of('judgingMs').toFixed(2)} ms, p95 ${of('judgingP95Ms').toFixed(2)} ms`,
      beside: `parsing ${of('parsingMs').toFixed(2)} ms`,
      ratio: of('parsingMs') / of('judgingMs'),
      reach: 'median < 1 ms',
      reached: of('judgingMs') < 1,
    })
  }
  return figures
}
