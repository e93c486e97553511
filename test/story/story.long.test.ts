import { describe, expect, it } from 'vitest'
import { dovecotAvailable } from '../harness/dovecot.ts'
import { checkStories, tellNightlyDecade } from './core-stories.ts'
import { tellDecade, tellNightly } from './decades.ts'

/**
 * GALLRA_SEED replays the decade or the stories of that seed; GALLRA_DECADES and GALLRA_STORIES say how many.
 * Without a seed each run begins at another, which it prints when something is wrong.
 */
const given = process.env['GALLRA_SEED']
const first = given === undefined ? Math.floor(Date.now() / 1000) : Number(given)
const decades = given === undefined ? Number(process.env['GALLRA_DECADES'] ?? 20) : 1

/** Years with a run every night on the real parts; GALLRA_NIGHTLY_DECADES says how many such spans. */
const years = Number(process.env['GALLRA_NIGHTLY'] ?? 11)
const nightly =
  given === undefined
    ? Number(process.env['GALLRA_NIGHTLY_DECADES'] ?? 1)
    : Number(process.env['GALLRA_NIGHTLY'] !== undefined)

describe('many stories', () => {
  it(`on the pure core, from seed ${first}`, () => checkStories(first, Number(process.env['GALLRA_STORIES'] ?? 5_000)))

  it.each([2, 3])('ten years of seed %i on the pure core with a run every night', async (seed) => {
    const told = await tellNightlyDecade(seed, 250)
    expect(told.nights).toBeGreaterThanOrEqual(3650)
    expect(told.purged).toBeGreaterThan(10)
  })

  it.skipIf(!dovecotAvailable()).each(Array.from({ length: decades }, (_, n) => first + n))(
    'a decade of seed %i on PostgreSQL and Dovecot',
    async (seed) => {
      expect((await tellDecade(seed, Number(process.env['GALLRA_STEPS'] ?? 200))).nights).toBeGreaterThan(0)
    },
  )

  it
    .skipIf(!dovecotAvailable() || nightly === 0)
    .each(Array.from({ length: Math.max(1, nightly) }, (_, n) => first + n))(
    `${years} years of seed %i with a run every night on PostgreSQL and Dovecot`,
    async (seed) => {
      const told = await tellNightly(seed, Number(process.env['GALLRA_STEPS'] ?? 250), years)
      process.stdout.write(`seed ${seed}: ${JSON.stringify(told)}\n`)
      expect(told.nights).toBeGreaterThanOrEqual(Math.floor((years - 1) * 365.2))
    },
  )
})
