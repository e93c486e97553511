import { resolveCustomer } from '../../core/customer/customer.ts'
import type { Archive } from '../../store/archive.ts'
import {
  extendedCard,
  insertCustomers,
  listCustomersByKey,
  moveCustomers,
  saveCustomerCards,
  saveCustomerKeys,
  type CustomerCard,
} from '../../store/customer/customers.ts'
import { idReserve, type Sql } from '../../store/postgres/sql.ts'
import type { PreparedMessage } from './prepare.ts'

interface FiledCustomer {
  /** null: cannot be decrypted. It stays as it is; `repair` makes it again from all the messages. */
  card: CustomerCard | null
  begun: boolean
  changed: boolean
  pinned: boolean
}

export interface FiledCustomers {
  /** Of each message, as found at its turn; null = none. */
  customerIds: (number | null)[]
  customers: Map<number, FiledCustomer>
  newKeys: Map<string, number>
  merges: Map<number, number>
  /** Customers into whom another was merged whose card cannot be decrypted. */
  lost: Set<number>
  /** Where a customer has gone in the end. */
  finally: (customerId: number) => number
}

/** Finds the customer of each message in order, each seeing those before it; the known ones are read once. */
export async function fileCustomers(
  tx: Sql,
  archive: Archive,
  accountId: number,
  messages: PreparedMessage[],
): Promise<FiledCustomers> {
  const named = messages.filter(({ identity }) => identity.primary !== null)
  const known = await listCustomersByKey(tx, archive, accountId, [
    ...new Set(named.flatMap(({ customerKeys }) => customerKeys)),
  ])
  const customers = new Map(
    known.map(({ id, card, pinned }): [number, FiledCustomer] => [id, { card, pinned, begun: false, changed: false }]),
  )
  const owners = new Map(known.flatMap(({ id, keys }) => keys.map((key): [string, number] => [key, id])))
  const nextCustomer = idReserve(tx, 'Customer', named.length)
  const merges = new Map<number, number>()
  const lost = new Set<number>()
  const last = (id: number): number => {
    let at = id
    for (let next = merges.get(at); next !== undefined; next = merges.get(at)) at = next
    return at
  }
  const newKeys = new Map<string, number>()
  const customerIds: (number | null)[] = []
  for (const { identity, customerKeys } of messages) {
    if (identity.primary === null) {
      customerIds.push(null)
      continue
    }
    const { name, address } = identity.primary
    const found = resolveCustomer(customerKeys, candidates(customerKeys, owners, customers, last))
    const id = found.kind === 'none' ? await nextCustomer() : found.customerId
    if (found.kind === 'none')
      customers.set(id, {
        card: { chosenName: null, names: [], addresses: [] },
        begun: true,
        changed: false,
        pinned: false,
      })
    const customer = customers.get(id)!
    for (const other of found.kind === 'merge' ? found.merged : []) {
      const { card } = customers.get(other)!
      if (card !== null) extend(customer, card)
      if (card === null || lost.has(other)) lost.add(id)
      merges.set(other, id)
    }
    extend(customer, { names: name ? [name] : [], addresses: [address] })
    for (const key of customerKeys) {
      if (owners.has(key)) continue
      owners.set(key, id)
      newKeys.set(key, id)
    }
    customerIds.push(id)
  }
  return { customerIds, customers, newKeys, merges, lost, finally: last }
}

function candidates(
  keys: string[],
  owners: Map<string, number>,
  customers: Map<number, FiledCustomer>,
  last: (id: number) => number,
) {
  const byCustomer = new Map<number, string[]>()
  for (const key of keys) {
    const owner = owners.get(key)
    if (owner === undefined) continue
    const id = last(owner)
    byCustomer.set(id, [...(byCustomer.get(id) ?? []), key])
  }
  return [...byCustomer]
    .map(([customerId, own]) => ({ customerId, keys: own, pinned: customers.get(customerId)!.pinned }))
    .sort((a, b) => a.customerId - b.customerId)
}

function extend(customer: FiledCustomer, seen: Pick<CustomerCard, 'names' | 'addresses'>): void {
  const card = customer.card === null ? null : extendedCard(customer.card, seen)
  if (card === null) return
  customer.card = card
  customer.changed = true
}

export async function saveCustomers(
  tx: Sql,
  archive: Archive,
  accountId: number,
  filed: FiledCustomers,
  now: Date,
): Promise<void> {
  const lasting = [...filed.customers].flatMap(([id, { card, begun, changed }]) =>
    card === null || filed.merges.has(id) ? [] : [{ id, card, begun, changed }],
  )
  await insertCustomers(
    tx,
    archive,
    accountId,
    lasting.filter(({ begun }) => begun),
    now,
  )
  for (const { id, card, begun, changed } of lasting) {
    if (changed && !begun) await saveCustomerCards(tx, archive, accountId, [{ id, card }], now)
  }
  for (const id of filed.merges.keys()) {
    if (!filed.customers.get(id)!.begun) await moveCustomers(tx, accountId, { into: filed.finally(id), merged: [id] })
  }
  await saveCustomerKeys(
    tx,
    accountId,
    [...filed.newKeys].map(([keyHash, id]) => ({ keyHash, customerId: filed.finally(id) })),
  )
}
