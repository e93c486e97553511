import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { GallraError } from '../../src/errors.ts'
import { connect } from '../../src/pipeline/mailbox/connect.ts'
import { purge } from '../../src/pipeline/purge/purge.ts'
import { purgeAccount } from '../../src/pipeline/purge/purge-account.ts'
import { openLeases } from '../../src/store/postgres/lease.ts'
import { dovecotAvailable } from '../harness/dovecot.ts'
import { seedsToRun } from '../harness/long.ts'
import { connectOtherClient, swapUids, type OtherClient } from '../harness/other-client.ts'
import { planMail, type PlannedMail } from '../harness/planned-mail.ts'
import { findFaults, listServerCopies } from '../harness/quiet.ts'
import { seeded } from '../harness/random.ts'
import { openSite, openWorld, type Site, type World } from './world.ts'

const SEEDS = seedsToRun({ ordinary: 8, long: 150 })
const MONTH = 31 * 86_400_000

it.runIf(!dovecotAvailable())('Dovecot is not installed: the other client is skipped', ({ skip }) => skip())

describe.skipIf(!dovecotAvailable())('another client is always there', () => {
  let site: Site
  let world: World
  let other: OtherClient | null = null
  beforeAll(async () => {
    site = await openSite()
  })
  afterAll(() => site.close())
  beforeEach(async () => {
    world = await openWorld(site)
  })
  afterEach(async () => {
    world.imap.rules = {}
    await other?.close()
    other = null
    await world.close()
  })

  /** gallra at work while somebody interferes: what it may run into is told as a GallraError, and nothing else. */
  const work = async (): Promise<string> => {
    const leases = await openLeases(world.archive.databaseUrl)
    try {
      await purgeAccount({
        archive: world.archive,
        account: world.account,
        rules: site.rules,
        leases,
        clock: () => new Date(),
      })
      return 'done'
    } catch (error) {
      if (error instanceof GallraError) return error.code
      throw error
    } finally {
      await leases.close()
    }
  }

  /** Purged copies that came back have had their month. */
  const faultsWhenQuiet = async (planned: PlannedMail[], wanted: Map<number, number>): Promise<string[]> => {
    world.imap.rules = {}
    await world.settle()
    await world.settle(new Date(Date.now() + MONTH))
    const faults = await findFaults(world.archive, world.account.id, world.server, planned, { alone: false })
    const copies = await listServerCopies(world.server)
    for (const { number, fate } of planned) {
      const found = copies.filter((copy) => copy.number === number).length
      if (fate === 'stays' && found !== wanted.get(number))
        faults.push(`message ${number} has ${found} copies on the server, not ${wanted.get(number) ?? 0}`)
    }
    return faults
  }

  it.each(SEEDS)(
    'moves, copies, flags, expunges, renames and deletes folders: seed %i',
    async (seed) => {
      const random = seeded(seed)
      const planned = planMail(random, 20, new Date(), 4)
      await world.put(planned)
      await world.sync()
      await world.approve()
      other = connectOtherClient(world.dovecot, planned)
      const told: string[] = []
      let acts = 0
      let acting: Promise<unknown> = Promise.resolve()
      const interfere = async (): Promise<null> => {
        if (acts < 25 && random.chance(0.25)) {
          acts += 1
          // It too may be refused: the folder it chose is gone.
          acting = other!
            .act(random)
            .catch((error: unknown) => `refused: ${String(error)}`)
            .then((what) => told.push(what))
          await acting
        }
        return null
      }
      for (let round = 0; round < 3; round += 1) {
        world.imap.rules = { onCommand: interfere, onAnswer: interfere }
        told.push(`gallra: ${await work()}`)
        // gallra goes at the BYE, before the answer to its LOGOUT: what the other client does meanwhile must be done,
        // and counted, before a restart cuts it.
        await acting
        if (seed % 3 === 0 && round === 1) {
          await world.dovecot.resetUidValidity(random.pick(['INBOX', 'Sent']))
          told.push('new UIDVALIDITY')
        }
      }
      expect({ told, faults: await faultsWhenQuiet(planned, other.copies) }).toEqual({ told, faults: [] })
    },
    120_000,
  )

  const plannedForPurge = async (): Promise<{ planned: PlannedMail[]; wanted: Map<number, number> }> => {
    const planned = planMail(seeded(5), 14, new Date(), 5)
    await world.put(planned)
    await world.sync()
    await world.approve()
    return { planned, wanted: new Map(planned.map((plan) => [plan.number, plan.folders.length])) }
  }

  it.each([
    ['before the copies are fetched again', /^UID FETCH.*BODY/],
    ['before they are marked', /^UID STORE.*Deleted/],
    ['before they are expunged', /^UID EXPUNGE/],
  ])(
    'UIDVALIDITY reset in mid-purge, %s, expunges nothing by an old UID',
    async (_when, pattern) => {
      const { planned, wanted } = await plannedForPurge()
      let reset = false
      world.imap.rules = {
        async onCommand({ line }) {
          if (reset || !pattern.test(line)) return null
          reset = true
          await world.dovecot.resetUidValidity('INBOX')
          return null
        },
      }
      const outcome = await work()
      expect({ reset, outcome, faults: await faultsWhenQuiet(planned, wanted) }).toEqual({
        reset: true,
        outcome,
        faults: [],
      })
    },
    60_000,
  )

  it('another message under the same UID and UIDVALIDITY is never expunged', async () => {
    const { planned, wanted } = await plannedForPurge()
    expect(await swapUids(world.dovecot, 'INBOX')).toBeGreaterThan(8)
    // Without the reading that goes before a purge: it would see that the mailbox is not the same.
    const mailbox = await connect(world.account.settings)
    const result = await purge({
      archive: world.archive,
      account: world.account,
      rules: site.rules,
      mailbox,
      clock: () => new Date(),
    })
    mailbox.close()
    expect(result.due).toBeGreaterThanOrEqual(5)
    expect(await faultsWhenQuiet(planned, wanted)).toEqual([])
  }, 60_000)

  it.each([
    ['fewer', 8, 4],
    ['more', 4, 8],
  ])(
    'UIDs given out again after the mailbox was put back from a backup, %s than before, bring their messages ' +
      'into the archive',
    async (_what, before, after) => {
      const planned = planMail(seeded(6), 14, new Date())
        .slice(0, before + after)
        .map((plan) => ({ ...plan, folders: ['INBOX'] }))
      await world.put(planned.slice(0, before))
      await world.sync()
      // A mailbox in use: its mod-sequence is ahead of what the copy starts with.
      other = connectOtherClient(world.dovecot, [])
      for (let i = 0; i < 10; i += 1) await other.flagEach('INBOX', i % 2 === 0)
      await world.sync()
      await putBack(world, planned.slice(before))
      const wanted = new Map(planned.map((plan, at) => [plan.number, at < before ? 0 : 1]))
      expect(await faultsWhenQuiet(planned, wanted)).toEqual([])
    },
    60_000,
  )
})

/** Empties INBOX with its UIDs, keeps UIDVALIDITY, and delivers other mail. */
async function putBack(world: World, planned: PlannedMail[]): Promise<void> {
  await world.dovecot.stopServing()
  const path = world.dovecot.maildir
  for (const part of ['cur', 'new'])
    for (const file of await readdir(join(path, part))) await rm(join(path, part, file))
  const list = join(path, 'dovecot-uidlist')
  const head = (await readFile(list, 'utf8')).split('\n')[0]!
  await writeFile(list, `${head.replace(/ N\d+/, ' N1')}\n`)
  for (const file of await readdir(path)) if (file.startsWith('dovecot.index')) await rm(join(path, file))
  await world.dovecot.restart()
  await world.put(planned)
}
