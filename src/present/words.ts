import { stockholmDate } from '../core/retention/calendar.ts'
import type { Texts } from '../text/texts.ts'
import type { Language } from '../text/wording/wording.ts'

/** In whose language a presenter writes. */
export interface Words {
  texts: Texts
  language: Language
}

/** A name and its value; an empty name goes on with the one before. */
export type Fact = [name: string, value: string]

/** Columns with their heads. */
export interface Rows {
  head: string[]
  rows: (string | number)[][]
}

/** Date and time in Stockholm, to the minute. `at`: an instant, as ISO 8601 where it is text. */
export function moment(at: Date | string): string {
  const instant = new Date(at)
  const time = instant.toLocaleTimeString('sv-SE', { timeZone: 'Europe/Stockholm', hour: '2-digit', minute: '2-digit' })
  return `${stockholmDate(instant)} ${time}`
}

export function yesOrNo({ texts }: Words, is: boolean): string {
  return is ? texts.yes : texts.no
}
