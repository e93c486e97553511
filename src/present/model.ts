import type { TrainingReason } from '../core/learning/training-due.ts'
import type { ModelStatus } from '../pipeline/read/model-status.ts'
import type { TextKey } from '../text/texts.ts'
import { fill } from '../text/wording/wording.ts'
import { modelName } from './judgement.ts'
import { moment, type Rows, type Words } from './words.ts'

type Trained = ModelStatus['trainings'][number]

/** What judges and what it learned, in words. */
interface ModelCard {
  head: string[]
  /** What the last training measured and changed. */
  last: string[]
  /** null: there was no training. */
  trainings: Rows | null
}

export function modelCard(
  words: Words,
  { inForce, broken, examples, unreadable, waiting, next, purged, outdated, trainings }: ModelStatus,
): ModelCard {
  const { texts } = words
  const [last] = trainings
  const head = [
    fill(texts.modelInForce, { rulebook: inForce.rulebook, model: modelName(words, inForce.model) }),
    ...(broken ? [texts.modelBroken] : []),
    fill(texts.modelExamples, { ...examples, decisions: examples.cli + examples.console + examples.mailbox }),
    ...(unreadable === 0 ? [] : [fill(texts.modelUnreadable, { count: unreadable })]),
    waiting === 0 ? texts.modelNothingNew : fill(texts.modelWaiting, { count: waiting }),
    ...(next === null ? [] : [fill(texts.modelNext, { at: moment(next.at), reason: texts[REASONS[next.reason]] })]),
    ...(purged.replaceBy === null
      ? []
      : [fill(texts.modelUnlearn, { count: purged.examples, by: moment(purged.replaceBy) })]),
    ...(outdated === 0 ? [] : [fill(texts.modelOutdated, { count: outdated })]),
  ]
  if (last === undefined) return { head, last: [texts.modelNeverTrained], trainings: null }
  return { head, last: trainingLines(words, last), trainings: trainingRows(words, trainings) }
}

/** What the last training measured and changed. */
export function trainingLines({ texts }: Words, { result }: Pick<Trained, 'result'>): string[] {
  const { before, after } = result
  const quality = {
    ...after,
    rightBefore: before.right,
    missed: after.missedComplaints,
    missedBefore: before.missedComplaints,
    seedRight: share(after.seedRight, after.seed),
  }
  const { unreadable = 0, remade = 0 } = result
  return [
    fill(texts.modelQuality, quality),
    fill(texts.modelChanged, {
      added: result.added,
      removed: result.removed,
      mended: result.mended,
      broken: result.broken,
    }),
    ...(remade === 0 ? [] : [fill(texts.modelRemade, { count: remade })]),
    ...(unreadable === 0 ? [] : [fill(texts.modelLeftOut, { count: unreadable })]),
  ]
}

function trainingRows({ texts }: Words, trainings: readonly Trained[]): Rows {
  return {
    head: [
      texts.headTraining,
      texts.headDate,
      texts.headReason,
      texts.headOutcome,
      texts.headDecisions,
      texts.headDecisionsRight,
      texts.headRightBefore,
      texts.headMissed,
      texts.headSeedRight,
    ],
    rows: trainings.map(({ id, finishedAt, reason, outcome, result: { before, after } }) => [
      id,
      moment(finishedAt),
      texts[REASONS[reason]],
      texts[OUTCOMES[outcome]],
      after.corrections,
      share(after.right, after.corrections),
      share(before.right, before.corrections),
      after.missedComplaints,
      share(after.seedRight, after.seed),
    ]),
  }
}

function share(part: number, of: number): string {
  return of === 0 ? '-' : `${((part / of) * 100).toFixed(1)} %`
}

const REASONS = {
  asked: 'reasonAsked',
  corrections: 'reasonCorrections',
  rules: 'reasonRules',
  purged: 'reasonPurged',
} as const satisfies Record<TrainingReason, TextKey>
const OUTCOMES = {
  adopted: 'outcomeAdopted',
  kept: 'outcomeKept',
  shipped: 'outcomeShipped',
} as const satisfies Record<Trained['outcome'], TextKey>
