import type { Case, Mark } from '../../../core/classification.ts'
import { keptMarks } from '../../../core/retention/foresight.ts'
import {
  approveReview,
  closeMatter,
  conversationOf,
  hold,
  notePayment,
  overrideCase,
  readMarks,
  release,
} from '../../../pipeline/decide/staff-decisions.ts'
import type { Account } from '../../../pipeline/opening/open.ts'
import { caseAndMarks } from '../../../present/judgement.ts'
import { codeOf, nameOf } from '../../../text/names.ts'
import { fill } from '../../../text/wording/wording.ts'
import { badInput, givenDay, givenPastDay, notOneOf, oneOf } from '../../call/bad-input.ts'
import type { Call } from '../../call/call.ts'
import { decided, reasonOf } from '../../call/deciding.ts'
import { parseId } from '../../call/ids.ts'
import { accountOf, deciderOf, withArchive } from '../../call/with-archive.ts'

export async function overrideMessage(call: Call): Promise<undefined> {
  const chosen = oneOf(call, 'CASE', call.args[1], 'case')!
  await decided(call, ['m'], async ({ context, decider, id }) => {
    const marks = marksOf(call, await readMarks(context, id.number), chosen)
    await overrideCase(context, { ...decider, messageId: id.number, case: chosen, marks }, call.clock())
    call.report({ id: `m${id.number}`, case: chosen, marks }, () =>
      fill(call.texts.overridden, { id: `m${id.number}`, case: caseAndMarks(call, { case: chosen, marks }) }),
    )
  })
}

/** Without --mark, what the case does not touch stays. `--mark none` drops all. */
function marksOf(call: Call, before: readonly Mark[], chosen: Case): Mark[] {
  const given = call.given.texts('mark')
  if (given.length === 0) return keptMarks(before, chosen)
  const marks = given.map((word) => codeOf('mark', word) ?? codeOf('noMark', word) ?? refuseMark(call))
  return marks.filter((mark) => mark !== 'none')
}

function refuseMark(call: Call): never {
  throw notOneOf(call, '--mark', ['mark', 'noMark'])
}

export async function decideMatter(call: Call, close: boolean): Promise<undefined> {
  const { given, texts } = call
  const outcome = oneOf(call, '--outcome', given.text('outcome'), 'outcome')
  if (given.has('consumer') && given.has('business'))
    throw badInput(texts, '--consumer, --business', 'notBoth', 'chooseOne')
  const consumer = given.has('consumer') ? true : given.has('business') ? false : null
  const deliveredOn = givenPastDay(call, 'delivered')
  await decided(call, ['c', 'm'], async ({ context, decider, id }) => {
    const conversationId = id.kind === 'c' ? id.number : await conversationOf(context, id.number)
    const facts = close && outcome !== null ? { outcome, deliveredOn, consumer } : null
    await closeMatter(context, { ...decider, conversationId, facts }, call.clock())
    const named = outcome === null ? '' : nameOf(call.language, 'outcome', outcome)
    const values = { id: `c${conversationId}`, outcome: named }
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
    const decider = { ...(await deciderOf(call, opened)), reason }
    const byAccount = new Map<Account, number[]>()
    for (const id of ids) {
      const account = await accountOf(call, opened, id)
      byAccount.set(account, [...(byAccount.get(account) ?? []), id.number])
    }
    for (const [account, messageIds] of byAccount) {
      await approveReview({ ...opened, account }, { ...decider, messageIds }, call.clock())
    }
    call.report({ approved: ids.map(({ number }) => `m${number}`) }, () =>
      fill(call.texts.approved, { count: ids.length }),
    )
  })
}
