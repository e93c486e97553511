import { en } from './en.ts'
import { sv } from './sv.ts'

/** Every text users see; Swedish is the original, and both languages have the same keys. */
export type Texts = Record<keyof typeof sv, string>
export type TextKey = keyof Texts
export type Language = 'sv' | 'en'

export function textsOf(language: Language): Texts {
  return language === 'en' ? en : sv
}

/** Puts values into `{name}` places; a place without a value stays as it is. */
export function fill(template: string, values: Record<string, string | number>): string {
  return template.replace(/\{(\w+)\}/g, (whole, name: string) => (name in values ? String(values[name]) : whole))
}
