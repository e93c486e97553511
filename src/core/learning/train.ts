/**
 * Trains the model: averaged AdaGrad on the cross-entropy with an L2 pull towards the prior weights (the
 * rules' own; 0 elsewhere). The order is shuffled from a fixed seed, so the same examples give the same model.
 */
import { BUCKETS, GROUPS, type FeatureRow } from '../judgement/feature-space.ts'
import { CLASSES, emptyModel, groupFactor, softmaxInPlace, type GroupScale, type Model } from '../judgement/model.ts'
import { seededRandom, shuffle } from './sampling.ts'

export interface Example {
  row: FeatureRow
  /** Index in CASES. */
  label: number
  /** How much the example counts; 1 is ordinary. */
  weight: number
}

export interface TrainingOptions {
  /** Strength of the pull to the prior, against the mean loss of one example. */
  penalty: number
  epochs: number
  rate: number
  scale: GroupScale
  /** Weights a bucket starts from and is pulled to, in the order of CASES. */
  prior: ReadonlyMap<number, readonly number[]>
}

/** The rate falls by this share of itself an epoch. */
const RATE_DECAY = 0.3
const SMALLEST_SQUARE = 1e-8
const SEED = 20_261_125

/** Time and memory grow with the features of all examples together; about 8 octets each. */
export function train(examples: readonly Example[], options: TrainingOptions): Model {
  const model = emptyModel(options.scale)
  const documents = documentsOf(examples)
  for (let bucket = 0; bucket < BUCKETS; bucket += 1)
    model.rarity[bucket] = Math.log((examples.length + 1) / (documents[bucket]! + 1)) + 1
  for (const [bucket, weights] of options.prior) model.weights.set(weights, bucket * CLASSES)
  if (examples.length === 0) return model

  // Only what occurs is computed with, side by side: training then stays within the processor's cache.
  const used = Uint32Array.from(documents.keys()).filter((bucket) => documents[bucket]! > 0)
  const place = new Uint32Array(BUCKETS)
  used.forEach((bucket, index) => (place[bucket] = index))
  const weights = new Float32Array(used.length * CLASSES)
  used.forEach((bucket, index) =>
    weights.set(model.weights.subarray(bucket * CLASSES, (bucket + 1) * CLASSES), index * CLASSES),
  )
  const table = tableOf(examples, model, place)
  const descent: Descent = {
    weights,
    prior: weights.slice(),
    squares: new Float32Array(weights.length).fill(SMALLEST_SQUARE),
    bias: new Float32Array(CLASSES),
    biasSquares: new Float32Array(CLASSES).fill(SMALLEST_SQUARE),
    documents: Float32Array.from(used, (bucket) => documents[bucket]!),
    pull: options.penalty * examples.reduce((all, one) => all + one.weight, 0),
    rate: options.rate,
    gradients: new Float64Array(CLASSES),
  }
  const sum = new Float32Array(weights.length)
  const averaged = Math.ceil(options.epochs / 2)
  const random = seededRandom(SEED)
  const order = Uint32Array.from(examples.keys())
  for (let epoch = 0; epoch < options.epochs; epoch += 1) {
    shuffle(order, random)
    descent.rate = options.rate / (1 + epoch * RATE_DECAY)
    for (const index of order) step(descent, examples[index]!, table, index)
    if (epoch < options.epochs - averaged) continue
    for (let at = 0; at < sum.length; at += 1) sum[at]! += weights[at]! / averaged
    for (let one = 0; one < CLASSES; one += 1) model.bias[one]! += descent.bias[one]! / averaged
  }
  used.forEach((bucket, index) =>
    model.weights.set(sum.subarray(index * CLASSES, (index + 1) * CLASSES), bucket * CLASSES),
  )
  return model
}

/** All examples end to end: example i has the features from starts[i] up to starts[i + 1]. */
interface Table {
  starts: Uint32Array
  features: Uint32Array
  values: Float32Array
}

/** Numbers a feature that occurs, CLASSES each where they are weights. */
interface Descent {
  weights: Float32Array
  prior: Float32Array
  squares: Float32Array
  bias: Float32Array
  biasSquares: Float32Array
  documents: Float32Array
  pull: number
  rate: number
  /** Of the example at hand, CLASSES numbers. */
  gradients: Float64Array
}

function step(descent: Descent, { label, weight }: Example, { starts, features, values }: Table, index: number): void {
  const { weights, prior, squares, bias, biasSquares, documents, pull, rate, gradients } = descent
  const from = starts[index]!
  const to = starts[index + 1]!
  gradients.set(bias)
  for (let at = from; at < to; at += 1) {
    const base = features[at]! * CLASSES
    const value = values[at]!
    for (let one = 0; one < CLASSES; one += 1) gradients[one]! += weights[base + one]! * value
  }
  softmaxInPlace(gradients)
  for (let one = 0; one < CLASSES; one += 1) {
    const gradient = (gradients[one]! - (one === label ? 1 : 0)) * weight
    gradients[one] = gradient
    biasSquares[one]! += gradient * gradient
    bias[one]! -= (rate * gradient) / Math.sqrt(biasSquares[one]!)
  }
  for (let at = from; at < to; at += 1) {
    const feature = features[at]!
    const base = feature * CLASSES
    const value = values[at]!
    // Shared among the examples that have the feature, the pull of an epoch adds up to the penalty's gradient.
    const share = pull / documents[feature]!
    for (let one = 0; one < CLASSES; one += 1) {
      const gradient = gradients[one]! * value + share * (weights[base + one]! - prior[base + one]!)
      const square = squares[base + one]! + gradient * gradient
      squares[base + one] = square
      weights[base + one]! -= (rate * gradient) / Math.sqrt(square)
    }
  }
}

/** How many groups of examples have each bucket. */
function documentsOf(examples: readonly Example[]): Float32Array {
  const documents = new Float32Array(BUCKETS)
  const occurrences = new Uint32Array(BUCKETS)
  for (const { row } of examples)
    for (const group of row) forEachDistinct(group, occurrences, (bucket) => (documents[bucket]! += 1))
  return documents
}

function tableOf(examples: readonly Example[], model: Model, place: Uint32Array): Table {
  const size = examples.reduce((all, { row }) => all + row.reduce((sum, group) => sum + group.length, 0), 0)
  const table = {
    starts: new Uint32Array(examples.length + 1),
    features: new Uint32Array(size),
    values: new Float32Array(size),
  }
  const occurrences = new Uint32Array(BUCKETS)
  let at = 0
  examples.forEach(({ row }, index) => {
    row.forEach((group, number) => {
      const { factor, absolute } = groupFactor(group, GROUPS[number]!, model)
      forEachDistinct(group, occurrences, (bucket, times) => {
        table.features[at] = place[bucket]!
        table.values[at] = (absolute ? factor : factor * model.rarity[bucket]!) * times
        at += 1
      })
    })
    table.starts[index + 1] = at
  })
  return table
}

/** In order of first appearance. `occurrences` has room for every bucket, and is zero before and after. */
function forEachDistinct(
  buckets: Uint32Array,
  occurrences: Uint32Array,
  visit: (bucket: number, times: number) => void,
): void {
  for (const bucket of buckets) occurrences[bucket]! += 1
  for (const bucket of buckets) {
    const times = occurrences[bucket]!
    if (times === 0) continue
    occurrences[bucket] = 0
    visit(bucket, times)
  }
}
