import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createNeighbourFilter } from '../../src/store/keys/neighbours.ts'

const neighbours = createNeighbourFilter(Buffer.alloc(32, 1))
const filter = neighbours.filter.bind(neighbours)
const questions = neighbours.questions.bind(neighbours)
const term = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })

function answersYes(octets: Uint8Array, asked: number[]): boolean {
  return asked.every(
    (question) =>
      (octets[(question % (octets.length * 8)) >> 3]! & (1 << ((question % (octets.length * 8)) & 7))) !== 0,
  )
}

describe('neighbour filters', () => {
  test('miss no words that stand side by side', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(term, { maxLength: 60 }), { minLength: 1, maxLength: 4 }),
        fc.nat(),
        fc.nat(),
        fc.integer({ min: 2, max: 6 }),
        (texts, text, at, length) => {
          const words = texts[text % texts.length]!
          const phrase = words.slice(at % (words.length + 1)).slice(0, length)
          expect(answersYes(filter(texts), questions(phrase))).toBe(true)
        },
      ),
    )
  })

  test('answer no to nearly all others: the other way round, a word apart, over the end of a text', () => {
    const words = Array.from({ length: 40_000 }, (_, at) => randomBytes(4).readInt32BE() ^ at)
    const [one, other] = [words.slice(0, 20_000), words.slice(20_000)]
    const octets = filter([one, other])
    const wrong = (pairs: number[][]) =>
      pairs.filter((pair) => answersYes(octets, questions(pair))).length / pairs.length
    expect(wrong(one.slice(1).map((word, at) => [word, one[at]!]))).toBeLessThan(0.01)
    expect(wrong(one.slice(2).map((word, at) => [one[at]!, word]))).toBeLessThan(0.01)
    expect(octets.length).toBe(59_997)
    expect(
      answersYes(
        filter([one.slice(0, 100), other.slice(0, 100)]),
        questions([one[99]!, other[0]!, other[50]!, one[3]!]),
      ),
    ).toBe(false)
  })

  test('say no when there is no pair at all', () => {
    for (const texts of [[], [[]], [[7]], [[7], [8]]]) expect(answersYes(filter(texts), questions([7, 8]))).toBe(false)
    expect(questions([7])).toEqual([])
  })

  test('mean nothing without the key', () => {
    const foreign = createNeighbourFilter(Buffer.alloc(32, 2))
    expect(foreign.questions([1, 2])).not.toEqual(questions([1, 2]))
    expect(questions([1, 2])).toHaveLength(4)
  })
})
