import { namesOf } from '../../text/names.ts'
import { textsOf, type TextKey } from '../../text/texts.ts'
import type { Language } from '../../text/wording/wording.ts'
import type { Verb, VerbOption, VerbRoom } from '../call/call.ts'

/** One verb as a manual shows it. */
export interface ManualEntry {
  /** As typed, e.g. `gallra show <id>`. */
  usage: string
  name: string
  about: string
  options: { flags: string; about: string; required: boolean }[]
}

interface ManualChapter {
  title: string
  entries: ManualEntry[]
}

/** Every verb of the table in one language, chapter by chapter. */
export function manualChapters(rooms: readonly VerbRoom[], language: Language): ManualChapter[] {
  const texts = textsOf(language)
  return rooms.map(({ about, verbs }) => ({
    title: texts[about],
    entries: verbs.map((verb) => entryOf(verb, language)),
  }))
}

function entryOf(verb: Verb, language: Language): ManualEntry {
  const texts = textsOf(language)
  return {
    usage: ['gallra', verb.name, ...(verb.args ?? [])].join(' '),
    name: verb.name,
    about: texts[verb.about],
    options: (verb.options ?? []).map((option) => ({
      flags: option.flags,
      about: aboutOption(option, texts[option.about], language),
      required: option.required === true,
    })),
  }
}

function aboutOption({ choices, names }: VerbOption, about: string, language: Language): string {
  const known = names === undefined ? choices : namesOf(language, names)
  return known === undefined ? about : `${about} (${known.join('|')})`
}

/** What every verb takes. */
export const COMMON_OPTIONS: readonly { flags: string; about: TextKey }[] = [
  { flags: '--json', about: 'optJson' },
  { flags: '--lang <sv|en>', about: 'optLang' },
  { flags: '-h, --help', about: 'optHelp' },
]
