import { renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ImapFlow } from 'imapflow'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { connect } from '../../src/pipeline/mailbox/connect.ts'
import { syncAccount } from '../../src/pipeline/follow/follow.ts'
import type { Account } from '../../src/store/accounts.ts'
import { verifyAudit } from '../../src/store/audit.ts'
import { openMessageSource } from '../../src/store/message/open-messages.ts'
import { NOW, RULES, testAccount, testArchive, type TestArchive } from '../harness/archive.ts'
import { dovecotAvailable, startDovecot, type Dovecot } from '../harness/dovecot.ts'
import { LONG } from '../harness/long.ts'
import { mail } from '../harness/mail.ts'
import { seeded } from '../harness/random.ts'
import { HOSTILE } from './catalogue.ts'
import { fuzzedMail } from './fuzz.ts'

/** Octets; larger ones wait for `npm run test:long`, except that one must be there always. */
const ORDINARY = 700_000
const ALWAYS = 'a 50 MB attachment'
const FUZZED = LONG ? 1000 : 40

it.runIf(!dovecotAvailable())('Dovecot is not installed: hostile mail is not fetched', ({ skip }) => skip())

describe.skipIf(!dovecotAvailable())('hostile mail in the mailbox', () => {
  let server: Dovecot
  let test: TestArchive
  let account: Account

  beforeEach(async () => {
    server = await startDovecot()
    test = await testArchive()
    account = await testAccount(test.archive, { port: server.port, user: server.user, password: server.password })
  })
  afterEach(async () => {
    await server.stop()
    await test.drop()
  })

  let files = 0
  /** As a delivery agent does: no IMAP server between that would refuse NUL or bare line ends. */
  const deliver = (source: Buffer): void => {
    const name = `1767225600.M${String((files += 1)).padStart(6, '0')}.test`
    writeFileSync(join(server.maildir, 'tmp', name), source)
    renameSync(join(server.maildir, 'tmp', name), join(server.maildir, 'new', name))
  }

  it(
    'is archived as the server gives it, and stops nothing else',
    async () => {
      const mailbox = await connect(account.settings)
      // Makes the Maildir.
      await mailbox.openFolder('INBOX', null, true)
      let ordinary = 0
      const hostile = Object.entries(HOSTILE).flatMap(([name, build]) => {
        const source = build()
        return LONG || name === ALWAYS || source.length <= ORDINARY ? [source] : []
      })
      const random = seeded(7)
      for (let i = 0; i < FUZZED; i += 1) hostile.push(fuzzedMail(random))
      for (const source of hostile) {
        deliver(source)
        if (files % 10 === 0)
          deliver(
            mail({
              id: `o${(ordinary += 1)}@example.se`,
              from: `kund${ordinary}@example.se`,
              subject: 'Öppettider',
              body: `Vilka öppettider har ni? Undrar kund ${ordinary}.`,
            }),
          )
      }
      const refused: unknown[] = []
      await syncAccount({
        archive: test.archive,
        account,
        rules: RULES,
        mailbox,
        clock: () => NOW,
        onRefused: (_folder, error) => refused.push(error),
      })
      mailbox.close()
      expect(refused).toEqual([])

      const copies = (
        await test.archive.pool.query<{ uid: string; messageId: number; id: number }>(
          'SELECT l."uid", l."messageId" FROM "Location" l ORDER BY l."uid"',
        )
      ).rows
      expect(copies).toHaveLength(hostile.length + ordinary)
      const client = new ImapFlow({
        host: server.host,
        port: server.port,
        secure: false,
        doSTARTTLS: false,
        auth: { user: server.user, pass: server.password },
        logger: false,
      })
      await client.connect()
      await client.mailboxOpen('INBOX', { readOnly: true })
      const seen = new Set<number>()
      for (const { uid, messageId } of copies) {
        // A fuzzed message may equal another in all that counts (P4): the archive holds the first.
        if (seen.has(messageId)) continue
        seen.add(messageId)
        const given = await client.fetchOne(uid, { source: true }, { uid: true })
        const kept = await openMessageSource(test.archive.pool, test.archive, account.id, messageId)
        expect(given && given.source?.equals(kept)).toBe(true)
      }
      await client.logout()
      expect(seen.size).toBeGreaterThan(hostile.length * 0.8)

      const judged = await test.archive.pool.query<{ count: string }>(
        `SELECT count(*) FROM "Message" WHERE "case" = 'support' AND NOT "unparsed" AND "size" < 500`,
      )
      expect(Number(judged.rows[0]!.count)).toBeGreaterThanOrEqual(ordinary)
      await expect(verifyAudit(test.archive)).resolves.toBeTruthy()
    },
    LONG ? 1_800_000 : 240_000,
  )
})
