import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { DEFAULT_FOLDER_NAMES } from '../../src/core/mailbox/case-folders.ts'
import { saveFolderSettings } from '../../src/store/accounts.ts'
import { verifyAudit } from '../../src/store/audit.ts'
import { dovecotAvailable } from '../harness/dovecot.ts'
import { LONG } from '../harness/long.ts'
import { mail } from '../harness/mail.ts'
import { connectPerson, type MailboxPerson } from '../harness/mailbox-person.ts'
import type { PlannedMail } from '../harness/planned-mail.ts'
import { at, onStep, peace } from './on-step.ts'
import { openSite, openWorld, type Site, type World } from './world.ts'

/** Every step between a change seen in the mailbox and what gallra does about it. */
const STEPS = [
  at('sync', 'sql', 'sent', 'change noted', /^INSERT INTO "Transition"/),
  at('sync', 'sql', 'sent', 'departure noted', /^INSERT INTO "Transition"/, 2),
  at('sync', 'sql', 'answered', 'change known', /^COMMIT/, 1),
  at('sync', 'sql', 'sent', 'change used', /^DELETE FROM "Transition"/),
  at('sync', 'sql', 'sent', 'override written', /^INSERT INTO "Override"/),
  at('sync', 'sql', 'sent', 'second override written', /^INSERT INTO "Override"/, 2),
  at('sync', 'sql', 'sent', 'hold written', /^INSERT INTO "Hold"/),
  at('sync', 'sql', 'answered', 'filing intended', /^INSERT INTO "Intention"/),
  at('sync', 'imap', 'sent', 'keyword set', /^UID STORE/),
  at('sync', 'imap', 'answered', 'keyword set', /^UID STORE/),
  at('sync', 'imap', 'answered', 'second keyword set', /^UID STORE/, 2),
  at('sync', 'imap', 'answered', 'third keyword set', /^UID STORE/, 3),
  at('sync', 'sql', 'sent', 'keyword noted', /^UPDATE "Intention"/, 2),
  at('sync', 'imap', 'sent', 'filed', /^UID MOVE/),
  at('sync', 'imap', 'answered', 'filed', /^UID MOVE/),
  ...Array.from({ length: 8 }, (_, nth) => at('sync', 'sql', 'answered', `commit ${nth + 2}`, /^COMMIT/, nth + 2)),
]

it.runIf(!dovecotAvailable())(
  'Dovecot is not installed: people acting while gallra is killed are skipped',
  ({ skip }) => skip(),
)

describe.skipIf(!dovecotAvailable())('a person acts in the mail program and gallra, filing too, is killed', () => {
  let site: Site
  let world: World
  let person: MailboxPerson
  let letters = 0
  beforeAll(async () => {
    site = await openSite()
  })
  afterAll(() => site.close())
  afterEach(async () => {
    await person.close()
    await world.close()
  })

  const nameOf = (number: number) => `n${number}@example.se`
  const letter = (): PlannedMail => {
    const number = (letters += 1)
    const at = new Date(Math.floor(Date.now() / 1000) * 1000 - 86_400_000)
    const source = mail({
      id: nameOf(number),
      from: `kund${number}@example.se`,
      subject: 'Öppettider',
      body: `Vilka öppettider har ni? Undrar kund ${number}.`,
      date: at.toISOString(),
      headers: [`X-Number: ${number}`],
    })
    return { number, source, at, fate: 'stays', folders: ['INBOX'] }
  }
  const query = async <T extends object>(sql: string, values: unknown[] = []) =>
    (await world.archive.pool.query<T>(sql, values)).rows
  const newIds = async (after: number) =>
    (await query<{ id: number }>('SELECT "id" FROM "Message" WHERE "id" > $1 ORDER BY "id"', [after])).map(
      ({ id }) => id,
    )
  const decided = async (id: number) => ({
    overrides: (
      await query<{ case: string }>('SELECT "case" FROM "Override" WHERE "messageId" = $1 ORDER BY "id"', [id])
    ).map((row) => row.case),
    holds: (await query('SELECT 1 FROM "Hold" WHERE "messageId" = $1', [id])).length,
  })

  it(`at ${LONG ? 'every' : 'every third'} named step: each act of the person once, none of gallra's`, async () => {
    world = await openWorld(site)
    person = await connectPerson({ ...world.server })
    world.account.settings.caseFolders = { names: {}, filing: true }
    await saveFolderSettings(world.archive, world.account, world.account.settings, new Date())
    for (const name of Object.values(DEFAULT_FOLDER_NAMES)) await person.create(name!)
    await world.sync()
    for (const [index, step] of STEPS.entries()) {
      if (!LONG && index % 3 !== 2) continue
      const [before] = await query<{ id: number }>('SELECT COALESCE(max("id"), 0) AS id FROM "Message"')
      const fresh = [letter(), letter(), letter()]
      const [moved, tagged, starred] = fresh.map(({ number }) => nameOf(number)) as [string, string, string]
      await world.put(fresh)
      // Filed into Support by gallra itself.
      for (let pass = 0; pass < 3; pass += 1) await world.sync()
      expect(await person.where(moved)).toEqual(['Support'])
      await person.move(moved, 'Support', 'Reklamationer')
      await person.set(tagged, 'Support', ['gallra-privacy'])
      await person.set(starred, 'Support', ['\\Flagged'])
      const late = letter()
      await world.put([late])
      const running = world.run('sync')
      const reached = onStep(world, step, () => void running.child.kill('SIGKILL'))
      await running.ended
      const wasReached = await reached.finished()
      peace(world)
      // Before gallra comes back the person goes on.
      const known = (
        await query(
          'SELECT 1 FROM "Location" l JOIN "Folder" f USING ("accountId") WHERE l."folderId" = f."id" AND f."role" = ' +
            '\'inbox\' AND l."messageId" = $1',
          [(await newIds(before!.id))[3] ?? 0],
        )
      ).length
      const [lies] = await person.where(nameOf(late.number))
      if (index % 2 === 0) await person.move(nameOf(late.number), lies!, 'Dataskydd')
      for (let pass = 0; pass < 3; pass += 1) await world.sync()
      const ids = await newIds(before!.id)
      const found = []
      for (const id of ids) found.push(await decided(id))
      const open = await query('SELECT 1 FROM "Intention" WHERE "doneAt" IS NULL UNION ALL SELECT 1 FROM "Transition"')
      expect({
        step: step.name,
        wasReached,
        found,
        lies: await person.where(nameOf(late.number)),
        open: open.length,
      }).toEqual({
        step: step.name,
        wasReached: true,
        found: [
          { overrides: ['complaints'], holds: 0 },
          { overrides: ['privacy'], holds: 0 },
          { overrides: [], holds: 1 },
          // Moved before gallra had ever seen it, it is found in its folder, and that decides nothing.
          { overrides: index % 2 === 0 && known === 1 ? ['privacy'] : [], holds: 0 },
        ],
        lies: [index % 2 === 0 ? 'Dataskydd' : 'Support'],
        open: 0,
      })
    }
    await verifyAudit(world.archive)
  }, 900_000)
})
