/**
 * The whole product as a world: mail lies on a real Dovecot, the archive in a real PostgreSQL, the clock is the
 * story's.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ImapFlow } from 'imapflow'
import { GallraError } from '../../src/errors.ts'
import type { Mailbox } from '../../src/mail/imap/mailbox-types.ts'
import { parseMessage } from '../../src/mail/parse/parse.ts'
import { connect } from '../../src/pipeline/mailbox/connect.ts'
import { syncAccount } from '../../src/pipeline/follow/follow.ts'
import { purge } from '../../src/pipeline/purge/purge.ts'
import type { Rules } from '../../src/pipeline/decide/rules.ts'
import {
  approveOverCap,
  approveReview,
  armPurge,
  closeMatter,
  hold,
  liftPurge,
  notePayment,
  overrideCase,
  release,
} from '../../src/pipeline/decide/staff-decisions.ts'
import { applySchedule, turnEpochs } from '../../src/pipeline/purge/upkeep.ts'
import type { Case, Mark } from '../../src/core/classification.ts'
import type { Account } from '../../src/store/accounts.ts'
import { verifyAudit } from '../../src/store/audit.ts'
import { getMessage, type MessageRow } from '../../src/store/message/messages.ts'
import { openMessage } from '../../src/store/message/open-messages.ts'
import { carol, RULES, testAccount, testArchive, type TestArchive } from '../harness/archive.ts'
import { startDovecot, type Dovecot } from '../harness/dovecot.ts'
import { scheduleOf } from './core-world.ts'
import type { Policy } from './promise.ts'
import { idOf, keyOf, sourceOf } from './server-mail.ts'
import type { Judgement, PaymentFact, Seen, StoryMail, World } from './tell.ts'

const FOLDERS = ['INBOX', 'Sent', 'Arkiv'] as const

/** A message as a database shows it to anybody who asks. */
type Row = Pick<
  MessageRow,
  'id' | 'conversationId' | 'state' | 'mailboxUntil' | 'archiveUntil' | 'notBefore' | 'dueOn' | 'approvedAt'
>

export class ServerWorld implements World {
  private rules: Rules = RULES
  private readonly keys = new Map<number, string>()
  private readonly digests = new Map<string, string>()
  private readonly keyOfFile = new Map<string, string>()
  private readonly server: Dovecot
  private readonly test: TestArchive
  private readonly account: Account
  private readonly mailbox: Mailbox
  /** A mail program that staff use beside gallra. */
  private readonly other: ImapFlow
  private readonly staffId: number

  private constructor(parts: {
    server: Dovecot
    test: TestArchive
    account: Account
    mailbox: Mailbox
    other: ImapFlow
    staffId: number
  }) {
    this.server = parts.server
    this.test = parts.test
    this.account = parts.account
    this.mailbox = parts.mailbox
    this.other = parts.other
    this.staffId = parts.staffId
  }

  static async open(now: Date): Promise<ServerWorld> {
    const server = await startDovecot()
    const test = await testArchive(now)
    const login = { port: server.port, user: server.user, password: server.password }
    const account = await testAccount(test.archive, login, now)
    const mailbox = await connect(account.settings)
    await mailbox.createFolder('Arkiv')
    const other = new ImapFlow({
      host: server.host,
      port: server.port,
      secure: false,
      doSTARTTLS: false,
      auth: { user: server.user, pass: server.password },
      logger: false,
    })
    other.on('error', () => undefined)
    await other.connect()
    const staffId = (await carol(test.archive, now)).id
    await applySchedule(test.archive, RULES, now)
    return new ServerWorld({ server, test, account, mailbox, other, staffId })
  }

  async end(): Promise<void> {
    this.other.close()
    this.mailbox.close()
    await this.server.stop()
    await this.test.drop()
  }

  /** Throws where the chain of events is broken. */
  async checkAudit(): Promise<void> {
    await verifyAudit(this.test.archive)
  }

  async copyArrives(mail: StoryMail, now: Date): Promise<Judgement | null> {
    const source = sourceOf(mail)
    if (!this.digests.has(mail.key)) this.digests.set(mail.key, (await parseMessage(source)).message.digest)
    const copies = this.lookAtServer().get(mail.key) ?? 0
    await this.mailbox.append(copies > 0 ? 'Arkiv' : mail.incoming ? 'INBOX' : 'Sent', source, [], mail.serverAt)
    await this.sync(now)
    return this.judgementOf(mail.key)
  }

  async copyDeleted(key: string, now: Date): Promise<void> {
    for (const folder of FOLDERS) {
      await this.other.mailboxOpen(folder)
      const found = await this.other.search({ header: { 'message-id': `<${idOf(key)}>` } }, { uid: true })
      if (!Array.isArray(found) || found[0] === undefined) continue
      await this.other.messageDelete(String(found[0]), { uid: true })
      break
    }
    await this.sync(now)
  }

  async override(key: string, verdict: { case: string; marks: string[] }, now: Date): Promise<void> {
    await overrideCase(
      this.context(),
      { ...this.decider(), messageId: this.idOf(key), case: verdict.case as Case, marks: verdict.marks as Mark[] },
      now,
    )
  }

  async close(key: string, now: Date): Promise<void> {
    await closeMatter(
      this.context(),
      {
        ...this.decider(),
        conversationId: await this.conversationOf(key),
        facts: { outcome: 'granted', deliveredOn: null, consumer: null },
      },
      now,
    )
  }

  async reopen(key: string, now: Date): Promise<void> {
    await closeMatter(
      this.context(),
      { ...this.decider(), conversationId: await this.conversationOf(key), facts: null },
      now,
    )
  }

  async pay(key: string, fact: PaymentFact, now: Date): Promise<void> {
    const known = Object.fromEntries(Object.entries(fact).filter(([, day]) => day != null))
    await notePayment(this.context(), { ...this.decider(), messageId: this.idOf(key), ...known }, now)
  }

  async hold(on: 'message' | 'conversation' | 'customer', key: string, now: Date): Promise<number> {
    const { id, conversationId, customerId } = await getMessage(this.test.archive.pool, this.account.id, this.idOf(key))
    const target =
      on === 'message' ? { messageId: id } : on === 'conversation' ? { conversationId } : { customerId: customerId! }
    return hold(this.context(), { ...this.decider(), target }, now)
  }

  async release(holdId: number, now: Date): Promise<void> {
    await release(this.context(), { ...this.decider(), holdId }, now)
  }

  async approve(keys: string[], now: Date): Promise<void> {
    await approveReview(this.context(), { ...this.decider(), messageIds: keys.map((key) => this.idOf(key)) }, now)
  }

  async approveRun(now: Date): Promise<void> {
    await approveOverCap(this.context(), this.staffId, now)
  }

  async arm(armed: boolean, now: Date): Promise<void> {
    await armPurge(this.test.archive, this.staffId, armed, now)
  }

  async changePolicy(policy: Policy, now: Date): Promise<void> {
    this.rules = { ...RULES, schedule: scheduleOf(RULES.schedule, policy) }
    await applySchedule(this.test.archive, this.rules, now)
  }

  async night(now: Date): Promise<'done' | 'not-armed' | 'over-cap'> {
    await turnEpochs(this.test.archive, this.rules, now)
    try {
      await purge({
        archive: this.test.archive,
        account: this.account,
        rules: this.rules,
        mailbox: this.mailbox,
        clock: () => now,
      })
      return 'done'
    } catch (error) {
      if (error instanceof GallraError && error.code === 'not-armed') return 'not-armed'
      if (error instanceof GallraError && error.code === 'purge-over-cap') return 'over-cap'
      throw error
    }
  }

  async lift(key: string, now: Date): Promise<Judgement | null> {
    const { tombstoneIndex, pool } = this.test.archive
    const { rows } = await pool.query<{ id: number }>(
      'SELECT "id" FROM "Tombstone" WHERE "digestHash" = $1 AND "liftedAt" IS NULL',
      [tombstoneIndex.hash('digest', this.digests.get(key)!)],
    )
    await liftPurge(this.context(), { ...this.decider(), tombstoneId: rows[0]!.id }, now)
    await this.sync(now)
    return this.judgementOf(key)
  }

  async look(): Promise<Seen> {
    const { tombstoneIndex, pool } = this.test.archive
    const { rows } = await pool.query<Row>(
      'SELECT "id", "conversationId", "state", "mailboxUntil", "archiveUntil", "notBefore", "dueOn", ' +
        '"approvedAt" FROM "Message"',
    )
    const messages = new Map(
      rows.map((row) => [
        this.keys.get(row.id) ?? `unknown ${row.id}`,
        { ...row, conversation: row.conversationId, approved: row.approvedAt !== null },
      ]),
    )
    const stones = await pool.query<{ digestHash: string }>(
      'SELECT "digestHash" FROM "Tombstone" WHERE "liftedAt" IS NULL',
    )
    const hashes = new Map([...this.digests].map(([key, digest]) => [tombstoneIndex.hash('digest', digest), key]))
    return {
      messages,
      copies: this.lookAtServer(),
      tombstones: stones.rows.map((row) => hashes.get(row.digestHash) ?? 'unknown'),
    }
  }

  /** What lies in the Maildir, read past every IMAP server and client. */
  private lookAtServer(): Map<string, number> {
    const copies = new Map<string, number>()
    for (const folder of ['.', '.Sent', '.Arkiv']) {
      for (const part of ['cur', 'new']) {
        // Dovecot makes a folder when it is first used.
        if (!existsSync(join(this.server.maildir, folder, part))) continue
        for (const file of readdirSync(join(this.server.maildir, folder, part))) {
          const name = file.split(':')[0]!
          if (!this.keyOfFile.has(name))
            this.keyOfFile.set(name, keyOf(readFileSync(join(this.server.maildir, folder, part, file), 'utf8')))
          const key = this.keyOfFile.get(name)!
          copies.set(key, (copies.get(key) ?? 0) + 1)
        }
      }
    }
    return copies
  }

  private async sync(now: Date): Promise<void> {
    const { archive } = this.test
    const { archived } = await syncAccount({
      archive,
      account: this.account,
      rules: this.rules,
      mailbox: this.mailbox,
      clock: () => now,
    })
    for (const id of archived) {
      const { message } = await openMessage(archive.pool, archive, this.account.id, id)
      this.keys.set(id, keyOf(`Message-ID: <${message.messageId ?? ''}>`))
    }
  }

  private async judgementOf(key: string): Promise<Judgement | null> {
    const { rows } = await this.test.archive.pool.query<{ id: number }>('SELECT "id" FROM "Message"')
    const id = rows.find((row) => this.keys.get(row.id) === key)?.id
    if (id === undefined) return null
    const row = await getMessage(this.test.archive.pool, this.account.id, id)
    return { case: row.case, marks: row.marks, uncertain: row.uncertain, mayBeComplaint: row.mayBeComplaint }
  }

  private async conversationOf(key: string): Promise<number> {
    return (await getMessage(this.test.archive.pool, this.account.id, this.idOf(key))).conversationId
  }

  private idOf(key: string): number {
    return [...this.keys].findLast(([, each]) => each === key)![0]
  }

  private context(): { archive: TestArchive['archive']; account: Account; rules: Rules } {
    return { archive: this.test.archive, account: this.account, rules: this.rules }
  }

  private decider(): { staffId: number; via: 'cli'; reason: string } {
    return { staffId: this.staffId, via: 'cli', reason: 'enligt berättelsen' }
  }
}
