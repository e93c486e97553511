import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { connect } from '../../src/pipeline/mailbox/connect.ts'
import { syncAccount } from '../../src/pipeline/follow/follow.ts'
import { ingest } from '../../src/pipeline/ingest/ingest.ts'
import { purge } from '../../src/pipeline/purge/purge.ts'
import { armPurge, hold, liftPurge, overrideCase } from '../../src/pipeline/decide/staff-decisions.ts'
import { saveAccount, type Account } from '../../src/store/accounts.ts'
import { verifyAudit } from '../../src/store/audit.ts'
import { writeBackup } from '../../src/store/backup/write.ts'
import { carol, flipped, NOW, RULES, testAccount, testArchive, type TestArchive } from '../harness/archive.ts'
import { restored, temporary } from '../harness/backup.ts'
import { dovecotAvailable, startDovecot, type Dovecot } from '../harness/dovecot.ts'
import { mail } from '../harness/mail.ts'

const OLD = '2024-01-10T09:00:00Z'
const sourceOf = (name: string) =>
  mail({
    id: `${name}@kund.example`,
    from: `${name}@kund.example`,
    subject: 'Öppettider',
    body: `Hej! Vilka öppettider har butik ${name} på lördag?`,
    date: OLD,
  })
const tomorrow = () => new Date(NOW.getTime() + 86_400_000)

let test: TestArchive
let account: Account
let ids: number[]
let staffId: number
beforeEach(async () => {
  test = await testArchive()
  account = await testAccount(test.archive)
  staffId = (await carol(test.archive)).id
  await armPurge(test.archive, staffId, true, NOW)
  const sources = ['a', 'b', 'c'].map(sourceOf)
  ids = (
    await ingest(
      { archive: test.archive, account, rules: RULES, folder: null },
      sources.map((source) => ({ uid: 0, flags: [], internalDate: new Date(OLD), source, size: source.length })),
      NOW,
    )
  ).archived
})
afterEach(() => test.drop())

const flip = (column: string, id: number) =>
  test.archive.pool.query(`UPDATE "Message" SET ${flipped(column)} WHERE "id" = $1`, [id])
const left = async () =>
  (await test.archive.pool.query<{ id: number }>('SELECT "id" FROM "Message" ORDER BY "id"')).rows.map(({ id }) => id)
const run = () => purge({ archive: test.archive, account, rules: RULES, mailbox: null, clock: tomorrow })

const take = (name: string, now: Date) => {
  const source = sourceOf(name)
  return ingest(
    { archive: test.archive, account, rules: RULES, folder: null },
    [{ uid: 0, flags: [], internalDate: new Date(OLD), source, size: source.length }],
    now,
  )
}

it.each(['wrappedKey', 'sealedContent'])(
  'a due message that does not open (%s) goes with the others, and is known again',
  async (column) => {
    await flip(column, ids[1]!)
    expect(await run()).toMatchObject({ due: 3, purged: 3, kept: 0 })
    expect(await left()).toEqual([])
    expect(
      (await test.archive.pool.query('SELECT 1 FROM "MessageSource" UNION ALL SELECT 1 FROM "Customer"')).rowCount,
    ).toBe(0)
    expect(
      (
        await test.archive.pool.query<{ messageIdHash: string | null }>(
          'SELECT "messageIdHash" FROM "Tombstone" ORDER BY "id"',
        )
      ).rows.map(({ messageIdHash }) => messageIdHash === null),
    ).toEqual([false, true, false])
    await verifyAudit(test.archive)
    // A copy that shows up is not archived again, and staff can take the purge back.
    expect(await take('b', tomorrow())).toMatchObject({ archived: [], tombstoned: 1 })
    const { rows } = await test.archive.pool.query<{ id: number }>(
      'SELECT "id" FROM "Tombstone" WHERE "messageIdHash" IS NULL',
    )
    await liftPurge(
      { archive: test.archive, account, rules: RULES },
      { staffId, via: 'cli', reason: 'x', tombstoneId: rows[0]!.id },
      tomorrow(),
    )
    expect(await take('b', tomorrow())).toMatchObject({ archived: [expect.any(Number) as number], tombstoned: 0 })
  },
)

it('one that is held, waits for a person or is not due stays, broken or not', async () => {
  const [held, doubtful, young] = ids as [number, number, number]
  await hold(
    { archive: test.archive, account, rules: RULES },
    { staffId, via: 'cli', reason: 'x', target: { messageId: held } },
    NOW,
  )
  await overrideCase(
    { archive: test.archive, account, rules: RULES },
    { staffId, via: 'cli', reason: 'x', messageId: doubtful, case: 'complaints', marks: [] },
    NOW,
  )
  await test.archive.pool.query(`UPDATE "Message" SET "receivedAt" = $2 WHERE "id" = $1`, [young, NOW])
  for (const id of ids) await flip('wrappedKey', id)
  expect(await run()).toMatchObject({ due: 0, purged: 0 })
  expect(await left()).toEqual(ids)
})

it('a restore takes it away again, from a backup in which it still opened too', async () => {
  const directory = join(temporary('backup'), 'before')
  await writeBackup(test.archive, directory, { epochDays: 30 }, NOW)
  await flip('sealedContent', ids[1]!)
  await run()
  const back = await restored(directory, test.keysDirectory, tomorrow())
  expect((await back.archive.pool.query('SELECT 1 FROM "Message"')).rowCount).toBe(0)
  expect((await back.archive.pool.query('SELECT 1 FROM "Tombstone"')).rowCount).toBe(3)
  await back.drop()
})

describe.skipIf(!dovecotAvailable())('its copy that shows up on the server again', () => {
  let server: Dovecot
  beforeEach(async () => {
    server = await startDovecot()
  })
  afterEach(() => server.stop())

  it('goes after its own time, compared with what was purged', async () => {
    await flip('wrappedKey', ids[1]!)
    await run()
    const followed = await saveAccount(
      test.archive,
      { ...account.settings, port: server.port, user: server.user, password: server.password },
      NOW,
    )
    expect(followed.id).toBe(account.id)
    const mailbox = await connect(followed.settings)
    await mailbox.append('INBOX', sourceOf('b'), [], new Date(OLD))
    const sync = (now: Date) =>
      syncAccount({ archive: test.archive, account: followed, rules: RULES, mailbox, clock: () => now })
    expect(await sync(tomorrow())).toMatchObject({ archived: [], tombstoned: 1 })
    const late = new Date(NOW.getTime() + 40 * 86_400_000)
    await sync(late)
    expect(
      await purge({ archive: test.archive, account: followed, rules: RULES, mailbox, clock: () => late }),
    ).toMatchObject({ reappeared: 1 })
    await mailbox.openFolder('INBOX', null, true)
    expect(await mailbox.listUids(1)).toEqual([])
    mailbox.close()
  })
})
