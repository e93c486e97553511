import { afterEach, beforeEach, expect, it } from 'vitest'
import { ingest } from '../../src/pipeline/ingest.ts'
import { purge } from '../../src/pipeline/purge.ts'
import { armPurge } from '../../src/pipeline/staff-decisions.ts'
import type { Account } from '../../src/store/accounts.ts'
import { verifyAudit } from '../../src/store/audit.ts'
import { carol, flipped, NOW, RULES, testAccount, testArchive, type TestArchive } from '../harness/archive.ts'
import { mail } from '../harness/mail.ts'

const OLD = '2024-01-10T09:00:00Z'
const tomorrow = () => new Date(NOW.getTime() + 86_400_000)

let test: TestArchive
let account: Account
let ids: number[]
beforeEach(async () => {
  test = await testArchive()
  account = await testAccount(test.archive)
  await armPurge(test.archive, (await carol(test.archive)).id, true, NOW)
  const sources = ['a', 'b', 'c'].map((name) => mail({ id: `${name}@kund.example`, from: `${name}@kund.example`, subject: 'Öppettider', body: `Hej! Vilka öppettider har butik ${name} på lördag?`, date: OLD }))
  ids = (await ingest({ archive: test.archive, account, rules: RULES, folder: null }, sources.map((source) => ({ uid: 0, flags: [], internalDate: new Date(OLD), source, size: source.length })), NOW)).archived
})
afterEach(() => test.drop())

const flip = (column: string, id: number) => test.archive.pool.query(`UPDATE "Message" SET ${flipped(column)} WHERE "id" = $1`, [id])
const left = async () => (await test.archive.pool.query<{ id: number }>('SELECT "id" FROM "Message" ORDER BY "id"')).rows.map(({ id }) => id)
const run = () => purge(test.archive, account, null, RULES, tomorrow)

it.each(['wrappedKey', 'sealedContent'])('a due message that cannot be named in its tombstone (%s) stays, and keeps no other from going', async (column) => {
  await flip(column, ids[1]!)
  expect(await run()).toMatchObject({ due: 3, purged: 2, kept: 1 })
  expect(await left()).toEqual([ids[1]])
  expect((await test.archive.pool.query('SELECT 1 FROM "Tombstone"')).rowCount).toBe(2)
  await verifyAudit(test.archive)
  expect(await run()).toMatchObject({ due: 1, purged: 0, kept: 1 })
  await flip(column, ids[1]!)
  expect(await run()).toMatchObject({ due: 1, purged: 1, kept: 0 })
  expect(await left()).toEqual([])
})
