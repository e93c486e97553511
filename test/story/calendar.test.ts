import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  addPeriod,
  endOfDayAt,
  endOfYear,
  rollToWorkingDay,
  startOfDayAt,
  stockholmDate,
  subjectRequestDeadlines,
} from '../../src/core/retention/calendar.ts'
import { isHoliday } from '../../src/core/retention/holidays.ts'
import { firstDayFrom, nextDay, plusDays, plusMonths, stockholmDay, yearEnd, type Day } from './civil.ts'

/** Since then Swedish summer time ends in October. */
const instant = fc.date({
  min: new Date('1996-01-01T00:00:00Z'),
  max: new Date('2099-12-31T00:00:00Z'),
  noInvalidDate: true,
})
const day: fc.Arbitrary<Day> = instant.map((at) => at.toISOString().slice(0, 10))
const all = <T>(arbitrary: fc.Arbitrary<T>, check: (value: T) => void) =>
  fc.assert(
    fc.property(arbitrary, (value) => {
      check(value)
    }),
    { numRuns: 300 },
  )

describe('the calendar equals one written out step by step', () => {
  it('in the date of an instant', () => all(instant, (at) => expect(stockholmDate(at)).toBe(stockholmDay(at))))

  it('also in the hours around every midnight and change of clocks', () => {
    const wrong: Date[] = []
    for (let year = 1996; year <= 2045; year += 1) {
      for (const date of [`${year}-03-24`, `${year}-10-24`, `${year}-12-31`, `${year}-02-28`]) {
        const from = new Date(`${date}T21:00:00Z`).getTime()
        for (let hour = 0; hour < 8 * 24; hour += 1)
          for (const ms of [-1, 0]) {
            const at = new Date(from + hour * 3_600_000 + ms)
            if (stockholmDate(at) !== stockholmDay(at)) wrong.push(at)
          }
      }
    }
    expect(wrong).toEqual([])
  })

  it('in the first and last moment of a day', () =>
    all(day, (date) => {
      expect(firstDayFrom(startOfDayAt(date))).toBe(date)
      expect(stockholmDay(new Date(startOfDayAt(date).getTime() - 1))).not.toBe(date)
      expect(stockholmDay(endOfDayAt(date))).toBe(date)
      expect(stockholmDay(new Date(endOfDayAt(date).getTime() + 1))).toBe(nextDay(date))
    }))

  it('in days and weeks', () =>
    all(fc.tuple(day, fc.nat({ max: 900 })), ([date, days]) => {
      expect(addPeriod(date, `P${days}D`)).toBe(plusDays(date, days))
      expect(addPeriod(date, `P${days}W`)).toBe(plusDays(date, 7 * days))
    }))

  it('in months and years, clamped to the month end', () =>
    all(fc.tuple(day, fc.nat({ max: 240 })), ([date, months]) => {
      expect(addPeriod(date, `P${months}M`)).toBe(plusMonths(date, months))
      expect(addPeriod(date, `P${months}Y`)).toBe(plusMonths(date, 12 * months))
    }))

  it('at the end of every month for every length up to three years', () => {
    for (let date = '2023-01-01'; date < '2029-01-01'; date = nextDay(date)) {
      if (date.slice(8) < '28') continue
      for (let months = 0; months <= 38; months += 1)
        expect(addPeriod(date, `P${months}M`)).toBe(plusMonths(date, months))
    }
  })

  it('in the year of bookkeeping', () =>
    all(fc.tuple(day, fc.nat({ max: 10 })), ([date, years]) =>
      expect(endOfYear(date, years)).toBe(yearEnd(date, years)),
    ))
})

/** Easter Sundays as almanacs print them. */
const EASTER = [
  '2024-03-31',
  '2025-04-20',
  '2026-04-05',
  '2027-03-28',
  '2028-04-16',
  '2029-04-01',
  '2030-04-21',
  '2031-04-13',
  '2032-03-28',
  '2033-04-17',
  '2034-04-09',
  '2035-03-25',
  '2036-04-13',
  '2037-04-05',
  '2038-04-25',
]

const weekday = (date: Day) => new Date(`${date}T12:00:00Z`).getUTCDay()

/** Lag (1989:253) om allmänna helgdagar, day by day. */
function holidaysOf(easter: Day): Set<Day> {
  const year = easter.slice(0, 4)
  const fixed = ['01-01', '01-06', '05-01', '06-06', '12-25', '12-26'].map((date) => `${year}-${date}`)
  const saturday = (from: Day): Day => (weekday(from) === 6 ? from : saturday(nextDay(from)))
  let goodFriday = `${year}-03-01`
  while (plusDays(goodFriday, 2) !== easter) goodFriday = nextDay(goodFriday)
  const days = new Set([
    ...fixed,
    goodFriday,
    easter,
    nextDay(easter),
    plusDays(easter, 39),
    plusDays(easter, 49),
    saturday(`${year}-06-20`),
    saturday(`${year}-10-31`),
  ])
  for (let date = `${year}-01-01`; date.startsWith(year); date = nextDay(date)) if (weekday(date) === 0) days.add(date)
  return days
}

describe('holidays', () => {
  it.each(EASTER)('of the year of Easter %s are those of the law, and no other day', (easter) => {
    const year = easter.slice(0, 4)
    const expected = [...holidaysOf(easter)].sort()
    const found: Day[] = []
    for (let date = `${year}-01-01`; date.startsWith(year); date = nextDay(date)) if (isHoliday(date)) found.push(date)
    expect(found).toEqual(expected)
  })

  it('roll to the first day that is none, never backwards and never past a working day', () => {
    const holidays = new Set(EASTER.flatMap((easter) => [...holidaysOf(easter)]))
    for (let date = '2024-01-01'; date < '2038-12-20'; date = nextDay(date)) {
      let working = date
      while (weekday(working) === 6 || holidays.has(working)) working = nextDay(working)
      expect(rollToWorkingDay(date)).toBe(working)
    }
  })

  it('a subject request is answered within a month of receipt, extended by at most two, both on working days', () => {
    for (let date = '2024-01-01'; date < '2031-01-01'; date = nextDay(date)) {
      const { d1, d3 } = subjectRequestDeadlines(date)
      expect(d1).toBe(rollToWorkingDay(plusMonths(date, 1)))
      const readings = [plusMonths(date, 3), plusMonths(plusMonths(date, 1), 2)].sort()
      expect(d3).toBe(rollToWorkingDay(readings[0]!))
      expect(d1 < d3).toBe(true)
    }
  })
})
