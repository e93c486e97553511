import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { joinCustomers, renameCustomer, splitCustomer } from '../../src/pipeline/decide/customer-decisions.ts'
import { ingest } from '../../src/pipeline/ingest/ingest.ts'
import { purge } from '../../src/pipeline/purge/purge.ts'
import { armPurge, hold } from '../../src/pipeline/decide/staff-decisions.ts'
import type { Account } from '../../src/store/accounts.ts'
import { displayName } from '../../src/core/customer/customer.ts'
import { getCustomerCard } from '../../src/store/customer/customers.ts'
import { getMessage } from '../../src/store/message/messages.ts'
import { listCustomersToRenew } from '../../src/store/customer/refresh-customers.ts'
import { carol, NOW, RULES, testAccount, testArchive, type TestArchive } from '../harness/archive.ts'
import { mail } from '../harness/mail.ts'

const OLD = '2024-01-10T09:00:00Z'
const RECENT = '2026-11-01T09:00:00Z'

describe('customers', () => {
  let test: TestArchive
  let account: Account
  let staffId: number
  let serial = 0
  beforeEach(async () => {
    test = await testArchive()
    account = await testAccount(test.archive, {
      own: { addresses: ['info@promix.se'], domains: ['promix.se'], staffAddresses: [], authservId: 'mx.promix.se' },
    })
    staffId = (await carol(test.archive)).id
  })
  afterEach(async () => {
    // Whatever was decided, each card holds what its messages say: nothing for `repair` to add.
    expect(await listCustomersToRenew(test.archive.pool, test.archive, account.id)).toEqual([])
    await test.drop()
  })

  const context = () => ({ archive: test.archive, account, rules: RULES })
  const decider = () => ({ staffId, via: 'cli' as const, reason: 'samma person' })
  /** A verified mail: name and phone then hold two addresses together. */
  async function archive(from: string, at = RECENT, signature = ''): Promise<number> {
    serial += 1
    const domain = /@([^>]+)/.exec(from)![1]!
    const headers = [`Authentication-Results: mx.promix.se; dmarc=pass header.from=${domain}`]
    const source = mail({
      id: `m${serial}@${domain}`,
      from,
      subject: `Rulle ${serial}`,
      body: `Hej! Hur byter jag rulle nummer ${serial}?${signature}`,
      date: at,
      headers,
    })
    const raw = { uid: 0, flags: [], internalDate: new Date(at), source, size: source.length }
    return (await ingest({ archive: test.archive, account, rules: RULES, folder: null }, [raw], NOW)).archived[0]!
  }
  const customerOf = async (id: number) => (await getMessage(test.archive.pool, account.id, id)).customerId!
  const card = async (id: number) => (await getCustomerCard(test.archive.pool, test.archive, account.id, id))!
  const keys = async () =>
    Number((await test.archive.pool.query<{ count: string }>('SELECT count(*) FROM "CustomerKey"')).rows[0]!.count)

  const SIGNED = '\n\nMed vänlig hälsning\nAlice Ek\n070-174 06 05'

  it('lose the address that only a purged message carried, and the key with it', async () => {
    await archive('Alice Ek <alice@old.example>', OLD, SIGNED)
    const kept = await archive('Alice Ek <alice@new.example>', RECENT, SIGNED)
    const customer = await customerOf(kept)
    expect((await card(customer)).addresses).toEqual(['alice@old.example', 'alice@new.example'])
    const before = await keys()
    await armPurge(test.archive, staffId, true, NOW)
    expect(
      await purge({ archive: test.archive, account, rules: RULES, mailbox: null, clock: () => NOW }),
    ).toMatchObject({ purged: 1 })
    expect(await card(customer)).toEqual({ chosenName: null, names: ['Alice Ek'], addresses: ['alice@new.example'] })
    expect(await keys()).toBe(before - 1)
  })

  it('that staff merged are one, with the holds of both, and keep the name staff gave', async () => {
    const [a, b] = [await archive('Alice <alice@example.se>'), await archive('Alva <alva@example.org>')]
    const [first, second] = [await customerOf(a), await customerOf(b)]
    await hold(context(), { ...decider(), target: { customerId: second } }, NOW)
    await joinCustomers(context(), { ...decider(), customerIds: [first, second] }, NOW)
    await renameCustomer(context(), { ...decider(), customerId: first, name: 'Familjen Ek' }, NOW)
    expect([await customerOf(a), await customerOf(b)]).toEqual([first, first])
    expect((await getMessage(test.archive.pool, account.id, a)).retention?.rule).toBe('hold')
    expect(displayName(await card(first))).toBe('Familjen Ek')
    const later = await archive('Alva <alva@example.org>')
    expect(await customerOf(later)).toBe(first)
    expect((await card(first)).chosenName).toBe('Familjen Ek')
    await expect(joinCustomers(context(), { ...decider(), customerIds: [first, first] }, NOW)).rejects.toMatchObject({
      code: 'customers-same',
    })
    await expect(joinCustomers(context(), { ...decider(), customerIds: [first, second] }, NOW)).rejects.toMatchObject({
      code: 'not-found',
    })
  })

  it('that staff split stay two, both held, whatever their signatures say afterwards', async () => {
    const home = await archive('Alice Ek <alice@home.example>', RECENT, SIGNED)
    const work = await archive('Alice Ek <alice@work.example>', RECENT, SIGNED)
    const both = await customerOf(home)
    expect(await customerOf(work)).toBe(both)
    await hold(context(), { ...decider(), target: { customerId: both } }, NOW)
    const created = await splitCustomer(
      context(),
      { ...decider(), customerId: both, addresses: ['alice@work.example'] },
      NOW,
    )
    expect([await customerOf(home), await customerOf(work)]).toEqual([both, created])
    expect([(await card(both)).addresses, (await card(created)).addresses]).toEqual([
      ['alice@home.example'],
      ['alice@work.example'],
    ])
    expect((await getMessage(test.archive.pool, account.id, work)).retention?.rule).toBe('hold')
    expect(await customerOf(await archive('Alice Ek <alice@work.example>', RECENT, SIGNED))).toBe(created)
    expect(await customerOf(await archive('Alice Ek <alice@home.example>', RECENT, SIGNED))).toBe(both)
    const unknown = splitCustomer(context(), { ...decider(), customerId: both, addresses: ['bob@example.se'] }, NOW)
    await expect(unknown).rejects.toMatchObject({ code: 'split-impossible' })
  })
})
