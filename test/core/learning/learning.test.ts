import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BUCKETS, GROUPS } from '../../../src/core/judgement/feature-space.ts'
import { isNoWorse, type Quality } from '../../../src/core/learning/lesson.ts'
import { readVersion, writeVersion } from '../../../src/core/classification.ts'
import { packedRow, RowPacker } from '../../../src/core/learning/packed-rows.ts'
import { trainingDue, unlearnBy, type LearningState } from '../../../src/core/learning/training-due.ts'

const NOW = new Date('2026-11-24T12:00:00Z')
const hours = (count: number) => new Date(NOW.getTime() + count * 3_600_000)
const NOTHING: LearningState = { outdated: false, gone: 0, goneSince: null, changed: 0, changedSince: null }

describe('when a training is due', () => {
  it.each<[string, Partial<LearningState>, { reason: string; at: Date } | null]>([
    ['nothing has changed', {}, null],
    ['one decision: a day after it', { changed: 1, changedSince: NOW }, { reason: 'corrections', at: hours(24) }],
    ['four: a day after the oldest', { changed: 4, changedSince: hours(-3) }, { reason: 'corrections', at: hours(21) }],
    ['five: at once', { changed: 5, changedSince: NOW }, { reason: 'corrections', at: NOW }],
    ['another rulebook: at once', { outdated: true }, { reason: 'rules', at: NOW }],
    [
      'purged: at once, before all else',
      { gone: 1, goneSince: hours(-1), outdated: true, changed: 9 },
      { reason: 'purged', at: hours(-1) },
    ],
  ])('%s', (_, state, due) => expect(trainingDue({ ...NOTHING, ...state }, NOW)).toEqual(due))

  it('what was purged leaves the model within seven days', () => {
    expect(unlearnBy(NOTHING, NOW)).toBeNull()
    expect(unlearnBy({ ...NOTHING, gone: 2, goneSince: NOW }, hours(48))).toEqual(hours(7 * 24))
  })
})

describe('which of two models judges', () => {
  const quality = (right: number, missedComplaints: number): Quality => ({
    corrections: 20,
    right,
    complaints: 5,
    missedComplaints,
    seed: 100,
    seedRight: 90,
  })
  it.each([
    [15, 1, 15, 1, true],
    [15, 1, 16, 0, true],
    [15, 1, 14, 1, false],
    [15, 1, 18, 2, false],
  ])('%i right and %i missed before, %i and %i after', (right, missed, rightAfter, missedAfter, adopted) => {
    expect(isNoWorse(quality(right, missed), quality(rightAfter, missedAfter))).toBe(adopted)
  })
})

it('packed rows come out as they went in', () => {
  const bucket = fc.integer({ min: 0, max: BUCKETS - 1 })
  const row = fc
    .tuple(...GROUPS.map(() => fc.uniqueArray(bucket, { maxLength: 40 }).map((list) => Uint32Array.from(list))))
    .map((groups) => [...groups])
  fc.assert(
    fc.property(fc.array(row, { maxLength: 200 }), (rows) => {
      const packer = new RowPacker()
      for (const each of rows) packer.add(each)
      const packed = packer.pack()
      expect(rows.map((_, index) => packedRow(packed, index))).toEqual(rows)
    }),
    { numRuns: 30 },
  )
})

it('a version names rulebook and model, or only the rulebook', () => {
  for (const version of [
    { rulebook: 'abc123', model: null },
    { rulebook: 'abc123', model: 7 },
  ])
    expect(readVersion(writeVersion(version))).toEqual(version)
  expect(readVersion('0123456789ab')).toEqual({ rulebook: '0123456789ab', model: null })
})
