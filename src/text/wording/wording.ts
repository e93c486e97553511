/** What a user reads, in both languages. `{name}` is filled in. */
export interface Wording {
  sv: string
  en: string
}
