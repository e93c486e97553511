import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { checkCaps, decideDisposal, weakening, type DisposalInput } from '../../../src/core/retention/disposal.ts'
import type { RetentionDecision } from '../../../src/core/retention/retention.ts'
import { parseSchedule } from '../../../src/core/retention/schedule.ts'

const schedule = parseSchedule(
  parse(readFileSync(new URL('../../../rules/schedule.yaml', import.meta.url), 'utf8')),
  'v1',
)

function decision(change: Partial<RetentionDecision> = {}): RetentionDecision {
  return {
    state: 'active',
    mailboxUntil: '2027-03-10',
    archiveUntil: '2027-03-10',
    rule: 'general',
    trigger: 'last-message',
    basis: 'GDPR 6(1)(f)',
    labels: [],
    schedule: 'v1',
    ...change,
  }
}
const input = (change: Partial<DisposalInput> = {}): DisposalInput => ({
  decision: decision(),
  notBefore: null,
  approved: false,
  holds: [],
  inMailbox: true,
  inArchive: true,
  copies: 'known',
  ...change,
})
const invoice = decision({ archiveUntil: '2034-12-31', rule: 'accounting-record' })
const assumed = decision({
  archiveUntil: '2034-12-31',
  rule: 'accounting-record',
  trigger: 'year-after-receipt',
  labels: [
    {
      rule: 'accounting-record',
      trigger: 'year-after-receipt',
      from: '2027-12-31',
      until: '2034-12-31',
      basis: 'x',
      source: 'y',
    },
  ],
})
const noon = (date: string) => new Date(`${date}T11:00:00Z`)

describe('what may be done to a message', () => {
  it('nothing on its last day, purge from the first second of the next in Stockholm', () => {
    expect(decideDisposal(input(), new Date('2027-03-10T22:59:59Z'))).toEqual({
      act: 'nothing',
      dueOn: '2027-03-11',
      reason: 'not-due',
    })
    expect(decideDisposal(input(), new Date('2027-03-10T23:00:00Z'))).toEqual({
      act: 'purge',
      dueOn: '2027-03-11',
      reason: 'due',
    })
  })
  it('an accounting record first leaves the mailbox, then waits for its legal end', () => {
    expect(decideDisposal(input({ decision: invoice }), noon('2027-03-11')).act).toBe('expunge')
    expect(decideDisposal(input({ decision: invoice, inMailbox: false }), noon('2030-01-01'))).toEqual({
      act: 'nothing',
      dueOn: '2035-01-01',
      reason: 'not-due',
    })
    expect(decideDisposal(input({ decision: invoice }), noon('2035-01-01')).act).toBe('purge')
  })
  it('what is not archived never leaves the mailbox before its legal end', () => {
    expect(decideDisposal(input({ decision: invoice, inArchive: false }), noon('2030-01-01'))).toMatchObject({
      act: 'nothing',
      dueOn: '2035-01-01',
    })
  })
  it('a record of an assumed year leaves the mailbox by itself but is destroyed only by a person', () => {
    expect(decideDisposal(input({ decision: assumed }), noon('2027-03-11')).act).toBe('expunge')
    expect(decideDisposal(input({ decision: assumed }), noon('2035-01-01'))).toMatchObject({
      act: 'nothing',
      reason: 'review',
    })
    expect(decideDisposal(input({ decision: assumed, approved: true }), noon('2035-01-01')).act).toBe('purge')
  })
  it('review goes only when approved, and approval never makes it earlier', () => {
    const review = decision({ state: 'review' })
    expect(decideDisposal(input({ decision: review }), noon('2027-03-11'))).toMatchObject({
      act: 'nothing',
      reason: 'review',
    })
    expect(decideDisposal(input({ decision: review, approved: true }), noon('2027-03-11')).act).toBe('purge')
    expect(decideDisposal(input({ decision: review, approved: true }), noon('2027-03-10'))).toMatchObject({
      act: 'nothing',
      reason: 'not-due',
    })
  })
  it('a weakening waits until its date, approved or not', () => {
    const waiting = input({ notBefore: '2027-04-01', approved: true })
    expect(decideDisposal(waiting, noon('2027-03-31'))).toEqual({
      act: 'nothing',
      dueOn: '2027-04-01',
      reason: 'waiting',
    })
    expect(decideDisposal(waiting, noon('2027-04-01')).act).toBe('purge')
  })
  it('no expiry in either place is no expiry', () => {
    for (const change of [{ archiveUntil: null, mailboxUntil: null }, { mailboxUntil: null }]) {
      expect(decideDisposal(input({ decision: decision(change) }), noon('2099-01-01'))).toEqual({
        act: 'nothing',
        dueOn: null,
        reason: 'no-expiry',
      })
    }
  })
  it('a mailbox end after the archive end delays the purge', () => {
    expect(decideDisposal(input({ decision: decision({ mailboxUntil: '2028-01-01' }) }), noon('2027-06-01')).act).toBe(
      'nothing',
    )
  })
  it('a date that does not exist means nothing, and a person', () => {
    for (const bad of ['2027-02-30', '', '2027-3-1', 'Infinity', '0']) {
      for (const broken of [
        input({ decision: decision({ archiveUntil: bad }) }),
        input({ decision: decision({ mailboxUntil: bad }) }),
        input({ notBefore: bad }),
      ]) {
        expect(decideDisposal({ ...broken, approved: true }, noon('2099-01-01'))).toEqual({
          act: 'nothing',
          dueOn: null,
          reason: 'review',
        })
      }
    }
    expect(decideDisposal(input({ approved: true }), new Date(Number.NaN)).act).toBe('nothing')
  })
  it('gone everywhere, there is nothing to do', () => {
    expect(decideDisposal(input({ inMailbox: false, inArchive: false }), noon('2099-01-01')).act).toBe('nothing')
  })
  it('a hold blocks everything, whatever else holds', () => {
    fc.assert(
      fc.property(
        fc.boolean(),
        fc.boolean(),
        fc.boolean(),
        fc.constantFrom(decision(), invoice, assumed),
        (approved, inMailbox, inArchive, each) => {
          expect(
            decideDisposal(
              input({ decision: each, approved, inMailbox, inArchive, holds: ['h1'] }),
              noon('2099-01-01'),
            ),
          ).toEqual({ act: 'nothing', dueOn: null, reason: 'hold' })
        },
      ),
      { numRuns: 40 },
    )
    expect(decideDisposal(input({ decision: decision({ rule: 'hold' }) }), noon('2099-01-01')).reason).toBe('hold')
  })
})

describe('the caps of a run', () => {
  it.each([
    [10, 10, true, 10],
    [11, 40, false, 10],
    [50, 1000, true, 50],
    [51, 1000, false, 50],
    [200, 100_000, true, 200],
    [201, 100_000, false, 200],
    [0, 0, true, 10],
    [Number.NaN, 100, false, 0],
    [-1, 100, false, 0],
    [5, 4, false, 0],
  ])('%d due of %d: within %s, limit %d', (due, total, within, limit) => {
    expect(checkCaps({ due, total }, schedule.caps)).toEqual({ within, limit })
  })
})

describe('weakening is slow, tightening is instant', () => {
  const now = noon('2026-11-01')
  const shorter = decision({ mailboxUntil: '2026-12-01', archiveUntil: '2026-12-01' })
  const endless = decision({ mailboxUntil: null, archiveUntil: null, rule: 'hold' })

  it.each(['schedule', 'hold-release', 'mailbox-override', 'new-facts'] as const)(
    '%s that shortens waits fourteen days',
    (cause) => {
      expect(weakening(decision(), shorter, cause, schedule, now)).toBe('2026-11-15')
      expect(weakening(endless, decision(), cause, schedule, now)).toBe('2026-11-15')
    },
  )
  it('staff in the console wait at least a whole day', () => {
    expect(weakening(decision(), shorter, 'staff-override', schedule, now)).toBe('2026-11-03')
    expect(weakening(decision(), shorter, 'staff-override', schedule, new Date('2026-10-31T23:00:00Z'))).toBe(
      '2026-11-02',
    )
  })
  it('a day of 25 hours is no short cut', () => {
    expect(weakening(decision(), shorter, 'staff-override', schedule, new Date('2026-10-24T22:00:00Z'))).toBe(
      '2026-10-26',
    )
  })
  it('a transfer to the bookkeeping and a first decision wait for nothing', () => {
    expect(weakening(invoice, decision(), 'transfer', schedule, now)).toBeNull()
    expect(weakening(null, decision(), 'new-facts', schedule, now)).toBeNull()
  })
  it('keeping as long or longer waits for nothing', () => {
    expect(weakening(decision(), decision(), 'schedule', schedule, now)).toBeNull()
    expect(weakening(shorter, decision(), 'schedule', schedule, now)).toBeNull()
    expect(weakening(decision(), endless, 'mailbox-override', schedule, now)).toBeNull()
  })
  it('leaving the mailbox earlier, or losing the need for approval, is letting go too', () => {
    expect(weakening(invoice, { ...invoice, mailboxUntil: '2026-12-01' }, 'mailbox-override', schedule, now)).toBe(
      '2026-11-15',
    )
    expect(weakening(decision({ state: 'review' }), decision(), 'new-facts', schedule, now)).toBe('2026-11-15')
    expect(weakening(assumed, invoice, 'staff-override', schedule, now)).toBe('2026-11-03')
  })
})
