import { joinCustomers, renameCustomer, splitCustomer } from '../../../pipeline/decide/customer-decisions.ts'
import { fill } from '../../../text/wording/wording.ts'
import { badInput } from '../../call/bad-input.ts'
import type { Call } from '../../call/call.ts'
import { parseId } from '../../call/ids.ts'
import { decided } from '../../call/deciding.ts'
import { accountOf } from '../../call/with-archive.ts'

export async function merge(call: Call): Promise<undefined> {
  const others = call.args.slice(1).map((text) => parseId(text, ['k'], call.texts))
  await decided(call, ['k'], async ({ opened, context, decider, id }) => {
    for (const other of others) {
      if ((await accountOf(call, opened, other)).id !== context.account.id)
        throw badInput(call.texts, `k${other.number}`, 'otherAccount', 'nameAccount')
    }
    const customerIds = [id, ...others].map(({ number }) => number)
    await joinCustomers(context, { ...decider, customerIds }, call.clock())
    call.report({ customer: `k${id.number}`, merged: others.map(({ number }) => `k${number}`) }, () =>
      fill(call.texts.customersMerged, { id: `k${id.number}` }),
    )
  })
}

export async function split(call: Call): Promise<undefined> {
  await decided(call, ['k'], async ({ context, decider, id }) => {
    const created = await splitCustomer(
      context,
      { ...decider, customerId: id.number, addresses: call.given.texts('address') },
      call.clock(),
    )
    call.report({ customer: `k${id.number}`, created: `k${created}` }, () =>
      fill(call.texts.customerSplit, { id: `k${id.number}`, created: `k${created}` }),
    )
  })
}

export async function rename(call: Call): Promise<undefined> {
  const name = (call.args[1] ?? '').trim()
  if (name === '' || name.length > 200) throw badInput(call.texts, 'NAME', 'customerNameEmpty', 'writeCustomerName')
  await decided(call, ['k'], async ({ context, decider, id }) => {
    await renameCustomer(context, { ...decider, customerId: id.number, name }, call.clock())
    call.report({ customer: `k${id.number}`, name }, () =>
      fill(call.texts.customerRenamed, { id: `k${id.number}`, name }),
    )
  })
}
