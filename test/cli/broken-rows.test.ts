import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { ingest } from '../../src/pipeline/ingest/ingest.ts'
import { turnEpochs } from '../../src/pipeline/purge/upkeep.ts'
import { carol, flipped, NOW, RULES, testAccount, testArchive, type TestArchive } from '../harness/archive.ts'
import { mail } from '../harness/mail.ts'
import { testDatabase } from '../harness/postgres.ts'
import { gallra } from './capture.ts'

const after = (days: number) => new Date(NOW.getTime() + days * 86_400_000)

let test: TestArchive

beforeAll(async () => {
  test = await testArchive()
  const account = await testAccount(test.archive)
  await carol(test.archive)
  const sources = [1, 2, 3].map((number) =>
    mail({
      id: `e${number}@kund.example`,
      from: `e${number}@kund.example`,
      subject: 'Hej',
      body: `Vad gäller för nummer ${number}?`,
    }),
  )
  await ingest(
    { archive: test.archive, account, rules: RULES, folder: null },
    sources.map((source) => ({ uid: 0, flags: [], internalDate: NOW, source, size: source.length })),
    NOW,
  )
})
afterAll(() => test.drop())

const call = (now: Date, language: string, ...argv: string[]) =>
  gallra(
    [...argv, '--lang', language],
    { DATABASE_URL: test.databaseUrl, GALLRA_DATA: dirname(test.keysDirectory) },
    now,
  )
const turn = async (...days: number[]) => {
  for (const day of days) await turnEpochs(test.archive, RULES, after(day))
}

it('doctor, status and keys show tell of a row that does not open until a person gives it up', async () => {
  expect((await call(NOW, 'sv', 'doctor')).out).toContain('Periodnycklarna förstörs i tid')
  await test.archive.pool.query(`UPDATE "Message" SET ${flipped('wrappedKey')} WHERE "id" = 2`)
  await turn(8, 16, 24, 32)
  const doctor = await call(after(32), 'sv', 'doctor')
  expect(doctor.exit).toBe(1)
  expect(doctor.out).toMatch(
    /^fel +Databasrader som inte går att dekryptera: 1 \(Message 2\).*gallra keys give-up 1 --by NAMN$/m,
  )
  expect(doctor.out).toMatch(/^fel +Periodnyckel 1 skulle ha varit förstörd/m)
  expect((await call(after(32), 'en', 'doctor')).out).toContain(
    'Rows in the database that cannot be decrypted: 1 (Message 2)',
  )
  expect((await call(after(32), 'sv', 'status')).out).toContain(
    'Databasrader som inte går att dekryptera: 1. Periodnycklar som sparas för deras skull: 1',
  )
  expect(JSON.parse((await call(after(32), 'sv', 'status', '--json')).out)).toMatchObject({
    epochs: { broken: 1, held: [1], halted: false },
  })
  expect((await call(after(32), 'en', 'keys', 'show')).out).toContain('Period key 1 should have been destroyed')

  expect(await call(after(32), 'en', 'keys', 'give-up', 'all', '--by', 'Carol')).toMatchObject({ exit: 2 })
  expect(await call(after(32), 'en', 'keys', 'give-up', '1')).toMatchObject({ exit: 2 })
  expect(await call(after(32), 'en', 'keys', 'give-up', '3', '--by', 'Carol')).toMatchObject({
    exit: 2,
    err: expect.stringContaining('The number of rows that cannot be decrypted is 1,') as string,
  })
  expect((await call(after(32), 'en', 'doctor')).out).toContain('Rows in the database that cannot be decrypted: 1')
  expect(await call(after(32), 'sv', 'keys', 'give-up', '1', '--by', 'Carol')).toMatchObject({
    exit: 0,
    out: expect.stringContaining('Uppgivna rader, 1 st,') as string,
  })
  await turn(33)
  const settled = (await call(after(33), 'sv', 'doctor')).out
  expect(settled).toMatch(/^obs +Databasrader som inte går att dekryptera, är uppgivna och ligger kvar: 1\./m)
  expect(settled).not.toContain('skulle ha varit förstörd')
  expect((await call(after(33), 'sv', 'status')).out).not.toContain('att dekryptera')
  const shown = JSON.parse((await call(after(33), 'sv', 'keys', 'show', '--json')).out) as { epochs: { id: number }[] }
  expect(shown.epochs.map(({ id }) => id)).toEqual([2, 3, 4, 5])
  expect((await call(after(33), 'sv', 'audit', 'verify')).exit).toBe(0)
})

it('keys rotate and keys show go on over a gap among the epochs', async () => {
  await test.archive.pool.query(`UPDATE "Message" SET ${flipped('wrappedKey')} WHERE "id" = 3`)
  await turn(40, 48, 56, 64, 72)
  const epochs = async () =>
    (
      JSON.parse((await call(after(72), 'sv', 'keys', 'show', '--json')).out) as { epochs: { id: number }[] }
    ).epochs.map(({ id }) => id)
  const before = await epochs()
  expect(before).toEqual([5, 7, 8, 9, 10])
  expect((await call(after(72), 'sv', 'keys', 'rotate', '--by', 'Carol')).exit).toBe(0)
  expect(await epochs()).toEqual(before)
  expect((await call(after(72), 'sv', 'show', 'm1')).exit).toBe(0)
})

it('backup, verify, restore and index rebuild report broken rows, and end with 3 until all are given up', async () => {
  const place = (name: string) => join(dirname(test.keysDirectory), name)
  expect(await call(after(72), 'sv', 'backup', place('one'))).toMatchObject({
    exit: 3,
    out: expect.stringContaining('Rader i den som inte går att dekryptera: 2.') as string,
  })
  expect(await call(after(72), 'en', 'backup', 'verify', place('one'))).toMatchObject({
    exit: 3,
    out: expect.stringContaining('Rows in it that cannot be decrypted: 2.') as string,
  })
  const verified = await call(after(72), 'en', 'backup', 'verify', place('one'), '--json')
  expect(verified.exit).toBe(3)
  expect(JSON.parse(verified.out)).toMatchObject({ broken: 2, unopened: 2, givenUp: 1 })
  const other = await testDatabase()
  const back = await gallra(
    ['restore', place('one'), '--lang', 'sv'],
    { DATABASE_URL: other.url, GALLRA_DATA: dirname(test.keysDirectory) },
    after(72),
  )
  expect(back).toMatchObject({
    exit: 0,
    out: expect.stringContaining(
      'Meddelanden som inte går att dekryptera (skadade eller ändrade), 2 st: m2 m3',
    ) as string,
  })
  await other.drop()
  expect(await call(after(72), 'en', 'index', 'rebuild')).toMatchObject({
    exit: 0,
    out: expect.stringContaining('Messages that cannot be decrypted (damaged or changed), 2 in all: m2 m3') as string,
  })

  expect(await call(after(72), 'en', 'keys', 'give-up', '1', '--by', 'Carol')).toMatchObject({ exit: 0 })
  expect(await call(after(72), 'sv', 'backup', place('two'))).toMatchObject({
    exit: 0,
    out: expect.stringContaining('Rader i den som inte går att dekryptera: 2.') as string,
  })
  expect(await call(after(72), 'en', 'backup', 'verify', place('two'))).toMatchObject({
    exit: 0,
    out: expect.stringContaining('Rows in it that cannot be decrypted: 2.') as string,
  })
})

it('repair mends what it can, tells the rest with its reason, and doctor names it before give-up', async () => {
  expect((await call(after(72), 'en', 'repair')).exit).toBe(2)
  expect((await call(after(72), 'en', 'repair', '--by', 'Nobody')).exit).toBe(2)
  await test.archive.pool.query(`UPDATE "Message" SET ${flipped('sealedContent')} WHERE "id" = 1`)
  expect((await call(after(72), 'sv', 'show', 'm1')).exit).toBe(1)
  const listed = await call(after(72), 'sv', 'list')
  expect(listed.exit).toBe(0)
  expect(listed.out.match(/\(går inte att dekryptera\)/g)).toHaveLength(3)
  expect(
    (JSON.parse((await call(after(72), 'en', 'list', '--json')).out) as { subject: string | null }[]).map(
      ({ subject }) => subject,
    ),
  ).toEqual([null, null, null])
  // It still stands in the index, and hides no other.
  const found = await call(after(72), 'en', 'search', 'nummer')
  expect(found).toMatchObject({
    exit: 0,
    err: expect.stringContaining('Messages that cannot be decrypted (damaged or changed), 1 in all: m1') as string,
  })
  const scan = () => call(after(72), 'en', 'scan', '--address', 'e1@kund.example')
  expect((await scan()).out).not.toMatch(/^m1\b/m)
  const mended = await call(after(72), 'sv', 'repair', '--by', 'Carol')
  expect(mended.exit).toBe(1)
  expect(mended.out).toContain('info@promix.se: 3 meddelanden undersökta, 3 trasiga, 1 lagade: m1')
  expect(mended.out).toMatch(/^m2 är kvar som det var: ingen kopia i en mapp som följs/m)
  expect((await call(after(72), 'sv', 'show', 'm1')).out).toContain('Vad gäller för nummer 1?')
  expect((await call(after(72), 'sv', 'search', 'nummer')).out).toContain('m1')
  expect((await scan()).out).toContain('m1')
  const again = await call(after(72), 'en', 'repair', '--by', 'Carol', '--json')
  expect(again.exit).toBe(1)
  expect(JSON.parse(again.out)).toEqual([
    {
      account: 'info@promix.se',
      examined: 3,
      repaired: [],
      left: [
        { id: 'm2', reason: 'no-copy' },
        { id: 'm3', reason: 'no-copy' },
      ],
      customers: { repaired: [], inPart: [], completed: [], left: [] },
    },
  ])
  await test.archive.pool.query('DELETE FROM "Message" WHERE "id" = 2')
  await test.archive.pool.query('UPDATE "Message" SET "epoch" = 1 WHERE "id" = 3')
  expect((await call(after(72), 'en', 'doctor')).out).toMatch(
    /Rows in the database that cannot be decrypted: 1 \(Message 3\).*gallra repair --by NAME.*gallra keys give-up 1/,
  )
  await test.archive.pool.query('DELETE FROM "Message" WHERE "id" = 3')
  expect(await call(after(72), 'en', 'repair', '--by', 'Carol')).toMatchObject({
    exit: 0,
    out: expect.stringContaining('1 messages examined, 0 broken') as string,
  })
  expect((await call(after(72), 'sv', 'audit', 'verify')).exit).toBe(0)
})
