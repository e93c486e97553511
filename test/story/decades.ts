/** Whole decades against real PostgreSQL and Dovecot; how many, and from which seed, the caller says. */
import fc from 'fast-check'
import { stockholmDay } from './civil.ts'
import { ServerWorld } from './server-world.ts'
import { decadeBeginning, step, type Story } from './steps.ts'
import { tell, type Teller } from './tell.ts'

const YEARS = 10

type Told = Teller['counts'] & { until: string }

/**
 * Tells the decade of that seed, always the same; throws where product and model differ, with the story so far and
 * how to replay it. GALLRA_SHRINK=1 looks for a shorter story that fails too, which takes its time.
 */
export async function tellDecade(seed: number, steps: number): Promise<Told> {
  const arbitrary = fc.record({ begins: decadeBeginning, steps: fc.array(step('decade'), { minLength: steps, maxLength: steps, size: 'max' }) })
  const story = fc.sample(arbitrary, { seed, numRuns: 1 })[0]!
  try {
    return await tellOne(story)
  } catch (error) {
    const shortest = process.env['GALLRA_SHRINK'] === '1' ? await shorten(story, error) : error
    const cause = shortest instanceof Error ? shortest.message : String(shortest)
    throw new Error(`${cause}\nReplay: GALLRA_SEED=${seed} GALLRA_STEPS=${steps} npm run test:long -- test/story (with GALLRA_SHRINK=1 for a shorter story)`, { cause: error })
  }
}

/** Leaves out ever smaller pieces as long as the story still fails; the last failure. */
async function shorten(story: Story, failure: unknown): Promise<unknown> {
  let [steps, last] = [story.steps, failure]
  for (let piece = Math.ceil(steps.length / 2); piece >= 1; piece = Math.floor(piece / 2)) {
    for (let at = 0; at < steps.length; ) {
      const shorter = [...steps.slice(0, at), ...steps.slice(at + piece)]
      const error: unknown = await tellOne({ ...story, steps: shorter }).then(() => null, (each: unknown) => each)
      if (error === null) at += piece
      else [steps, last] = [shorter, error]
    }
  }
  return last
}

async function tellOne(story: Story): Promise<Told> {
  const world = await ServerWorld.open(new Date(story.begins))
  try {
    const teller = await tell(story, world, Number(story.begins.slice(0, 4)) + YEARS)
    await world.checkAudit()
    return { ...teller.counts, until: stockholmDay(teller.now) }
  } finally {
    await world.end()
  }
}
