import { describe, expect, it } from 'vitest'
import { CASES, type Case } from '../../src/core/classification.ts'
import { DEFAULT_FOLDER_NAMES } from '../../src/core/mailbox/case-folders.ts'
import { connect } from '../../src/pipeline/mailbox/connect.ts'
import { syncAccount } from '../../src/pipeline/follow/follow.ts'
import { overrideCase } from '../../src/pipeline/decide/staff-decisions.ts'
import type { Mailbox } from '../../src/mail/imap/mailbox-types.ts'
import { saveFolderSettings, type Account } from '../../src/store/accounts.ts'
import { verifyAudit } from '../../src/store/audit.ts'
import { listFolders } from '../../src/store/mailbox/folders.ts'
import { carol, NOW, RULES, testAccount, testArchive, type TestArchive } from '../harness/archive.ts'
import { dovecotAvailable, startDovecot, type Dovecot } from '../harness/dovecot.ts'
import { LONG, seedsToRun } from '../harness/long.ts'
import { mail } from '../harness/mail.ts'
import { connectPerson, type MailboxPerson } from '../harness/mailbox-person.ts'
import { seeded, type Random } from '../harness/random.ts'

/** `npm run test:long` does 500 for each of ten seeds; GALLRA_SEED=4,17 does those. */
const ACTIONS = LONG ? 500 : 125
const SEEDS = seedsToRun({ ordinary: 2, long: 10 })
const FOLDERS = ['INBOX', 'Kunder', 'Trash', ...Object.values(DEFAULT_FOLDER_NAMES).flatMap((name) => name ?? [])]
const caseOf = (folder: string): Case | null => CASES.find((known) => DEFAULT_FOLDER_NAMES[known] === folder) ?? null

it.runIf(!dovecotAvailable())('Dovecot is not installed: random acts in the mail program are skipped', ({ skip }) =>
  skip(),
)

/** What must be true of one message, told by whoever did something to it. */
interface Expected {
  case: Case
  byPerson: boolean
  overrides: number
  holds: number
  held: boolean
}

describe.skipIf(!dovecotAvailable())(`${ACTIONS} acts of people, gallra at work meanwhile`, () => {
  it.each(SEEDS)(
    "each that counts is recorded once, nothing of gallra's is taken for a person's, and all comes to rest: seed %i",
    async (seed) => {
      // A mailbox of its own: what another seed left there would be nobody's letter.
      const server = await startDovecot()
      const test = await testArchive()
      const world = await openDesk(server, test, seed)
      try {
        const random = seeded(seed)
        for (let acted = 0; acted < ACTIONS;) acted += await world.burst(random)
        expect({ told: world.told.slice(-40), faults: await world.faults() }).toEqual({
          told: world.told.slice(-40),
          faults: [],
        })
        await verifyAudit(test.archive)
      } finally {
        await world.close()
        await test.drop()
        await server.stop()
      }
    },
    900_000,
  )
})

/** A mailbox with some messages, gallra (filing itself for odd seeds) and a person, and what must come of it. */
async function openDesk(server: Dovecot, test: TestArchive, seed: number) {
  let time = NOW.getTime()
  const clock = () => new Date((time += 3))
  const account: Account = await testAccount(test.archive, {
    port: server.port,
    user: server.user,
    password: server.password,
  })
  account.settings.caseFolders = { names: {}, filing: seed % 2 === 1 }
  await saveFolderSettings(test.archive, account, account.settings, clock())
  const { id: staffId } = await carol(test.archive)
  let mailbox: Mailbox = await connect(account.settings)
  let person: MailboxPerson = await connectPerson(server)
  for (const folder of FOLDERS) await person.create(folder)
  const expected = new Map<number, Expected>()
  const told: string[] = []
  let letters = 0

  const nameOf = (number: number) => `s${seed}-${number}@example.se`
  const put = async (number: number, folder: string, flags: string[] = []) => {
    const source = mail({
      id: nameOf(number),
      from: `kund${number}@example.se`,
      subject: 'Öppettider',
      body: `Hej! Vilka öppettider har butiken på lördag? Fråga ${seed}-${number}.`,
      date: '2026-11-01T09:00:00Z',
    })
    await mailbox.append(folder, source, flags, new Date('2026-11-01T09:00:00Z'))
  }
  const sync = () => syncAccount({ archive: test.archive, account, rules: RULES, mailbox, clock })
  const query = async <T extends object>(sql: string) => (await test.archive.pool.query<T>(sql)).rows
  const numbers = async () =>
    new Map(
      (await query<{ id: number }>('SELECT "id" FROM "Message" ORDER BY "id"')).map(({ id }) => [
        id,
        idNumbers.get(id)!,
      ]),
    )
  const idNumbers = new Map<number, number>()
  const copies = async () => {
    const paths = new Map((await listFolders(test.archive, account.id)).map(({ id, path }) => [id, path]))
    const rows = await query<{ messageId: number; folderId: number; flags: string[] }>(
      'SELECT "messageId", "folderId", "flags" FROM "Location" WHERE "messageId" IS NOT NULL ORDER BY ' +
        '"messageId", "folderId", "uid"',
    )
    return rows.map(({ messageId, folderId, flags }) => ({ messageId, folder: paths.get(folderId)!, flags }))
  }
  const acts = async () => Number((await query<{ count: string }>('SELECT count(*) FROM "Intention"'))[0]!.count)

  /** What is new in the archive is judged by the rules; that is where the model begins. */
  const learn = async () => {
    const rows = await query<{ id: number; case: Case }>('SELECT "id", "case" FROM "Message" ORDER BY "id"')
    for (const { id, case: is } of rows) {
      if (expected.has(id)) continue
      // Archived in the order of delivery, one folder at a time.
      const { messageId } = (
        await query<{ messageId: number }>(`SELECT "messageId" FROM "Location" WHERE "messageId" = ${id} LIMIT 1`)
      )[0] ?? { messageId: id }
      expected.set(messageId, { case: is, byPerson: false, overrides: 0, holds: 0, held: false })
    }
  }
  const deliver = async (random: Random) => {
    const folder = random.chance(0.7) ? 'INBOX' : random.pick(FOLDERS)
    await put((letters += 1), folder, random.chance(0.2) ? ['\\Flagged'] : [])
    const number = letters
    if (random.chance(0.2)) await put(number, 'Kunder')
    told.push(`letter ${number} into ${folder}`)
    return number
  }
  /** Every letter arrives alone, so that the archive's id is known to be this one. */
  const arrive = async (random: Random) => {
    const number = await deliver(random)
    await sync()
    const [row] = await query<{ id: number }>('SELECT max("id") AS id FROM "Message"')
    idNumbers.set(row!.id, number)
    await learn()
    await sync()
  }
  const say = (messageId: number, is: Case, by: 'folder' | 'keyword' | 'cli') => {
    const one = expected.get(messageId)!
    if (by !== 'cli' && one.case === is && (one.byPerson || by === 'keyword')) return
    expected.set(messageId, { ...one, case: is, byPerson: true, overrides: one.overrides + 1 })
  }

  const act = async (random: Random, messageId: number, mine: { folder: string; flags: string[] }[]): Promise<void> => {
    const id = nameOf(idNumbers.get(messageId)!)
    // With two copies in one folder nobody knows which one is meant.
    const single = mine.filter(({ folder }) => mine.filter((other) => other.folder === folder).length === 1)
    if (single.length === 0) return
    const one = random.pick(single)
    const to = random.pick(FOLDERS.filter((folder) => folder !== one.folder))
    const what = random.pick([
      'move',
      'move',
      'move',
      'mark',
      'copy',
      'tag',
      'tag',
      'untag',
      'star',
      'star',
      'remove',
      'decide',
      'decide',
    ] as const)
    told.push(`${what} ${id} in ${one.folder} (to ${to})`)
    const starred = mine.filter(({ flags }) => flags.includes('\\Flagged')).length
    if (what === 'move') {
      if ((await person.move(id, one.folder, to)) && caseOf(to) !== null) say(messageId, caseOf(to)!, 'folder')
    } else if (what === 'mark') {
      await person.copyAndMark(id, one.folder, to)
      await person.expungeMarked(one.folder)
      if (caseOf(to) !== null) say(messageId, caseOf(to)!, 'folder')
    } else if (what === 'copy' && mine.length < 4) await person.copy(id, one.folder, to)
    else if (what === 'tag') {
      const is = random.pick(CASES)
      if (!one.flags.includes(`gallra-${is}`)) say(messageId, is, 'keyword')
      await person.set(id, one.folder, [`gallra-${is}`])
    } else if (what === 'untag')
      await person.unset(
        id,
        one.folder,
        CASES.map((is) => `gallra-${is}`),
      )
    else if (what === 'star') {
      const was = one.flags.includes('\\Flagged')
      const before = expected.get(messageId)!
      if (was) await person.unset(id, one.folder, ['\\Flagged'])
      else await person.set(id, one.folder, ['\\Flagged'])
      if (!was && !before.held) expected.set(messageId, { ...before, holds: before.holds + 1, held: true })
      if (was && starred === 1) expected.set(messageId, { ...before, held: false })
    } else if (what === 'remove' && mine.length > 1) await person.remove(id, one.folder)
    else if (what === 'decide') {
      const is = random.pick(CASES)
      await overrideCase(
        { archive: test.archive, account, rules: RULES },
        { staffId, via: 'cli', reason: 'så är det', messageId, case: is, marks: [] },
        clock(),
      )
      say(messageId, is, 'cli')
    }
  }

  const wrong: string[] = []
  const settle = async (deeds: number) => {
    const before = await acts()
    for (let pass = 0; pass < 3; pass += 1) await sync()
    const after = await acts()
    for (let pass = 0; pass < 2; pass += 1) await sync()
    if ((await acts()) !== after) wrong.push('does not come to rest')
    // One keyword on each of at most five copies of one message, and as many moves.
    if (after - before > deeds * 10) wrong.push(`${after - before} acts of gallra's after ${deeds} of people`)
    wrong.push(...(await compare()))
    if (wrong.length > 0) throw new Error(JSON.stringify({ wrong, told: told.slice(-12) }, null, 1))
  }
  const compare = async () => {
    const found = await query<Expected & { id: number }>(
      `SELECT m."id", m."case", m."caseBy" = 'staff' AS "byPerson",
         (SELECT count(*)::int FROM "Override" o WHERE o."messageId" = m."id") AS overrides,
         (SELECT count(*)::int FROM "Hold" h WHERE h."messageId" = m."id") AS holds,
         EXISTS (SELECT 1 FROM "Hold" h WHERE h."messageId" = m."id" AND h."releasedAt" IS NULL) AS held
       FROM "Message" m ORDER BY m."id"`,
    )
    return found.flatMap(({ id, ...is }) => {
      const should = expected.get(id)
      return JSON.stringify({ ...should }) === JSON.stringify(is)
        ? []
        : [`m${id} (letter ${idNumbers.get(id)}) is ${JSON.stringify(is)} and should be ${JSON.stringify(should)}`]
    })
  }

  await sync()
  const beginning = seeded(seed + 1000)
  for (let i = 0; i < 10; i += 1) await arrive(beginning)

  return {
    told,
    /** One act each on some messages, while gallra reads or before it does. Returns how many. */
    async burst(random: Random): Promise<number> {
      if (random.chance(0.1) && letters < 25) await arrive(random)
      if (random.chance(0.02)) {
        await server.resetUidValidity(random.pick(['INBOX', 'Reklamationer', 'Kunder']))
        told.push('new UIDVALIDITY')
        mailbox.close()
        mailbox = await connect(account.settings)
        person = await connectPerson(server)
        await sync()
      }
      const where = await copies()
      const ids = [...(await numbers()).keys()].filter((id) => where.some(({ messageId }) => messageId === id))
      const chosen = new Set(Array.from({ length: 1 + random.below(6) }, () => random.pick(ids)))
      const meanwhile = random.chance(0.5) ? sync() : null
      for (const id of chosen)
        await act(
          random,
          id,
          where.filter(({ messageId }) => messageId === id),
        )
      await meanwhile
      await settle(chosen.size)
      return chosen.size
    },
    /** At the end the archive knows every copy there is. */
    async faults(): Promise<string[]> {
      const known = (await copies()).map(({ messageId, folder }) => `${idNumbers.get(messageId)} ${folder}`).sort()
      const there: string[] = []
      for (const number of new Set(idNumbers.values()))
        there.push(...(await person.where(nameOf(number))).map((folder) => `${number} ${folder}`))
      return [...known.filter((one) => !there.includes(one)), ...there.sort().filter((one) => !known.includes(one))]
    },
    async close() {
      await person.close()
      mailbox.close()
    },
  }
}
