import { afterEach, beforeEach, expect, it } from 'vitest'
import type { RawMessage } from '../../src/mail/imap/mailbox-types.ts'
import { ingestOverlapped } from '../../src/pipeline/ingest/ingest-overlapped.ts'
import { createPreparers } from '../../src/pipeline/ingest/preparers.ts'
import type { Account } from '../../src/store/accounts.ts'
import { inTransaction, lockAccount } from '../../src/store/postgres/sql.ts'
import { NOW, RULES, testAccount, testArchive, type TestArchive } from '../harness/archive.ts'
import { mail } from '../harness/mail.ts'

let test: TestArchive
let account: Account
beforeEach(async () => {
  test = await testArchive()
  account = await testAccount(test.archive)
})
afterEach(() => test.drop())

let serial = 0
const letter = (length = 0): RawMessage => {
  serial += 1
  const source = mail({
    id: `o${serial}@kund.example`,
    from: `o${serial}@kund.example`,
    subject: `Nummer ${serial}`,
    body: `Hej! ${'Fråga om rullar.\n'.repeat(length / 17)}`,
  })
  return { uid: serial, flags: [], internalDate: NOW, source, size: source.length }
}
const archived = async () =>
  (await test.archive.pool.query<{ count: number }>('SELECT count(*)::int AS count FROM "Message"')).rows[0]!.count
const run = async (source: AsyncGenerator<RawMessage[]>): Promise<number[]> => {
  const sizes: number[] = []
  const ids: number[] = []
  const from = { archive: test.archive, account, rules: RULES, folder: null }
  for await (const { size, ingested } of ingestOverlapped(from, createPreparers(0), source, () => NOW)) {
    expect(ingested.archived).toHaveLength(size)
    sizes.push(size)
    ids.push(...ingested.archived)
  }
  expect(ids).toEqual([...ids].sort((a, b) => a - b))
  return sizes
}

it('batches are archived in the order they came, and never more than two wait for the database', async () => {
  const ahead: number[] = []
  async function* source() {
    for (const [index, size] of [1, 2, 3, 4, 5].entries()) {
      ahead.push(index - (await batchesArchived()))
      yield Array.from({ length: size }, () => letter())
    }
  }
  const batchesArchived = async () => [0, 1, 3, 6, 10, 15].indexOf(await archived())
  expect(await run(source())).toEqual([1, 2, 3, 4, 5])
  expect(await archived()).toBe(15)
  expect(Math.max(...ahead)).toBeLessThanOrEqual(2)
})

it('a large batch has the memory to itself: nothing is fetched beside it', async () => {
  const before: number[] = []
  async function* source() {
    yield [letter()]
    before.push(await archived())
    yield [letter(17 * 1024 * 1024)]
    before.push(await archived())
    yield [letter()]
  }
  expect(await run(source())).toEqual([1, 1, 1])
  expect(before[1]).toBe(2)
})

it('when fetching breaks off, what was fetched is archived and no lock is left behind', async () => {
  async function* source() {
    yield [letter(), letter()]
    yield [letter()]
    await Promise.resolve()
    throw new Error('connection lost')
  }
  await expect(run(source())).rejects.toThrow('connection lost')
  expect(await archived()).toBe(3)
  await inTransaction(test.archive.pool, (tx) => lockAccount(tx, account.id))
})
