import { describe, expect, it } from 'vitest'
import {
  addPeriod,
  breachDeadline,
  compareDates,
  endOfDayAt,
  endOfYear,
  isIsoDate,
  latest,
  pausedDeadline,
  rollToWorkingDay,
  startOfDayAt,
  stockholmDate,
  subjectRequestDeadlines,
} from '../../../src/core/retention/calendar.ts'
import { easterSunday, isHoliday } from '../../../src/core/retention/holidays.ts'

describe('the clock of a subject request', () => {
  it.each([
    ['2026-03-05', '2026-04-07', '2026-06-05'],
    ['2026-01-31', '2026-03-02', '2026-04-28'],
    ['2026-08-31', '2026-09-30', '2026-11-30'],
    ['2026-11-25', '2026-12-28', '2027-02-25'],
    ['2026-11-24', '2026-12-24', '2027-02-24'],
    ['2026-05-20', '2026-06-22', '2026-08-20'],
    ['2028-01-31', '2028-02-29', '2028-05-02'],
  ])('a request received %s is due %s, extended %s', (receivedOn, d1, d3) => {
    expect(subjectRequestDeadlines(receivedOn)).toEqual({ d1, d3 })
  })

  it('shows the outer limit when the clock paused for identity', () => {
    expect(pausedDeadline('2026-11-02', '2026-11-04', '2026-11-11')).toBe('2026-12-09')
  })
})

describe('the clock of a breach', () => {
  it.each([
    ['2026-04-03T16:30:00+02:00', '2026-04-06T16:30:00+02:00'],
    ['2026-10-23T20:00:00+02:00', '2026-10-26T19:00:00+01:00'],
    ['2027-03-26T14:00:00+01:00', '2027-03-29T15:00:00+02:00'],
  ])('runs 72 elapsed hours from %s', (aware, due) => {
    expect(breachDeadline(new Date(aware), 72)).toEqual(new Date(due))
  })

  it('takes other hours, and refuses none', () => {
    expect(breachDeadline(new Date('2026-01-01T00:00:00Z'), 96)).toEqual(new Date('2026-01-05T00:00:00Z'))
    expect(() => breachDeadline(new Date(Number.NaN), 72)).toThrow(RangeError)
    expect(() => breachDeadline(new Date('2026-01-01T00:00:00Z'), Number.NaN)).toThrow(RangeError)
  })
})

describe('claim periods', () => {
  const delivered = '2024-03-15'
  it.each([
    ['konsumentköplagen: defect must appear', 'P3Y', '2027-03-15'],
    ['konsumentköplagen: burden of proof', 'P2Y', '2026-03-15'],
    ['konsumenttjänstlagen: fixed property', 'P10Y', '2034-03-15'],
    ['köplagen', 'P24M', '2026-03-15'],
  ])('%s', (_law, period, end) => expect(addPeriod(delivered, period)).toBe(end))

  it('the last claim of a consumer rolls from a Saturday', () => {
    expect(addPeriod(delivered, 'P38M')).toBe('2027-05-15')
    expect(rollToWorkingDay(addPeriod(delivered, 'P38M'), 'statute')).toBe('2027-05-17')
  })
  it('withdrawal in fourteen days rolls over Easter', () => {
    expect(rollToWorkingDay(addPeriod(delivered, 'P14D'), 'statute')).toBe('2024-04-02')
  })
  it('ARN takes a complaint within one year', () => expect(addPeriod('2026-03-02', 'P1Y')).toBe('2027-03-02'))
})

describe('bookkeeping years', () => {
  it.each([
    ['2025-12-31', '2032-12-31'],
    ['2025-06-30', '2032-12-31'],
    ['2026-04-30', '2033-12-31'],
  ])('a year ending %s is kept until %s', (end, until) => expect(endOfYear(end, 7)).toBe(until))
})

describe('holidays', () => {
  it.each([
    [2026, '2026-04-05'],
    [2027, '2027-03-28'],
    [2028, '2028-04-16'],
  ])('Easter %i is %s', (year, day) => {
    expect(easterSunday(year).toString()).toBe(day)
  })
  it.each([
    '2026-01-01',
    '2026-01-06',
    '2026-04-03',
    '2026-04-05',
    '2026-04-06',
    '2026-05-01',
    '2026-05-14',
    '2026-05-24',
    '2026-06-06',
    '2026-06-20',
    '2026-10-31',
    '2026-12-25',
    '2026-12-26',
    '2027-11-06',
    '2026-11-22',
  ])('%s is one', (day) => expect(isHoliday(day)).toBe(true))
  it.each(['2026-05-25', '2026-06-19', '2026-12-24', '2026-12-31', '2026-06-13', '2026-11-07', '2026-04-04'])(
    '%s is none',
    (day) => {
      expect(isHoliday(day)).toBe(false)
    },
  )
  it.each([
    ['2026-12-24', '2026-12-28'],
    ['2026-06-19', '2026-06-22'],
    ['2026-12-31', '2027-01-04'],
  ])('the eve %s rolls to %s for Swedish statutes only', (eve, working) => {
    expect(rollToWorkingDay(eve)).toBe(eve)
    expect(rollToWorkingDay(eve, 'statute')).toBe(working)
  })
})

describe('days in Stockholm', () => {
  it('a late evening in UTC is the next day in Stockholm', () => {
    expect(stockholmDate(new Date('2026-12-31T22:59:59Z'))).toBe('2026-12-31')
    expect(stockholmDate(new Date('2026-12-31T23:00:00Z'))).toBe('2027-01-01')
    expect(stockholmDate(new Date('2026-06-30T22:00:00Z'))).toBe('2026-07-01')
  })
  it('a day is 23 or 25 hours long when clocks change', () => {
    const hours = (date: string) => (endOfDayAt(date).getTime() + 1 - startOfDayAt(date).getTime()) / 3_600_000
    expect(hours('2026-03-29')).toBe(23)
    expect(hours('2026-10-25')).toBe(25)
    expect(hours('2026-10-26')).toBe(24)
    expect(startOfDayAt('2026-10-25').toISOString()).toBe('2026-10-24T22:00:00.000Z')
    expect(endOfDayAt('2026-10-25').toISOString()).toBe('2026-10-25T22:59:59.999Z')
  })
  it('months are clamped to their end', () => {
    expect(addPeriod('2028-01-31', 'P1M')).toBe('2028-02-29')
    expect(addPeriod('2024-02-29', 'P1Y')).toBe('2025-02-28')
    expect(addPeriod('2026-01-01', 'P1Y1M1W1D')).toBe('2027-02-09')
  })
  it('no end outlasts every date', () => {
    expect(latest(['2026-01-01', null, '2030-01-01'])).toBeNull()
    expect(latest(['2026-01-01', '2030-01-01', '2029-01-01'])).toBe('2030-01-01')
    expect(compareDates('2026-01-01', '2026-01-02')).toBeLessThan(0)
  })
  it('refuses dates and periods that do not exist', () => {
    expect(isIsoDate('2026-02-30')).toBe(false)
    for (const bad of [
      '2026-04-31',
      '2100-02-29',
      '2026-00-10',
      '2026-13-01',
      '2026-01-00',
      '2026-1-01',
      '20260101',
      7,
      null,
    ])
      expect(isIsoDate(bad)).toBe(false)
    for (const good of ['2026-02-28', '2028-02-29', '2000-02-29', '2026-12-31']) expect(isIsoDate(good)).toBe(true)
    expect(() => compareDates('2026-02-30', '2026-01-01')).toThrow(RangeError)
    expect(() => stockholmDate(new Date(Number.NaN))).toThrow(RangeError)
    expect(() => addPeriod('2026-02-30', 'P1D')).toThrow(RangeError)
    for (const bad of ['12M', 'P', 'PT24H', '-P1D', 'P1.5Y', 'P1M '])
      expect(() => addPeriod('2026-01-01', bad)).toThrow(RangeError)
  })
})
