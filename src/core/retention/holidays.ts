/**
 * Public holidays of Sweden: lag (1989:253) om allmänna helgdagar, written out because it is twelve lines
 * and cannot change behind our back. Eves are no holidays there; lag (1930:173) 2 § equates three of them
 * with holidays for time limits in Swedish statutes only.
 */
import { Temporal } from 'temporal-polyfill'

/** True on Sundays and on the days law 1989:253 names. `date` is an ISO 8601 calendar date. */
export function isHoliday(date: string): boolean {
  const day = Temporal.PlainDate.from(date)
  if (day.dayOfWeek === 7) return true
  if (['01-01', '01-06', '05-01', '06-06', '12-25', '12-26'].includes(date.slice(5))) return true
  // Good Friday, Easter Monday, Ascension; Easter Day and Whit Sunday are Sundays.
  const sinceEaster = day.since(easterSunday(day.year), { largestUnit: 'days' }).days
  if ([-2, 1, 39].includes(sinceEaster)) return true
  if (day.dayOfWeek !== 6) return false
  const midsummer = day.month === 6 && day.day >= 20 && day.day <= 26
  const allSaints = (day.month === 10 && day.day === 31) || (day.month === 11 && day.day <= 6)
  return midsummer || allSaints
}

/** Midsummer, Christmas and New Year's eve: holidays only for limits set by Swedish statute (1930:173 2 §). */
export function isStatutoryEve(date: string): boolean {
  const day = Temporal.PlainDate.from(date)
  if (date.endsWith('12-24') || date.endsWith('12-31')) return true
  return day.month === 6 && day.dayOfWeek === 5 && day.day >= 19 && day.day <= 25
}

/** Easter Sunday of a Gregorian year (the anonymous algorithm). */
export function easterSunday(year: number): Temporal.PlainDate {
  const a = year % 19
  const b = Math.floor(year / 100)
  const c = year % 100
  const d = Math.floor((b - Math.floor((b + 8) / 25) + 1) / 3)
  const h = (19 * a + b - Math.floor(b / 4) - d + 15) % 30
  const l = (32 + 2 * (b % 4) + 2 * Math.floor(c / 4) - h - (c % 4)) % 7
  const m = Math.floor((a + 11 * h + 22 * l) / 451)
  const sum = h + l - 7 * m + 114
  return Temporal.PlainDate.from({ year, month: Math.floor(sum / 31), day: (sum % 31) + 1 })
}
