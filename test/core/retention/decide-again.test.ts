import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import type { RetentionFacts } from '../../../src/core/retention/retention.ts'
import { parseSchedule, type Schedule } from '../../../src/core/retention/schedule.ts'
import { decideAgain, decideDisposalNow, type Decided } from '../../../src/core/retention/decide-again.ts'

const schedule = parseSchedule(
  parse(readFileSync(new URL('../../../rules/schedule.yaml', import.meta.url), 'utf8')),
  'v1',
)
const noon = (date: string) => new Date(`${date}T11:00:00Z`)
const facts: RetentionFacts = {
  receivedAt: noon('2026-03-01'),
  case: 'support',
  marks: [],
  uncertain: true,
  customerAmbiguous: false,
  mayBeComplaint: false,
  holds: [],
  erasureGranted: false,
  conversation: { lastMessageAt: noon('2026-03-01'), complaint: null, mayBeComplaint: false, privacy: null },
  staff: { deliveredOn: null, consumer: null, settledOn: null, transferredOn: null, financialYearEnd: null },
}
const standing = (change: Partial<RetentionFacts> = {}) => ({
  facts: { ...facts, ...change },
  inMailbox: false,
  copies: 'known' as const,
})
const undecided: Decided = { state: 'review', notBefore: null, dueOn: null, retention: null, approvedAt: null }

/** Decided once and approved by a person. */
function approved(under: Schedule): Decided {
  const { decision, ...rest } = decideAgain(undecided, standing(), under, 'new-facts', noon('2026-03-01'))!
  return { ...rest, retention: decision, approvedAt: noon('2026-03-02') }
}

describe('an approval', () => {
  it('lets a doubtful message go when its time has come', () => {
    expect(decideDisposalNow(approved(schedule), standing(), schedule, noon('2027-03-01')).disposal.reason).toBe(
      'not-due',
    )
    expect(decideDisposalNow(approved(schedule), standing(), schedule, noon('2027-03-02')).disposal.act).toBe('purge')
    expect(
      decideDisposalNow({ ...approved(schedule), approvedAt: null }, standing(), schedule, noon('2027-03-02')).disposal
        .reason,
    ).toBe('review')
  })
  it('counts only for the facts it was given on, stored or not', () => {
    const changed = standing({ marks: ['unpaid'] })
    expect(decideDisposalNow(approved(schedule), changed, schedule, noon('2027-03-02')).disposal).toMatchObject({
      act: 'nothing',
      reason: 'review',
    })
    expect(decideAgain(approved(schedule), changed, schedule, 'new-facts', noon('2026-03-05'))).toMatchObject({
      approvalLapsed: true,
    })
  })
  it('and only for the schedule it was given under', () => {
    const other = { ...schedule, version: 'v2' }
    expect(decideDisposalNow(approved(schedule), standing(), other, noon('2027-03-02')).disposal).toMatchObject({
      act: 'nothing',
      reason: 'review',
    })
  })
})

it('deciding again changes nothing when nothing has changed', () => {
  const { decision, ...rest } = decideAgain(undecided, standing(), schedule, 'new-facts', noon('2026-03-01'))!
  expect(
    decideAgain(
      { ...rest, retention: decision, approvedAt: null },
      standing(),
      schedule,
      'schedule',
      noon('2026-05-01'),
    ),
  ).toBeNull()
})

it('a wait that is already pending is not shortened by a later cause with a shorter one', () => {
  const before = { ...approved(schedule), notBefore: '2027-01-01' }
  const freed = decideAgain(before, standing({ uncertain: false }), schedule, 'staff-override', noon('2026-12-20'))
  expect(freed).toMatchObject({ notBefore: '2027-01-01', state: 'active' })
})
