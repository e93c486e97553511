import { chownSync, mkdirSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { mailMix, type Mix } from './mail-mix.ts'

export interface Loaded {
  messages: number
  octets: number
}

/**
 * Writes the mix straight into a Maildir (Maildir++ folders), owned as the directory above is. Dovecot indexes it at
 * the first visit.
 */
export function loadMaildir(maildir: string, mix: Mix, count: number, seed = 1): Loaded {
  const owner = statSync(dirname(maildir))
  const own = (path: string): void => {
    if (process.getuid?.() === 0) chownSync(path, owner.uid, owner.gid)
  }
  for (const folder of [maildir, join(maildir, '.Sent')]) {
    for (const path of [folder, ...['cur', 'new', 'tmp'].map((part) => join(folder, part))]) {
      mkdirSync(path, { recursive: true })
      own(path)
    }
  }
  let octets = 0
  let number = 0
  for (const message of mailMix(mix, count, seed)) {
    number += 1
    octets += message.source.length
    const at = Math.floor(message.date.getTime() / 1000)
    const size = message.source.length
    const unique = `${at}.M${String(number).padStart(8, '0')}P1.bench`
    const name = `${unique},S=${size},W=${size}:2,${message.seen ? 'S' : ''}`
    const path = join(maildir, message.folder === 'Sent' ? '.Sent' : '.', 'cur', name)
    writeFileSync(path, message.source)
    utimesSync(path, at, at)
    own(path)
  }
  return { messages: count, octets }
}
