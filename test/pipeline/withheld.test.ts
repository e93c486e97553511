import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { connect } from '../../src/pipeline/mailbox/connect.ts'
import { syncAccount } from '../../src/pipeline/follow/follow.ts'
import type { Mailbox } from '../../src/mail/imap/mailbox-types.ts'
import type { Account } from '../../src/store/accounts.ts'
import { countAccount } from '../../src/store/read/account-counts.ts'
import { NOW, RULES, testAccount, testArchive, type TestArchive } from '../harness/archive.ts'
import { dovecotAvailable, startDovecot, type Dovecot } from '../harness/dovecot.ts'
import { startImapProxy, type ImapProxy } from '../harness/imap-proxy.ts'
import { mail } from '../harness/mail.ts'

it.runIf(!dovecotAvailable())('Dovecot is not installed: the tests of withheld messages are skipped', ({ skip }) =>
  skip(),
)

describe.skipIf(!dovecotAvailable())('a message that the server has but does not give', () => {
  let server: Dovecot
  let proxy: ImapProxy
  let test: TestArchive
  let account: Account
  let mailbox: Mailbox
  beforeEach(async () => {
    server = await startDovecot()
    proxy = await startImapProxy(server)
    test = await testArchive()
    account = await testAccount(test.archive, { port: proxy.port, user: server.user, password: server.password })
    mailbox = await connect(account.settings)
  })
  afterEach(async () => {
    mailbox.close()
    await proxy.close()
    await server.stop()
    await test.drop()
  })

  const put = (id: string) =>
    mailbox.append(
      'INBOX',
      mail({
        id: `${id}@example.se`,
        from: `${id}@example.se`,
        subject: `Fråga ${id}`,
        body: `Hur gör jag med ${id}?`,
      }),
      [],
      NOW,
    )
  const sync = () => syncAccount({ archive: test.archive, account, rules: RULES, mailbox, clock: () => NOW })
  const withheld = async () => (await countAccount(test.archive.pool, account.id, '2026-11-24')).withheld

  it('stops no other, is counted, and is archived as soon as it comes', async () => {
    for (const id of ['a', 'b', 'c']) await put(id)
    proxy.rules = { onCommand: (command) => (/^UID FETCH .*BODY/.test(command.line) ? { kind: 'omit-fetch' } : null) }
    expect((await sync()).archived).toHaveLength(2)
    expect(await withheld()).toBe(1)
    await put('d')
    // The one withheld is asked for again, in a batch with the new one, which is given.
    expect((await sync()).archived).toHaveLength(1)
    expect(await withheld()).toBe(1)
    proxy.rules = {}
    expect((await sync()).archived).toHaveLength(1)
    expect(await withheld()).toBe(0)
    expect((await sync()).archived).toHaveLength(0)
  })
})
