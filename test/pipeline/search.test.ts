import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { indexTerms } from '../../src/core/search/search-terms.ts'
import { matchesQuery, parseSearchQuery, requiredTerms } from '../../src/core/search/search-query.ts'
import { ingest } from '../../src/pipeline/ingest/ingest.ts'
import { searchableParts } from '../../src/pipeline/ingest/prepare.ts'
import type { Account } from '../../src/store/accounts.ts'
import { searchMessages } from '../../src/pipeline/find/search.ts'
import { openMessage } from '../../src/store/message/open-messages.ts'
import { listFewMatches, listSearchCandidates } from '../../src/store/message/search.ts'
import { NOW, RULES, testAccount, testArchive, type TestArchive } from '../harness/archive.ts'
import { mail } from '../harness/mail.ts'

const WORDS = [
  'faktura',
  'fakturan',
  'fakturor',
  'skrivare',
  'skrivaren',
  'rulle',
  'Åsa',
  'asa',
  'leverans',
  'leveransen',
  '4711',
  'order',
  'isenböck',
  'isenbock',
  'tack',
]
const RUNS = 160

describe('search in the sealed index', () => {
  let test: TestArchive
  let account: Account
  let ids: number[]
  const partsOf = new Map<number, ReturnType<typeof searchableParts>>()
  beforeAll(async () => {
    test = await testArchive()
    account = await testAccount(test.archive)
    const pick = fc.sample(fc.array(fc.constantFrom(...WORDS), { minLength: 1, maxLength: 5 }), {
      numRuns: RUNS,
      seed: 7,
    })
    const raws = pick.map((words, at) => {
      const source = mail({
        id: `s${at}@example.se`,
        from: `p${at % 7}@example.se`,
        subject: words.slice(0, 2).join(' '),
        body: `${words.join(' ')} nummer ${at}`,
      })
      return { uid: 0, flags: [], internalDate: NOW, source, size: source.length }
    })
    ids = (await ingest({ archive: test.archive, account, rules: RULES, folder: null }, raws, NOW)).archived
  })
  afterAll(() => test.drop())

  async function plainSearch(input: string): Promise<number[]> {
    const query = parseSearchQuery(input)
    const found: number[] = []
    for (const id of ids) if (await matches(query, id)) found.push(id)
    return found.sort((a, b) => a - b)
  }

  async function indexSearch(input: string): Promise<number[]> {
    const query = parseSearchQuery(input)
    const found: number[] = []
    for (const { id } of await listSearchCandidates(
      test.archive.pool,
      test.archive,
      account.id,
      { clauses: requiredTerms(query), limits: query },
      { limit: 1000, after: null, downTo: null, among: null },
    )) {
      if (await matches(query, id)) found.push(id)
    }
    return found.sort((a, b) => a - b)
  }

  async function matches(query: ReturnType<typeof parseSearchQuery>, id: number): Promise<boolean> {
    let parts = partsOf.get(id)
    if (parts === undefined)
      partsOf.set(
        id,
        (parts = searchableParts((await openMessage(test.archive.pool, test.archive, account.id, id)).message)),
      )
    return matchesQuery(query, { parts, case: 'other', day: '2026-11-24', hasAttachment: false })
  }

  it.each([
    'faktura',
    'fakturan',
    '"skrivaren rulle"',
    'from:p3@example.se',
    'subject:order',
    'fakt*',
    'isenböck',
    'asa',
    '4711',
    'leverans -tack',
    'order faktura',
  ])('finds for %s exactly what a plain search over the same texts finds', async (input) => {
    expect(await indexSearch(input)).toEqual(await plainSearch(input))
  })

  it(
    'narrows phrases to where the words are neighbours, misses none, and finds in entries written before that ' +
      'was noted',
    async () => {
      const phrases = WORDS.flatMap((first) => WORDS.map((second) => `"${first} ${second}"`)).concat(
        '"faktura order tack"',
        '"nummer 12"',
        'text:"tack nummer"',
      )
      const found = async (input: string) =>
        (await searchMessages(test.archive, account.id, parseSearchQuery(input), 1000))
          .map(({ row }) => row.id)
          .sort((a, b) => a - b)
      const expected = new Map<string, number[]>()
      let candidates = 0
      for (const phrase of phrases) {
        expected.set(phrase, await plainSearch(phrase))
        expect(await found(phrase), phrase).toEqual(expected.get(phrase))
        candidates += (await listFewMatches(
          test.archive.pool,
          test.archive,
          account.id,
          requiredTerms(parseSearchQuery(phrase)),
        ))!.length
      }
      const hits = [...expected.values()].flat().length
      expect(hits).toBeGreaterThan(300)
      // Inflections and å share a stem, the rest is a few in a hundred.
      expect(candidates).toBeLessThan(hits * 3)
      await test.archive.pool.query('UPDATE "SearchEntry" SET "neighbours" = NULL')
      for (const [phrase, ids] of expected) expect(await found(phrase), phrase).toEqual(ids)
    },
  )

  it('finds over several pages what it finds at once, also where all came at the same moment', async () => {
    for (const input of ['order', 'faktura', '"skrivaren rulle"', 'from:p3@example.se -tack', 'nummer']) {
      const hits = await searchMessages(test.archive, account.id, parseSearchQuery(input), 1000)
      expect(hits.map(({ row }) => row.id).sort((a, b) => a - b)).toEqual(await plainSearch(input))
      expect(new Set(hits.map(({ row }) => row.id)).size).toBe(hits.length)
    }
  })

  it('finds the same wherever the newest messages, looked through first, end', async () => {
    for (const input of [
      'order',
      '"skrivaren rulle"',
      'from:p3@example.se -tack',
      '"nummer 12"',
      'nummer',
      'case:other',
      'finnsinte',
    ]) {
      const query = parseSearchQuery(input)
      const expected = (await searchMessages(test.archive, account.id, query, 1000)).map(({ row }) => row.id)
      for (const recent of [1, 2, 20, 90, RUNS - 1, RUNS, RUNS + 1]) {
        const ids = async (limit: number) =>
          (await searchMessages(test.archive, account.id, query, limit, { recent })).map(({ row }) => row.id)
        expect(await ids(1000), `${input} ${recent}`).toEqual(expected)
        expect(await ids(5), `${input} ${recent}`).toEqual(expected.slice(0, 5))
      }
    }
  })

  it('narrows by case, day and attachment before anything is opened, and loses nothing by it', async () => {
    const all = await test.archive.pool.query<{ id: number; case: string }>('SELECT "id", "case" FROM "Message"')
    const caseOf = new Map(all.rows.map((row) => [row.id, row.case]))
    const found = async (input: string) =>
      (await searchMessages(test.archive, account.id, parseSearchQuery(input), 1000))
        .map(({ row }) => row.id)
        .sort((a, b) => a - b)
    const orders = await plainSearch('order')
    for (const judged of ['support', 'payments', 'other'])
      expect(await found(`order case:${judged}`)).toEqual(orders.filter((id) => caseOf.get(id) === judged))
    expect(await found('order after:2026-11-24 before:2026-11-25')).toEqual(orders)
    for (const none of ['order before:2026-11-24', 'order after:2026-11-25', 'order has:attachment'])
      expect(await found(none)).toEqual([])
    expect(await found('case:support')).toEqual(
      all.rows
        .filter((row) => row.case === 'support')
        .map(({ id }) => id)
        .sort((a, b) => a - b),
    )
  })

  it('counts days as the firm does: half past eleven in UTC is tomorrow', async () => {
    const source = mail({ id: 'midnatt@example.se', from: 'p1@example.se', subject: 'midnatt', body: 'sent' })
    const raw = { uid: 0, flags: [], internalDate: new Date('2026-11-24T23:30:00Z'), source, size: source.length }
    const { archived } = await ingest(
      { archive: test.archive, account, rules: RULES, folder: null },
      [raw],
      new Date('2026-11-25T12:00:00Z'),
    )
    const found = async (input: string) =>
      (await searchMessages(test.archive, account.id, parseSearchQuery(input), 10)).map(({ row }) => row.id)
    expect(await found('midnatt after:2026-11-25 before:2026-11-26')).toEqual(archived)
    expect(await found('midnatt before:2026-11-25')).toEqual([])
  })

  it('knows few matches from many, of one part or of any', async () => {
    const few = (input: string) =>
      listFewMatches(test.archive.pool, test.archive, account.id, requiredTerms(parseSearchQuery(input)))
    for (const input of ['order', 'subject:order', '"skrivaren rulle"'])
      expect((await few(input))!.sort((a, b) => a - b)).toEqual(expect.arrayContaining(await plainSearch(input)))
    expect(await few('nirgends')).toEqual([])
    expect(await few('-order')).toBeNull()
  })

  it('finds inflected Swedish nouns from either form', async () => {
    expect(await indexSearch('faktura')).toEqual(await indexSearch('fakturan'))
    expect((await indexSearch('skrivare')).length).toBeGreaterThan(0)
    expect(indexTerms({ field: 'text', text: 'fakturan' }).size).toBeGreaterThan(2)
  })
})
