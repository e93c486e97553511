import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { CASES, MARKS, type Mark } from '../../../src/core/classification.ts'
import { decideRetention, idleReviewOn, stateOn } from '../../../src/core/retention/decide-retention.ts'
import type { ComplaintState, IsoDate, RetentionFacts, StaffFacts } from '../../../src/core/retention/retention.ts'
import { parseSchedule } from '../../../src/core/retention/schedule.ts'

const read = (name: string) =>
  parseSchedule(parse(readFileSync(new URL(`../../../rules/${name}`, import.meta.url), 'utf8')), name)
const published = read('schedule.yaml')
const extended = read('schedule-extended.yaml')
const at = (date: string) => new Date(`${date}T12:00:00Z`)

const NOTHING_KNOWN: StaffFacts = {
  deliveredOn: null,
  consumer: null,
  settledOn: null,
  transferredOn: null,
  financialYearEnd: null,
}

function facts(
  change: Omit<Partial<RetentionFacts>, 'conversation' | 'staff'> & {
    conversation?: Partial<RetentionFacts['conversation']>
    staff?: Partial<StaffFacts>
  } = {},
): RetentionFacts {
  return {
    receivedAt: at('2026-03-02'),
    case: 'support',
    marks: [],
    uncertain: false,
    mayBeComplaint: false,
    customerAmbiguous: false,
    holds: [],
    erasureGranted: false,
    ...change,
    conversation: {
      lastMessageAt: at('2026-03-10'),
      complaint: null,
      mayBeComplaint: false,
      privacy: null,
      ...change.conversation,
    },
    staff: { ...NOTHING_KNOWN, ...change.staff },
  }
}

function complaint(change: Partial<ComplaintState> = {}): ComplaintState {
  return {
    openedAt: at('2026-03-02'),
    closedAt: at('2026-04-01'),
    outcome: 'granted',
    lastComplaintAt: at('2026-03-05'),
    ...change,
  }
}

const decide = (change: Parameters<typeof facts>[0] = {}, schedule = published) =>
  decideRetention(facts(change), schedule)

describe('the published policy', () => {
  it.each(['support', 'payments', 'privacy', 'other'] as const)(
    '%s is kept twelve months after the last message of the conversation',
    (each) => {
      expect(decide({ case: each })).toMatchObject({
        mailboxUntil: '2027-03-10',
        archiveUntil: '2027-03-10',
        state: 'active',
        schedule: 'schedule.yaml',
      })
    },
  )
  it('a new message in the conversation starts the period again', () => {
    expect(decide({ conversation: { lastMessageAt: at('2026-09-30') } }).archiveUntil).toBe('2027-09-30')
  })
  it('an open complaint keeps every message of its conversation without expiry, and staff see it when idle', () => {
    const change = {
      case: 'support' as const,
      conversation: { complaint: complaint({ closedAt: null, outcome: null }) },
    }
    expect(decide(change)).toMatchObject({
      archiveUntil: null,
      mailboxUntil: null,
      rule: 'complaint-open',
      state: 'active',
    })
    expect(idleReviewOn(facts(change), published)).toBe('2026-09-10')
    expect(idleReviewOn(facts(), published)).toBeNull()
  })
  it('a complaint nobody has opened is as good as open', () => {
    expect(decide({ case: 'complaints' }).rule).toBe('complaint-open')
    expect(decide({ marks: ['open-complaint'] }).rule).toBe('complaint-open')
  })
  it('a closed complaint is kept one year from the later of closure and last complaint', () => {
    expect(decide({ conversation: { complaint: complaint() } })).toMatchObject({
      archiveUntil: '2027-04-01',
      rule: 'complaint-closed',
    })
    expect(decide({ conversation: { complaint: complaint({ lastComplaintAt: at('2026-05-20') }) } }).archiveUntil).toBe(
      '2027-05-20',
    )
  })
  it('a closed complaint goes by itself when its time has come: what is known is not in doubt', () => {
    const known = {
      case: 'complaints' as const,
      mayBeComplaint: true,
      conversation: { complaint: complaint(), mayBeComplaint: true },
    }
    expect(decide(known)).toMatchObject({ archiveUntil: '2027-04-01', state: 'active' })
    expect(decide({ ...known, uncertain: true }).state).toBe('review')
    expect(decide({ mayBeComplaint: true }).state).toBe('review')
    expect(decide({ conversation: { mayBeComplaint: true } }).state).toBe('review')
  })
  it('a closed complaint is never shorter than the general period', () => {
    const decision = decide({
      conversation: { complaint: complaint({ closedAt: at('2026-03-03'), lastComplaintAt: at('2026-03-02') }) },
    })
    expect(decision.archiveUntil).toBe('2027-03-10')
  })
  it('an open privacy request keeps its thread, an answered one the general period', () => {
    expect(decide({ case: 'privacy', conversation: { privacy: { closedAt: null } } })).toMatchObject({
      archiveUntil: null,
      rule: 'privacy-open',
    })
    expect(decide({ case: 'privacy', conversation: { privacy: { closedAt: at('2026-03-20') } } }).archiveUntil).toBe(
      '2027-03-10',
    )
  })
  it('an unpaid bill has the general period but a person approves, until payment is noted', () => {
    expect(decide({ case: 'payments', marks: ['unpaid'] })).toMatchObject({
      archiveUntil: '2027-03-10',
      state: 'review',
    })
    expect(decide({ case: 'payments', marks: ['unpaid'], staff: { settledOn: '2026-04-01' } }).state).toBe('active')
  })
})

describe('accounting records', () => {
  const invoice = (staff: Partial<StaffFacts>, receivedAt = at('2026-03-02')) =>
    decide({
      case: 'payments',
      marks: ['accounting-record'],
      receivedAt,
      conversation: { lastMessageAt: receivedAt },
      staff,
    })

  it.each([
    ['2025-12-31', '2032-12-31'],
    ['2025-06-30', '2032-12-31'],
    ['2026-04-30', '2033-12-31'],
  ])('of a financial year ending %s are kept until %s', (financialYearEnd, until) => {
    expect(invoice({ financialYearEnd })).toMatchObject({
      archiveUntil: until,
      rule: 'accounting-record',
      mailboxUntil: '2027-03-02',
    })
  })
  it('of an unknown year count as the year after receipt', () => {
    expect(invoice({}, at('2026-01-05'))).toMatchObject({ archiveUntil: '2034-12-31', trigger: 'year-after-receipt' })
  })
  it("received late on New Year's eve count by the Swedish calendar", () => {
    expect(invoice({}, new Date('2026-12-31T23:30:00Z')).archiveUntil).toBe('2035-12-31')
  })
  it('leave the mailbox and become limited when their ordinary time ends', () => {
    const decision = invoice({ financialYearEnd: '2026-12-31' })
    expect(stateOn(decision, '2027-03-02')).toBe('active')
    expect(stateOn(decision, '2027-03-03')).toBe('limited')
    expect(stateOn(decision, '2034-01-01')).toBe('limited')
  })
  it('of an unknown year go to a person when the assumed end has passed', () => {
    expect(stateOn(invoice({}), '2034-12-31')).toBe('limited')
    expect(stateOn(invoice({}), '2035-01-01')).toBe('review')
  })
  it('other mail never becomes limited', () => expect(stateOn(decide(), '2040-01-01')).toBe('active'))
  it('transferred to the bookkeeping, keep only their ordinary time', () => {
    expect(invoice({ transferredOn: '2026-05-01' })).toMatchObject({
      archiveUntil: '2027-03-02',
      mailboxUntil: '2027-03-02',
    })
    expect(invoice({ transferredOn: '2028-05-01' })).toMatchObject({
      archiveUntil: '2028-05-01',
      mailboxUntil: '2027-03-02',
    })
  })
  it('of a complaint stay in the mailbox with it', () => {
    const decision = decide({
      marks: ['accounting-record'],
      conversation: { complaint: complaint({ closedAt: null }) },
    })
    expect(decision).toMatchObject({ mailboxUntil: null, archiveUntil: null })
  })
})

describe('spam', () => {
  it('is kept thirty days after receipt', () => {
    expect(decide({ case: 'other', marks: ['spam'] })).toMatchObject({ archiveUntil: '2026-04-01', rule: 'spam' })
  })
  it.each<[string, Parameters<typeof facts>[0]]>([
    ['an accounting record', { marks: ['spam', 'accounting-record'] }],
    ['a privacy case', { case: 'privacy', marks: ['spam'] }],
    [
      'a conversation with a privacy request',
      { marks: ['spam'], conversation: { privacy: { closedAt: at('2026-03-05') } } },
    ],
    ['a complaint', { case: 'complaints', marks: ['spam'] }],
    ['an uncertain verdict', { marks: ['spam'], uncertain: true }],
    ['a possible complaint', { marks: ['spam'], mayBeComplaint: true }],
    ['a conversation that may hold a complaint', { marks: ['spam'], conversation: { mayBeComplaint: true } }],
  ])('is not spam to the schedule when it is %s', (_name, change) => {
    const decision = decide(change)
    expect(decision.labels.map((label) => label.rule)).not.toContain('spam')
    expect(decision.mailboxUntil === null || decision.mailboxUntil >= '2027-03-10').toBe(true)
  })
})

describe('doubt', () => {
  it('takes the longest plausible period and asks a person', () => {
    expect(decide({ uncertain: true })).toMatchObject({ archiveUntil: '2027-03-10', state: 'review' })
    expect(decide({ case: 'support', uncertain: true }, extended)).toMatchObject({
      archiveUntil: '2029-05-10',
      trigger: 'in-doubt',
      state: 'review',
    })
  })
  it('about a complaint keeps the complaint period, here or elsewhere in the conversation', () => {
    for (const change of [{ mayBeComplaint: true }, { conversation: { mayBeComplaint: true } }]) {
      const decision = decide(change)
      expect(decision.state).toBe('review')
      expect(decision.labels.map((label) => label.rule)).toContain('complaint-closed')
    }
  })
  it('about a complaint asks nobody while one is open, which keeps without end', () => {
    const open = {
      case: 'complaints' as const,
      mayBeComplaint: true,
      conversation: { mayBeComplaint: true, complaint: complaint({ closedAt: null }) },
    }
    expect(decide(open)).toMatchObject({ state: 'active', archiveUntil: null, rule: 'complaint-open' })
    expect(decide({ ...open, uncertain: true }).state).toBe('review')
  })
  it('never keeps in silence: an uncertain complaint has a date on which it enters the list', () => {
    expect(decide({ case: 'complaints', uncertain: true, mayBeComplaint: true }).archiveUntil).toBe('2027-03-10')
  })
  it('about a date keeps without end', () => {
    for (const change of [
      { receivedAt: new Date(Number.NaN) },
      { conversation: { lastMessageAt: new Date(Number.NaN) } },
      { conversation: { complaint: complaint({ closedAt: new Date(Number.NaN) }) } },
      { staff: { financialYearEnd: '2026-02-30' } },
      { staff: { transferredOn: 'yesterday' } },
    ]) {
      expect(decide(change)).toMatchObject({
        archiveUntil: null,
        mailboxUntil: null,
        rule: 'unreadable-date',
        state: 'review',
      })
    }
  })
})

describe('granted erasure', () => {
  it('beats the ordinary and closed complaint periods', () => {
    expect(decide({ erasureGranted: true })).toMatchObject({
      archiveUntil: '2026-03-02',
      rule: 'erasure-granted',
      state: 'active',
    })
    expect(decide({ erasureGranted: true, conversation: { complaint: complaint() } }).archiveUntil).toBe('2026-03-02')
  })
  it('does not beat bookkeeping law: out of the mailbox, limited until the legal end', () => {
    const decision = decide({
      erasureGranted: true,
      marks: ['accounting-record'],
      staff: { financialYearEnd: '2026-12-31' },
    })
    expect(decision).toMatchObject({
      mailboxUntil: '2026-03-02',
      archiveUntil: '2033-12-31',
      rule: 'accounting-record',
    })
    expect(stateOn(decision, '2026-03-03')).toBe('limited')
  })
  it('does not beat an open complaint or a hold', () => {
    expect(
      decide({ erasureGranted: true, conversation: { complaint: complaint({ closedAt: null }) } }).archiveUntil,
    ).toBeNull()
    expect(decide({ erasureGranted: true, holds: ['h1'] })).toMatchObject({ archiveUntil: null, rule: 'hold' })
  })
  it('does not purge in doubt without a person', () =>
    expect(decide({ erasureGranted: true, uncertain: true }).state).toBe('review'))
})

describe('the extended profile', () => {
  const order = (staff: Partial<StaffFacts>) => decide({ case: 'payments', staff }, extended).archiveUntil
  it('keeps order mail for the claim period of its buyer, unknown buyers the longer', () => {
    expect(order({ deliveredOn: '2026-03-15', consumer: true })).toBe('2029-05-15')
    expect(order({ deliveredOn: '2026-03-15', consumer: false })).toBe('2028-03-15')
    expect(order({ deliveredOn: '2026-03-15' })).toBe('2029-05-15')
    expect(order({})).toBe('2029-05-10')
  })
  it('keeps refused, disputed and undecided complaints to the end of the claim period', () => {
    for (const outcome of ['refused', 'disputed', null] as const) {
      const closed = { conversation: { complaint: complaint({ outcome }) } }
      expect(decide(closed, extended).archiveUntil).toBe('2029-05-02')
      expect(decide({ ...closed, staff: { deliveredOn: '2024-03-15' } }, extended).archiveUntil).toBe('2027-05-15')
    }
    expect(decide({ conversation: { complaint: complaint({ outcome: 'withdrawn' }) } }, extended).archiveUntil).toBe(
      '2027-04-01',
    )
  })
  it('keeps unpaid bills until settled and a year more', () => {
    expect(decide({ marks: ['unpaid'] }, extended).archiveUntil).toBeNull()
    expect(decide({ marks: ['unpaid'], staff: { settledOn: '2026-12-01' } }, extended).archiveUntil).toBe('2027-12-01')
  })
  it('keeps privacy threads two years after closure', () => {
    expect(
      decide({ case: 'privacy', conversation: { privacy: { closedAt: at('2026-04-02') } } }, extended).archiveUntil,
    ).toBe('2028-04-02')
  })
})

describe('for all facts', () => {
  const instant = fc.date({ min: at('2015-01-01'), max: at('2040-01-01'), noInvalidDate: true })
  const day = instant.map((date) => date.toISOString().slice(0, 10))
  const anyFacts: fc.Arbitrary<RetentionFacts> = fc.record({
    receivedAt: instant,
    case: fc.constantFrom(...CASES),
    marks: fc.uniqueArray(fc.constantFrom(...MARKS)),
    uncertain: fc.boolean(),
    mayBeComplaint: fc.boolean(),
    customerAmbiguous: fc.boolean(),
    conversation: fc.record({
      lastMessageAt: instant,
      mayBeComplaint: fc.boolean(),
      complaint: fc.option(
        fc.record({
          openedAt: instant,
          closedAt: fc.option(instant),
          lastComplaintAt: instant,
          outcome: fc.constantFrom('granted', 'refused', 'disputed', 'withdrawn', null),
        }),
      ),
      privacy: fc.option(fc.record({ closedAt: fc.option(instant) })),
    }),
    staff: fc.record({
      deliveredOn: fc.option(day),
      consumer: fc.option(fc.boolean()),
      settledOn: fc.option(day),
      transferredOn: fc.option(day),
      financialYearEnd: fc.option(day),
    }),
    holds: fc.uniqueArray(fc.constantFrom('h1', 'h2'), { maxLength: 1 }),
    erasureGranted: fc.boolean(),
  })
  const schedule = fc.constantFrom(published, extended)
  const notBefore = (a: IsoDate | null, b: IsoDate | null) => a === null || (b !== null && a >= b)
  const all = (check: (each: RetentionFacts, rules: typeof published) => void) =>
    fc.assert(
      fc.property(anyFacts, schedule, (each, rules) => check(each, rules)),
      { numRuns: 50 },
    )

  it('the latest label wins and the mailbox never outlasts the archive', () =>
    all((each, rules) => {
      const decision = decideRetention(each, rules)
      for (const label of decision.labels) expect(notBefore(decision.archiveUntil, label.until)).toBe(true)
      expect(
        decision.labels.some((label) => label.rule === decision.rule && label.until === decision.archiveUntil),
      ).toBe(true)
      expect(notBefore(decision.archiveUntil, decision.mailboxUntil)).toBe(true)
    }))
  it('adding a mark other than spam never shortens', () =>
    all((each, rules) => {
      const before = decideRetention(each, rules)
      for (const mark of MARKS.filter((known): known is Exclude<Mark, 'spam'> => known !== 'spam')) {
        const after = decideRetention({ ...each, marks: [...new Set([...each.marks, mark])] }, rules)
        expect(notBefore(after.archiveUntil, before.archiveUntil)).toBe(true)
        expect(notBefore(after.mailboxUntil, before.mailboxUntil)).toBe(true)
      }
    }))
  it('opening a complaint, an open request, a later message or a doubt about complaints never shortens', () =>
    all((each, rules) => {
      const before = decideRetention(each, rules)
      const { conversation } = each
      const later = new Date(conversation.lastMessageAt.getTime() + 40 * 86_400_000)
      for (const after of [
        { ...each, conversation: { ...conversation, complaint: { ...complaint(), closedAt: null } } },
        { ...each, conversation: { ...conversation, lastMessageAt: later } },
        { ...each, conversation: { ...conversation, mayBeComplaint: true } },
        { ...each, mayBeComplaint: true },
        ...(conversation.privacy === null || each.erasureGranted
          ? []
          : [{ ...each, conversation: { ...conversation, privacy: { closedAt: null } } }]),
      ])
        expect(notBefore(decideRetention(after, rules).archiveUntil, before.archiveUntil)).toBe(true)
    }))
  it('a hold always blocks', () =>
    all((each, rules) => {
      const decision = decideRetention({ ...each, holds: ['h9'] }, rules)
      expect([decision.archiveUntil, decision.mailboxUntil, decision.rule]).toEqual([null, null, 'hold'])
    }))
  it('doubt always asks a person', () =>
    all((each, rules) => {
      expect(decideRetention({ ...each, uncertain: true }, rules).state).toBe('review')
    }))
})
