import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Case } from '../../src/core/classification.ts'
import { lesson, type LessonMaterial } from '../../src/core/learning/lesson.ts'
import { trainingDue } from '../../src/core/learning/training-due.ts'
import { collectExamples } from '../../src/pipeline/learn/collect-examples.ts'
import { ingest } from '../../src/pipeline/ingest/ingest.ts'
import { withInstalledModel } from '../../src/pipeline/learn/installed-model.ts'
import { purge } from '../../src/pipeline/purge/purge.ts'
import type { Rules } from '../../src/pipeline/decide/rules.ts'
import { armPurge, overrideCase } from '../../src/pipeline/decide/staff-decisions.ts'
import { readLearningState, trainModel, trainWhenDue, type Learning } from '../../src/pipeline/learn/train-model.ts'
import { turnEpochs } from '../../src/pipeline/purge/upkeep.ts'
import { withdrawOverride } from '../../src/pipeline/decide/withdraw-decisions.ts'
import { readSeed } from '../../src/rulebook/read-rules.ts'
import type { Account } from '../../src/store/accounts.ts'
import { verifyAudit } from '../../src/store/audit.ts'
import { getMessage } from '../../src/store/message/messages.ts'
import { findModel, listTrainings } from '../../src/store/learning/models.ts'
import { saveOverride } from '../../src/store/staff/overrides.ts'
import { readSetting } from '../../src/store/settings.ts'
import { inTransaction } from '../../src/store/postgres/sql.ts'
import {
  countDecisions,
  listUnreadableExamples,
  readExamples,
  type StoredExample,
} from '../../src/store/learning/training-examples.ts'
import { carol, flipped, NOW, RULES, testAccount, testArchive, type TestArchive } from '../harness/archive.ts'
import { mail } from '../harness/mail.ts'
import { KINDS } from './new-kinds.ts'

/** A part of the seed, so that training takes a moment. */
const SEED = readSeed(join(import.meta.dirname, '..', '..', 'rules')).filter((_, index) => index % 60 === 0)
const DAY = 86_400_000
const later = (days: number) => new Date(NOW.getTime() + days * DAY)

describe('learning from what staff decide', () => {
  let test: TestArchive
  let account: Account
  let staffId: number
  let ids: number[]

  beforeEach(async () => {
    test = await testArchive()
    account = await testAccount(test.archive)
    staffId = (await carol(test.archive)).id
    ids = await takeIn(0, 6)
  })
  afterEach(() => test.drop())

  const solar = KINDS[0]!
  async function takeIn(from: number, count: number, rules: Rules = RULES): Promise<number[]> {
    const sources = Array.from({ length: count }, (_, index) =>
      mail({ id: `s${from + index}@example.org`, date: '2024-02-01T10:00:00Z', ...solar.write(from + index) }),
    )
    const entries = sources.map((source) => ({
      uid: 0,
      flags: [],
      internalDate: new Date('2024-02-01T10:00:00Z'),
      source,
      size: source.length,
    }))
    return (await ingest({ archive: test.archive, account, rules, folder: null }, entries, NOW)).archived
  }
  const say = (messageId: number, name: Case, now: Date) =>
    overrideCase(
      { archive: test.archive, account, rules: RULES },
      { staffId, via: 'cli', reason: 'x', messageId, case: name, marks: [] },
      now,
    )
  const learning = (
    now: Date,
    rules: Rules = RULES,
    teach: (material: LessonMaterial) => ReturnType<typeof lesson> = lesson,
  ): Learning => ({ archive: test.archive, rulebook: rules.rulebook, seed: () => SEED, teach, clock: () => now })
  const examples = async () => {
    const all: StoredExample[] = []
    for await (const each of readExamples(test.archive, RULES.rulebook.version)) if (each.row !== null) all.push(each)
    return all
  }

  it('holds one example for each decision that stands: overridden, decided anew, withdrawn', async () => {
    const first = await say(ids[0]!, 'payments', NOW)
    await say(ids[1]!, 'support', NOW)
    await collectExamples(test.archive, RULES.rulebook, () => NOW)
    expect((await examples()).map((each) => each.case)).toEqual(['payments', 'support'])
    const [{ row }] = (await examples()) as [StoredExample]
    const second = await say(ids[0]!, 'privacy', later(1))
    expect((await readLearningState(learning(later(1)))).changed).toBe(1)
    await collectExamples(test.archive, RULES.rulebook, () => later(1))
    expect((await examples()).map((each) => each.case).sort()).toEqual(['privacy', 'support'])
    expect((await examples()).find((each) => each.case === 'privacy')!.row).toEqual(row)
    const context = { archive: test.archive, account, rules: RULES }
    await withdrawOverride(context, { staffId, via: 'cli', messageId: ids[0]!, overrideId: second }, later(2))
    await collectExamples(test.archive, RULES.rulebook, () => later(2))
    expect((await examples()).map((each) => each.case).sort()).toEqual(['payments', 'support'])
    await withdrawOverride(context, { staffId, via: 'cli', messageId: ids[0]!, overrideId: first }, later(2))
    expect((await readLearningState(learning(later(2)))).changed).toBe(1)
    await collectExamples(test.archive, RULES.rulebook, () => later(2))
    expect((await examples()).map((each) => each.case)).toEqual(['support'])
    expect((await readLearningState(learning(later(2)))).changed).toBe(0)
  })

  it('takes decisions from the mail program too, and tells where each was made', async () => {
    await say(ids[0]!, 'support', NOW)
    await inTransaction(test.archive.pool, (tx) =>
      saveOverride(
        tx,
        test.archive,
        account.id,
        { messageId: ids[1]!, case: 'support', marks: [], staffId: null, via: 'mailbox', reason: '' },
        NOW,
      ),
    )
    expect(await countDecisions(test.archive.pool)).toEqual({ console: 0, cli: 1, mailbox: 1 })
    expect((await trainModel(learning(NOW), 'asked', 'cli')).result.examples).toEqual({
      seed: SEED.length,
      console: 0,
      cli: 1,
      mailbox: 1,
    })
  })

  it('trains when five decisions are new or one is a day old, and not again for the same', async () => {
    for (const id of ids.slice(0, 4)) await say(id, 'support', NOW)
    expect(await trainWhenDue(learning(later(0.9)))).toBeNull()
    const trained = await trainWhenDue(learning(later(1.1)))
    expect(trained).toMatchObject({ reason: 'corrections', outcome: 'adopted', result: { added: 4, removed: 0 } })
    expect(await trainWhenDue(learning(later(5)))).toBeNull()
    await say(ids[4]!, 'support', later(5))
    expect(await trainWhenDue(learning(later(5)))).toBeNull()
    for (const id of ids.slice(0, 4)) await say(id, 'payments', later(5))
    expect(await trainWhenDue(learning(later(5)))).toMatchObject({ result: { added: 5, removed: 4 } })
    const rules = await withInstalledModel(test.archive, RULES)
    expect(rules.rulebook.version).toMatch(new RegExp(`^${RULES.rulebook.version}\\+\\d+$`))
    const [id] = await takeIn(20, 1, rules)
    expect(await getMessage(test.archive.pool, account.id, id!)).toMatchObject({
      case: 'payments',
      rulebook: rules.rulebook.version,
    })
    await verifyAudit(test.archive)
  })

  it('keeps the model in force when the new one does worse on corrections, and tries again later', async () => {
    for (const id of ids.slice(0, 5)) await say(id, 'support', NOW)
    const first = await trainModel(learning(NOW), 'asked', 'cli')
    await say(ids[5]!, 'payments', NOW)
    // The measured result alone is turned round: whether it is worse is core/lesson.ts's to say.
    const worse = (material: LessonMaterial) => ({ ...lesson(material), noWorse: false })
    expect(await trainModel(learning(NOW, RULES, worse), 'asked', 'cli')).toMatchObject({ outcome: 'kept' })
    expect((await findModel(test.archive.pool))!.id).toBe(first.id)
    expect(await trainWhenDue(learning(later(9)))).toBeNull()
    expect((await listTrainings(test.archive, 9)).map(({ outcome }) => outcome)).toEqual(['kept', 'adopted'])
  })

  it('a purge takes the example along, and the model that learned from it goes, however bad the new one', async () => {
    for (const id of ids.slice(0, 5)) await say(id, 'support', NOW)
    const first = await trainModel(learning(NOW), 'asked', 'cli')
    expect(first.outcome).toBe('adopted')
    // Of three the time is up already.
    await test.archive.pool.query(
      `UPDATE "Message" SET "receivedAt" = "receivedAt" + interval '30 months' WHERE "id" = ANY($1)`,
      [ids.slice(3)],
    )
    await armPurge(test.archive, staffId, true, NOW)
    const { purged } = await purge({
      archive: test.archive,
      account,
      rules: RULES,
      mailbox: null,
      clock: () => later(40),
    })
    expect(purged).toBe(3)
    expect(await examples()).toHaveLength(2)
    expect(await readLearningState(learning(later(41)))).toMatchObject({ gone: 3, goneSince: later(40) })
    expect((await readSetting(test.archive.pool, 'unlearning'))!.since).toBe(later(40).toISOString())
    const worse = (material: LessonMaterial) => ({ ...lesson(material), noWorse: false })
    expect(await trainWhenDue(learning(later(41), RULES, worse))).toMatchObject({
      reason: 'purged',
      outcome: 'adopted',
      result: { examples: { cli: 2 }, removed: 3 },
    })
    expect(await readLearningState(learning(later(41)))).toMatchObject({ gone: 0, goneSince: null, changed: 0 })
    expect((await test.archive.pool.query('SELECT "id" FROM "Model"')).rows).toHaveLength(1)
    expect((await findModel(test.archive.pool))!.id).not.toBe(first.id)
  })

  it('examples made with another rulebook are made anew, and a model of another rulebook does not judge', async () => {
    await say(ids[0]!, 'support', NOW)
    await trainModel(learning(NOW), 'asked', 'cli')
    const other: Rules = { ...RULES, rulebook: { ...RULES.rulebook, version: 'abcdefabcdef' } }
    expect((await withInstalledModel(test.archive, other)).rulebook.version).toBe('abcdefabcdef')
    expect(await trainWhenDue(learning(NOW, other))).toMatchObject({ reason: 'rules', rulebook: 'abcdefabcdef' })
    expect(await examples()).toEqual([])
    expect((await withInstalledModel(test.archive, other)).rulebook.version).toMatch(/^abcdefabcdef\+/)
  })

  it('the same decisions give the same model, octet for octet', async () => {
    for (const id of ids) await say(id, 'support', NOW)
    const models: Buffer[] = []
    const kept = (material: LessonMaterial) => {
      const learned = lesson(material)
      models.push(learned.model)
      return learned
    }
    await trainModel(learning(NOW, RULES, kept), 'asked', 'cli')
    await trainModel(learning(NOW, RULES, kept), 'asked', 'cli')
    expect(models[0]!.equals(models[1]!)).toBe(true)
  })

  it('nothing of it lies in clear, and it moves to new epochs', async () => {
    for (const id of ids) await say(id, 'support', NOW)
    await trainModel(learning(NOW), 'asked', 'cli')
    const { rows } = await test.archive.pool.query<{ sealed: Buffer; epoch: number }>(
      'SELECT "sealed", "epoch" FROM "TrainingExample" UNION ALL SELECT "sealed", "epoch" FROM "Model"',
    )
    expect(rows).toHaveLength(7)
    const [{ row }] = (await examples()) as [StoredExample]
    for (const { sealed } of rows)
      for (const form of [JSON.stringify([...row[0]!]), '"temperature"']) expect(sealed.includes(form)).toBe(false)
    await turnEpochs(test.archive, RULES, later(40))
    const moved = await test.archive.pool.query<{ epoch: number }>(
      'SELECT "epoch" FROM "TrainingExample" UNION ALL SELECT "epoch" FROM "Model"',
    )
    expect(new Set(moved.rows.map(({ epoch }) => epoch))).toEqual(
      new Set([test.archive.keyring.currentEpoch(later(40)).id]),
    )
    expect((await withInstalledModel(test.archive, RULES)).rulebook.version).toMatch(/\+/)
    expect(await examples()).toHaveLength(6)
  })

  it(
    'an example that does not open is left out, counted and told until somebody asks for a training, which ' +
      'makes it anew',
    async () => {
      for (const id of ids) await say(id, 'support', NOW)
      await collectExamples(test.archive, RULES.rulebook, () => NOW)
      const whole = await examples()
      // One with a changed octet, one with the key of another, one under an epoch there never was.
      const { pool } = test.archive
      await pool.query(`UPDATE "TrainingExample" SET ${flipped('sealed')} WHERE "messageId" = $1`, [ids[0]])
      await pool.query(
        'UPDATE "TrainingExample" SET "wrappedKey" = (SELECT "wrappedKey" FROM "TrainingExample" WHERE "messageId" ' +
          '= $2) WHERE "messageId" = $1',
        [ids[1], ids[2]],
      )
      await pool.query(`UPDATE "TrainingExample" SET "epoch" = 99 WHERE "messageId" = $1`, [ids[3]])
      expect(await trainModel(learning(NOW), 'corrections', 'gallra')).toMatchObject({
        outcome: 'adopted',
        result: { examples: { cli: 3 }, added: 3, unreadable: 3, remade: 0, after: { corrections: 3 } },
      })
      expect(await listUnreadableExamples(test.archive, RULES.rulebook.version)).toHaveLength(3)
      // It is not tried again every hour.
      expect(await trainWhenDue(learning(later(9)))).toBeNull()
      const event = await pool.query<{ payload: object }>(
        `SELECT "payload" FROM "AuditEvent" WHERE "kind" = 'model-trained'`,
      )
      expect(event.rows).toMatchObject([{ payload: { unreadable: 3 } }])
      expect(await trainModel(learning(NOW), 'asked', 'cli')).toMatchObject({
        outcome: 'adopted',
        result: { examples: { cli: 6 }, unreadable: 0, remade: 3 },
      })
      expect((await examples()).map(({ row }) => row).sort()).toEqual(whole.map(({ row }) => row).sort())
      await verifyAudit(test.archive)
    },
  )

  it('a message that does not open costs its own example only, and is not tried again every hour', async () => {
    for (const id of ids) await say(id, 'support', NOW)
    await test.archive.pool.query(`UPDATE "Message" SET ${flipped('wrappedKey')} WHERE "id" = $1`, [ids[0]])
    expect(await trainWhenDue(learning(later(2)))).toMatchObject({
      outcome: 'adopted',
      result: { examples: { cli: 5 }, unreadable: 1 },
    })
    expect(await trainWhenDue(learning(later(9)))).toBeNull()
    expect(await trainModel(learning(later(9)), 'asked', 'cli')).toMatchObject({
      result: { examples: { cli: 5 }, unreadable: 1, remade: 1 },
    })
  })

  it('examples that are all lost do not cost the model that learned from them', async () => {
    for (const id of ids) await say(id, 'support', NOW)
    const first = await trainModel(learning(NOW), 'asked', 'cli')
    await test.archive.pool.query('UPDATE "TrainingExample" SET "epoch" = 99')
    expect(await trainModel(learning(NOW), 'corrections', 'gallra')).toMatchObject({
      outcome: 'kept',
      result: { unreadable: 6 },
    })
    expect((await findModel(test.archive.pool))!.id).toBe(first.id)
  })

  it('a training that breaks off is due again: what was new before it still is', async () => {
    const overrides: number[] = []
    for (const id of ids) overrides.push(await say(id, 'support', NOW))
    const broken = () => Promise.reject(new Error('stopped'))
    await expect(trainWhenDue(learning(NOW, RULES, broken as never))).rejects.toThrow('stopped')
    expect((await readLearningState(learning(NOW))).changed).toBe(6)
    expect(await trainWhenDue(learning(NOW))).toMatchObject({ outcome: 'adopted', result: { added: 6 } })
    await withdrawOverride(
      { archive: test.archive, account, rules: RULES },
      { staffId, via: 'cli', messageId: ids[0]!, overrideId: overrides[0]! },
      later(1),
    )
    await expect(trainWhenDue(learning(later(3), RULES, broken as never))).rejects.toThrow('stopped')
    expect(await trainWhenDue(learning(later(3)))).toMatchObject({
      outcome: 'adopted',
      result: { examples: { cli: 5 }, removed: 1 },
    })
    expect((await readLearningState(learning(later(4)))).changed).toBe(0)
    expect(await trainWhenDue(learning(later(9)))).toBeNull()
  })

  it('a decision taken back is due within a day, and the model that learned from it goes at any price', async () => {
    const first = await say(ids[0]!, 'payments', NOW)
    const overrides: number[] = []
    for (const id of ids) overrides.push(await say(id, 'support', NOW))
    const before = await trainModel(learning(NOW), 'asked', 'cli')
    const context = { archive: test.archive, account, rules: RULES }
    // One goes back to what staff had said before, the other to what the rules say.
    await withdrawOverride(context, { staffId, via: 'cli', messageId: ids[0]!, overrideId: overrides[0]! }, later(1))
    await withdrawOverride(context, { staffId, via: 'cli', messageId: ids[1]!, overrideId: overrides[1]! }, later(1))
    expect(await readLearningState(learning(later(1)))).toMatchObject({ changed: 2 })
    expect(trainingDue(await readLearningState(learning(later(1))), later(1))!.at.getTime()).toBeLessThanOrEqual(
      later(2).getTime(),
    )
    const worse = (material: LessonMaterial) => ({ ...lesson(material), noWorse: false })
    expect(await trainWhenDue(learning(later(2.1), RULES, worse))).toMatchObject({
      outcome: 'adopted',
      result: { examples: { cli: 5 }, removed: 2 },
    })
    const { rows } = await test.archive.pool.query<{ overrideIds: number[] }>('SELECT "overrideIds" FROM "Model"')
    expect(rows[0]!.overrideIds.sort()).toEqual([first, ...overrides.slice(2)].sort())
    expect((await findModel(test.archive.pool))!.id).not.toBe(before.id)
    expect(await trainWhenDue(learning(later(9)))).toBeNull()
  })
})
