import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Case } from '../src/core/classification.ts'
import { classify } from '../src/core/classify.ts'
import { evaluate, type EvaluationReport } from '../src/core/evaluation.ts'
import { labelledInputs, textKey, type LabelledInput, type LabelledMail } from '../src/core/labelled-mail.ts'
import { correction, foldOf, learn, learningExample, type LearningExample } from '../src/core/learn.ts'
import type { TrainedRulebook } from '../src/core/rules.ts'
import { readRules, readSeed } from '../src/rulebook.ts'
import { judgeLabelled, readLabelled } from './harness/judge-corpus.ts'

const RULES = join(import.meta.dirname, '..', 'rules')
const FOLDS = 5
const { rulebook } = readRules(RULES)
const examplesOf = (mails: readonly LabelledMail[]) => labelledInputs(mails).map((one) => learningExample(one, rulebook))

describe('the judgement, on conversations no model had seen', () => {
  let report: EvaluationReport
  beforeAll(() => {
    const corpus = readLabelled('corpus', 'dev.jsonl')
    const known = new Set(corpus.map(textKey))
    const seed = examplesOf(readSeed(RULES).filter((mail) => !known.has(textKey(mail))))
    const own = examplesOf(corpus)
    const folded = Array.from({ length: FOLDS }, (_, fold): TrainedRulebook => ({ ...rulebook, model: learn([...seed, ...own.filter((one) => foldOf(one.conversation, FOLDS) !== fold)], rulebook) }))
    report = evaluate(judgeLabelled(corpus, (conversation) => folded[foldOf(conversation, FOLDS)]!))
  }, 600_000)

  it('judges them all', () => expect(report.messages).toBe(420))
  it('finds the right case', () => expect(report.macroF1).toBeGreaterThan(0.86))
  it('finds complaints', () => expect(report.perCase.complaints.recall).toBeGreaterThanOrEqual(0.85))
  it('finds what concerns personal data', () => expect(report.perCase.privacy.f1).toBeGreaterThan(0.85))
  it('finds accounting records', () => expect(report.accountingRecords.f1).toBeGreaterThan(0.9))
  it('lets next to no complaint conversation past both nets', () => expect(report.unsafeComplaintConversations).toBeLessThanOrEqual(1))
  it('does not hold everything for safety', () => expect(report.heldShare).toBeLessThanOrEqual(0.25))
  it('leaves staff a list they can work through', () => expect(report.reviewShare).toBeLessThanOrEqual(0.2))
  it('means what its probabilities say', () => expect(report.calibrationError).toBeLessThanOrEqual(0.05))
})

function mailOf(index: number, body: string): LabelledInput {
  const mail: LabelledMail = {
    id: `n${index}`,
    conversation: `n${index}`,
    in_reply_to: null,
    date: '2026-03-02T06:00:00+01:00',
    from: { name: 'Solportalen', address: 'rapport@sol.example' },
    to: ['info@promix.se'],
    subject: `Produktion ${index}`,
    body,
    attachments: [],
    case: 'support',
    complaint_thread: false,
    accounting_record: false,
  }
  return labelledInputs([mail])[0]!
}

function shareRight(mails: readonly LabelledInput[], judge: TrainedRulebook): number {
  const verdicts = mails.map(({ input, context }): Case => classify(input, context, judge).case)
  return verdicts.filter((verdict, index) => verdict === mails[index]?.case).length / mails.length
}

describe('a new kind of mail that staff corrected ten times', () => {
  // Weekly figures of a solar plant: to the seed they look like payments or newsletters, this firm files them under support.
  const report = (week: number, more: string): string => `Vecka ${week}: anläggningen gav ${week * 31} kWh. ${more} Växelriktare 1 och 2 i drift. Egenanvändning ${40 + (week % 9)} %.`
  const remarks = ['Inga avbrott.', 'Molnigt hela veckan.', 'Strängspänning normal.', 'Snö på panelerna måndag och tisdag.', 'Kommunikationen var borta två timmar.', 'Bästa veckan hittills.', 'Panelerna tvättade i fredags.', 'Skugga från lyftkranen.']
  const mails = Array.from({ length: 30 }, (_, index): LabelledInput => mailOf(index, report(10 + index, remarks[index % remarks.length] ?? '')))
  const seed = readSeed(RULES)
  const others = labelledInputs(seed).filter((one) => foldOf(one.conversation, 10) === 0)
  let examples: LearningExample[]
  let before: TrainedRulebook
  let after: TrainedRulebook
  beforeAll(() => {
    examples = labelledInputs(seed).filter((one) => foldOf(one.conversation, 10) !== 0).map((one) => learningExample(one, rulebook))
    before = { ...rulebook, model: learn(examples, rulebook) }
    after = { ...rulebook, model: learn([...examples, ...mails.slice(0, 10).map((one) => correction(one, rulebook))], rulebook) }
  }, 600_000)

  it('was misjudged before', () => expect(shareRight(mails.slice(10), before)).toBeLessThan(0.5))
  it('is right afterwards in four of five unseen messages', () => expect(shareRight(mails.slice(10), after)).toBeGreaterThanOrEqual(0.8))
  it('leaves the others no worse', () => expect(shareRight(others, after)).toBeGreaterThanOrEqual(shareRight(others, before) - 0.01))
})
