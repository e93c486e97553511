import { stockholmDate } from '../core/calendar.ts'
import { readSetting } from '../store/settings.ts'
import type { Account } from '../store/accounts.ts'
import { fill } from '../text/texts.ts'
import type { Call, Verb } from './call.ts'
import { moment, table } from './output.ts'
import { STATES } from './verb-account.ts'
import { withArchive, type Opened } from './with-archive.ts'

export const STATUS_VERBS: readonly Verb[] = [{ name: 'status', about: 'aboutStatus', act: showStatus }]

async function showStatus(call: Call): Promise<undefined> {
  const { texts } = call
  await withArchive(call, async (opened) => {
    const armed = await readSetting(opened.archive.pool, 'armed')
    const accounts: AccountCount[] = []
    for (const account of opened.accounts) accounts.push(await countAccount(opened, account, stockholmDate(call.clock())))
    call.report({ armed, accounts }, () =>
      [
        armed === null ? texts.statusDisarmed : fill(texts.statusArmed, { since: moment(new Date(armed.since)) }),
        '',
        accounts.length === 0
          ? texts.noAccounts
          : table(
              call,
              [texts.headAccount, texts.headState, texts.headMessages, texts.headReview, texts.headDue, texts.headHolds, texts.headIdle, texts.headFolders, texts.headRefused, texts.headSynced],
              accounts.map((each) => [
                each.account,
                texts[STATES[each.state]],
                each.messages,
                each.review,
                each.dueToday,
                each.holds,
                each.idle,
                each.folders,
                each.refused,
                each.syncedAt === null ? '-' : moment(each.syncedAt),
              ]),
            ),
        '',
        ...accounts.flatMap((each) => Object.entries(each.perCase).map(([name, count]) => `${each.account}  ${name}: ${count}`)),
      ].join('\n').trimEnd(),
    )
  })
}

interface AccountCount {
  account: string
  state: Account['state']
  messages: number
  perCase: Record<string, number>
  review: number
  dueToday: number
  holds: number
  /** Conversations whose open matter has been silent for long: close or go on (list --idle). */
  idle: number
  folders: number
  /** Folders the server would not open at the last pass. */
  refused: number
  syncedAt: Date | null
}

async function countAccount({ archive }: Opened, account: Account, today: string): Promise<AccountCount> {
  const perCase = await archive.pool.query<{ case: string; count: number; review: number; due: number }>(
    `SELECT "case", count(*)::int AS count, (count(*) FILTER (WHERE "state" = 'review' AND "approvedAt" IS NULL))::int AS review,
       (count(*) FILTER (WHERE "dueOn" <= $2 AND ("state" <> 'review' OR "approvedAt" IS NOT NULL)))::int AS due
     FROM "Message" WHERE "accountId" = $1 GROUP BY "case" ORDER BY "case"`,
    [account.id, today],
  )
  const others = await archive.pool.query<{ holds: number; idle: number; folders: number; refused: number; syncedAt: Date | null }>(
    `SELECT (SELECT count(*)::int FROM "Hold" WHERE "accountId" = $1 AND "releasedAt" IS NULL) AS holds,
       (SELECT count(*)::int FROM "Conversation" WHERE "accountId" = $1 AND "idleReviewOn" <= $2) AS idle,
       count(*)::int AS folders, (count("refusedAt"))::int AS refused, max("syncedAt") AS "syncedAt" FROM "Folder" WHERE "accountId" = $1 AND "unfollowedAt" IS NULL`,
    [account.id, today],
  )
  const sum = (name: 'count' | 'review' | 'due') => perCase.rows.reduce((total, row) => total + row[name], 0)
  return {
    account: account.settings.address,
    state: account.state,
    messages: sum('count'),
    perCase: Object.fromEntries(perCase.rows.map((row) => [row.case, row.count])),
    review: sum('review'),
    dueToday: sum('due'),
    ...others.rows[0]!,
  }
}
