import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { connectMailbox } from '../../src/mail/imap/mailbox.ts'
import type { Mailbox } from '../../src/mail/imap/mailbox-types.ts'
import { expungeThroughTrash } from '../../src/pipeline/purge/remove-copies.ts'
import { NOW } from '../harness/archive.ts'
import { dovecotAvailable, startDovecot, type Dovecot } from '../harness/dovecot.ts'
import { mail } from '../harness/mail.ts'

it.runIf(!dovecotAvailable())('Dovecot is not installed: the Gmail tests are skipped', ({ skip }) => skip())

// Dovecot stands in: it cannot speak X-GM-EXT-1, but Gmail's way is MOVE and UID EXPUNGE like any other.
describe.skipIf(!dovecotAvailable())('removing a message the way Gmail needs it', () => {
  let server: Dovecot
  let mailbox: Mailbox
  beforeEach(async () => {
    server = await startDovecot()
    mailbox = await connectMailbox({
      host: server.host,
      port: server.port,
      security: 'none',
      user: server.user,
      password: server.password,
      ca: null,
    })
  })
  afterEach(async () => {
    mailbox.close()
    await server.stop()
  })

  const source = (id: string) =>
    mail({ id: `${id}@example.se`, from: `${id}@example.se`, subject: id, body: `Hej från ${id}` })
  const uidsOf = async (path: string) => {
    await mailbox.openFolder(path, null, true)
    return mailbox.listUids(1)
  }

  it('goes through Trash and takes exactly what was named, there too', async () => {
    const trash = (await mailbox.listFolders()).find((folder) => folder.role === 'trash')!
    const due = (await mailbox.append('INBOX', source('due'), [], NOW)).uid!
    const stays = (await mailbox.append('INBOX', source('stays'), [], NOW)).uid!
    const thrown = (await mailbox.append(trash.path, source('thrown'), ['\\Deleted'], NOW)).uid!
    expect(await expungeThroughTrash(mailbox, 'INBOX', [due])).toEqual([due])
    expect(await uidsOf('INBOX')).toEqual([stays])
    expect(await uidsOf(trash.path)).toEqual([thrown])
  })

  it('expunges in Trash itself without moving', async () => {
    const trash = (await mailbox.listFolders()).find((folder) => folder.role === 'trash')!
    const due = (await mailbox.append(trash.path, source('due'), [], NOW)).uid!
    await mailbox.openFolder(trash.path, null, false)
    expect(await expungeThroughTrash(mailbox, trash.path, [due])).toEqual([due])
    expect(await uidsOf(trash.path)).toEqual([])
  })
})
