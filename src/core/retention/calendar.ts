/**
 * Dates as the law counts them: whole days in Europe/Stockholm, months clamped to their end.
 * Everything here throws RangeError on a date or period that does not exist; callers who must not
 * fail ask `isIsoDate` or `isInstant` first.
 */
import { Temporal } from 'temporal-polyfill'
import { isHoliday, isStatutoryEve } from './holidays.ts'
import type { IsoDate } from './retention.ts'

const ZONE = 'Europe/Stockholm'
const ISO_DATE = /^\d{4}-\d{2}-\d{2}$/
const PERIOD = /^P(?=\d)(?:\d{1,4}Y)?(?:\d{1,4}M)?(?:\d{1,4}W)?(?:\d{1,5}D)?$/

const HOURS_ARE_WHOLE_SINCE = Date.UTC(1901, 0, 1)
/** Zone arithmetic is the most expensive step of a purge preview; a memo of a pure function, bounded. */
const dateOfHour = new Map<number, IsoDate>()

/** True for an existing calendar date written YYYY-MM-DD. */
export function isIsoDate(value: unknown): value is IsoDate {
  if (typeof value !== 'string' || !ISO_DATE.test(value)) return false
  const [year, month, day] = value.split('-').map(Number) as [number, number, number]
  if (month < 1 || month > 12 || day < 1) return false
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0
  return day <= (month === 2 ? (leap ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31)
}

/** True for a real point in time within years 1 to 9999; false for an invalid Date. */
export function isInstant(at: Date): boolean {
  const time = at.getTime()
  return time > -62_135_500_000_000 && time < 253_402_200_000_000
}

/** True for an ISO 8601 period of whole years, months, weeks, days, e.g. P12M or P1Y6M. */
export function isPeriod(value: unknown): value is string {
  return typeof value === 'string' && PERIOD.test(value)
}

/** The calendar date in Stockholm at an instant. */
export function stockholmDate(at: Date): IsoDate {
  if (!isInstant(at)) throw new RangeError('not a valid instant')
  // Since 1900 both midnight and every change of clocks fell on a full UTC hour, so an hour has one date.
  const hour = Math.floor(at.getTime() / 3_600_000)
  const known = dateOfHour.get(hour)
  if (known !== undefined) return known
  const date = Temporal.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO(ZONE).toPlainDate().toString()
  if (at.getTime() > HOURS_ARE_WHOLE_SINCE && dateOfHour.size < 20_000) dateOfHour.set(hour, date)
  return date
}

/** The Monday of the week in Stockholm (ISO 8601 weeks). */
export function mondayOf(at: Date): IsoDate {
  const day = plain(stockholmDate(at))
  return day.subtract({ days: day.dayOfWeek - 1 }).toString()
}

/** Each conversation asks for the same few sums again and again. */
const sumOf = new Map<string, IsoDate>()

/** `date` moved on by an ISO 8601 period; a day the month lacks becomes its last day (EDPB 01/2022). */
export function addPeriod(date: IsoDate, period: string): IsoDate {
  const asked = `${date}+${period}`
  const known = sumOf.get(asked)
  if (known !== undefined) return known
  if (!PERIOD.test(period)) throw new RangeError(`not a period of years, months, weeks or days: ${period.slice(0, 40)}`)
  const sum = plain(date).add(period).toString()
  if (sumOf.size < 20_000) sumOf.set(asked, sum)
  return sum
}

/** The first instant of the day in Stockholm. */
export function startOfDayAt(date: IsoDate): Date {
  return new Date(plain(date).toZonedDateTime(ZONE).epochMilliseconds)
}

/** The last millisecond of the day in Stockholm; the day is 23 or 25 hours long when clocks change. */
export function endOfDayAt(date: IsoDate): Date {
  return new Date(startOfDayAt(addPeriod(date, 'P1D')).getTime() - 1)
}

/** A few years' days are compared over and over. */
const existing = new Set<string>()

function requireDate(date: IsoDate): void {
  if (existing.has(date)) return
  if (!isIsoDate(date)) throw notADate(date)
  if (existing.size < 20_000) existing.add(date)
}

/** Negative, zero or positive as `a` is before, on or after `b`. */
export function compareDates(a: IsoDate, b: IsoDate): number {
  // Purge compares dates by the million: written this way, existing dates sort as text.
  requireDate(a)
  requireDate(b)
  return a < b ? -1 : a > b ? 1 : 0
}

/** The latest of the dates; null in the list means "no end" and wins. Null for an empty list. */
export function latest(dates: readonly (IsoDate | null)[]): IsoDate | null {
  let last: IsoDate | null = null
  for (const date of dates) {
    if (date === null) return null
    if (last === null || compareDates(date, last) > 0) last = date
  }
  return last
}

/** The latest date that is known; null only when none is. For waiting times, where null means there is none. */
export function latestKnown(dates: readonly (IsoDate | null)[]): IsoDate | null {
  const known = dates.filter((date) => date !== null)
  return known.length === 0 ? null : latest(known)
}

/** 31 December of the year of `date` plus `plusYears` (BFL 7:2 with 7). */
export function endOfYear(date: IsoDate, plusYears: number): IsoDate {
  return plain(date).add({ years: plusYears }).with({ month: 12, day: 31 }).toString()
}

/**
 * The first day from `date` on that is not a Saturday, Sunday or holiday (Reg. 1182/71 Art. 3(4)).
 * `statute`: limits of Swedish acts, where three eves roll too (1930:173 2 §).
 */
export function rollToWorkingDay(date: IsoDate, rule: 'gdpr' | 'statute' = 'gdpr'): IsoDate {
  let day = plain(date)
  while (day.dayOfWeek >= 6 || isHoliday(day.toString()) || (rule === 'statute' && isStatutoryEve(day.toString()))) {
    day = day.add({ days: 1 })
  }
  return day.toString()
}

/**
 * Last days to answer a subject request (Art. 12(3)): `d1` one month from receipt, `d3` when extended.
 * Two readings of the extension exist; the earlier counts. Never adds to a rolled date.
 */
export function subjectRequestDeadlines(receivedOn: IsoDate): { d1: IsoDate; d3: IsoDate } {
  const month = addPeriod(receivedOn, 'P1M')
  const three = addPeriod(receivedOn, 'P3M')
  const onePlusTwo = addPeriod(month, 'P2M')
  return { d1: rollToWorkingDay(month), d3: rollToWorkingDay(compareDates(three, onePlusTwo) < 0 ? three : onePlusTwo) }
}

/**
 * Outer limit when identity was asked for without delay and the clock paused meanwhile (EDPB 01/2022).
 * Shown beside `d1`, never worked to.
 */
export function pausedDeadline(receivedOn: IsoDate, askedOn: IsoDate, answeredOn: IsoDate): IsoDate {
  const days = Math.max(0, plain(askedOn).until(plain(answeredOn), { largestUnit: 'days' }).days)
  return rollToWorkingDay(plain(receivedOn).add({ months: 1 }).add({ days }).toString())
}

/** When a breach must be with IMY: elapsed hours, no roll (Art. 33(1); 1182/71 Art. 3(4) excludes hours). */
export function breachDeadline(awareAt: Date, hours: number): Date {
  if (!isInstant(awareAt) || !(hours > 0)) throw new RangeError('needs a valid instant and hours above 0')
  return new Date(awareAt.getTime() + hours * 3_600_000)
}

function plain(date: IsoDate): Temporal.PlainDate {
  if (!isIsoDate(date)) throw notADate(date)
  return Temporal.PlainDate.from(date)
}

function notADate(date: string): RangeError {
  return new RangeError(`not a calendar date: ${date.slice(0, 40)}`)
}
