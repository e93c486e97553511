/** Whole decades against real PostgreSQL and Dovecot; how many, and from which seed, the caller says. */
import fc from 'fast-check'
import { stockholmDay } from './civil.ts'
import { ServerWorld } from './server-world.ts'
import { decadeBeginning, step, type Story } from './steps.ts'
import { tell, type Teller } from './tell.ts'

const YEARS = 10

/**
 * Tells the decade of that seed, always the same; throws where product and model differ, with the story so far and
 * how to replay it. GALLRA_SHRINK=1 looks for a shorter story that fails too, which takes its time.
 */
export async function tellDecade(seed: number, steps: number): Promise<Teller['counts'] & { until: string }> {
  const shrink = process.env['GALLRA_SHRINK'] === '1'
  const told: (Teller['counts'] & { until: string })[] = []
  const story = fc.record({ begins: decadeBeginning, steps: fc.array(step('decade'), { minLength: shrink ? 1 : steps, maxLength: steps, size: 'max' }) })
  const property = fc.asyncProperty(story, async (each) => {
    told.push(await tellOne(each))
  })
  const result = await fc.check(property, { seed, numRuns: 1, endOnFailure: !shrink })
  const [first] = told
  if (!result.failed && first !== undefined) return first
  const cause = result.errorInstance instanceof Error ? result.errorInstance.message : String(result.errorInstance)
  throw new Error(`${cause}\nReplay: GALLRA_SEED=${seed} GALLRA_STEPS=${steps} npm run test:long -- test/story (with GALLRA_SHRINK=1 for a shorter story)`)
}

async function tellOne(story: Story): Promise<Teller['counts'] & { until: string }> {
  const world = await ServerWorld.open(new Date(story.begins))
  try {
    const teller = await tell(story, world, Number(story.begins.slice(0, 4)) + YEARS)
    await world.checkAudit()
    return { ...teller.counts, until: stockholmDay(teller.now) }
  } finally {
    await world.end()
  }
}
