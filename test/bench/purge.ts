import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { measure } from './child.ts'
import { startLoaded, withDirectory } from './server.ts'
import type { Figure } from './table.ts'

/** A purge of what is due, archive and server, beside Dovecot expunging as many of its own. */
export async function benchPurge(the: { messages: number; root: string }): Promise<Figure[]> {
  const server = await startLoaded('small', the.messages)
  try {
    const ours = await withDirectory((directory) =>
      measure('purge', { server: server.plain, directory, root: the.root }),
    )
    const purged = Number(ours['purged'])
    const other = await startLoaded('small', purged)
    const at = performance.now()
    const { status } = spawnSync('doveadm', [
      '-c',
      join(other.dovecot.maildir, '..', '..', 'dovecot.conf'),
      'expunge',
      '-u',
      other.dovecot.user,
      'mailbox',
      '*',
      'all',
    ])
    const beside = (performance.now() - at) / 1000
    await other.dovecot.stop()
    return [
      {
        what: `purge of ${purged} due messages`,
        ours: `${Math.round(purged / ours.seconds)}/s`,
        beside: status === 0 ? `doveadm expunge ${Math.round(purged / beside)}/s` : 'doveadm failed',
        ratio: beside / ours.seconds,
        reach: '500/s',
        reached: purged / ours.seconds >= 500,
        note: `${ours['kept'] ?? 0} kept; peak ${ours.peakMb} MB`,
      },
    ]
  } finally {
    await server.dovecot.stop()
  }
}
