import { isIsoDate, stockholmDate } from '../../core/retention/calendar.ts'
import { GallraError } from '../../errors.ts'
import { codeOf, namesOf, type CodeOf, type NameKind } from '../../text/names.ts'
import type { TextKey, Texts } from '../../text/texts.ts'
import { fill } from '../../text/wording/wording.ts'
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

/** The code of a name in either language, or null when none was given. */
export function oneOf<K extends NameKind>(
  call: Call,
  what: string,
  value: string | undefined,
  kind: K,
): CodeOf<K> | null {
  if (value === undefined) return null
  const code = codeOf(kind, value)
  if (code === null) throw notOneOf(call, what, [kind])
  return code
}

/** What is wrong with a word that is no name of these kinds, and which there are. */
export function notOneOf({ texts, language }: Call, what: string, kinds: readonly NameKind[]): GallraError {
  const known = kinds.flatMap((kind) => namesOf(language, kind)).join(', ')
  return badInput(texts, what, 'notOneOf', 'writeOneOf', { known })
}

/** An address in lower case. */
export function readAddress({ texts }: Call, what: string, value: string): string {
  const address = value.trim().toLowerCase()
  if (!/^[^\s@<>,;"]{1,64}@[^\s@<>,;"]{1,255}$/.test(address))
    throw badInput(texts, what, 'notAnAddress', 'writeAddress')
  return address
}

function kebab(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
}
