import { cpus } from 'node:os'
import { measure, median, type Measured } from './child.ts'
import { mailMix } from './mail-mix.ts'
import { withDirectory } from './server.ts'
import type { Figure } from './table.ts'

/** A scan of everything for one person beside reading and decrypting the same texts, with as many threads as cores. */
export async function benchScan(the: { messages: number; runs: number; root: string }): Promise<Figure[]> {
  return withDirectory(async (directory) => {
    const place = { directory, root: the.root, threads: cpus().length }
    const filled = await measure('fill-contents', { ...place, messages: the.messages, index: false })
    const ours: Measured[] = []
    const beside: Measured[] = []
    // The first visit of each warms the file cache; nobody is measured on it.
    for (let run = -1; run < the.runs; run += 1) {
      const [read, scanned] = [
        await measure('read-all', place),
        await measure('scan', { ...place, ...someone(the.messages) }),
      ]
      if (read['read'] !== the.messages || scanned['scanned'] !== the.messages)
        throw new Error('not everything was read')
      if (run < 0) continue
      ours.push(scanned)
      beside.push(read)
    }
    const [seconds, reading] = [median(ours.map((one) => one.seconds)), median(beside.map((one) => one.seconds))]
    return [
      {
        what: `subject-request scan of ${the.messages}, ${place.threads} threads`,
        ours: `${Math.round(the.messages / seconds)}/s`,
        beside: `read and decrypt ${Math.round(the.messages / reading)}/s`,
        ratio: reading / seconds,
        reach: 0.6,
        note:
          `${ours[0]!['found'] ?? 0} found; peak ${Math.max(...ours.map((one) => one.peakMb))} MB; archive made in ` +
          `${filled.seconds.toFixed(0)} s`,
        seconds,
      },
    ]
  })
}

/** Somebody in the middle of the mailbox. */
function someone(messages: number): { addresses: string[]; names: string[]; phones: string[] } {
  let number = 0
  for (const { source, folder } of mailMix('small', messages)) {
    number += 1
    const match = /^From: "([^"]+)" <([^>]+)>/m.exec(source.toString('latin1'))
    if (number > messages / 2 && folder === 'INBOX' && match !== null)
      return { names: [match[1]!], addresses: [match[2]!], phones: ['070-174 06 05'] }
  }
  return { addresses: ['a@example.org'], names: [], phones: [] }
}
