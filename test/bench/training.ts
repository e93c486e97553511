import { measure, median, type Measured } from './child.ts'
import type { Figure } from './table.ts'

/** One training on so many decisions of staff beside the seed: candidate, measure of both, choice. */
export async function benchTraining({
  examples,
  runs,
  root,
}: {
  examples: number
  runs: number
  root: string
}): Promise<Figure[]> {
  const measured: Measured[] = []
  for (let run = 0; run < runs; run += 1) measured.push(await measure('training', { examples, root }))
  const seconds = median(measured.map((one) => one.seconds))
  const peakMb = Math.max(...measured.map((one) => one.peakMb))
  const cpu = median(measured.map((one) => Number(one['cpuSeconds'])))
  const note =
    `${cpu.toFixed(1)} s of one core; ${measured[0]!['features'] ?? '?'} features an example; whole process, ` +
    'worker included'
  return [
    {
      what: `training on ${examples} decisions`,
      ours: `${seconds.toFixed(1)} s`,
      beside: '',
      ratio: null,
      reach: '60 s',
      reached: seconds < 60,
      note,
    },
    { what: 'its peak memory', ours: `${peakMb} MB`, beside: '', ratio: null, reach: '500 MB', reached: peakMb < 500 },
  ]
}
