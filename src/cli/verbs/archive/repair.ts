import { repairAccount, type Repair, type Unrepaired } from '../../../pipeline/mend/repair.ts'
import { describeError } from '../../../text/errors.ts'
import type { TextKey } from '../../../text/texts.ts'
import { fill } from '../../../text/wording/wording.ts'
import type { Call } from '../../call/call.ts'
import { EXIT, type ExitCode } from '../../call/exit-codes.ts'
import { exitCodeOf } from '../../call/failure.ts'
import { startBar } from '../../call/progress.ts'
import { chosenAccounts, deciderOf, exitLeavingOut, noteBroken, withArchive } from '../../call/with-archive.ts'

/** Accounts that are removed too: their mail can still be read from its own source. */
export async function repair(call: Call): Promise<ExitCode> {
  return withArchive(call, async (opened) => {
    const { archive, rules } = opened
    const { staffId } = await deciderOf(call, opened)
    const named = call.given.text('account')
    if (named === undefined) noteBroken(call, opened)
    let exit: ExitCode = exitLeavingOut(opened, named)
    const told: ({ account: string } & Repair)[] = []
    for (const account of named === undefined ? opened.accounts : chosenAccounts(call, opened, named)) {
      const bar = startBar(call, fill(call.texts.repairing, { account: account.settings.address }))
      try {
        const result = await repairAccount({
          archive,
          account,
          rules,
          staffId,
          clock: call.clock,
          onProgress: (done, total) => bar.update(done, total),
        })
        told.push({ account: account.settings.address, ...result })
        if (result.problem !== null)
          call.note(`${account.settings.address}: ${describeError(result.problem, call.language)}`)
        if (result.customers.left.length > 0 && exit === EXIT.ok) exit = EXIT.failed
        if (result.left.length > 0) exit = result.problem === null ? EXIT.failed : exitCodeOf(result.problem)
      } finally {
        bar.stop()
      }
    }
    const value = told.map(({ account, examined, repaired, left, customers }) => ({
      account,
      examined,
      repaired: repaired.map((id) => `m${id}`),
      left: left.map(({ id, reason }) => ({ id: `m${id}`, reason })),
      customers: Object.fromEntries(Object.entries(customers).map(([what, ids]) => [what, ids.map((id) => `k${id}`)])),
    }))
    const none = told.length === 0 && opened.brokenAccounts.length === 0
    call.report(value, () => (none ? call.texts.noAccounts : told.map((each) => repairText(call, each)).join('\n')))
    return exit
  })
}

const REASONS: Record<Unrepaired, TextKey> = {
  'no-copy': 'repairNoCopy',
  gone: 'repairGone',
  'other-content': 'repairOtherContent',
  refused: 'repairRefused',
  'folder-broken': 'repairFolderBroken',
  'not-followed': 'repairNotFollowed',
  unreachable: 'repairUnreachable',
}

const CUSTOMERS_TOLD: [keyof Repair['customers'], TextKey][] = [
  ['repaired', 'repairCustomers'],
  ['inPart', 'repairCustomersInPart'],
  ['completed', 'repairCustomersCompleted'],
  ['left', 'repairCustomersLeft'],
]

function repairText(
  { texts }: Call,
  { account, examined, repaired, left, customers }: { account: string } & Repair,
): string {
  const ids = repaired.length === 0 ? '-' : repaired.map((id) => `m${id}`).join(' ')
  return [
    fill(texts.repairDone, {
      account,
      examined,
      broken: repaired.length + left.length,
      repaired: repaired.length,
      ids,
    }),
    ...left.map(({ id, reason }) => fill(texts.repairLeft, { id: `m${id}`, reason: texts[REASONS[reason]] })),
    ...CUSTOMERS_TOLD.flatMap(([what, text]) =>
      customers[what].length === 0 ? [] : [fill(texts[text], { ids: customers[what].map((id) => `k${id}`).join(' ') })],
    ),
  ].join('\n')
}
