import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CASES, type Case } from '../../src/core/classification.ts'
import { labelledInputs, textKey } from '../../src/core/learning/labelled-mail.ts'
import {
  judgeUnseen,
  learningExample,
  storedCorrection,
  type LearningExample,
  type Unseen,
} from '../../src/core/learning/learn.ts'
import { lesson } from '../../src/core/learning/lesson.ts'
import { ingest } from '../../src/pipeline/ingest/ingest.ts'
import { withInstalledModel } from '../../src/pipeline/learn/installed-model.ts'
import type { Rules } from '../../src/pipeline/decide/rules.ts'
import { overrideCase } from '../../src/pipeline/decide/staff-decisions.ts'
import { trainModel } from '../../src/pipeline/learn/train-model.ts'
import { readSeed } from '../../src/rulebook/read-rules.ts'
import type { Account } from '../../src/store/accounts.ts'
import { listMessages } from '../../src/store/message/messages.ts'
import type { Training } from '../../src/store/learning/models.ts'
import { readExamples } from '../../src/store/learning/training-examples.ts'
import { carol, NOW, RULES, testAccount, testArchive, type TestArchive } from '../harness/archive.ts'
import { readLabelled } from '../harness/judge-corpus.ts'
import { mail } from '../harness/mail.ts'
import { KINDS, type Kind } from './new-kinds.ts'

const CORRECTED = 10
const UNSEEN = 30

describe('new kinds of mail, unknown to rules and seed, each corrected ten times', () => {
  let test: TestArchive
  let account: Account
  let trained: Training
  const before = new Map<string, Case[]>()
  const after = new Map<string, Case[]>()

  beforeAll(async () => {
    test = await testArchive()
    account = await testAccount(test.archive)
    const staff = await carol(test.archive)
    for (const kind of KINDS) {
      const ids = await takeIn(kind, 0, CORRECTED, RULES)
      before.set(kind.name, await casesOf(ids))
      const context = { archive: test.archive, account, rules: RULES }
      for (const messageId of ids)
        await overrideCase(
          context,
          { staffId: staff.id, via: 'cli', reason: 'vårt slag', messageId, case: kind.case, marks: [] },
          NOW,
        )
    }
    const seed = () => readSeed(join(import.meta.dirname, '..', '..', 'rules'))
    trained = await trainModel(
      { archive: test.archive, rulebook: RULES.rulebook, seed, teach: lesson, clock: () => NOW },
      'asked',
      'cli',
    )
    const rules = await withInstalledModel(test.archive, RULES)
    for (const kind of KINDS) after.set(kind.name, await casesOf(await takeIn(kind, CORRECTED, UNSEEN, rules)))
  }, 900_000)
  afterAll(() => test.drop())

  /** As mail that comes in, each a conversation of its own. */
  async function takeIn(kind: Kind, from: number, count: number, rules: Rules): Promise<number[]> {
    const sources = Array.from({ length: count }, (_, index) =>
      mail({ id: `${kind.name}${from + index}@example.org`, ...kind.write(from + index) }),
    )
    const { archived } = await ingest(
      { archive: test.archive, account, rules, folder: null },
      sources.map((source) => ({ uid: 0, flags: [], internalDate: NOW, source, size: source.length })),
      NOW,
    )
    return archived
  }

  async function casesOf(ids: number[]): Promise<Case[]> {
    return (await listMessages(test.archive.pool, account.id, ids)).map((row) => row.case)
  }

  const shareRight = (kind: Kind, cases: Case[]) => cases.filter((one) => one === kind.case).length / cases.length

  it('the new model judges', () => expect(trained.outcome).toBe('adopted'))
  it.each(KINDS.map((kind) => [kind.name, kind] as const))(
    '%s: mostly misjudged before, right afterwards in four of five unseen',
    (name, kind) => {
      expect(before.get(name)).toHaveLength(CORRECTED)
      expect(after.get(name)).toHaveLength(UNSEEN)
      expect(shareRight(kind, before.get(name)!)).toBeLessThan(0.5)
      expect(shareRight(kind, after.get(name)!)).toBeGreaterThanOrEqual(0.8)
    },
  )

  it('the others are judged no worse: dev.jsonl by folds, with and without the corrections', async () => {
    const corrections: LearningExample[] = []
    for await (const { row, case: label, conversationId } of readExamples(test.archive, RULES.rulebook.version))
      corrections.push(storedCorrection(row!, CASES.indexOf(label), `1:${conversationId}`))
    expect(corrections).toHaveLength(KINDS.length * CORRECTED)
    const corpus = readLabelled('corpus', 'dev.jsonl')
    const known = new Set(corpus.map(textKey))
    const examplesOf = (mails: typeof corpus) =>
      labelledInputs(mails).map((one) => learningExample(one, RULES.rulebook))
    const dev = examplesOf(corpus)
    const seed = examplesOf(
      readSeed(join(import.meta.dirname, '..', '..', 'rules')).filter((one) => !known.has(textKey(one))),
    )
    const rightIn = (unseen: Unseen[]) =>
      unseen.filter(({ example, scores }) => scores.every((score) => score <= scores[example.label]!)).length
    const without = rightIn(judgeUnseen([...seed, ...dev], dev, RULES.rulebook).unseen)
    const with_ = rightIn(judgeUnseen([...seed, ...dev, ...corrections], dev, RULES.rulebook).unseen)
    process.stderr.write(
      `dev.jsonl by folds: ${without} of ${dev.length} right without, ${with_} with the corrections\n`,
    )
    expect(with_).toBeGreaterThanOrEqual(without - 2)
  }, 900_000)
})
