import { GallraError } from '../../errors.ts'
import { composeMessage } from '../../mail/smtp/compose.ts'
import { sendMessage, type SendOutcome } from '../../mail/smtp/send.ts'
import type { ServerLogin } from '../../core/mailbox/server-login.ts'
import { listAccounts, type Account } from '../../store/accounts.ts'
import type { Archive } from '../../store/archive.ts'
import { appendAudit, appendAuditOverPrisma, INSTALLATION } from '../../store/audit.ts'
import {
  abandonLetters,
  eraseOldLetters,
  lapseQueued,
  nextLetterIds,
  queueLetter,
  settleLetter,
  withNextLetter,
  type Letter,
  type LetterState,
  type QueuedLetter,
} from '../../store/outbox.ts'
import { inPrismaTransaction } from '../../store/postgres/prisma.ts'
import type { Sql } from '../../store/postgres/sql.ts'
import { listStaff } from '../../store/staff/staff.ts'
import { ownMessageId } from './own-letter.ts'
import { gatherWeeklyLetter, writeWeeklyLetter } from './weekly-letter.ts'

/** The account through which mail to staff goes: the first that is followed and has an SMTP account. */
export async function findSender(archive: Archive): Promise<(Account & { smtp: ServerLogin }) | null> {
  for (const account of await listAccounts(archive)) {
    const { smtp } = account.settings
    if (account.state !== 'removed' && smtp) return { ...account, smtp }
  }
  return null
}

/**
 * Writes the weekly letter as of now to everybody on the staff who has an address, and puts it into the outbox.
 * Returns the ids of the letters. @throws GallraError smtp-missing, digest-nobody
 */
export async function queueWeeklyLetter(archive: Archive, actor: string, now: Date): Promise<number[]> {
  const sender = await findSender(archive)
  if (sender === null) throw new GallraError('smtp-missing')
  const recipients = (await listStaff(archive)).flatMap(({ id, address, language }) =>
    address === null ? [] : [{ id, address, language }],
  )
  if (recipients.length === 0) throw new GallraError('digest-nobody')
  const weekly = await gatherWeeklyLetter(archive, now)
  const from = sender.settings.address
  const ids = await nextLetterIds(archive.pool, recipients.length)
  await inPrismaTransaction(archive, async (tx) => {
    await eraseOldLetters(tx, now)
    await lapseQueued(tx, now)
    for (const [index, { id: staffId, address, language }] of recipients.entries()) {
      const letter = {
        messageId: ownMessageId(archive, from),
        from,
        to: address,
        ...writeWeeklyLetter(weekly, language),
      }
      await queueLetter(tx, archive, sender.id, { id: ids[index]!, staffId, letter }, now)
    }
    await appendAuditOverPrisma(tx, archive, INSTALLATION, {
      at: now,
      actor,
      kind: 'digest-queued',
      payload: { letters: ids, staff: recipients.map(({ id }) => id) },
    })
  })
  return ids
}

export interface SentLetter {
  id: number
  staffId: number
  state: LetterState
  /** What prevented the letter from being handed in. */
  problem: GallraError | null
}

/**
 * Sends each queued letter once, even while other processes send too. Returns what became of the letters this call
 * took.
 */
export async function sendQueued(archive: Archive, clock: () => Date): Promise<SentLetter[]> {
  await abandonLetters(archive.pool, clock())
  const accounts = await listAccounts(archive)
  const sent: SentLetter[] = []
  for (let after = 0; ;) {
    const done = await withNextLetter(archive, after, clock(), (tx, queued) =>
      sendOne(tx, archive, accounts, queued, clock),
    )
    if (done === null) return sent
    after = done.id
    sent.push(done)
  }
}

const STATES = {
  accepted: 'sent',
  refused: 'refused',
  deferred: 'queued',
  unknown: 'unknown',
} as const satisfies Record<SendOutcome, LetterState>

async function sendOne(
  tx: Sql,
  archive: Archive,
  accounts: Account[],
  queued: QueuedLetter,
  clock: () => Date,
): Promise<SentLetter> {
  const { id, staffId } = queued
  const smtp = accounts.find((account) => account.id === queued.accountId)?.settings.smtp ?? null
  const { state, problem } =
    queued.letter === null
      ? { state: 'unreadable' as const, problem: null }
      : await handIn(smtp, queued.letter, clock())
  await settleLetter(tx, queued, state, clock())
  if (state !== 'queued') {
    await appendAudit(tx, archive, INSTALLATION, {
      at: clock(),
      actor: 'gallra',
      kind: 'digest-sent',
      payload: { letter: id, staff: staffId, result: state },
    })
  }
  return { id, staffId, state, problem }
}

async function handIn(
  smtp: ServerLogin | null,
  letter: Letter,
  now: Date,
): Promise<{ state: LetterState; problem: GallraError | null }> {
  try {
    if (smtp === null) throw new GallraError('smtp-missing')
    const { messageId, from, to, subject, text } = letter
    const source = await composeMessage({
      messageId: `<${messageId}>`,
      references: [],
      from: { name: 'gallra', address: from },
      to: [to],
      date: now,
      subject,
      body: text,
      attachments: [],
      // RFC 3834: no absence notice should answer it.
      headers: { 'Auto-Submitted': 'auto-generated' },
    })
    const outcome = await sendMessage(smtp, { from, to }, source)
    return {
      state: STATES[outcome],
      problem: outcome === 'deferred' ? new GallraError('server-refused', { verb: 'SMTP', problem: '4xx' }) : null,
    }
  } catch (error) {
    // Nothing was handed in: the next call tries again.
    if (error instanceof GallraError) return { state: 'queued', problem: error }
    throw error
  }
}
