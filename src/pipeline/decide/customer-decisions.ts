import type { AccountContext } from './rules.ts'
import { addressKey } from '../../core/customer/correspondents.ts'
import { GallraError } from '../../errors.ts'
import {
  createCustomer,
  getWholeCard,
  mergeCustomers,
  pinCustomers,
  saveCustomerCards,
  moveCustomerKeys,
} from '../../store/customer/customers.ts'
import { copyHolds } from '../../store/staff/holds.ts'
import { saveCustomerOf } from '../../store/message/messages.ts'
import { listCustomerIdentities } from '../../store/message/open-messages.ts'
import { refreshCustomers } from '../../store/customer/refresh-customers.ts'
import { decide, targets, type Decider } from './staff-decisions.ts'

/** A person says that these are one customer; the first keeps its id. */
export async function joinCustomers(
  context: AccountContext,
  decision: Decider & { customerIds: number[] },
  now: Date,
): Promise<void> {
  const { archive, account } = context
  const [into, ...others] = [...new Set(decision.customerIds)]
  if (into === undefined || others.length === 0) throw new GallraError('customers-same')
  const act = { kind: 'customers-merged', payload: { customers: [into, ...others] }, cause: 'staff-override' } as const
  await decide(
    context,
    decision,
    { ...act, about: targets([into, ...others].map((customerId) => ({ customerId }))) },
    now,
    (tx) => mergeCustomers(tx, archive, account.id, { into, merged: others }, now),
  )
}

/**
 * A person says that these addresses are another customer. Its messages move, holds hold both, and no rule joins the
 * two again (P5). Returns the new customer's id.
 */
export async function splitCustomer(
  context: AccountContext,
  decision: Decider & { customerId: number; addresses: string[] },
  now: Date,
): Promise<number> {
  const { archive, account } = context
  const wanted = new Set(decision.addresses.map(addressKey))
  let created = 0
  const act = { kind: 'customer-split', payload: { customer: decision.customerId }, cause: 'staff-override' } as const
  await decide(
    context,
    decision,
    { ...act, about: targets([{ customerId: decision.customerId }]) },
    now,
    async (tx) => {
      const messages = await listCustomerIdentities(tx, archive, account.id, [decision.customerId])
      const moving = messages.filter(({ identity }) => identity && wanted.has(addressKey(identity.primary.address)))
      const person = moving[0]?.identity?.primary
      if (person === undefined || moving.length === messages.length)
        throw new GallraError('split-impossible', { id: `k${decision.customerId}` })
      created = await createCustomer(tx, archive, account.id, person, now)
      const keyHashes = [...wanted].map((address) => archive.index.hash('customer', `addr:${address}`))
      await moveCustomerKeys(tx, account.id, { from: decision.customerId, to: created, keyHashes })
      const movingIds = moving.map(({ id }) => id)
      await saveCustomerOf(tx, account.id, movingIds, created)
      await copyHolds(tx, archive, account.id, { from: decision.customerId, to: created }, now)
      await pinCustomers(tx, account.id, [decision.customerId, created])
      await refreshCustomers(tx, archive, account.id, [decision.customerId, created], now)
    },
  )
  return created
}

/** What staff want to see in lists; the names their mail gives stay beside it. */
export async function renameCustomer(
  context: AccountContext,
  decision: Decider & { customerId: number; name: string },
  now: Date,
): Promise<void> {
  const { archive, account } = context
  const act = { kind: 'customer-renamed', payload: { customer: decision.customerId }, cause: 'staff-override' } as const
  await decide(context, decision, { ...act, about: () => Promise.resolve([]) }, now, async (tx) => {
    const card = await getWholeCard(tx, archive, account.id, decision.customerId)
    const renamed = { ...card, chosenName: decision.name }
    await saveCustomerCards(tx, archive, account.id, [{ id: decision.customerId, card: renamed }], now)
  })
}
