import { OUTCOMES } from '../../../core/retention/retention.ts'
import { CASES, MARKS, type Case, type Mark } from '../../../core/classification.ts'
import { keptMarks } from '../../../core/retention/foresight.ts'
import {
  approveReview,
  closeMatter,
  hold,
  notePayment,
  overrideCase,
  release,
  type DecisionContext,
  type Decider,
} from '../../../pipeline/decide/staff-decisions.ts'
import { getMessage, type MessageRow } from '../../../store/message/messages.ts'
import type { Account } from '../../../store/accounts.ts'
import { fill } from '../../../text/texts.ts'
import { badInput, givenDay, givenPastDay, oneOf } from '../../call/bad-input.ts'
import type { Call } from '../../call/call.ts'
import { parseId, type Id, type IdKind } from '../../call/ids.ts'
import { accountOf, deciderOf, withArchive, type Opened } from '../../call/with-archive.ts'

export async function overrideMessage(call: Call): Promise<undefined> {
  const chosen = oneOf(call, 'CASE', call.args[1], CASES)!
  await decided(call, ['m'], async ({ context, decider, id, opened }) => {
    const row = await getMessage(opened.archive.pool, context.account.id, id.number)
    const marks = marksOf(call, row, chosen)
    await overrideCase(context, { ...decider, messageId: id.number, case: chosen, marks }, call.clock())
    call.report({ id: `m${id.number}`, case: chosen, marks }, () =>
      fill(call.texts.overridden, { id: `m${id.number}`, case: [chosen, ...marks].join(', ') }),
    )
  })
}

/** Without --mark, what the case does not touch stays. `--mark none` drops all. */
function marksOf(call: Call, row: MessageRow, chosen: Case): Mark[] {
  const given = call.given.texts('mark')
  if (given.length === 0) return keptMarks(row.marks, chosen)
  return given
    .flatMap((word) => oneOf(call, '--mark', word, [...MARKS, 'none'] as const) ?? [])
    .filter((mark) => mark !== 'none')
}

export async function decideMatter(call: Call, close: boolean): Promise<undefined> {
  const { given, texts } = call
  const outcome = oneOf(call, '--outcome', given.text('outcome'), OUTCOMES)
  if (given.has('consumer') && given.has('business'))
    throw badInput(texts, '--consumer, --business', 'notBoth', 'chooseOne')
  const consumer = given.has('consumer') ? true : given.has('business') ? false : null
  const deliveredOn = givenPastDay(call, 'delivered')
  await decided(call, ['c', 'm'], async ({ context, decider, id, opened }) => {
    const { account } = context
    const conversationId =
      id.kind === 'c' ? id.number : (await getMessage(opened.archive.pool, account.id, id.number)).conversationId
    const facts = close && outcome !== null ? { outcome, deliveredOn, consumer } : null
    await closeMatter(context, { ...decider, conversationId, facts }, call.clock())
    const values = { id: `c${conversationId}`, outcome: outcome ?? '' }
    call.report({ id: values.id, closed: facts }, () =>
      fill(close ? texts.complaintClosed : texts.complaintReopened, values),
    )
  })
}

export async function decidePayment(call: Call, fact: 'settledOn' | 'transferredOn'): Promise<undefined> {
  const on = givenPastDay(call, 'on')!
  const financialYearEnd = givenDay(call, 'financialYearEnd')
  await decided(call, ['m'], async ({ context, decider, id }) => {
    await notePayment(
      context,
      { ...decider, messageId: id.number, [fact]: on, ...(financialYearEnd === null ? {} : { financialYearEnd }) },
      call.clock(),
    )
    call.report({ id: `m${id.number}`, [fact]: on, financialYearEnd }, () =>
      fill(call.texts.paymentNoted, { id: `m${id.number}`, date: on }),
    )
  })
}

export async function placeHold(call: Call): Promise<undefined> {
  await decided(call, ['m', 'c', 'k'], async ({ context, decider, id }) => {
    const target = { m: { messageId: id.number }, c: { conversationId: id.number }, k: { customerId: id.number } }[
      id.kind
    ]
    const holdId = await hold(context, { ...decider, target }, call.clock())
    const values = { id: `${id.kind}${id.number}`, hold: `h${holdId}` }
    call.report(values, () => fill(call.texts.holdPlaced, values))
  })
}

export async function releaseHold(call: Call): Promise<undefined> {
  await decided(call, ['h'], async ({ context, decider, id }) => {
    await release(context, { ...decider, holdId: id.number }, call.clock())
    call.report({ hold: `h${id.number}` }, () => fill(call.texts.holdReleased, { hold: `h${id.number}` }))
  })
}

/** Every id is read and found before the first is approved. */
export async function approve(call: Call): Promise<undefined> {
  const ids = call.args.map((text) => parseId(text, ['m'], call.texts))
  const reason = reasonOf(call)
  await withArchive(call, async (opened) => {
    const { id: staffId } = await deciderOf(call, opened)
    const byAccount = new Map<Account, number[]>()
    for (const id of ids) {
      const account = await accountOf(call, opened, id)
      byAccount.set(account, [...(byAccount.get(account) ?? []), id.number])
    }
    for (const [account, messageIds] of byAccount) {
      await approveReview({ ...opened, account }, { staffId, reason, messageIds }, call.clock())
    }
    call.report({ approved: ids.map(({ number }) => `m${number}`) }, () =>
      fill(call.texts.approved, { count: ids.length }),
    )
  })
}

interface Deciding<K extends IdKind> {
  opened: Opened
  context: DecisionContext
  decider: Decider
  id: Id<K>
}

export async function decided<K extends IdKind>(
  call: Call,
  kinds: readonly K[],
  record: (deciding: Deciding<K>) => Promise<void>,
): Promise<void> {
  const id = parseId(call.args[0] ?? '', kinds, call.texts)
  const reason = reasonOf(call)
  await withArchive(call, async (opened) => {
    const { id: staffId } = await deciderOf(call, opened)
    const account = await accountOf(call, opened, id)
    await record({
      opened,
      context: { archive: opened.archive, account, rules: opened.rules },
      decider: { staffId, reason },
      id,
    })
  })
}

export function reasonOf(call: Call): string {
  const reason = call.given.text('reason')?.trim() ?? ''
  if (reason === '' || reason.length > 2000) throw badInput(call.texts, '--reason', 'reasonEmpty', 'writeReason')
  return reason
}
