/**
 * Trains the model: averaged AdaGrad on the cross-entropy with an L2 pull towards the prior weights (the
 * rules' own; 0 elsewhere). The order is shuffled from a fixed seed, so the same examples give the same model.
 */
import { BUCKETS, type FeatureRow } from './features.ts'
import { CLASSES, emptyModel, groupFactor, softmaxInPlace, type GroupScale, type Model } from './model.ts'
import { seededRandom } from './seeded-random.ts'

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
const SEED = 20_261_125

/** Time and memory grow with the features of all examples together; about 8 octets each. */
export function train(examples: readonly Example[], options: TrainingOptions): Model {
  const model = emptyModel(options.scale)
  const documents = documentsOf(examples)
  for (let bucket = 0; bucket < BUCKETS; bucket += 1) model.rarity[bucket] = Math.log((examples.length + 1) / (documents[bucket]! + 1)) + 1
  const prior = new Float32Array(BUCKETS * CLASSES)
  for (const [bucket, weights] of options.prior) prior.set(weights, bucket * CLASSES)
  model.weights.set(prior)
  if (examples.length === 0) return model

  const table = tableOf(examples, model, options.scale)
  const pull = options.penalty * examples.reduce((all, one) => all + one.weight, 0)
  const state = { squares: new Float32Array(BUCKETS * CLASSES).fill(1e-8), biasSquares: new Float32Array(CLASSES).fill(1e-8) }
  const sum = new Float32Array(BUCKETS * CLASSES)
  const biasSum = new Float32Array(CLASSES)
  const averaged = Math.ceil(options.epochs / 2)
  const random = seededRandom(SEED)
  const order = Uint32Array.from(examples.keys())
  for (let epoch = 0; epoch < options.epochs; epoch += 1) {
    shuffle(order, random)
    const rate = options.rate / (1 + epoch * RATE_DECAY)
    for (const index of order) step(model, examples[index]!, table, index, { documents, prior, pull, rate, ...state })
    if (epoch < options.epochs - averaged) continue
    for (let place = 0; place < sum.length; place += 1) sum[place]! += model.weights[place]! / averaged
    for (let one = 0; one < CLASSES; one += 1) biasSum[one]! += model.bias[one]! / averaged
  }
  return { ...model, weights: sum, bias: biasSum }
}

/** All examples end to end: example i has the features from starts[i] up to starts[i + 1]. */
interface Table {
  starts: Uint32Array
  buckets: Uint32Array
  values: Float32Array
}

interface Descent {
  documents: Float32Array
  prior: Float32Array
  pull: number
  rate: number
  squares: Float32Array
  biasSquares: Float32Array
}

const scores = new Float64Array(CLASSES)

function step({ weights, bias }: Model, { label, weight }: Example, { starts, buckets, values }: Table, index: number, descent: Descent): void {
  const { documents, prior, pull, rate, squares, biasSquares } = descent
  const from = starts[index]!
  const to = starts[index + 1]!
  scores.set(bias)
  for (let place = from; place < to; place += 1) {
    const base = buckets[place]! * CLASSES
    const value = values[place]!
    for (let one = 0; one < CLASSES; one += 1) scores[one]! += weights[base + one]! * value
  }
  softmaxInPlace(scores)
  for (let one = 0; one < CLASSES; one += 1) {
    const gradient = (scores[one]! - (one === label ? 1 : 0)) * weight
    scores[one] = gradient
    biasSquares[one]! += gradient * gradient
    bias[one]! -= (rate * gradient) / Math.sqrt(biasSquares[one]!)
  }
  for (let place = from; place < to; place += 1) {
    const bucket = buckets[place]!
    const base = bucket * CLASSES
    const value = values[place]!
    // Shared among the examples that have the feature, the pull of an epoch adds up to the penalty's gradient.
    const share = pull / documents[bucket]!
    for (let one = 0; one < CLASSES; one += 1) {
      const gradient = scores[one]! * value + share * (weights[base + one]! - prior[base + one]!)
      squares[base + one]! += gradient * gradient
      weights[base + one]! -= (rate * gradient) / Math.sqrt(squares[base + one]!)
    }
  }
}

function documentsOf(examples: readonly Example[]): Float32Array {
  const documents = new Float32Array(BUCKETS)
  for (const { row } of examples) for (const group of row) for (const bucket of group) documents[bucket]! += 1
  return documents
}

function tableOf(examples: readonly Example[], model: Model, scale: GroupScale): Table {
  const size = examples.reduce((all, { row }) => all + row.reduce((sum, group) => sum + group.length, 0), 0)
  const table = { starts: new Uint32Array(examples.length + 1), buckets: new Uint32Array(size), values: new Float32Array(size) }
  let at = 0
  examples.forEach(({ row }, index) => {
    row.forEach((group, place) => {
      const { factor, absolute } = groupFactor(group, place, model.rarity, scale)
      for (const bucket of group) {
        table.buckets[at] = bucket
        table.values[at] = absolute ? factor : factor * model.rarity[bucket]!
        at += 1
      }
    })
    table.starts[index + 1] = at
  })
  return table
}

function shuffle(order: Uint32Array, random: () => number): void {
  for (let at = order.length - 1; at > 0; at -= 1) {
    const other = Math.floor(random() * (at + 1))
    const kept = order[at]!
    order[at] = order[other]!
    order[other] = kept
  }
}
