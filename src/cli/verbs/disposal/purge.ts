import { GallraError } from '../../../errors.ts'
import { purgeAccount } from '../../../pipeline/purge/purge-account.ts'
import type { PurgeResult } from '../../../pipeline/purge/purge.ts'
import { explainDisposal, isArmed, readPurgePreview } from '../../../pipeline/read/purge-preview.ts'
import { approveOverCap, armPurge } from '../../../pipeline/decide/staff-decisions.ts'
import { describeError } from '../../../text/errors.ts'
import { fill } from '../../../text/wording/wording.ts'
import type { Call } from '../../call/call.ts'
import { exitCodeOf } from '../../call/failure.ts'
import type { ExitCode } from '../../call/exit-codes.ts'
import { parseId } from '../../call/ids.ts'
import { moment } from '../../../present/words.ts'
import { facts } from '../../call/facts.ts'
import { table } from '../../call/table.ts'
import { startBar } from '../../call/progress.ts'
import { disposalCard, previewCard, type PreviewCard } from '../../../present/purge-preview.ts'
import { withLeases, type Account, type Leases, type Opened } from '../../../pipeline/opening/open.ts'
import {
  accountOf,
  chosenAccounts,
  deciderOf,
  exitLeavingOut,
  oneAccount,
  withArchive,
} from '../../call/with-archive.ts'

export async function purge(call: Call): Promise<ExitCode | undefined> {
  if (call.given.has('why')) return explain(call)
  return call.given.has('preview') ? preview(call) : runPurge(call)
}

export async function preview(call: Call): Promise<undefined> {
  await withArchive(call, async (opened) => {
    const accounts = chosenAccounts(call, opened, call.given.text('account'))
    const found = await readPurgePreview(opened, accounts, call.clock())
    call.report(found, () =>
      [
        ...found.accounts.map((each) => cardText(call, previewCard(call, each))),
        ...(found.armed ? [] : [call.texts.statusDisarmed]),
      ].join('\n\n'),
    )
  })
}

function cardText(call: Call, { head, lists, foot }: PreviewCard): string {
  return [head, ...lists.flatMap(({ title, rows }) => [title, table(call, rows), '']), ...foot].join('\n')
}

/** The guard's own verdict on one message, in words. */
export async function explain(call: Call): Promise<undefined> {
  const id = parseId(call.given.text('why') ?? '', ['m'], call.texts)
  await withArchive(call, async (opened) => {
    const account = await accountOf(call, opened, id)
    const explained = await explainDisposal(opened, account, id.number, call.clock())
    call.report(explained.verdict, () => {
      const { why, retention } = disposalCard(call, explained, opened.rules.schedule)
      return [why, '', facts(retention)].join('\n')
    })
  })
}

async function runPurge(call: Call): Promise<ExitCode> {
  return withArchive(call, async (opened) => {
    // Told before any server is asked for anything.
    if (!(await isArmed(opened.archive))) throw new GallraError('not-armed')
    const named = call.given.text('account')
    let exit: ExitCode = exitLeavingOut(opened, named)
    const results: ({ account: string; reached: boolean } & PurgeResult)[] = []
    await withLeases(opened.archive.databaseUrl, async (leases) => {
      for (const account of chosenAccounts(call, opened, named)) {
        try {
          results.push({ account: account.settings.address, ...(await purgeOne(call, opened, leases, account)) })
        } catch (error) {
          if (!(error instanceof GallraError)) throw error
          call.note(`${account.settings.address}: ${describeError(error, call.language)}`)
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
      // Say so: without the server only what has no copy there can go.
      onUnreached: (error) => told(`${describeError(error, call.language)} ${call.texts.purgeWithoutServer}`),
    })
  } finally {
    reading.stop()
    purging.stop()
  }
}

export async function arm(call: Call, armed: boolean): Promise<undefined> {
  await withArchive(call, async (opened) => {
    const { staffId } = await deciderOf(call, opened)
    await armPurge(opened.archive, staffId, armed, call.clock())
    call.report({ armed }, () => (armed ? call.texts.nowArmed : call.texts.nowDisarmed))
  })
}

export async function approveRun(call: Call): Promise<undefined> {
  await withArchive(call, async (opened) => {
    const { staffId } = await deciderOf(call, opened)
    const account = oneAccount(call, opened, call.given.text('account'))
    const at = await approveOverCap({ archive: opened.archive, account, rules: opened.rules }, staffId, call.clock())
    call.report({ effectiveAt: at }, () => fill(call.texts.runApproved, { date: moment(at) }))
  })
}
