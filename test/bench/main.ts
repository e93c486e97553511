/**
 * `npm run bench -- [bench …] [--messages N] [--large N] [--runs N] [--json] [--no-peers]`; Linux, with Dovecot. See
 * docs/performance.md.
 */
import { cpus, loadavg, totalmem } from 'node:os'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { benchBackfill } from './backfill.ts'
import { benchJudging } from './judging.ts'
import { benchGrowth } from './large.ts'
import { benchLatency } from './latency.ts'
import { benchMemory } from './memory.ts'
import { benchPurge } from './purge.ts'
import { benchTraining } from './training.ts'
import { benchScan } from './scan.ts'
import { benchSearch } from './search.ts'
import { hasReached, table, type Figure } from './table.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    messages: { type: 'string', default: '20000' },
    large: { type: 'string', default: '200000' },
    runs: { type: 'string', default: '3' },
    json: { type: 'boolean', default: false },
    'no-peers': { type: 'boolean', default: false },
  },
})
const root = resolve(import.meta.dirname, '..', '..', '..')
const common = { messages: Number(values.messages), runs: Number(values.runs), root, peers: !values['no-peers'] }

const large = Number(values.large)

const BENCHES: Record<string, () => Promise<Figure[]>> = {
  small: () => benchBackfill({ ...common, mix: 'small' }),
  attachments: () => benchBackfill({ ...common, mix: 'attachments' }),
  growth: () => benchGrowth({ ...common, sizes: [common.messages / 2, common.messages * 2.5, large] }),
  scan: () => benchScan({ ...common, messages: large }),
  search: () => benchSearch({ ...common, sizes: [common.messages, large] }),
  purge: () => benchPurge({ ...common, messages: common.messages }),
  training: () => benchTraining({ examples: 50_000, runs: common.runs, root }),
  memory: () => benchMemory({ root }),
  judging: () => benchJudging(common),
  latency: () => benchLatency({ ...common, archived: large }),
}

const figures: Figure[] = []
for (const name of positionals.length > 0 ? positionals : Object.keys(BENCHES)) {
  const bench = BENCHES[name]
  if (bench === undefined) throw new Error(`no bench '${name}'; there are ${Object.keys(BENCHES).join(', ')}`)
  process.stderr.write(`${name} …\n`)
  figures.push(...(await bench()))
}
const machine = {
  cpu: cpus()[0]?.model ?? '?',
  cores: cpus().length,
  memoryMb: Math.round(totalmem() / 1e6),
  node: process.version,
  load: loadavg()[0],
  messages: common.messages,
  runs: common.runs,
}
process.stdout.write(
  values.json
    ? `${JSON.stringify({ machine, figures: figures.map((one) => ({ ...one, reached: hasReached(one) })) }, null, 2)}\n`
    : `${table(figures)}\n`,
)
