import { isIsoDate, stockholmDate } from '../../core/retention/calendar.ts'
import { GallraError } from '../../errors.ts'
import { fill, type TextKey, type Texts } from '../../text/texts.ts'
import type { Call } from './call.ts'

/** Wrong use, told in the caller's language. `what` names the option or argument, never a person. */
export function badInput(
  texts: Texts,
  what: string,
  problem: TextKey,
  remedy: TextKey,
  values: Record<string, string | number> = {},
): GallraError {
  return new GallraError('bad-input', {
    what,
    problem: fill(texts[problem], values),
    remedy: fill(texts[remedy], values),
  })
}

/** An optional calendar date, YYYY-MM-DD. */
export function givenDay(call: Call, name: string): string | null {
  const value = call.given.text(name)
  if (value === undefined) return null
  if (!isIsoDate(value)) throw badInput(call.texts, `--${kebab(name)}`, 'notADay', 'writeDay')
  return value
}

/** A day on which something has happened: not after today in Stockholm. */
export function givenPastDay(call: Call, name: string): string | null {
  const day = givenDay(call, name)
  if (day !== null && day > stockholmDate(call.clock()))
    throw badInput(call.texts, `--${kebab(name)}`, 'dayInFuture', 'writePastDay')
  return day
}

export function givenCount(call: Call, name: string, standard: number, most: number): number {
  const value = call.given.text(name)
  if (value === undefined) return standard
  const count = /^\d{1,7}$/.test(value) ? Number(value) : 0
  if (count < 1 || count > most) throw badInput(call.texts, `--${kebab(name)}`, 'notACount', 'writeCount', { most })
  return count
}

/** A word out of a closed list, or null when not given. */
export function oneOf<T extends string>(
  call: Call,
  what: string,
  value: string | undefined,
  known: readonly T[],
): T | null {
  if (value === undefined) return null
  const found = known.find((word) => word === value)
  if (found === undefined) throw badInput(call.texts, what, 'notOneOf', 'writeOneOf', { known: known.join(', ') })
  return found
}

function kebab(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
}
