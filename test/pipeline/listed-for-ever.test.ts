import { chmod } from 'node:fs/promises'
import { join } from 'node:path'
import { ImapFlow } from 'imapflow'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { connect } from '../../src/pipeline/mailbox/connect.ts'
import { syncAccount } from '../../src/pipeline/follow/follow.ts'
import { previewPurge, purge } from '../../src/pipeline/purge/purge.ts'
import { armPurge } from '../../src/pipeline/decide/staff-decisions.ts'
import type { Mailbox } from '../../src/mail/imap/mailbox-types.ts'
import type { Account } from '../../src/store/accounts.ts'
import { countAccount } from '../../src/store/read/account-counts.ts'
import { carol, RULES, testAccount, testArchive, type TestArchive } from '../harness/archive.ts'
import { dovecotAvailable, startDovecot, type Dovecot } from '../harness/dovecot.ts'
import { startImapProxy, type ImapProxy } from '../harness/imap-proxy.ts'
import { mail } from '../harness/mail.ts'

const DAY = 86_400_000
const START = new Date('2026-11-24T12:00:00Z')
const OLD = new Date('2024-01-10T09:00:00Z')
const YOUNG = new Date('2026-11-01T09:00:00Z')

it.runIf(!dovecotAvailable())('Dovecot is not installed: folders listed for ever are skipped', ({ skip }) => skip())

describe.skipIf(!dovecotAvailable())('a folder that is listed and cannot be opened', () => {
  let server: Dovecot
  let proxy: ImapProxy
  let test: TestArchive
  let account: Account
  let mailbox: Mailbox
  let now: Date

  beforeEach(async () => {
    now = START
    server = await startDovecot()
    proxy = await startImapProxy(server)
    test = await testArchive()
    account = await testAccount(test.archive, { port: proxy.port, user: server.user, password: server.password })
    mailbox = await connect(account.settings)
    await armPurge(test.archive, (await carol(test.archive)).id, true, now)
    for (const path of ['Kunder', 'Kunder/2026']) await mailbox.createFolder(path)
    await mailbox.append('INBOX', young('i1'), [], YOUNG)
    await mailbox.append('Kunder', DUE, [], OLD)
    await mailbox.append('Kunder', young('k1'), [], YOUNG)
    await sync()
    expect(await known()).toBe(3)
  })
  afterEach(async () => {
    mailbox.close()
    await proxy.close()
    await server.stop()
    await test.drop()
  })

  const DUE = mail({
    id: 'g1@example.se',
    from: 'Alice <alice@example.se>',
    subject: 'Hur byter jag rulle?',
    body: 'Hej! Hur byter jag rulle i skrivaren?',
    date: OLD.toISOString(),
  })
  const young = (id: string) =>
    mail({
      id: `${id}@example.se`,
      from: `${id}@example.se`,
      subject: 'Öppettider',
      body: `Vilka öppettider har ni? Undrar ${id}.`,
      date: YOUNG.toISOString(),
    })
  const sync = () => syncAccount({ archive: test.archive, account, rules: RULES, mailbox, clock: () => now })
  const syncOn = (day: number) => {
    now = new Date(START.getTime() + day * DAY)
    return sync()
  }
  const purgeNow = () => purge({ archive: test.archive, account, rules: RULES, mailbox, clock: () => now })
  const count = async (sql: string) => Number((await test.archive.pool.query<{ count: string }>(sql)).rows[0]!.count)
  const known = () => count('SELECT count(*) FROM "Location"')
  const archived = () => count('SELECT count(*) FROM "Message"')
  const status = async () => countAccount(test.archive.pool, account.id, '2026-12-31')
  const says = (text: string) => {
    proxy.rules = {
      onCommand: ({ line }) => (/^(SELECT|EXAMINE|STATUS) "?Kunder"?( |$)/.test(line) ? { kind: 'NO', text } : null),
      strip: ['LIST-STATUS'],
    }
  }
  const reconnect = async () => {
    mailbox.close()
    mailbox = await connect(account.settings)
  }
  async function otherClient(act: (client: ImapFlow) => Promise<unknown>): Promise<void> {
    const client = new ImapFlow({
      host: server.host,
      port: server.port,
      secure: false,
      doSTARTTLS: false,
      auth: { user: server.user, pass: server.password },
      logger: false,
    })
    await client.connect()
    await act(client)
    await client.logout()
  }

  it(
    'is gone after a week when it was deleted and only its child keeps it listed; its due mail goes, and what ' +
      'comes back is read anew',
    async () => {
      await otherClient((client) => client.mailboxDelete('Kunder'))
      // A session that has it open goes on seeing it.
      await reconnect()
      expect((await mailbox.listFolders()).find(({ path }) => path === 'Kunder')).toMatchObject({
        selectable: true,
        status: null,
      })
      await syncOn(0)
      await syncOn(6.9)
      expect(await known()).toBe(3)
      expect(await purgeNow()).toMatchObject({ purged: 0 })
      expect(await status()).toMatchObject({ refused: 1 })
      await syncOn(7.1)
      expect(await known()).toBe(1)
      expect(await status()).toMatchObject({ refused: 0 })
      await syncOn(8)
      expect(await purgeNow()).toMatchObject({ due: 1, purged: 1 })
      expect(await archived()).toBe(2)

      // Both come back, the purged one too: known by its digest, and by its tombstone.
      await mailbox.createFolder('Kunder')
      await mailbox.append('Kunder', young('k1'), [], YOUNG)
      await mailbox.append('Kunder', DUE, [], OLD)
      await syncOn(9)
      expect({ known: await known(), archived: await archived() }).toEqual({ known: 3, archived: 2 })
      expect((await previewPurge(test.archive, account, RULES, now)).reappeared).toHaveLength(1)
      expect(await status()).toMatchObject({ refused: 0 })
    },
  )

  it('keeps its copies for as long as the server cannot open it', async () => {
    await chmod(join(server.maildir, '.Kunder'), 0)
    for (const day of [0, 8, 30]) await syncOn(day)
    expect(await purgeNow()).toMatchObject({ purged: 0 })
    expect({ known: await known(), archived: await archived(), ...(await status()) }).toMatchObject({
      known: 3,
      archived: 3,
      refused: 1,
    })
    await chmod(join(server.maildir, '.Kunder'), 0o700)
    await syncOn(31)
    expect(await purgeNow()).toMatchObject({ purged: 1, due: 1 })
    expect(await known()).toBe(2)
  })

  it.each([
    ['without a reason', 'cannot open'],
    ['with another reason', "[NOPERM] Mailbox doesn't exist: Kunder"],
  ])('keeps its copies when it is refused %s', async (_name, text) => {
    says(text)
    await reconnect()
    for (const day of [0, 8, 30]) await syncOn(day)
    expect(await known()).toBe(3)
  })

  it('counts the week from the first answer that it does not exist, and from anew after any other answer', async () => {
    says('[SERVERBUG] broken')
    await reconnect()
    await syncOn(0)
    await syncOn(10)
    says("Mailbox doesn't exist: Kunder")
    await syncOn(11)
    await syncOn(17.9)
    says('[SERVERBUG] broken')
    await syncOn(18)
    says("Mailbox doesn't exist: Kunder")
    await syncOn(18.1)
    await syncOn(25)
    expect(await known()).toBe(3)
    await syncOn(25.2)
    expect(await known()).toBe(1)
    // It had been there all the time: known again, and nothing archived twice.
    proxy.rules = {}
    await syncOn(26)
    expect({ known: await known(), archived: await archived() }).toEqual({ known: 3, archived: 3 })
  })

  it('keeps its copies where the server has lost INBOX as well, or gives its STATUS', async () => {
    proxy.rules = {
      onCommand: ({ line }) =>
        /^(SELECT|EXAMINE|STATUS)/.test(line) ? { kind: 'NO', text: "Mailbox doesn't exist" } : null,
      strip: ['LIST-STATUS'],
    }
    await reconnect()
    for (const day of [0, 8, 16]) await syncOn(day)
    expect(await known()).toBe(3)
    proxy.rules = {
      onCommand: ({ line }) =>
        /^(SELECT|EXAMINE) "?Kunder"?( |$)/.test(line) ? { kind: 'NO', text: "Mailbox doesn't exist" } : null,
    }
    // Something new in it: otherwise it is not even opened.
    await otherClient((client) => client.append('Kunder', young('k2'), [], YOUNG))
    for (const day of [17, 25, 33]) await syncOn(day)
    expect(await known()).toBe(3)
  })
})
