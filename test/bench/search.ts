import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { measure, median } from './child.ts'
import { mailMix } from './mail-mix.ts'
import { loadMaildir } from './maildir.ts'
import { peersAvailable } from './peers.ts'
import { Random } from './random.ts'
import { withDirectory } from './server.ts'
import type { Figure } from './table.ts'

/** Search alone, in archives filled with contents and index only. */
export async function benchSearch(the: { sizes: number[]; root: string; peers: boolean }): Promise<Figure[]> {
  const figures: Figure[] = []
  for (const messages of new Set(the.sizes)) {
    await withDirectory(async (directory) => {
      await measure('fill-contents', { directory, root: the.root, messages, index: true })
      figures.push(await searchFigure({ ...the, messages, directory }))
    })
  }
  return figures
}

/** Words, phrases and addresses in an archive that stands, beside notmuch on the same mail. */
export async function searchFigure(the: {
  messages: number
  directory: string
  root: string
  peers: boolean
}): Promise<Figure> {
  const { messages, directory, root } = the
  const queries = sampleQueries(messages)
  const found = await measure('search', { directory, root, queries })
  const peer = the.peers && peersAvailable() ? notmuchSearch(join(directory, 'peer'), messages, queries) : null
  return {
    what: `search, first 50 hits, ${messages} messages`,
    ours: `median ${Number(found['medianMs']).toFixed(1)} ms, p95 ${Number(found['p95Ms']).toFixed(1)} ms`,
    beside: peer === null ? '' : `notmuch median ${peer.toFixed(1)} ms`,
    ratio: peer === null ? null : peer / Number(found['medianMs']),
    reach: 'median < 30 ms, p95 < 100 ms',
    reached: Number(found['medianMs']) < 30 && Number(found['p95Ms']) < 100,
    note: `${queries.length} queries, ${found['hits'] ?? 0} hits; slowest ${found['slowest'] ?? ''}`,
  }
}

/** Twenty each of words, phrases of two and three words, addresses; from messages all over the mailbox. */
function sampleQueries(messages: number): string[] {
  const random = new Random(7)
  const queries: string[] = []
  const step = Math.max(1, Math.floor(messages / 25))
  let number = 0
  for (const { source } of mailMix('small', messages)) {
    number += 1
    if (number % step !== 0 || queries.length >= 80) continue
    const text = source.toString('latin1')
    const address = /^From: .*<([^>]+)>/m.exec(text)?.[1] ?? ''
    const subject = (/^Subject: ([ -~]+)$/m.exec(text)?.[1] ?? '').replace(/^(?:Sv|Re): /, '').replace(/[^a-z ]/gi, '')
    const words = subject.split(' ').filter((word) => word.length > 3)
    if (words[0] !== undefined) queries.push(words[0])
    if (words.length > 1) queries.push(random.pick(words))
    const [first, second] = subject.split(' ')
    if (first !== undefined && second !== undefined) queries.push(`"${first} ${second}"`)
    queries.push(address)
  }
  return queries.filter((query) => query.replace(/\W/g, '').length > 2)
}

/** Median ms of `notmuch search`, with what an empty run of notmuch takes off. */
function notmuchSearch(directory: string, messages: number, queries: string[]): number {
  mkdirSync(directory, { recursive: true })
  const mail = join(directory, 'mail')
  mkdirSync(mail)
  loadMaildir(join(mail, 'INBOX'), 'small', messages)
  const config = join(directory, 'config')
  writeFileSync(config, `[database]\npath=${mail}\n[user]\nname=A\nprimary_email=a@example.org\n[new]\ntags=new\n`)
  const run = (...args: string[]): number => {
    const at = performance.now()
    const { status } = spawnSync('notmuch', ['--config', config, ...args], { env: { ...process.env, HOME: directory } })
    if (status !== 0) throw new Error('notmuch failed')
    return performance.now() - at
  }
  run('new', '--quiet')
  const idle = median(Array.from({ length: 10 }, () => run('count', 'id:nothing')))
  return median(queries.map((query) => run('search', '--limit=50', '--output=messages', query) - idle))
}
