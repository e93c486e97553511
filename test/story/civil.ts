/**
 * Civil dates in Stockholm for the model of the story tests: written out with a table of months and single
 * steps, so that it shares nothing with the calendar it is compared with. Dates are YYYY-MM-DD and sort as text.
 */
export type Day = string

/** Later than every day: no end. */
export const FOREVER: Day = '9999-12-31'

const HOUR = 3_600_000

export function nextDay(day: Day): Day {
  const { year, month, date } = split(day)
  if (date < lengthOf(year, month)) return join(year, month, date + 1)
  return month < 12 ? join(year, month + 1, 1) : join(year + 1, 1, 1)
}

export function plusDays(day: Day, days: number): Day {
  let on = day
  for (let i = 0; i < days; i += 1) on = nextDay(on)
  return on
}

/** Same date, month by month; a date the last month lacks becomes its last day (EDPB 01/2022). */
export function plusMonths(day: Day, months: number): Day {
  const { year, month, date } = split(day)
  let [y, m] = [year, month]
  for (let i = 0; i < months; i += 1) [y, m] = m === 12 ? [y + 1, 1] : [y, m + 1]
  return join(y, m, Math.min(date, lengthOf(y, m)))
}

/** 31 December so many years after the day's year. */
export function yearEnd(day: Day, years: number): Day {
  return join(split(day).year + years, 12, 31)
}

/**
 * The date a wall clock in Stockholm shows: UTC+1, and UTC+2 from the last Sunday of March to that of October, 01:00
 * UTC.
 */
export function stockholmDay(at: Date): Day {
  const summer =
    at.getTime() >= lastSunday(at.getUTCFullYear(), 3) + HOUR &&
    at.getTime() < lastSunday(at.getUTCFullYear(), 10) + HOUR
  const wall = new Date(at.getTime() + (summer ? 2 : 1) * HOUR)
  return join(wall.getUTCFullYear(), wall.getUTCMonth() + 1, wall.getUTCDate())
}

/** The first day that begins no earlier than the instant. */
export function firstDayFrom(at: Date): Day {
  const day = stockholmDay(at)
  const begins = stockholmDay(new Date(at.getTime() - 1)) !== day
  return begins ? day : nextDay(day)
}

export function laterOf(...days: Day[]): Day {
  return days.reduce((latest, day) => (day > latest ? day : latest))
}

/** Midnight UTC of the month's last Sunday. */
function lastSunday(year: number, month: number): number {
  for (let date = lengthOf(year, month); ; date -= 1) {
    const at = new Date(Date.UTC(year, month - 1, date))
    if (at.getUTCDay() === 0) return at.getTime()
  }
}

function lengthOf(year: number, month: number): number {
  if (month === 2) return isLeap(year) ? 29 : 28
  return [4, 6, 9, 11].includes(month) ? 30 : 31
}

function isLeap(year: number): boolean {
  if (year % 400 === 0) return true
  return year % 4 === 0 && year % 100 !== 0
}

function split(day: Day): { year: number; month: number; date: number } {
  return { year: Number(day.slice(0, 4)), month: Number(day.slice(5, 7)), date: Number(day.slice(8, 10)) }
}

function join(year: number, month: number, date: number): Day {
  return `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-${String(date).padStart(2, '0')}`
}
