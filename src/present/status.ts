import type { Case } from '../core/classification.ts'
import type { Status } from '../pipeline/read/status.ts'
import { nameOf } from '../text/names.ts'
import { fill } from '../text/wording/wording.ts'
import { accountState } from './account.ts'
import { moment, type Rows, type Words } from './words.ts'

/** What an installation holds and what waits in it, in words. */
interface StatusCard {
  head: string[]
  /** null: there is no account. */
  accounts: Rows | null
  /** How many messages of each case, account by account. */
  cases: string[]
}

export function statusCard(words: Words, status: Status): StatusCard {
  const { accounts } = status
  return {
    head: headLines(words, status),
    accounts: accounts.length === 0 ? null : accountRows(words, accounts),
    cases: accounts.flatMap(({ account, perCase }) =>
      Object.entries(perCase).map(
        ([name, count]) => `${account}  ${nameOf(words.language, 'case', name as Case)}: ${count}`,
      ),
    ),
  }
}

function headLines({ texts }: Words, { armed, letters, epochs }: Status): string[] {
  const { unknown, refused, unreadable, queued } = letters
  return [
    armed === null ? texts.statusDisarmed : fill(texts.statusArmed, { since: moment(armed.since) }),
    ...(unknown + refused + queued > 0 ? [fill(texts.statusLetters, { unknown, refused, queued })] : []),
    ...(unreadable > 0 ? [fill(texts.statusLettersUnreadable, { count: unreadable })] : []),
    ...(epochs !== null && epochs.broken > 0
      ? [fill(texts.statusBroken, { count: epochs.broken, epochs: epochs.held.join(', ') || '-' })]
      : []),
  ]
}

function accountRows(words: Words, accounts: Status['accounts']): Rows {
  const { texts } = words
  return {
    head: [
      texts.headAccount,
      texts.headState,
      texts.headMessages,
      texts.headReview,
      texts.headDue,
      texts.headHolds,
      texts.headIdle,
      texts.headFolders,
      texts.headRefused,
      texts.headWithheld,
      texts.headSynced,
    ],
    rows: accounts.map((each) => [
      each.account,
      accountState(words, each.state),
      each.messages,
      each.review,
      each.dueToday,
      each.holds,
      each.idle,
      each.folders,
      each.refused,
      each.withheld,
      each.syncedAt === null ? '-' : moment(each.syncedAt),
    ]),
  }
}
