/** What a user reads, in both languages. `{name}` is filled in. */
export interface Wording {
  sv: string
  en: string
}

export type Language = 'sv' | 'en'

/** One language of a table of wordings. */
export function inLanguage<K extends string>(wordings: Record<K, Wording>, language: Language): Record<K, string> {
  const words = {} as Record<K, string>
  for (const key in wordings) words[key] = wordings[key][language]
  return words
}

/** Puts values into `{name}` places; a place without a value stays as it is. */
export function fill(template: string, values: Record<string, string | number>): string {
  return template.replace(/\{(\w+)\}/g, (whole, name: string) => (name in values ? String(values[name]) : whole))
}
