import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { verifyAudit } from '../../src/store/audit.ts'
import { listBrokenCustomers } from '../../src/store/customer/customers.ts'
import { examineMessage } from '../../src/store/message/damage.ts'
import { openMessageSource } from '../../src/store/message/open-messages.ts'
import { flipped } from '../harness/archive.ts'
import { dovecotAvailable } from '../harness/dovecot.ts'
import { LONG } from '../harness/long.ts'
import { mail } from '../harness/mail.ts'
import type { PlannedMail } from '../harness/planned-mail.ts'
import { at, onStep, peace } from './on-step.ts'
import { openSite, openWorld, type Site, type World } from './world.ts'

/** Of two messages, the first mended from its own source and the second from its copy, and of a customer. */
const STEPS = [
  at('repair', 'sql', 'answered', 'first sealed', /^UPDATE "Message" SET "epoch"/),
  at('repair', 'sql', 'answered', 'first without its source', /^DELETE FROM "MessageSource"/),
  at('repair', 'sql', 'sent', 'first without search entries', /^DELETE FROM "SearchEntry"/),
  at('repair', 'sql', 'sent', 'first recorded', /^INSERT INTO "AuditEvent"/),
  at('repair', 'imap', 'sent', 'folder opened', /^EXAMINE/),
  at('repair', 'imap', 'answered', 'copy fetched', /^UID FETCH/),
  at('repair', 'sql', 'answered', 'second sealed', /^UPDATE "Message" SET "epoch"/, 2),
  at('repair', 'sql', 'answered', 'second without its source', /^DELETE FROM "MessageSource"/, 2),
  at('repair', 'sql', 'answered', 'second recorded', /^INSERT INTO "AuditEvent"/, 2),
  at('repair', 'sql', 'sent', 'customer sealed', /^UPDATE "Customer"/),
  at('repair', 'sql', 'answered', 'customer sealed', /^UPDATE "Customer"/),
  ...Array.from({ length: 3 }, (_, nth) => [
    at('repair', 'sql', 'sent', `commit ${nth + 1}`, /^COMMIT/, nth + 1),
    at('repair', 'sql', 'answered', `commit ${nth + 1}`, /^COMMIT/, nth + 1),
  ]).flat(),
]

it.runIf(!dovecotAvailable())('Dovecot is not installed: repair being killed is skipped', ({ skip }) => skip())

describe.skipIf(!dovecotAvailable())('repair is killed', () => {
  let site: Site
  let world: World
  beforeAll(async () => {
    site = await openSite()
  })
  afterAll(() => site.close())
  afterEach(() => world.close())

  const query = async <T extends object>(sql: string, values: unknown[] = []) =>
    (await world.archive.pool.query<T>(sql, values)).rows
  const letter = (number: number): PlannedMail => {
    const at = new Date(Math.floor(Date.now() / 1000) * 1000 - 86_400_000)
    return {
      number,
      source: mail({
        id: `r${number}@example.se`,
        from: `kund${number}@example.se`,
        subject: 'Öppettider',
        body: `Vilka öppettider har ni? Undrar kund ${number}.`,
        date: at.toISOString(),
      }),
      at,
      fate: 'stays',
      folders: ['INBOX'],
    }
  }
  const whole = async () => {
    const found: boolean[] = []
    for (const { id } of await query<{ id: number }>('SELECT "id" FROM "Message" ORDER BY "id"'))
      found.push((await examineMessage(world.archive.pool, world.archive, world.account.id, id))!.whole)
    return found
  }
  /** What no repair may change. */
  const standing = async () => ({
    messages: await query(
      'SELECT "id", "digestHash", "sourceHash", "conversationId", "customerId", "case", "marks", "retention", ' +
        '"dueOn", "size" FROM "Message" ORDER BY "id"',
    ),
    entries: await query('SELECT "messageId", "part", "terms" FROM "SearchEntry" ORDER BY 1, 2'),
    pieces: await query('SELECT "messageId", "piece" FROM "MessageSource" ORDER BY 1, 2'),
    places: await query('SELECT "uid", "messageId" FROM "Location" ORDER BY 1'),
    customers: await query('SELECT "id" FROM "Customer" ORDER BY "id"'),
  })

  it(
    `at ${LONG ? 'every' : 'every third'} named step: each row is broken as before or whole, and the next run ` +
      'mends the rest',
    async () => {
      world = await openWorld(site)
      const letters = [letter(1), letter(2), letter(3)]
      await world.put(letters)
      await world.sync()
      const [own, copied, sound] = (await query<{ id: number }>('SELECT "id" FROM "Message" ORDER BY "id"')).map(
        ({ id }) => id,
      ) as [number, number, number]
      const before = await standing()
      for (const [index, step] of STEPS.entries()) {
        if (!LONG && index % 3 !== 1) continue
        await query(`UPDATE "Message" SET ${flipped('sealedContent')} WHERE "id" = $1`, [own])
        await query(`UPDATE "Message" SET ${flipped('wrappedKey')} WHERE "id" = $1`, [copied])
        await query(
          `UPDATE "Customer" SET ${flipped('sealed')}
           WHERE "id" = (SELECT "customerId" FROM "Message" WHERE "id" = $1)`,
          [sound],
        )
        const running = world.run('repair', '--by', 'Carol')
        const reached = onStep(world, step, () => void running.child.kill('SIGKILL'))
        const ended = await running.ended
        const wasReached = await reached.finished()
        peace(world)
        const [, , third] = await whole()
        expect({ step: step.name, ended, wasReached, third, standing: await standing() }).toEqual({
          step: step.name,
          ended: 'SIGKILL',
          wasReached: true,
          third: true,
          standing: before,
        })
        await verifyAudit(world.archive)

        const again = world.run('repair', '--by', 'Carol')
        expect({ step: step.name, exit: await again.ended, said: again.said() }).toMatchObject({
          step: step.name,
          exit: 0,
        })
        expect({
          step: step.name,
          whole: await whole(),
          customers: await listBrokenCustomers(world.archive.pool, world.archive, world.account.id),
          standing: await standing(),
        }).toEqual({ step: step.name, whole: [true, true, true], customers: [], standing: before })
        for (const [at, id] of [own, copied, sound].entries())
          expect(
            (await openMessageSource(world.archive.pool, world.archive, world.account.id, id)).equals(
              Buffer.from(letters[at]!.source),
            ),
          ).toBe(true)
        await verifyAudit(world.archive)
      }
    },
    600_000,
  )
})
