/** A model as octets: one line of JSON, then the numbers of the buckets that training touched. */
import { Buffer } from 'node:buffer'
import { z } from 'zod'
import { BUCKETS, type Group } from './feature-space.ts'
import { CLASSES, emptyModel, type Model } from './model.ts'

const number = z.number().positive()
const scale = z.strictObject({
  word: number,
  pair: number,
  letters: number,
  subject: number,
  history: number,
  file: number,
  fact: number,
  rule: number,
  meaning: number,
} satisfies Record<Group, typeof number>)
const head = z.strictObject({
  version: z.string(),
  temperature: number,
  unseen: number,
  scale,
  bias: z.array(z.number()).length(CLASSES),
  buckets: z.int().min(0).max(BUCKETS),
})

/** Hashed features and their weights only: no words. */
export function storeModel(model: Model, version: string): Buffer {
  const unseen = model.rarity.reduce((most, one) => Math.max(most, one), 0)
  const used: number[] = []
  for (let bucket = 0; bucket < BUCKETS; bucket += 1) {
    if (model.rarity[bucket] !== unseen || weightsOf(model, bucket).some((weight) => weight !== 0)) used.push(bucket)
  }
  const line = JSON.stringify({
    version,
    temperature: model.temperature,
    unseen,
    scale: model.scale,
    bias: [...model.bias],
    buckets: used.length,
  })
  const numbers = new Float32Array(used.length * (CLASSES + 1))
  used.forEach((bucket, index) => {
    numbers[index * (CLASSES + 1)] = model.rarity[bucket]!
    numbers.set(weightsOf(model, bucket), index * (CLASSES + 1) + 1)
  })
  return Buffer.concat([Buffer.from(`${line}\n`), octetsOf(Uint32Array.from(used)), octetsOf(numbers)])
}

/** @throws Error when the octets are no model of this version */
export function readStoredModel(stored: Buffer, version: string): Model {
  const lineEnd = stored.indexOf('\n')
  const read = head.parse(JSON.parse(stored.subarray(0, lineEnd).toString()))
  const size = read.buckets * 4 * (CLASSES + 2)
  if (read.version !== version || stored.length !== lineEnd + 1 + size)
    throw new Error('another model, or a part of one')
  // Copied, since numbers must lie at addresses divisible by four.
  const octets = Uint8Array.from(stored.subarray(lineEnd + 1)).buffer
  const used = new Uint32Array(octets, 0, read.buckets)
  const numbers = new Float32Array(octets, read.buckets * 4)
  const model = { ...emptyModel(read.scale), bias: Float32Array.from(read.bias), temperature: read.temperature }
  model.rarity.fill(read.unseen)
  used.forEach((bucket, index) => {
    const at = index * (CLASSES + 1)
    model.rarity[bucket] = numbers[at]!
    model.weights.set(numbers.subarray(at + 1, at + 1 + CLASSES), bucket * CLASSES)
  })
  return model
}

function weightsOf(model: Model, bucket: number): Float32Array {
  return model.weights.subarray(bucket * CLASSES, (bucket + 1) * CLASSES)
}

function octetsOf(numbers: Uint32Array | Float32Array): Buffer {
  return Buffer.from(numbers.buffer, numbers.byteOffset, numbers.byteLength)
}
