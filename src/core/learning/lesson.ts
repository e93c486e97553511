/**
 * One training on the shipped seed and on what staff decided: makes the candidate, measures it and the training set
 * of the model in force on the same folds, and says which of the two shall judge.
 */
import type { Buffer } from 'node:buffer'
import { CASES } from '../classification.ts'
import { labelledInputs, type LabelledMail } from './labelled-mail.ts'
import {
  judgeUnseen,
  learnMeasured,
  learningExample,
  storedCorrection,
  type LearningExample,
  type Unseen,
} from './learn.ts'
import { softmax } from '../judgement/model.ts'
import { packedRow, type PackedRows } from './packed-rows.ts'
import type { Rulebook } from '../judgement/rules.ts'
import { storeModel } from '../judgement/stored-model.ts'

/** All that a training needs, as it is handed to another thread. */
export interface LessonMaterial {
  rulebook: Rulebook
  seed: readonly LabelledMail[]
  /**
   * Staff's decisions in a fixed order: features, index in CASES, conversation, and whether the model in force had
   * learned from it.
   */
  rows: PackedRows
  labels: Uint8Array
  conversations: readonly string[]
  known: Uint8Array
}

/** How well conversations that were not seen are judged by the model; rules marked hard are left out of it. Counts. */
export interface Quality {
  corrections: number
  right: number
  /** Complaints among the corrections, and those whose probability was below `mayBeComplaint`. */
  complaints: number
  missedComplaints: number
  /** Seed messages judged, and right. */
  seed: number
  seedRight: number
}

export interface Lesson {
  /** The candidate (stored-model.ts), of the rulebook's version. */
  model: Buffer
  /** What is in force, measured with the decisions of today. */
  before: Quality
  after: Quality
  /** Corrections that only the candidate, and only the one in force, judges right. */
  mended: number
  broken: number
  noWorse: boolean
}

const COMPLAINTS = CASES.indexOf('complaints')

/** Deterministic. Some 10 s on the shipped seed, about a minute and below 500 MB on 50,000 decisions. */
export function lesson({ rulebook, seed, rows, labels, conversations, known }: LessonMaterial): Lesson {
  const shipped = labelledInputs(seed).map((one): LearningExample => {
    const example = learningExample(one, rulebook)
    return { ...example, conversation: `seed ${example.conversation}` }
  })
  const decided = conversations.map((conversation, index) =>
    storedCorrection(packedRow(rows, index), labels[index]!, conversation),
  )
  const learned = decided.filter((_, index) => known[index] === 1)
  const all = [...shipped, ...decided]
  const candidate = learnMeasured(all, rulebook)
  // The same training set needs no second measuring.
  const same = learned.length === decided.length
  const inForce = same ? candidate : judgeUnseen([...shipped, ...learned], all, rulebook)
  const corrections = new Set(decided)
  const before = qualityOf(inForce.unseen, corrections, rulebook)
  const after = qualityOf(candidate.unseen, corrections, rulebook)
  return {
    model: storeModel(candidate.model, rulebook.version),
    before,
    after,
    ...changesOf(inForce.unseen, candidate.unseen, corrections),
    noWorse: isNoWorse(before, after),
  }
}

/**
 * On staff's own corrections: as many right and no more complaints that would pass unnoticed. Both have judged the same
 * ones.
 */
export function isNoWorse(before: Quality, after: Quality): boolean {
  return after.right >= before.right && after.missedComplaints <= before.missedComplaints
}

function qualityOf(
  unseen: readonly Unseen[],
  corrections: ReadonlySet<LearningExample>,
  { thresholds }: Rulebook,
): Quality {
  const quality: Quality = { corrections: 0, right: 0, complaints: 0, missedComplaints: 0, seed: 0, seedRight: 0 }
  for (const { example, scores } of unseen) {
    const right = isRight({ example, scores })
    if (!corrections.has(example)) {
      quality.seed += 1
      if (right) quality.seedRight += 1
      continue
    }
    quality.corrections += 1
    if (right) quality.right += 1
    if (example.label !== COMPLAINTS) continue
    quality.complaints += 1
    if (softmax(scores)[COMPLAINTS]! < thresholds.mayBeComplaint && !right) quality.missedComplaints += 1
  }
  return quality
}

function changesOf(
  before: readonly Unseen[],
  after: readonly Unseen[],
  corrections: ReadonlySet<LearningExample>,
): { mended: number; broken: number } {
  const wasRight = new Map(before.map((one) => [one.example, isRight(one)]))
  const changes = { mended: 0, broken: 0 }
  for (const one of after) {
    const earlier = wasRight.get(one.example)
    if (!corrections.has(one.example) || earlier === undefined || earlier === isRight(one)) continue
    if (earlier) changes.broken += 1
    else changes.mended += 1
  }
  return changes
}

function isRight({ example: { label }, scores }: Unseen): boolean {
  return scores.every((score) => score <= scores[label]!)
}
