import { join } from 'node:path'
import { Writable } from 'node:stream'
import { pino } from 'pino'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { lesson } from '../../src/core/learning/lesson.ts'
import { ingest } from '../../src/pipeline/ingest/ingest.ts'
import { overrideCase } from '../../src/pipeline/decide/staff-decisions.ts'
import { readSeed } from '../../src/rulebook/read-rules.ts'
import { runJob, type Daemon } from '../../src/serve.ts'
import type { Account } from '../../src/store/accounts.ts'
import type { Archive } from '../../src/store/archive.ts'
import { openLeases, type Leases } from '../../src/store/postgres/lease.ts'
import { carol, NOW, RULES, testAccount, testArchive, type TestArchive } from '../harness/archive.ts'
import { mail } from '../harness/mail.ts'

const SEED = readSeed(join(import.meta.dirname, '..', '..', 'rules')).filter((_, index) => index % 60 === 0)

let test: TestArchive
let account: Account
let staffId: number
let ids: number[]
const open: Leases[] = []

beforeEach(async () => {
  test = await testArchive()
  account = await testAccount(test.archive)
  staffId = (await carol(test.archive)).id
  const sources = Array.from({ length: 6 }, (_, number) =>
    mail({
      id: `t${number}@kund.example`,
      from: `t${number}@kund.example`,
      subject: 'Hej',
      body: `Vad gäller för nummer ${number}?`,
    }),
  )
  const entries = sources.map((source) => ({ uid: 0, flags: [], internalDate: NOW, source, size: source.length }))
  ids = (await ingest({ archive: test.archive, account, rules: RULES, folder: null }, entries, NOW)).archived
  for (const id of ids) await say(id, 'support')
})
afterEach(async () => {
  for (const leases of open.splice(0)) await leases.close()
  await test.drop()
})

const say = (messageId: number, name: 'support' | 'payments') =>
  overrideCase(
    { archive: test.archive, account, rules: RULES },
    { staffId, via: 'cli', reason: 'x', messageId, case: name, marks: [] },
    NOW,
  )

interface Process extends Daemon {
  said: () => string
}

/** A daemon with a session, a log and a way of learning of its own. */
async function daemon(archive: Archive, teach: Daemon['learning']['teach'] = lesson): Promise<Process> {
  const leases = await openLeases(test.databaseUrl)
  open.push(leases)
  const lines: string[] = []
  const log = pino(
    { level: 'info' },
    new Writable({
      write: (line: Buffer, _, done) => {
        lines.push(line.toString())
        done()
      },
    }),
  )
  return { archive, rules: RULES, learning: { seed: () => SEED, teach }, leases, log, said: () => lines.join('') }
}

/** Learns when told to; `begun` once it is asked. */
function held() {
  let asked = () => {}
  let go = () => {}
  const begun = new Promise<void>((resolve) => {
    asked = resolve
  })
  const told = new Promise<void>((resolve) => {
    go = resolve
  })
  const teach: Daemon['learning']['teach'] = async (material) => {
    asked()
    await told
    return lesson(material)
  }
  return {
    teach,
    begun,
    go: () => {
      go()
    },
  }
}

const trainings = async () =>
  (
    await test.archive.pool.query<{ id: number; outcome: string }>(
      'SELECT "id", "outcome" FROM "Training" ORDER BY "id"',
    )
  ).rows
const models = async () =>
  (await test.archive.pool.query<{ id: number }>('SELECT "id" FROM "Model"')).rows.map(({ id }) => id)
const events = async () =>
  (await test.archive.pool.query(`SELECT 1 FROM "AuditEvent" WHERE "kind" = 'model-trained'`)).rows.length

it('while one daemon trains another does not, and afterwards there is nothing left to train', async () => {
  const slow = held()
  const first = await daemon(test.archive, slow.teach)
  const second = await daemon(await test.reopen())
  const training = runJob(first, 'model')
  await slow.begun
  await runJob(second, 'model')
  expect(await trainings()).toEqual([])
  slow.go()
  await training
  await runJob(second, 'model')
  expect(await trainings()).toMatchObject([{ outcome: 'adopted' }])
  expect(await models()).toEqual([(await trainings())[0]!.id])
  expect(first.said()).toContain('"msg":"trained"')
  expect(second.said()).toBe('')
})

it('daemons whose hour strikes at the same moment train once each time there is something new', async () => {
  const daemons = [await daemon(test.archive), await daemon(await test.reopen()), await daemon(await test.reopen())]
  await Promise.all(daemons.map((each) => runJob(each, 'model')))
  expect(await trainings()).toHaveLength(1)
  for (const id of ids) await say(id, 'payments')
  await Promise.all(daemons.map((each) => runJob(each, 'model')))
  expect(await trainings()).toHaveLength(2)
  expect(await models()).toHaveLength(1)
  expect(await events()).toBe(2)
  expect(
    daemons
      .map((each) => each.said())
      .join('')
      .match(/"msg":"trained"/g),
  ).toHaveLength(2)
})

it('a daemon that lost its lease while it trained leaves in force what another has trained since', async () => {
  const slow = held()
  const first = await daemon(test.archive, slow.teach)
  const second = await daemon(await test.reopen())
  const training = runJob(first, 'model')
  await slow.begun
  await test.archive.pool.query(
    `SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND classid = 27157 AND ` +
      `database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
  )
  await expect.poll(() => first.leases.lost.aborted).toBe(true)
  for (const id of ids) await say(id, 'payments')
  await runJob(second, 'model')
  const [newer] = await trainings()
  slow.go()
  await training
  expect(await trainings()).toEqual([newer])
  expect(await models()).toEqual([newer!.id])
  expect(await events()).toBe(1)
  expect(first.said()).toContain('another process has trained meanwhile')
  expect(first.said()).not.toContain('"msg":"trained"')
})

it('two that begin together without knowing of each other replace the model once', async () => {
  const slow = [held(), held()]
  const deaf: Leases = {
    acquire: () => Promise.resolve(true),
    release: () => Promise.resolve(),
    lost: new AbortController().signal,
    close: () => Promise.resolve(),
  }
  const daemons = [await daemon(test.archive, slow[0]!.teach), await daemon(await test.reopen(), slow[1]!.teach)].map(
    (each) => ({ ...each, leases: deaf }),
  )
  const running = daemons.map((each) => runJob(each, 'model'))
  await Promise.all(slow.map((each) => each.begun))
  for (const each of slow) each.go()
  await Promise.all(running)
  expect(await trainings()).toHaveLength(1)
  expect(await models()).toHaveLength(1)
  expect(await events()).toBe(1)
})

it('the log says how many examples did not open', async () => {
  const only = await daemon(test.archive)
  await runJob(only, 'model')
  expect(only.said()).not.toContain('unreadable')
  await test.archive.pool.query('UPDATE "TrainingExample" SET "epoch" = 99 WHERE "messageId" = ANY($1)', [
    ids.slice(0, 2),
  ])
  for (const id of ids.slice(2)) await say(id, 'payments')
  await test.archive.pool.query(`UPDATE "Override" SET "decidedAt" = "decidedAt" - interval '2 days'`)
  await runJob(only, 'model')
  expect(only.said()).toMatch(
    /"unreadable":2,"msg":"examples that cannot be decrypted were left out: run gallra doctor"/,
  )
})
