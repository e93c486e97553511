import { GallraError } from '../../../errors.ts'
import { judgeDisposal, type Verdict } from '../../../pipeline/purge/guard.ts'
import { purgeAccount } from '../../../pipeline/purge/purge-account.ts'
import { previewPurge, type PurgePreview, type PurgeResult } from '../../../pipeline/purge/purge.ts'
import { approveOverCap, armPurge } from '../../../pipeline/decide/staff-decisions.ts'
import type { Account } from '../../../store/accounts.ts'
import { withLeases, type Leases } from '../../../store/postgres/lease.ts'
import { readSetting } from '../../../store/settings.ts'
import { fill } from '../../../text/texts.ts'
import type { Call } from '../../call/call.ts'
import { exitCodeOf } from '../../call/failure.ts'
import type { ExitCode } from '../../call/exit-codes.ts'
import { parseId } from '../../call/ids.ts'
import { moment, table } from '../../call/output.ts'
import { startBar } from '../../call/progress.ts'
import { retentionText } from '../mail/show.ts'
import {
  accountOf,
  chosenAccounts,
  deciderOf,
  exitLeavingOut,
  oneAccount,
  withArchive,
  type Opened,
} from '../../call/with-archive.ts'

export async function purge(call: Call): Promise<ExitCode | undefined> {
  if (call.given.has('why')) return explain(call)
  return call.given.has('preview') ? preview(call) : runPurge(call)
}

export async function preview(call: Call): Promise<undefined> {
  await withArchive(call, async (opened) => {
    const armed = (await readSetting(opened.archive.pool, 'armed')) !== null
    const previews: { account: Account; found: PurgePreview }[] = []
    for (const account of chosenAccounts(call, opened, call.given.text('account'))) {
      previews.push({ account, found: await previewPurge(opened.archive, account, opened.rules, call.clock()) })
    }
    const value = previews.map(({ account, found }) => ({
      account: account.settings.address,
      ...found,
      due: found.due.map(brief),
      review: found.review.map(brief),
      waiting: found.waiting.map(brief),
      blocked: found.blocked.map(brief),
      reappeared: found.reappeared.map(({ tombstoneId, on }) => ({ tombstone: `t${tombstoneId}`, on })),
    }))
    call.report({ armed, accounts: value }, () =>
      [
        ...previews.map(({ account, found }) => previewText(call, account, found)),
        ...(armed ? [] : [call.texts.statusDisarmed]),
      ].join('\n\n'),
    )
  })
}

function brief({ messageId, disposal, decision, standing }: Verdict) {
  const { act, reason, dueOn } = disposal
  return {
    id: `m${messageId}`,
    conversation: `c${standing.row.conversationId}`,
    case: standing.row.case,
    act,
    reason,
    dueOn,
    rule: decision.rule,
    until: decision.archiveUntil,
    notBefore: standing.row.notBefore,
  }
}

function previewText(call: Call, account: Account, found: PurgePreview): string {
  const { texts } = call
  const listed = (title: string, verdicts: Verdict[]) =>
    verdicts.length === 0
      ? []
      : [
          `${title}: ${verdicts.length}`,
          table(
            call,
            [texts.headId, texts.headCase, texts.headRule, texts.headUntil, texts.headAct],
            verdicts.map((verdict) => [
              `m${verdict.messageId}`,
              verdict.standing.row.case,
              verdict.decision.rule,
              verdict.decision.archiveUntil ?? texts.noEnd,
              texts[ACTS[verdict.disposal.act]],
            ]),
          ),
          '',
        ]
  return [
    fill(texts.previewHead, { account: account.settings.address, total: found.total, due: found.due.length }),
    ...listed(texts.previewDue, found.due),
    ...listed(texts.previewReview, found.review),
    ...listed(texts.previewWaiting, found.waiting),
    ...listed(texts.previewBlocked, found.blocked),
    ...found.reappeared.map(({ tombstoneId, on }) =>
      fill(texts.previewReappeared, { id: `t${tombstoneId}`, date: on }),
    ),
    fill(found.withinCaps ? texts.previewWithin : texts.previewOver, { limit: found.limit }),
  ].join('\n')
}

const ACTS = { nothing: 'actNothing', expunge: 'actExpunge', purge: 'actPurge' } as const
const REASONS = {
  due: 'whyDue',
  'not-due': 'whyNotDue',
  hold: 'whyHold',
  review: 'whyReview',
  'no-expiry': 'whyNoExpiry',
  waiting: 'whyWaiting',
  unfollowed: 'whyUnfollowed',
  unread: 'whyUnread',
} as const

/** The guard's own verdict on one message, in words. */
export async function explain(call: Call): Promise<undefined> {
  const id = parseId(call.given.text('why') ?? '', ['m'], call.texts)
  await withArchive(call, async (opened) => {
    const account = await accountOf(call, opened, id)
    const verdict = await judgeDisposal(opened.archive.pool, account.id, id.number, opened.rules, call.clock())
    const { decision, disposal, standing } = verdict
    const values = {
      id: `m${id.number}`,
      date: disposal.dueOn ?? '-',
      holds: standing.facts.holds.join(', '),
      notBefore: disposal.dueOn ?? standing.row.notBefore ?? '-',
    }
    call.report({ ...brief(verdict), holds: standing.facts.holds, labels: decision.labels }, () =>
      [
        fill(call.texts[REASONS[disposal.reason]], values),
        '',
        retentionText(
          call,
          decision,
          { ...standing.row, dueOn: disposal.dueOn, state: decision.state },
          opened.rules.schedule,
        ),
      ].join('\n'),
    )
  })
}

export async function runPurge(call: Call): Promise<ExitCode> {
  return withArchive(call, async (opened) => {
    // Told before any server is asked for anything.
    if ((await readSetting(opened.archive.pool, 'armed')) === null) throw new GallraError('not-armed')
    const named = call.given.text('account')
    let exit: ExitCode = exitLeavingOut(opened, named)
    const results: ({ account: string; reached: boolean } & PurgeResult)[] = []
    await withLeases(opened.archive.databaseUrl, async (leases) => {
      for (const account of chosenAccounts(call, opened, named)) {
        try {
          results.push({ account: account.settings.address, ...(await purgeOne(call, opened, leases, account)) })
        } catch (error) {
          if (!(error instanceof GallraError)) throw error
          call.note(`${account.settings.address}: ${error.describe(call.language)}`)
          exit = exitCodeOf(error)
        }
      }
    })
    if (results.length > 0 || call.json)
      call.report(results, () =>
        results
          .map((result) =>
            fill(call.texts.purged, {
              account: result.account,
              purged: result.purged,
              expunged: result.expunged,
              kept: result.kept,
              due: result.due,
              reappeared: result.reappeared,
            }),
          )
          .join('\n'),
      )
    return exit
  })
}

async function purgeOne(
  call: Call,
  { archive, rules }: Opened,
  leases: Leases,
  account: Account,
): Promise<{ reached: boolean } & PurgeResult> {
  const name = account.settings.address
  const told = (text: string) => call.note(`${name}: ${text}`)
  if (account.state !== 'active') told(call.texts.purgeWithoutServer)
  const reading = startBar(call, fill(call.texts.readingFirst, { account: name }))
  const purging = startBar(call, name)
  try {
    return await purgeAccount({
      archive,
      account,
      rules,
      leases,
      clock: call.clock,
      onReading: ({ done, total }) => reading.update(done, total),
      onPurged: (done, total) => {
        reading.stop()
        purging.update(done, total)
      },
      // The person is told: without the server only what has no copy there can go.
      onUnreached: (error) => told(`${error.describe(call.language)} ${call.texts.purgeWithoutServer}`),
    })
  } finally {
    reading.stop()
    purging.stop()
  }
}

export async function arm(call: Call, armed: boolean): Promise<undefined> {
  await withArchive(call, async (opened) => {
    const { id } = await deciderOf(call, opened)
    await armPurge(opened.archive, id, armed, call.clock())
    call.report({ armed }, () => (armed ? call.texts.nowArmed : call.texts.nowDisarmed))
  })
}

export async function approveRun(call: Call): Promise<undefined> {
  await withArchive(call, async (opened) => {
    const { id } = await deciderOf(call, opened)
    const account = oneAccount(call, opened, call.given.text('account'))
    const at = await approveOverCap({ archive: opened.archive, account, rules: opened.rules }, id, call.clock())
    call.report({ effectiveAt: at }, () => fill(call.texts.runApproved, { date: moment(at) }))
  })
}
