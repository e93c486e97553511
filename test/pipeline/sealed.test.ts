import { createReadStream, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { evaluateCorpus } from '../../src/pipeline/learn/evaluate.ts'
import { ingest } from '../../src/pipeline/ingest/ingest.ts'
import { purge } from '../../src/pipeline/purge/purge.ts'
import { armPurge, hold, overrideCase } from '../../src/pipeline/decide/staff-decisions.ts'
import { turnEpochs } from '../../src/pipeline/purge/upkeep.ts'
import { openMessage, openMessageSource } from '../../src/store/message/open-messages.ts'
import { openJson } from '../../src/store/keys/seal.ts'
import { openRowKey } from '../../src/store/keys/sealed-row.ts'
import { carol, NOW, RULES, testAccount, testArchive, type TestArchive } from '../harness/archive.ts'
import { mail } from '../harness/mail.ts'
import { findNeedles } from '../harness/needles.ts'

const CORPUS = join(import.meta.dirname, '..', 'corpus', 'dev.jsonl')

let test: TestArchive
beforeEach(async () => {
  test = await testArchive()
})
afterEach(() => test.drop())

/** Everything in the database as text: columns as PostgreSQL prints them, and sealed octets read as text. */
async function dump(): Promise<string> {
  const { pool } = test.archive
  const tables = await pool.query<{ name: string }>(
    `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public'`,
  )
  const parts: string[] = []
  for (const { name } of tables.rows) {
    const { rows } = await pool.query<Record<string, unknown>>(`SELECT * FROM "${name}"`)
    for (const row of rows) {
      for (const value of Object.values(row))
        parts.push(Buffer.isBuffer(value) ? value.toString('latin1') + value.toString('utf8') : JSON.stringify(value))
    }
  }
  return parts.join('\n')
}

describe('the sealed archive (P7)', () => {
  it('judges the corpus as real mail, and a dump shows no address, subject, name or rare word of it', async () => {
    const lines = createInterface({ input: createReadStream(CORPUS) })
    const { report } = await evaluateCorpus(lines, test.archive, RULES, NOW)
    expect(report.messages).toBe(420)
    expect(report.macroF1).toBeGreaterThan(0.6)
    const labelled = readFileSync(CORPUS, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { from: { name: string; address: string }; subject: string; body: string })
    // Also what staff write must be sealed.
    const { rows } = await test.archive.pool.query<{ id: number; accountId: number }>(
      'SELECT "id", "accountId" FROM "Message" ORDER BY "id" LIMIT 1',
    )
    const staff = await carol(test.archive)
    const context = { archive: test.archive, account: await testAccount(test.archive), rules: RULES }
    await overrideCase(
      context,
      {
        staffId: staff.id,
        via: 'cli',
        reason: 'Kvibblande anteckning',
        messageId: rows[0]!.id,
        case: 'payments',
        marks: [],
      },
      NOW,
    )
    await hold(
      context,
      { staffId: staff.id, via: 'cli', reason: 'Tvistemålssekretess', target: { messageId: rows[0]!.id } },
      NOW,
    )
    const text = (await dump()).toLowerCase()
    const needles = new Set<string>(['kvibblande', 'tvistemålssekretess', 'carol'])
    const counts = new Map<string, number>()
    for (const { from, subject, body } of labelled) {
      needles.add(from.address.toLowerCase())
      if (from.name.includes(' ')) needles.add(from.name.toLowerCase())
      if (subject.length > 8) needles.add(subject.toLowerCase())
      for (const word of new Set(body.toLowerCase().match(/\p{L}{9,}/gu) ?? []))
        counts.set(word, (counts.get(word) ?? 0) + 1)
    }
    const rare = [...counts].filter(([, count]) => count === 1).map(([word]) => word)
    expect(rare.length).toBeGreaterThan(500)
    for (const word of rare) needles.add(word)
    // Words of our own vocabulary (rule and trigger names, legal sources) are no personal data.
    const ours = new Set([
      'conversation',
      'complaint',
      'complaints',
      'accounting',
      'financial',
      'mailboxuntil',
      'authorised',
      'förordning',
      'bokföringslagen',
    ])
    expect(
      findNeedles(
        text,
        [...needles].filter((needle) => !ours.has(needle)),
      ),
    ).toEqual([])
    // What does lie in it is found, at its beginning, in the middle and at its end.
    const there = [0, text.length >> 1, text.length - 12].map((at) => text.slice(at, at + 12))
    expect(findNeedles(text, there).sort()).toEqual(there.toSorted())
  })
})

describe('erasure reaches old dumps (P8)', () => {
  it('cannot read a purged message from a dump taken before the purge with the keyring of P30D later', async () => {
    const { archive } = test
    const account = await testAccount(archive)
    const old = mail({
      id: 'old@example.se',
      from: 'alice@example.se',
      subject: 'Hur byter jag rulle?',
      body: 'Hej! Hur byter jag rulle i skrivaren?',
      date: '2024-01-10T09:00:00Z',
    })
    const fresh = mail({
      id: 'new@example.se',
      from: 'bob@example.se',
      subject: 'Öppettider',
      body: 'Hur ställer jag in skrivaren?',
    })
    const raws = [
      { uid: 0, flags: [], internalDate: new Date('2024-01-10T09:00:00Z'), source: old, size: old.length },
      { uid: 0, flags: [], internalDate: NOW, source: fresh, size: fresh.length },
    ]
    const { archived } = await ingest({ archive, account, rules: RULES, folder: null }, raws, NOW)
    const dumped = await archive.pool.query<{ id: number; epoch: number; wrappedKey: Buffer; sealedContent: Buffer }>(
      'SELECT * FROM "Message" ORDER BY "id"',
    )
    const staff = await carol(archive)
    await armPurge(archive, staff.id, true, NOW)
    expect(await purge({ archive, account, rules: RULES, mailbox: null, clock: () => NOW })).toMatchObject({
      purged: 1,
    })

    const readDump = (row: (typeof dumped.rows)[number]) => {
      const identity = `Message:${account.id}:${row.id}`
      return openJson(openRowKey(archive.keyring, row, identity), row.sealedContent, `${identity}:content`) as {
        subject: string
      }
    }
    // While the epoch lives the dump can be read: the test's own eyes.
    expect(readDump(dumped.rows[0]!).subject).toBe('Hur byter jag rulle?')
    for (const days of [8, 16, 24, 30]) await turnEpochs(archive, RULES, new Date(NOW.getTime() + days * 86_400_000))
    expect(() => readDump(dumped.rows[0]!)).toThrow(/seal/i)
    const survivor = archived[1]!
    expect((await openMessage(archive.pool, archive, account.id, survivor)).message.subject).toBe('Öppettider')
    expect((await openMessageSource(archive.pool, archive, account.id, survivor)).equals(fresh)).toBe(true)
    const again = await test.reopen()
    expect((await openMessage(again.pool, again, account.id, survivor)).message.subject).toBe('Öppettider')
  })
})
