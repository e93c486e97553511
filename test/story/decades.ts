/** Whole decades against real PostgreSQL and Dovecot; how many, and from which seed, the caller says. */
import { stockholmDay } from './civil.ts'
import { ServerWorld } from './server-world.ts'
import { decadeBeginning, sampleStory, type Story } from './steps.ts'
import { tell, type Teller } from './tell.ts'

const YEARS = 10

type Told = Teller['counts'] & { until: string }

/**
 * Tells the decade of that seed, always the same; throws where product and model differ, with the story so far and
 * how to replay it. GALLRA_SHRINK=1 looks for a shorter story that fails too, which takes its time.
 */
export async function tellDecade(seed: number, steps: number): Promise<Told> {
  return tellSpan(
    sampleStory('decade', decadeBeginning, seed, steps),
    { years: YEARS, nightly: false },
    `GALLRA_SEED=${seed} GALLRA_STEPS=${steps}`,
  )
}

/** So many years with a run every single night. */
export async function tellNightly(seed: number, steps: number, years: number): Promise<Told> {
  return tellSpan(
    sampleStory('nightly', decadeBeginning, seed, steps),
    { years, nightly: true },
    `GALLRA_SEED=${seed} GALLRA_STEPS=${steps} GALLRA_NIGHTLY=${years}`,
  )
}

interface Span {
  years: number
  nightly: boolean
}

async function tellSpan(story: Story, span: Span, replay: string): Promise<Told> {
  try {
    return await tellOne(story, span)
  } catch (error) {
    const shortest = process.env['GALLRA_SHRINK'] === '1' ? await shorten(story, span, error) : error
    const cause = shortest instanceof Error ? shortest.message : String(shortest)
    throw new Error(
      `${cause}\nReplay: ${replay} npm run test:long -- test/story (with GALLRA_SHRINK=1 for a shorter story)`,
      { cause: error },
    )
  }
}

/** Leaves out ever smaller pieces as long as the story still fails; the last failure. */
async function shorten(story: Story, span: Span, failure: unknown): Promise<unknown> {
  let [steps, last] = [story.steps, failure]
  for (let piece = Math.ceil(steps.length / 2); piece >= 1; piece = Math.floor(piece / 2)) {
    for (let at = 0; at < steps.length;) {
      const shorter = [...steps.slice(0, at), ...steps.slice(at + piece)]
      const error: unknown = await tellOne({ ...story, steps: shorter }, span).then(
        () => null,
        (each: unknown) => each,
      )
      if (error === null) at += piece
      else [steps, last] = [shorter, error]
    }
  }
  return last
}

async function tellOne(story: Story, { years, nightly }: Span): Promise<Told> {
  const world = await ServerWorld.open(new Date(story.begins))
  try {
    const teller = await tell(story, world, Number(story.begins.slice(0, 4)) + years, nightly)
    await world.checkAudit()
    return { ...teller.counts, until: stockholmDay(teller.now) }
  } finally {
    await world.end()
  }
}
