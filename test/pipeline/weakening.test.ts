import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { decideDisposal } from '../../src/pipeline/purge/guard.ts'
import { ingest } from '../../src/pipeline/ingest/ingest.ts'
import {
  approveReview,
  closeMatter,
  hold,
  notePayment,
  overrideCase,
  release,
} from '../../src/pipeline/decide/staff-decisions.ts'
import { redecideAll } from '../../src/pipeline/purge/upkeep.ts'
import type { Account } from '../../src/store/accounts.ts'
import { getMessage } from '../../src/store/message/messages.ts'
import { carol, NOW, RULES, testAccount, testArchive, type TestArchive } from '../harness/archive.ts'
import { mail } from '../harness/mail.ts'

const OLD = new Date('2024-01-10T09:00:00Z')
const HELP = 'Hej! Hur byter jag rulle i skrivaren?'

describe('a weakening waits, a tightening does not (P9)', () => {
  let test: TestArchive
  let account: Account
  let staffId: number
  beforeEach(async () => {
    test = await testArchive()
    account = await testAccount(test.archive)
    staffId = (await carol(test.archive)).id
  })
  afterEach(() => test.drop())

  const context = () => ({ archive: test.archive, account, rules: RULES })
  async function archive(id: string, body: string, at: Date, references: string[] = [], now = NOW): Promise<number> {
    const source = mail({
      id,
      from: 'alice@example.se',
      subject: 'Hur byter jag rulle?',
      body,
      date: at.toISOString(),
      references,
    })
    const raw = { uid: 0, flags: [], internalDate: at, source, size: source.length }
    return (await ingest({ archive: test.archive, account, rules: RULES, folder: null }, [raw], now)).archived[0]!
  }
  const verdict = async (id: number, rules = RULES) =>
    (await decideDisposal(test.archive.pool, account.id, id, rules, NOW)).disposal

  it('a released hold waits P14D, and deciding again does not shorten the wait', async () => {
    const id = await archive('old@example.se', HELP, OLD)
    expect((await verdict(id)).reason).toBe('due')
    const holdId = await hold(context(), { staffId, via: 'cli', reason: 'utredning', target: { messageId: id } }, NOW)
    expect((await verdict(id)).reason).toBe('hold')
    await release(context(), { staffId, via: 'cli', reason: 'klart', holdId }, NOW)
    expect(await verdict(id)).toMatchObject({ act: 'nothing', reason: 'waiting', dueOn: '2026-12-08' })
    await redecideAll(test.archive, account, RULES, NOW)
    expect(await verdict(id)).toMatchObject({ reason: 'waiting', dueOn: '2026-12-08' })
  })

  it('a shortened schedule waits from the moment it is seen', async () => {
    const id = await archive('recent@example.se', HELP, new Date('2026-03-01T09:00:00Z'))
    const rows = RULES.schedule.rows.map((row) => (row.period === 'P12M' ? { ...row, period: 'P30D' } : row))
    const shorter = { ...RULES, schedule: { ...RULES.schedule, rows, version: 'shorter' } }
    expect(await verdict(id, shorter)).toMatchObject({ act: 'nothing', reason: 'waiting' })
    await redecideAll(test.archive, account, shorter, NOW)
    expect((await getMessage(test.archive.pool, account.id, id)).notBefore).toBe('2026-12-08')
  })

  it('an approval lapses when the facts it was given on change', async () => {
    const id = await archive('old@example.se', HELP, OLD)
    await approveReview(context(), { staffId, via: 'cli', reason: 'sett', messageIds: [id] }, NOW)
    expect((await getMessage(test.archive.pool, account.id, id)).approvedAt).not.toBeNull()
    await overrideCase(
      context(),
      { staffId, via: 'cli', reason: 'reklamation', messageId: id, case: 'complaints', marks: [] },
      NOW,
    )
    expect((await getMessage(test.archive.pool, account.id, id)).approvedAt).toBeNull()
    expect((await verdict(id)).act).toBe('nothing')
  })

  it('an impossible server date does not make fresh mail due', async () => {
    const source = mail({
      id: 'fresh@example.se',
      from: 'bob@example.se',
      subject: 'Rulle',
      body: HELP,
      date: '2026-11-20T09:00:00Z',
    })
    const raw = { uid: 0, flags: [], internalDate: new Date(0), source, size: source.length }
    const [id] = (await ingest({ archive: test.archive, account, rules: RULES, folder: null }, [raw], NOW)).archived
    expect((await verdict(id!)).reason).toBe('not-due')
  })

  it('a transfer to the bookkeeping lets only its message go at once: a shortened period waits', async () => {
    const invoice = await archive('invoice@example.se', 'Här kommer fakturan.', new Date('2026-03-01T09:00:00Z'))
    const neighbour = await archive('reply@example.se', HELP, new Date('2026-03-02T09:00:00Z'), ['invoice@example.se'])
    expect((await getMessage(test.archive.pool, account.id, neighbour)).conversationId).toBe(
      (await getMessage(test.archive.pool, account.id, invoice)).conversationId,
    )
    const settled = new Date(NOW.getTime() - 5 * 86_400_000)
    await overrideCase(
      context(),
      { staffId, via: 'cli', reason: 'faktura', messageId: invoice, case: 'payments', marks: ['accounting-record'] },
      settled,
    )
    await overrideCase(
      context(),
      { staffId, via: 'cli', reason: 'svar', messageId: neighbour, case: 'support', marks: [] },
      settled,
    )
    const rows = RULES.schedule.rows.map((row) =>
      row.period === 'P12M' || row.period === 'P1Y' ? { ...row, period: 'P30D' } : row,
    )
    const shorter = { ...RULES, schedule: { ...RULES.schedule, rows, version: 'shorter' } }
    await notePayment(
      { ...context(), rules: shorter },
      { staffId, via: 'cli', reason: 'bokförd', messageId: invoice, transferredOn: '2026-11-20' },
      NOW,
    )
    expect(await verdict(neighbour, shorter)).toMatchObject({ act: 'nothing', reason: 'waiting', dueOn: '2026-12-08' })
  })

  it('a closed complaint is opened again by a complaint that was archived after the closing, however old', async () => {
    const body = 'Jag vill reklamera skrivaren. Den är trasig och jag kräver pengarna tillbaka.'
    const id = await archive('k1@example.se', body, OLD)
    const { conversationId } = await getMessage(test.archive.pool, account.id, id)
    const facts = { outcome: 'granted', deliveredOn: null, consumer: null } as const
    await closeMatter(context(), { staffId, via: 'cli', reason: 'klar', conversationId, facts }, NOW)
    expect((await getMessage(test.archive.pool, account.id, id)).archiveUntil).not.toBeNull()
    const late = await archive(
      'k2@example.se',
      body,
      new Date('2024-01-12T09:00:00Z'),
      ['k1@example.se'],
      new Date(NOW.getTime() + 1000),
    )
    expect((await getMessage(test.archive.pool, account.id, late)).conversationId).toBe(conversationId)
    expect((await getMessage(test.archive.pool, account.id, id)).archiveUntil).toBeNull()
  })

  it('a complaint that staff find in a closed matter is open until it is closed too', async () => {
    const id = await archive('q1@example.se', HELP, OLD)
    const { conversationId } = await getMessage(test.archive.pool, account.id, id)
    await closeMatter(
      context(),
      {
        staffId,
        via: 'cli',
        reason: 'klar',
        conversationId,
        facts: { outcome: 'granted', deliveredOn: null, consumer: null },
      },
      NOW,
    )
    await overrideCase(
      context(),
      { staffId, via: 'cli', reason: 'det var en reklamation', messageId: id, case: 'complaints', marks: [] },
      NOW,
    )
    expect((await getMessage(test.archive.pool, account.id, id)).retention).toMatchObject({
      rule: 'complaint-open',
      archiveUntil: null,
    })
  })

  it('a message with several possible customers is for a person', async () => {
    const source = mail({
      id: 'many@promix.se',
      from: 'info@promix.se',
      to: 'alice@example.se, bob@example.org',
      subject: 'Öppettider',
      body: 'Hej! Vi har öppet till 17.',
      date: OLD.toISOString(),
    })
    const [id] = (
      await ingest(
        { archive: test.archive, account, rules: RULES, folder: null },
        [{ uid: 0, flags: [], internalDate: OLD, source, size: source.length }],
        NOW,
      )
    ).archived
    expect(await getMessage(test.archive.pool, account.id, id!)).toMatchObject({
      customerAmbiguous: true,
      state: 'review',
    })
    expect(await verdict(id!)).toMatchObject({ act: 'nothing', reason: 'review' })
  })
})
