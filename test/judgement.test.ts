import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { evaluate, type EvaluationReport } from '../src/core/learning/evaluation.ts'
import { labelledInputs, textKey, type LabelledMail } from '../src/core/learning/labelled-mail.ts'
import { learn, learningExample } from '../src/core/learning/learn.ts'
import { foldOf } from '../src/core/learning/sampling.ts'
import type { TrainedRulebook } from '../src/core/judgement/rules.ts'
import { readRules, readSeed } from '../src/rulebook/read-rules.ts'
import { judgeLabelled, readLabelled } from './harness/judge-corpus.ts'

const RULES = join(import.meta.dirname, '..', 'rules')
const FOLDS = 5
const { rulebook } = readRules(RULES)
const examplesOf = (mails: readonly LabelledMail[]) =>
  labelledInputs(mails).map((one) => learningExample(one, rulebook))

describe('the judgement, on conversations no model had seen', () => {
  let report: EvaluationReport
  beforeAll(() => {
    const corpus = readLabelled('corpus', 'dev.jsonl')
    const known = new Set(corpus.map(textKey))
    const seed = examplesOf(readSeed(RULES).filter((mail) => !known.has(textKey(mail))))
    const own = examplesOf(corpus)
    const folded = Array.from({ length: FOLDS }, (_, fold): TrainedRulebook => ({
      ...rulebook,
      model: learn([...seed, ...own.filter((one) => foldOf(one.conversation, FOLDS) !== fold)], rulebook),
    }))
    report = evaluate(judgeLabelled(corpus, (conversation) => folded[foldOf(conversation, FOLDS)]!))
  }, 600_000)

  it('judges them all', () => expect(report.messages).toBe(420))
  it('finds the right case', () => expect(report.macroF1).toBeGreaterThan(0.86))
  it('finds complaints', () => expect(report.perCase.complaints.recall).toBeGreaterThanOrEqual(0.85))
  it('finds what concerns personal data', () => expect(report.perCase.privacy.f1).toBeGreaterThan(0.85))
  it('finds accounting records', () => expect(report.accountingRecords.f1).toBeGreaterThan(0.9))
  it('lets next to no complaint conversation past both nets', () =>
    expect(report.unsafeComplaintConversations).toBeLessThanOrEqual(1))
  it('does not hold everything for safety', () => expect(report.heldShare).toBeLessThanOrEqual(0.25))
  it('leaves staff a list they can work through', () => expect(report.reviewShare).toBeLessThanOrEqual(0.2))
  it('means what its probabilities say', () => expect(report.calibrationError).toBeLessThanOrEqual(0.05))
})
