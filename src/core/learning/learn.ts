/** From labelled mail to a model: features, training, and a temperature that makes probabilities honest. */
import { CASES } from '../classification.ts'
import { bucketOf, GROUPS, type FeatureRow } from '../judgement/feature-space.ts'
import { featuresOf, rowOf, withFacts } from '../judgement/features.ts'
import { contextFactsOf, lengthOf } from '../judgement/message-facts.ts'
import type { LabelledInput } from './labelled-mail.ts'
import { CLASSES, scoresOf, softmax, type GroupScale, type Model } from '../judgement/model.ts'
import { placesOf } from '../judgement/places.ts'
import { ruleFeatures } from '../judgement/rule-evidence.ts'
import { isCase, type Rulebook } from '../judgement/rules.ts'
import { foldOf } from './sampling.ts'
import { train, type Example, type TrainingOptions } from './train.ts'

/** Chosen by five folds over labelled mail; see docs/develop/decisions/judgement.md. */
const SCALE: GroupScale = {
  word: 1,
  pair: 0.4,
  letters: 1.2,
  subject: 0.5,
  history: 0.3,
  file: 0.5,
  fact: 0.3,
  rule: 0.3,
  meaning: 0.2,
}
const PENALTY = 0.0002
/** Passes over few examples, and over many, where fewer passes see as much. */
const EPOCHS = 20
const EPOCHS_OF_MANY = 8
const MANY = 10_000
const RATE = 0.1
/** A rule of the rulebook starts with this much of its written weight. */
const RULE_TRUST = 1
const CALIBRATION_FOLDS = 4
/** How much what staff corrected counts: they see our mail, the seed's authors did not. */
const CORRECTION_WEIGHT = 4
const COLDEST = 0.2
const HOTTEST = 3

/** An example that knows its conversation, so that folds never part one. */
export interface LearningExample extends Example {
  conversation: string
}

export function learningExample(
  { conversation, case: label, input, context }: LabelledInput,
  rulebook: Rulebook,
): LearningExample {
  return { conversation, label: CASES.indexOf(label), weight: 1, row: featureRow({ input, context }, rulebook) }
}

/** What a member of staff decided about a message, from its stored features, as an example to learn from. */
export function storedCorrection(row: FeatureRow, label: number, conversation: string): LearningExample {
  return { row, label, conversation, weight: CORRECTION_WEIGHT }
}

/** Sorted within each group: a stored example does not reveal the order of words. */
export function featureRow(
  { input, context }: Pick<LabelledInput, 'input' | 'context'>,
  rulebook: Rulebook,
): FeatureRow {
  const places = placesOf(input)
  const features = featuresOf(input, places, ruleFeatures(places, rulebook), rulebook.meanings)
  return rowOf(withFacts(features, contextFactsOf(input.direction, lengthOf(places.newText.normalised), context))).map(
    (buckets) => buckets.slice().sort(),
  )
}

/** Scores, in the order of CASES, for one example by a model that had seen nothing of its conversation. */
export interface Unseen {
  example: LearningExample
  scores: number[]
}

/** The model of all examples, with the temperature that folds by conversation call for. */
export function learn(examples: readonly LearningExample[], rulebook: Rulebook): Model {
  return learnMeasured(examples, rulebook).model
}

/**
 * The same, with what its folds said of conversations they had not seen. Deterministic: the same examples in the same
 * order give the same model.
 */
export function learnMeasured(
  examples: readonly LearningExample[],
  rulebook: Rulebook,
): { model: Model; unseen: Unseen[] } {
  const { unseen, temperature } = judgeUnseen(examples, examples, rulebook)
  return { model: { ...train(examples, trainingOptions(rulebook, examples.length)), temperature }, unseen }
}

/**
 * How a model of `examples` would judge `asked` unseen, by folds over conversations; scores are divided by the
 * temperature.
 */
export function judgeUnseen(
  examples: readonly LearningExample[],
  asked: readonly LearningExample[],
  rulebook: Rulebook,
): { unseen: Unseen[]; temperature: number } {
  const options = trainingOptions(rulebook, examples.length)
  const raw: Unseen[] = []
  // Of many examples one part is enough.
  for (let fold = 0; fold < (asked.length > MANY ? 1 : CALIBRATION_FOLDS); fold += 1) {
    const inside = (one: LearningExample) => foldOf(one.conversation, CALIBRATION_FOLDS) === fold
    const model = train(
      examples.filter((one) => !inside(one)),
      options,
    )
    for (const example of asked) if (inside(example)) raw.push({ example, scores: scoresOf(model, example.row) })
  }
  const temperature = bestTemperature(raw.map(({ example: { label }, scores }) => ({ label, scores })))
  return {
    unseen: raw.map(({ example, scores }) => ({ example, scores: scores.map((score) => score / temperature) })),
    temperature,
  }
}

function trainingOptions(rulebook: Rulebook, count: number): TrainingOptions {
  const group = GROUPS.indexOf('rule')
  const prior = new Map<number, number[]>()
  for (const rule of rulebook.rules) {
    if (!isCase(rule.for)) continue
    const label = CASES.indexOf(rule.for)
    prior.set(
      bucketOf(group, rule.name),
      CASES.map((_, index) => (index === label ? RULE_TRUST * rule.weight : 0)),
    )
  }
  return { penalty: PENALTY, epochs: count > MANY ? EPOCHS_OF_MANY : EPOCHS, rate: RATE, scale: SCALE, prior }
}

/** Least mean log loss, by halving the interval: the loss has one valley in log temperature. */
function bestTemperature(unseen: readonly { scores: number[]; label: number }[]): number {
  if (unseen.length < 10 * CLASSES) return 1
  const loss = (temperature: number) =>
    unseen.reduce(
      (sum, { scores, label }) =>
        sum - Math.log(Math.max(1e-9, softmax(scores.map((score) => score / temperature))[label]!)),
      0,
    )
  let low = Math.log(COLDEST)
  let high = Math.log(HOTTEST)
  for (let round = 0; round < 30; round += 1) {
    const left = low + (high - low) / 3
    const right = high - (high - low) / 3
    if (loss(Math.exp(left)) < loss(Math.exp(right))) high = right
    else low = left
  }
  return Math.exp((low + high) / 2)
}
