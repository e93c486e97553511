import { afterEach, beforeEach, expect, it } from 'vitest'
import { ingest } from '../../src/pipeline/ingest/ingest.ts'
import type { Rules } from '../../src/pipeline/decide/rules.ts'
import type { Account } from '../../src/store/accounts.ts'
import { getMessage } from '../../src/store/message/messages.ts'
import { openMessageSource } from '../../src/store/message/open-messages.ts'
import { NOW, RULES, testAccount, testArchive, type TestArchive } from '../harness/archive.ts'
import { mail } from '../harness/mail.ts'

let test: TestArchive
let account: Account
beforeEach(async () => {
  test = await testArchive()
  account = await testAccount(test.archive)
})
afterEach(() => test.drop())

const raw = (source: Buffer, at = NOW) => ({ uid: 0, flags: [], internalDate: at, source, size: source.length })
const from = (rules: Rules = RULES) => ({ archive: test.archive, account, rules, folder: null })

it('tells equal mail without Message-ID and Date apart by when it came, and a copy of it not', async () => {
  const form = Buffer.from('From: form@example.se\r\nTo: info@promix.se\r\nSubject: Formulär\r\n\r\nHej!\r\n')
  const first = await ingest(from(), [raw(form, new Date('2024-01-10T09:00:00Z'))], NOW)
  const second = await ingest(
    from(),
    [raw(form, new Date('2026-11-20T09:00:00Z')), raw(form, new Date('2026-11-20T09:00:00.900Z'))],
    NOW,
  )
  expect([first.archived.length, second.archived.length, second.known]).toEqual([1, 1, 1])
})

it('archives a message that breaks the judging whole and for review, and the rest of the batch as usual', async () => {
  const bad = mail({
    id: 'bad@example.se',
    from: 'alice@example.se',
    subject: 'Trasig',
    body: 'Denna går sönder i bedömningen',
  })
  const good = mail({
    id: 'good@example.se',
    from: 'bob@example.se',
    subject: 'Rulle',
    body: 'Hej! Hur byter jag rulle i skrivaren?',
  })
  // A real fault of ours, as a later rule could have: reading the rulebook for this one sender throws.
  const rulebook = new Proxy(RULES.rulebook, {
    get(target, key) {
      if (key === 'thresholds') faults += 1
      if (key === 'thresholds' && (faults === 1 || faults === 2)) throw new RangeError('a fault in judging')
      return Reflect.get(target, key) as unknown
    },
  })
  let faults = 0
  const { archived } = await ingest(from({ ...RULES, rulebook }), [raw(bad), raw(good)], NOW)
  expect(archived).toHaveLength(2)
  const row = await getMessage(test.archive.pool, account.id, archived[0]!)
  expect(row).toMatchObject({ unparsed: true, state: 'review' })
  expect((await openMessageSource(test.archive.pool, test.archive, account.id, archived[0]!)).equals(bad)).toBe(true)
  expect(await getMessage(test.archive.pool, account.id, archived[1]!)).toMatchObject({
    unparsed: false,
    case: 'support',
  })
})

it("finds the customer's own thread in a flood of strangers with the same subject and forged references", async () => {
  const at = (minute: number) => new Date(NOW.getTime() - 3_600_000 + minute * 1000)
  const subject = 'Etikettskrivaren matar snett'
  const first = mail({ id: 'alice1@example.se', from: 'alice@example.se', subject, body: 'Hej! Den matar snett.' })
  await ingest(from(), [raw(first, at(0))], NOW)
  const flood = Array.from({ length: 520 }, (_, i) =>
    raw(
      mail({
        id: `flood${i}@evil.example`,
        from: `m${i}@evil.example`,
        subject,
        body: `Hej ${i}`,
        references: ['alice1@example.se'],
      }),
      at(1),
    ),
  )
  for (let i = 0; i < flood.length; i += 100) await ingest(from(), flood.slice(i, i + 100), NOW)
  const reply = mail({
    id: 'alice2@example.se',
    from: 'alice@example.se',
    subject: `Re: ${subject}`,
    body: 'Hej igen, det är samma fel.',
  })
  const proper = mail({
    id: 'alice3@example.se',
    from: 'alice@example.se',
    subject: `Re: ${subject}`,
    body: 'Sänd ett nytt?',
    references: ['alice1@example.se'],
  })
  const { archived } = await ingest(from(), [raw(reply, at(2)), raw(proper, at(3))], NOW)
  const row = await getMessage(test.archive.pool, account.id, archived[0]!)
  const { rows } = await test.archive.pool.query<{ count: string }>(
    'SELECT count(*) FROM "Message" WHERE "conversationId" = $1',
    [row.conversationId],
  )
  expect(Number(rows[0]!.count)).toBe(3)
})
