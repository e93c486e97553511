/** Check digits and dates of Swedish identity and payment numbers (law.md, "Swedish numbers"). Input is digits only. */
import { Temporal } from 'temporal-polyfill'

/** Luhn, also called mod 10: from the right every second digit doubled, 9 off what exceeds 9, sum divisible by 10. */
export function hasLuhnCheck(digits: string): boolean {
  if (!/^\d{2,25}$/.test(digits)) return false
  let sum = 0
  for (let i = 0; i < digits.length; i++) {
    const digit = Number(digits[digits.length - 1 - i])
    const weighted = i % 2 === 1 ? digit * 2 : digit
    sum += weighted > 9 ? weighted - 9 : weighted
  }
  return sum % 10 === 0
}

/**
 * What a ten-digit (or twelve-digit, with century) number can be. The date need only exist in some century
 * when the number does not say which. A sole trader's organisation number is a personal number (law.md, "Swedish
 * numbers").
 */
export function kindOfTenDigits(
  digits: string,
): 'personal-number' | 'coordination-number' | 'organisation-number' | null {
  if (!/^(?:\d{2})?\d{10}$/.test(digits)) return null
  const ten = digits.slice(-10)
  const century = digits.slice(0, -10)
  // The check digit never covers the century (folkbokföringslagen 18 §).
  if (!hasLuhnCheck(ten)) return null
  // The third digit of an organisation number is at least 2 (a month never is); 16 is its century mark.
  if (ten[2]! >= '2') return century === '' || century === '16' ? 'organisation-number' : null
  const centuries = century === '' ? ['18', '19', '20'] : [century]
  if (!centuries.every((each) => ['18', '19', '20'].includes(each))) return null
  const day = Number(ten.slice(4, 6))
  const dated = (dayOfMonth: number) =>
    centuries.some((each) => dateExists(Number(each + ten.slice(0, 2)), Number(ten.slice(2, 4)), dayOfMonth))
  if (day <= 31) return dated(day) ? 'personal-number' : null
  return dated(day - 60) ? 'coordination-number' : null
}

/** An OCR reference: 2 to 25 digits with a Luhn check; with `lengthDigit` the second-last is the length mod 10. */
export function isOcrReference(digits: string, lengthDigit = false): boolean {
  if (!hasLuhnCheck(digits)) return false
  return !lengthDigit || Number(digits[digits.length - 2]) === digits.length % 10
}

/** A bankgiro number: 7 or 8 digits. */
export function isBankgiro(digits: string): boolean {
  return /^\d{7,8}$/.test(digits) && hasLuhnCheck(digits)
}

/** A plusgiro number: 2 to 8 digits. */
export function isPlusgiro(digits: string): boolean {
  return /^\d{2,8}$/.test(digits) && hasLuhnCheck(digits)
}

/**
 * E.164 form of a phone number written with separators removed: `0` and 7 to 9 digits (mobile 07[02369] and
 * exactly 7), +46 and 0046 with or without the 0, or another country's + form. Null when it is none.
 */
export function phoneNumber(written: string): string | null {
  const compact = written.replace(/^00/, '+')
  const national = compact.startsWith('+46')
    ? compact.slice(3).replace(/^0/, '')
    : compact.startsWith('0')
      ? compact.slice(1)
      : null
  if (national === null) return /^\+[1-9]\d{7,14}$/.test(compact) ? compact : null
  if (!/^[1-9]\d{6,8}$/.test(national)) return null
  if (/^7[02369]/.test(national) && national.length !== 9) return null
  return `+46${national}`
}

function dateExists(year: number, month: number, day: number): boolean {
  if (month < 1 || month > 12 || day < 1) return false
  return day <= Temporal.PlainYearMonth.from({ year, month }).daysInMonth
}
