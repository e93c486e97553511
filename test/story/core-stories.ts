/** Short stories on the pure core, told and compared; a failing one shrinks to its shortest form. */
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect } from 'vitest'
import { parse } from 'yaml'
import { parseSchedule } from '../../src/core/retention/schedule.ts'
import { CoreWorld } from './core-world.ts'
import { beginning, sampleStory, step } from './steps.ts'
import { tell, type Teller } from './tell.ts'

const schedule = parseSchedule(
  parse(readFileSync(new URL('../../rules/schedule.yaml', import.meta.url), 'utf8')),
  'published',
)

/** GALLRA_SEED and GALLRA_PATH replay what a failure printed. */
export async function checkStories(seed: number, numRuns: number): Promise<void> {
  const counts = { purged: 0, leftMailbox: 0, overCap: 0, nights: 0, archived: 0 }
  const story = fc.record({
    begins: beginning,
    steps: fc.array(step('short'), { minLength: 8, maxLength: 32, size: 'max' }),
  })
  const property = fc.asyncProperty(story, async (told) => {
    const teller = await tell(told, new CoreWorld(schedule))
    for (const name of Object.keys(counts) as (keyof typeof counts)[]) counts[name] += teller.counts[name]
  })
  const path = process.env['GALLRA_PATH']
  const result = await fc.check(property, {
    seed,
    numRuns,
    ...(path === undefined ? {} : { path, endOnFailure: true }),
  })
  if (result.failed) {
    const cause = result.errorInstance instanceof Error ? result.errorInstance.message : String(result.errorInstance)
    expect.fail(
      `${cause}\nReplay: GALLRA_SEED=${result.seed} GALLRA_PATH=${result.counterexamplePath} npx vitest run ` +
        `test/story/core-story.test.ts (shrunk ${result.numShrinks} times)`,
    )
  }
  if (path !== undefined) return
  // Stories in which nothing goes would prove nothing.
  expect(counts.purged).toBeGreaterThan(numRuns)
  expect(counts.leftMailbox).toBeGreaterThan(counts.purged / 2)
  expect(counts.overCap).toBeGreaterThan(0)
}

/** Ten years and more with a run every single night, year-ends, leap days and changes of clocks among them. */
export async function tellNightlyDecade(seed: number, steps: number): Promise<Teller['counts']> {
  const story = sampleStory('nightly', beginning, seed, steps)
  const { counts } = await tell(story, new CoreWorld(schedule), Number(story.begins.slice(0, 4)) + 11, true)
  return counts
}
