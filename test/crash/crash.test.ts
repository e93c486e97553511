import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { dovecotAvailable } from '../harness/dovecot.ts'
import { atRandom } from '../harness/imap-proxy.ts'
import { LONG, seedsToRun } from '../harness/long.ts'
import { planMail, type PlannedMail } from '../harness/planned-mail.ts'
import { findFaults } from '../harness/quiet.ts'
import { seeded, type Random } from '../harness/random.ts'
import { at, onStep, peace, type Step, type Verb } from './on-step.ts'
import { openSite, openWorld, type Site, type World } from './world.ts'

const WHICH = LONG ? 'every' : 'every fourth'

const SEEDS = seedsToRun({ ordinary: 10, long: 300 })

/** Every step of sync, act and purge that leaves something behind. */
const STEPS: Step[] = [
  at('sync', 'imap', 'answered', 'folders listed', /^LIST/),
  at('sync', 'sql', 'sent', 'folder made known', /^UPDATE "Folder" SET "role"/, 2),
  at('sync', 'sql', 'answered', 'changes noted', /^COMMIT/),
  at('sync', 'imap', 'answered', 'new UIDs asked', /^UID SEARCH/),
  at('sync', 'imap', 'sent', 'sources asked', /^UID FETCH.*BODY/),
  at('sync', 'imap', 'answered', 'sources fetched', /^UID FETCH.*BODY/),
  at('sync', 'sql', 'sent', 'message written', /^COPY "Message" /),
  at('sync', 'sql', 'sent', 'source written', /^COPY "MessageSource"/),
  at('sync', 'sql', 'sent', 'index written', /^COPY "SearchEntry"/),
  at('sync', 'sql', 'sent', 'audit written', /^INSERT INTO "AuditEvent"/),
  at('sync', 'sql', 'sent', 'batch committed', /^COMMIT/, 2),
  at('sync', 'sql', 'answered', 'batch committed', /^COMMIT/, 2),
  at('sync', 'sql', 'sent', 'folder finished', /^UPDATE "Folder" SET "modseq"/),
  at('sync', 'sql', 'answered', 'second folder finished', /^UPDATE "Folder" SET "modseq"/, 2),
  at('sync', 'sql', 'sent', 'missing folders dropped', /^DELETE FROM "Folder"/),
  at('sync', 'imap', 'sent', 'keyword set', /^UID STORE/),
  at('sync', 'imap', 'answered', 'keyword set', /^UID STORE/, 2),
  at('sync', 'sql', 'sent', 'keyword noted', /^UPDATE "Intention"/),
  at('purge', 'sql', 'answered', 'run begun', /^INSERT INTO "PurgeRun"/),
  at('purge', 'sql', 'sent', 'expunge intended', /^INSERT INTO "Intention"/),
  at('purge', 'sql', 'answered', 'expunges intended', /^COMMIT/),
  at('purge', 'imap', 'answered', 'copies fetched again', /^UID FETCH.*BODY/),
  at('purge', 'imap', 'sent', 'copies marked deleted', /^UID STORE.*Deleted/),
  at('purge', 'imap', 'answered', 'copies marked deleted', /^UID STORE.*Deleted/),
  at('purge', 'imap', 'sent', 'copies expunged', /^UID EXPUNGE/),
  at('purge', 'imap', 'answered', 'copies expunged', /^UID EXPUNGE/),
  at('purge', 'imap', 'sent', 'copies of the second folder expunged', /^UID EXPUNGE/, 2),
  at('purge', 'sql', 'sent', 'outcome noted', /^UPDATE "Intention"/),
  at('purge', 'sql', 'sent', 'tombstone written', /^INSERT INTO "Tombstone"/),
  at('purge', 'sql', 'sent', 'message erased', /^DELETE FROM "Message"/),
  at('purge', 'sql', 'sent', 'orphans erased', /^DELETE FROM "Customer"/),
  at('purge', 'sql', 'sent', 'purge committed', /^COMMIT/, 2),
  at('purge', 'sql', 'answered', 'purge committed', /^COMMIT/, 2),
  at('purge', 'sql', 'sent', 'run finished', /^UPDATE "PurgeRun" SET "state" = 'done'/),
]

/** A step counted blindly: the nth command, answer or commit, whatever it is. */
function anyStep(random: Random): Step {
  const wire = random.chance(0.6) ? 'imap' : 'sql'
  const pattern =
    wire === 'imap' ? /^(?!ID|LOGIN|AUTH|CAPA)/ : random.chance(0.5) ? /^COMMIT/ : /^(INSERT|UPDATE|DELETE)/
  const most = wire === 'imap' ? 80 : pattern.test('COMMIT') ? 8 : 250
  return {
    name: 'any',
    verb: random.pick(['sync', 'purge', 'purge', 'serve'] as const),
    wire,
    pattern,
    nth: 1 + random.below(most),
    phase: random.pick(['sent', 'answered'] as const),
  }
}

/** serve has no end of its own: it is stopped when it has been still for a while. */
async function endOf(world: World, running: ReturnType<World['run']>, verb: Verb): Promise<number | string> {
  if (verb !== 'serve') return running.ended
  for (let seen = -1; seen !== world.imap.seen.length;) {
    seen = world.imap.seen.length
    const ended = await Promise.race([
      running.ended,
      new Promise<null>((resolve) => setTimeout(() => resolve(null), 1500)),
    ])
    if (ended !== null) return ended
  }
  running.child.kill('SIGTERM')
  return running.ended
}

it.runIf(!dovecotAvailable())('Dovecot is not installed: the crash tests are skipped', ({ skip }) => skip())

describe.skipIf(!dovecotAvailable())('after a crash', () => {
  let site: Site
  let world: World
  beforeAll(async () => {
    site = await openSite()
  })
  afterAll(() => site.close())
  afterEach(() => world.close())

  const recovered = async (planned: PlannedMail[]): Promise<string[]> => {
    peace(world)
    await world.settle()
    return findFaults(world.archive, world.account.id, world.server, planned, { alone: true })
  }

  it(`killed at ${WHICH} named step of sync, act and purge, the program ends as if nothing had happened`, async () => {
    world = await openWorld(site)
    const planned: PlannedMail[] = []
    const steps = LONG ? STEPS : STEPS.filter((_, index) => index % 4 === 3)
    for (const [index, step] of steps.entries()) {
      // Something to do for each: mail with numbers of its own.
      const fresh = planMail(seeded(index + 1), 6, new Date(), 3).map((each) =>
        renumbered(each, planned.length + each.number),
      )
      planned.push(...fresh)
      await world.put(fresh)
      if (step.verb === 'purge') {
        await world.sync()
        await world.approve()
      }
      const running = world.run(step.verb)
      const reached = onStep(world, step, () => void running.child.kill('SIGKILL'))
      await running.ended
      const wasReached = await reached.finished()
      const faults = await recovered(planned)
      expect({ step: step.name, wasReached, faults }).toEqual({ step: step.name, wasReached: true, faults: [] })
    }
  }, 600_000)

  it.each(['sync', 'purge'] as const)(
    '%s that loses its database connection on the way says so and ends by itself',
    async (verb) => {
      world = await openWorld(site)
      await world.put(planMail(seeded(1), 4, new Date(), 2))
      const running = world.run(verb)
      const reached = onStep(
        world,
        at(verb, 'sql', 'sent', 'folder known', /^UPDATE "Folder" SET "role"/),
        () => undefined,
      )
      expect(await running.ended).toBe(4)
      expect(await reached.finished()).toBe(true)
      expect(running.said()).toContain('The database does not answer (connection lost)')
    },
    60_000,
  )

  it.each(SEEDS)(
    'seed %i',
    async (seed) => {
      world = await openWorld(site)
      const random = seeded(seed)
      const planned = planMail(random, 8 + random.below(20), new Date())
      await world.put(planned)
      if (random.chance(0.6)) {
        await world.sync()
        await world.approve()
      }
      for (let crashes = LONG ? 1 + random.below(3) : 1; crashes > 0; crashes -= 1) {
        const step = anyStep(random)
        const running = world.run(step.verb)
        const roll = random.next()
        let harm: ReturnType<typeof onStep> | null = null
        if (roll < 0.5) harm = onStep(world, step, () => void running.child.kill('SIGKILL'))
        else if (roll < 0.65) setTimeout(() => running.child.kill('SIGKILL'), random.below(2000))
        else if (roll < 0.8) {
          harm = onStep(world, step, async () => {
            await world.dovecot.kill9()
            await world.dovecot.restart()
          })
        } else if (roll < 0.9) {
          harm = onStep(world, step, async () => {
            await site.killPostgres()
            await world.reopen()
          })
        } else world.imap.rules = { onCommand: atRandom(random, 0.05) }
        await endOf(world, running, step.verb)
        await harm?.finished()
        peace(world)
      }
      expect(await recovered(planned)).toEqual([])
    },
    120_000,
  )
})

function renumbered(each: PlannedMail, number: number): PlannedMail {
  const text = each.source
    .toString()
    .replace(/^X-Number: .*$/m, `X-Number: ${number}`)
    .replace(/kund\d+@/g, `kund${number}@`)
    .replace(/^Message-ID: <([a-z]\d+)@/m, `Message-ID: <$1.${number - each.number}@`)
  return { ...each, number, source: Buffer.from(text) }
}
