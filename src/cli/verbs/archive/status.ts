import type { Case } from '../../../core/classification.ts'
import { stockholmDate } from '../../../core/retention/calendar.ts'
import { countAccount, type AccountCounts } from '../../../store/read/account-counts.ts'
import type { Archive } from '../../../store/archive.ts'
import { listBrokenRows, partGivenUp } from '../../../store/epochs/epochs.ts'
import { countLetters } from '../../../store/outbox.ts'
import { readSetting } from '../../../store/settings.ts'
import type { Account } from '../../../store/accounts.ts'
import { accountState } from '../../../present/account.ts'
import { nameOf } from '../../../text/names.ts'
import { fill } from '../../../text/texts.ts'
import type { Call } from '../../call/call.ts'
import { moment } from '../../../present/words.ts'
import { table } from '../../call/output.ts'
import { noteBroken, withArchive } from '../../call/with-archive.ts'

export async function showStatus(call: Call): Promise<undefined> {
  const { texts } = call
  await withArchive(call, async (opened) => {
    const armed = await readSetting(opened.archive.pool, 'armed')
    noteBroken(call, opened)
    const accounts: ({ account: string; state: Account['state'] } & AccountCounts)[] = []
    for (const { id, state, settings } of opened.accounts) {
      accounts.push({
        account: settings.address,
        state,
        ...(await countAccount(opened.archive.pool, id, stockholmDate(call.clock()))),
      })
    }
    const letters = await countLetters(opened.archive.pool)
    const { unknown, refused, unreadable, queued } = letters
    const epochs = await readEpochs(opened.archive)
    call.report({ armed, accounts, letters, epochs }, () =>
      [
        armed === null ? texts.statusDisarmed : fill(texts.statusArmed, { since: moment(new Date(armed.since)) }),
        ...(unknown + refused + queued > 0 ? [fill(texts.statusLetters, { unknown, refused, queued })] : []),
        ...(unreadable > 0 ? [fill(texts.statusLettersUnreadable, { count: unreadable })] : []),
        ...(epochs !== null && epochs.broken > 0
          ? [fill(texts.statusBroken, { count: epochs.broken, epochs: epochs.held.join(', ') || '-' })]
          : []),
        '',
        accounts.length === 0
          ? texts.noAccounts
          : table(call, {
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
                accountState(call, each.state),
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
            }),
        '',
        ...accounts.flatMap((each) =>
          Object.entries(each.perCase).map(
            ([name, count]) => `${each.account}  ${nameOf(call.language, 'case', name as Case)}: ${count}`,
          ),
        ),
      ]
        .join('\n')
        .trimEnd(),
    )
  })
}

/** As the night found it; broken rows as they are now, since they may have been mended or given up. */
async function readEpochs(archive: Archive) {
  const epochs = await readSetting(archive.pool, 'epochs')
  if (epochs === null || epochs.broken === 0) return epochs
  const { broken, givenUp } = partGivenUp(await listBrokenRows(archive))
  return { ...epochs, broken: broken.length, givenUp: givenUp.length }
}
