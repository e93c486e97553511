import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findPerson, personParts } from '../../src/core/person/find-person.ts'
import { readPerson, type PersonDescription } from '../../src/core/person/person-terms.ts'
import { ingest } from '../../src/pipeline/ingest/ingest.ts'
import * as inThisThread from '../../src/pipeline/find/scan.ts'
import type { Account } from '../../src/store/accounts.ts'
import type { Archive } from '../../src/store/archive.ts'
import { readContents } from '../../src/store/message/contents.ts'
import { openMessage } from '../../src/store/message/open-messages.ts'
import { flipped, NOW, RULES, testAccount, testArchive, type TestArchive } from '../harness/archive.ts'
import { mail } from '../harness/mail.ts'
import { buildProgram } from '../harness/program.ts'

const NOBODY: PersonDescription = { addresses: [], names: [], phones: [], personalNumbers: [], references: [] }
const wanted = (description: Partial<PersonDescription>, customerIds: number[] = []) => ({
  terms: readPerson({ ...NOBODY, ...description }).terms,
  customerIds,
})
const BODIES = [
  'Hej, jag undrar över min order.',
  'Ring mig på 070-174 06 05.',
  'Hälsa Anna Svensson.',
  'Tack!',
  'Kopia till anna.svensson@exempel.se',
]

/** Threads need the compiled program; the archive handed to it is the same. */
async function compiled(): Promise<typeof inThisThread> {
  buildProgram()
  return (await import(
    pathToFileURL(join(import.meta.dirname, '..', '..', 'dist', 'pipeline', 'find', 'scan.js')).href
  )) as typeof inThisThread
}

describe('a scan for a person', () => {
  let test: TestArchive
  let account: Account
  let ids: number[]
  let threaded: typeof inThisThread
  beforeAll(async () => {
    threaded = await compiled()
    test = await testArchive()
    account = await testAccount(test.archive)
    const raws = Array.from({ length: 300 }, (_, at) => {
      const source = mail({
        id: `s${at}@exempel.se`,
        from: at % 50 === 7 ? 'anna.svensson@exempel.se' : `p${at % 90}@example.se`,
        subject: `Fråga ${at}`,
        body: `${BODIES[at % BODIES.length]!} ${'Mer text om ingenting. '.repeat(at % 20)}`,
      })
      return { uid: 0, flags: [], internalDate: NOW, source, size: source.length }
    })
    ids = []
    for (let at = 0; at < raws.length; at += 100)
      ids.push(
        ...(await ingest({ archive: test.archive, account, rules: RULES, folder: null }, raws.slice(at, at + 100), NOW))
          .archived,
      )
  })
  afterAll(() => test.drop())

  const ANNA = { addresses: ['anna.svensson@exempel.se'], names: ['Anna Svensson'], phones: ['0701740605'] }

  /** The slow and obvious way. */
  async function oneByOne(archive: Archive): Promise<{ messageId: number; found: number }[]> {
    const { terms } = wanted(ANNA)
    const found: { messageId: number; found: number }[] = []
    for (const id of [...ids].sort((a, b) => a - b)) {
      const matches = findPerson(terms, personParts((await openMessage(archive.pool, archive, account.id, id)).message))
      if (matches.length > 0) found.push({ messageId: id, found: matches.length })
    }
    return found
  }

  it.each([0, 1, 2])(
    'finds with %i threads what reading each message finds, limited mail too, and counts all',
    async (threads) => {
      await test.archive.pool.query(`UPDATE "Message" SET "state" = 'limited' WHERE "id" % 3 = 0`)
      const seen: [number, number][] = []
      const { scanArchive } = threads === 0 ? inThisThread : threaded
      const result = await scanArchive(test.archive, [account.id], wanted(ANNA), {
        threads,
        onProgress: (done, total) => seen.push([done, total]),
      })
      expect(result.scanned).toBe(ids.length)
      expect(result.findings.map(({ messageId, matches }) => ({ messageId, found: matches.length }))).toEqual(
        await oneByOne(test.archive),
      )
      expect(result.findings.some(({ messageId }) => messageId % 3 === 0)).toBe(true)
      expect(seen.at(-1)).toEqual([ids.length, ids.length])
      expect({ unopened: result.unopened, partly: result.partly }).toEqual({ unopened: [], partly: [] })
    },
  )

  it('finds what is filed under the customer whatever it says', async () => {
    const { rows } = await test.archive.pool.query<{ id: number; customerId: number }>(
      'SELECT "id", "customerId" FROM "Message" WHERE "customerId" IS NOT NULL ORDER BY "id" LIMIT 1',
    )
    const { findings } = await threaded.scanArchive(test.archive, [account.id], wanted({}, [rows[0]!.customerId]))
    expect(findings[0]).toMatchObject({ messageId: rows[0]!.id, byCustomer: true, strength: 'identifier', matches: [] })
  })

  it('a thread asks for an epoch that began meanwhile', async () => {
    const behind = { ...test.archive, keyring: { ...test.archive.keyring, epochs: () => [] } }
    const result = await threaded.scanArchive(behind, [account.id], wanted(ANNA), { threads: 2 })
    expect(result.findings).toHaveLength((await oneByOne(test.archive)).length)
    expect(result.unopened).toEqual([])
  })

  it('an epoch that is no more leaves its messages unopened, and says which', async () => {
    const gone = { ...test.archive.keyring, epochs: () => [], epochKey: () => test.archive.keyring.epochKey(999) }
    const result = await inThisThread.scanArchive({ ...test.archive, keyring: gone }, [account.id], wanted(ANNA))
    expect(result).toMatchObject({ scanned: ids.length, findings: [] })
    expect(result.unopened).toHaveLength(ids.length)
  })

  it('a thread that fails fails the scan: no half answer', async () => {
    const lost = { ...test.archive, databaseUrl: test.archive.databaseUrl.replace(/\/[^/]*$/, '/nothing_of_that_name') }
    await expect(threaded.scanArchive(lost, [account.id], wanted(ANNA), { threads: 2 })).rejects.toMatchObject({
      code: 'scan-failed',
    })
  })

  it('a broken seal hides nothing else, and a text that could not be read is looked for in its source', async () => {
    const [broken, unread] = [ids[10]!, ids[11]!]
    await test.archive.pool.query(`UPDATE "Message" SET ${flipped('sealedContent')} WHERE "id" = $1`, [broken])
    await test.archive.pool.query('UPDATE "Message" SET "unparsed" = true WHERE "id" = $1', [unread])
    try {
      const result = await threaded.scanArchive(
        test.archive,
        [account.id],
        wanted({ references: [`s11@exempel.se`.slice(0, 3)] }),
        { threads: 1 },
      )
      expect(result).toMatchObject({ scanned: ids.length, unopened: [broken], partly: [unread] })
      expect(result.findings).toMatchObject([{ messageId: unread, matches: [{ field: 'source' }] }])
    } finally {
      await test.archive.pool.query(`UPDATE "Message" SET ${flipped('sealedContent')} WHERE "id" = $1`, [broken])
      await test.archive.pool.query('UPDATE "Message" SET "unparsed" = false WHERE "id" = $1', [unread])
    }
  })

  it('reads in pages that have bounds, each id once and in order', async () => {
    const pages: number[][] = []
    for await (const page of readContents(test.archive.pool, {
      accountId: account.id,
      afterId: 0,
      untilId: Math.max(...ids) - 1,
    }))
      pages.push(page.map(({ id }) => id))
    expect(pages.flat()).toEqual([...ids].sort((a, b) => a - b).slice(0, -1))
    expect(Math.max(...pages.map((page) => page.length))).toBeLessThanOrEqual(256)
  })
})
