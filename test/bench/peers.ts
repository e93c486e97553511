import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { LoadedServer } from './server.ts'

export function peersAvailable(): boolean {
  return existsSync('/usr/bin/mbsync') && existsSync('/usr/bin/notmuch')
}

/** mbsync into a fresh Maildir, then `notmuch new` over it; seconds of both. */
export async function mbsyncAndNotmuch(
  server: LoadedServer,
  directory: string,
): Promise<{ mbsync: number; notmuch: number }> {
  const mail = join(directory, 'mail')
  await mkdir(mail, { recursive: true })
  const { host, port, user, password } = server.plain
  await writeFile(
    join(directory, 'mbsyncrc'),
    `IMAPAccount a
Host ${host}
Port ${port}
User ${user}
Pass ${password}
SSLType None

IMAPStore far
Account a

MaildirStore near
Path ${mail}/
Inbox ${mail}/INBOX
SubFolders Verbatim

Channel all
Far :far:
Near :near:
Patterns INBOX Sent
Create Near
Sync Pull
SyncState *
`,
  )
  await writeFile(
    join(directory, 'notmuch-config'),
    `[database]\npath=${mail}\n[user]\nname=A\nprimary_email=a@example.org\n` +
      '[new]\ntags=new\nignore=.mbsyncstate;.uidvalidity\n',
  )
  return {
    mbsync: run('mbsync', ['-q', '-c', join(directory, 'mbsyncrc'), 'all'], directory),
    notmuch: run('notmuch', ['--config', join(directory, 'notmuch-config'), 'new', '--quiet'], directory),
  }
}

function run(command: string, args: string[], home: string): number {
  const started = performance.now()
  const { status, stderr } = spawnSync(command, args, { env: { ...process.env, HOME: home }, encoding: 'utf8' })
  if (status !== 0) throw new Error(`${command} failed: ${stderr.slice(0, 500)}`)
  return (performance.now() - started) / 1000
}
