import { dirname } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { collectExamples } from '../../src/pipeline/learn/collect-examples.ts'
import { ingest } from '../../src/pipeline/ingest/ingest.ts'
import { overrideCase } from '../../src/pipeline/decide/staff-decisions.ts'
import { carol, flipped, NOW, RULES, testAccount, testArchive, type TestArchive } from '../harness/archive.ts'
import { mail } from '../harness/mail.ts'
import { gallra } from './capture.ts'

let test: TestArchive

beforeAll(async () => {
  test = await testArchive()
  const account = await testAccount(test.archive)
  const staffId = (await carol(test.archive)).id
  const sources = [1, 2].map((number) =>
    mail({
      id: `e${number}@kund.example`,
      from: `e${number}@kund.example`,
      subject: 'Hej',
      body: `Vad gäller för nummer ${number}?`,
    }),
  )
  const entries = sources.map((source) => ({ uid: 0, flags: [], internalDate: NOW, source, size: source.length }))
  const { archived } = await ingest({ archive: test.archive, account, rules: RULES, folder: null }, entries, NOW)
  for (const messageId of archived)
    await overrideCase(
      { archive: test.archive, account, rules: RULES },
      { staffId, via: 'cli', reason: 'x', messageId, case: 'support', marks: [] },
      NOW,
    )
  await collectExamples(test.archive, RULES.rulebook, () => NOW)
})
afterAll(() => test.drop())

const call = (language: string, ...argv: string[]) =>
  gallra(
    [...argv, '--lang', language],
    { DATABASE_URL: test.databaseUrl, GALLRA_DATA: dirname(test.keysDirectory) },
    NOW,
  )

it('doctor and model status tell of an example that does not open, and of none when all do', async () => {
  expect((await call('sv', 'doctor')).out).not.toContain('att dekryptera')
  expect(JSON.parse((await call('sv', 'model', 'status', '--json')).out)).toMatchObject({ unreadable: 0 })
  await test.archive.pool.query(
    `UPDATE "TrainingExample" SET ${flipped('sealed')} WHERE "id" = (SELECT min("id") FROM "TrainingExample")`,
  )
  const doctor = await call('sv', 'doctor')
  expect(doctor.exit).toBe(1)
  expect(doctor.out).toMatch(/^fel +Exempel som modellen lär sig av och som inte går att dekryptera: 1\./m)
  expect((await call('en', 'doctor')).out).toContain('Examples the model learns from that cannot be decrypted: 1.')
  expect(JSON.parse((await call('en', 'doctor', '--json')).out)).toContainEqual(
    expect.objectContaining({ check: 'examples', result: 'bad' }),
  )
  expect((await call('sv', 'model', 'status')).out).toContain('Exempel som inte går att dekryptera: 1.')
  expect(JSON.parse((await call('sv', 'model', 'status', '--json')).out)).toMatchObject({ unreadable: 1 })
})
