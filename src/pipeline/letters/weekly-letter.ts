import { addPeriod, stockholmDate } from '../../core/retention/calendar.ts'
import type { IsoDate } from '../../core/retention/retention.ts'
import { readAccounts, type Account } from '../../store/accounts.ts'
import type { Archive } from '../../store/archive.ts'
import { INSTALLATION } from '../../store/audit.ts'
import type { CopyState } from '../../store/keys/keys-copy.ts'
import { countLetters } from '../../store/outbox.ts'
import { readAccountDigest, readAuditHead, type AccountDigest } from '../../store/read/digest-facts.ts'
import { readSetting } from '../../store/settings.ts'
import { digestTexts, type DigestTexts } from '../../text/firm/digest-letter.ts'
import { fill, type Language } from '../../text/wording/wording.ts'

/** How far ahead the letter looks. */
export const WEEKLY_LETTER_PERIOD = 'P14D'
/** How far back: as long as from one letter to the next. */
const WEEK_MS = 7 * 86_400_000

/** What the weekly letter reports to staff: counts, ids, dates and codes. Nothing of mail, no customer (P7). */
interface WeeklyLetter {
  date: IsoDate
  /** Last day it looks at, `WEEKLY_LETTER_PERIOD` ahead. */
  until: IsoDate
  armedSince: IsoDate | null
  accounts: ({ id: number; address: string; state: Account['state'] } & AccountDigest)[]
  /** Ids of accounts that cannot be decrypted: nothing else can be said of them. */
  brokenAccounts: number[]
  keysCopy: { state: CopyState; copiedOn: IsoDate | null }
  backup: { on: IsoDate; restorableUntil: string | null } | null
  letters: { unknown: number; refused: number }
  auditHead: AccountDigest['auditHead']
}

export async function gatherWeeklyLetter(archive: Archive, now: Date): Promise<WeeklyLetter> {
  const { pool } = archive
  const date = stockholmDate(now)
  const until = addPeriod(date, WEEKLY_LETTER_PERIOD)
  const period = { today: date, until, mailboxSince: new Date(now.getTime() - WEEK_MS) }
  const accounts: WeeklyLetter['accounts'] = []
  const known = await readAccounts(archive)
  for (const { id, state, settings } of known.accounts) {
    accounts.push({
      id,
      address: settings.address,
      state,
      ...(await readAccountDigest(archive, id, period)),
    })
  }
  const armed = await readSetting(pool, 'armed')
  const backedUp = await readSetting(pool, 'backedUp')
  const { state, copiedAt } = archive.keyring.copy.state()
  const { unknown, refused } = await countLetters(pool)
  return {
    date,
    until,
    armedSince: armed === null ? null : stockholmDate(new Date(armed.since)),
    accounts,
    brokenAccounts: known.broken.map(({ id }) => id),
    keysCopy: { state, copiedOn: copiedAt === null ? null : stockholmDate(copiedAt) },
    backup:
      backedUp === null
        ? null
        : { on: stockholmDate(new Date(backedUp.at)), restorableUntil: backedUp.restorableUntil },
    letters: { unknown, refused },
    auditHead: await readAuditHead(archive, INSTALLATION),
  }
}

/** The letter in one language. */
export function writeWeeklyLetter(letter: WeeklyLetter, language: Language): { subject: string; text: string } {
  const texts = digestTexts(language)
  const sum = (count: (account: WeeklyLetter['accounts'][number]) => number) =>
    letter.accounts.reduce((total, each) => total + count(each), 0)
  const subject = fill(texts.subject, {
    date: letter.date,
    review: sum(({ review }) => review.messages),
    due: sum(({ due }) => countOf(due)),
  })
  const parts = [
    [
      fill(texts.intro, { date: letter.date }),
      '',
      letter.armedSince === null ? texts.disarmed : fill(texts.armed, { date: letter.armedSince }),
    ],
    ...letter.accounts.map((account) => accountPart(account, letter.until, texts)),
    installationPart(letter, texts),
  ]
  return { subject, text: `${parts.map((lines) => lines.join('\n')).join('\n\n')}\n` }
}

function accountPart(account: WeeklyLetter['accounts'][number], until: IsoDate, texts: DigestTexts): string[] {
  const { review, due, idle, waiting, mailbox, overCap } = account
  const waitingCount = countOf(waiting)
  return [
    fill(texts.account, { account: account.address }),
    '',
    ...item(fill(texts.review, { count: review.messages }), [
      ...(review.mayBeComplaint > 0
        ? [fill(texts.mayBeComplaint, { count: review.mayBeComplaint, dangerous: review.dangerous })]
        : []),
      ...(review.messages > 0
        ? [fill(texts.reviewFirst, { ids: listed(texts, 'm', review.first, review.messages) }), texts.reviewCommand]
        : []),
    ]),
    ...item(fill(texts.due, { until, count: countOf(due) }), [
      ...due.map(({ rule, messages }) => fill(texts.dueRule, { rule, count: messages })),
      ...(due.length > 0 ? [texts.dueCommand] : []),
    ]),
    ...item(
      fill(texts.idle, { count: idle.conversations }),
      idle.first.length === 0
        ? []
        : [
            listed(texts, 'c', idle.first, idle.conversations),
            fill(texts.idleCommand, { first: `c${idle.first[0]!}` }),
          ],
    ),
    ...item(
      fill(texts.waiting, { count: waitingCount }),
      waitingCount === 0
        ? []
        : [
            ...waiting.map((each) =>
              fill(texts.waitingUntil, {
                date: each.until,
                count: each.messages,
                ids: listed(texts, 'm', each.first, each.messages),
              }),
            ),
            fill(texts.waitingCommand, { first: `m${waiting[0]!.first[0]!}` }),
          ],
    ),
    ...mailboxItem(mailbox, texts),
    ...(overCap === null
      ? []
      : item(fill(texts.overCap, { date: stockholmDate(overCap.startedAt), due: overCap.due, total: overCap.total }), [
          fill(texts.overCapCommand, { account: account.address }),
        ])),
    ...connectionLines(account, texts),
  ]
}

/** What staff did in their mail program during the week, so that a mistake is seen. */
function mailboxItem(mailbox: AccountDigest['mailbox'], texts: DigestTexts): string[] {
  if (mailbox.overrides + mailbox.holds + mailbox.releases === 0) return []
  const [first] = mailbox.first
  return item(
    fill(texts.mailbox, { ...mailbox, first: '' }),
    first === undefined
      ? []
      : [listed(texts, 'm', mailbox.first, mailbox.overrides), fill(texts.mailboxCommand, { first: `m${first}` })],
  )
}

function connectionLines(
  { state, folders, refusedFolders, syncedAt }: WeeklyLetter['accounts'][number],
  texts: DigestTexts,
): string[] {
  if (state === 'removed') return [texts.removed]
  if (state === 'login-refused') return [texts.loginRefused]
  if (refusedFolders > 0) return [fill(texts.foldersRefused, { count: refusedFolders, folders })]
  return [syncedAt === null ? texts.connectionNever : fill(texts.connectionFine, { date: stockholmDate(syncedAt) })]
}

function installationPart(
  { keysCopy, backup, letters, auditHead, accounts, brokenAccounts }: WeeklyLetter,
  texts: DigestTexts,
): string[] {
  const keys = { none: texts.keysNone, current: texts.keysCurrent } as Partial<Record<CopyState, string>>
  const heads = [
    { account: texts.auditInstallation, number: INSTALLATION, head: auditHead },
    ...accounts.map(({ id, address, auditHead: head }) => ({ account: address, number: id, head })),
  ]
  return [
    texts.installation,
    '',
    ...brokenAccounts.map((account) => fill(texts.accountBroken, { account })),
    fill(keys[keysCopy.state] ?? texts.keysTrouble, { date: keysCopy.copiedOn ?? '-' }),
    backup === null ? texts.backupNone : fill(texts.backup, { date: backup.on, until: backup.restorableUntil ?? '-' }),
    ...(letters.unknown > 0 ? [fill(texts.lettersUnknown, { count: letters.unknown })] : []),
    ...(letters.refused > 0 ? [fill(texts.lettersRefused, { count: letters.refused })] : []),
    '',
    ...item(
      texts.audit,
      heads.flatMap(({ account, number, head }) =>
        head === null ? [] : [fill(texts.auditHead, { account, number, ...head })],
      ),
    ),
  ]
}

function item(title: string, lines: string[]): string[] {
  return [title, ...lines.map((line) => `  ${line}`)]
}

function listed(texts: DigestTexts, kind: 'm' | 'c', first: number[], all: number): string {
  const ids = first.map((id) => `${kind}${id}`).join(', ')
  return all > first.length ? fill(texts.more, { ids, count: all - first.length }) : ids
}

function countOf(groups: { messages: number }[]): number {
  return groups.reduce((sum, { messages }) => sum + messages, 0)
}
