import type { VerbRoom } from '../call/call.ts'
import { textsOf } from '../../text/texts.ts'
import type { Language } from '../../text/wording/wording.ts'
import { COMMON_OPTIONS, manualChapters } from './entries.ts'

/** All verbs as a page for man(1), in the macros of man(7). */
export function verbsAsManPage(rooms: readonly VerbRoom[], language: Language): string {
  const texts = textsOf(language)
  const common = COMMON_OPTIONS.flatMap(({ flags, about }) => option(flags, texts[about], false))
  const chapters = manualChapters(rooms, language).flatMap(({ title, entries }) => [
    `.SH ${escaped(title.toUpperCase())}`,
    ...entries.flatMap(({ usage, about, options }) => [
      `.SS ${escaped(usage)}`,
      escaped(about),
      ...options.flatMap((one) => option(one.flags, one.about, one.required)),
    ]),
  ])
  return `${[
    '.TH GALLRA 1',
    `.SH ${texts.manualName}`,
    `gallra \\- ${escaped(texts.aboutGallra)}`,
    `.SH ${texts.manualSynopsis}`,
    `.B gallra`,
    escaped(`${texts.usageCommand} ${texts.usageOptions}`),
    `.SH ${texts.manualOptions}`,
    escaped(texts.manualIntro),
    ...common,
    '.PP',
    escaped(texts.exitCodes),
    ...chapters,
  ].join('\n')}\n`
}

function option(flags: string, about: string, required: boolean): string[] {
  return ['.TP', `.B ${escaped(flags)}${required ? ' *' : ''}`, escaped(about)]
}

/** A hyphen would become a dash, and a line that begins with a dot or an apostrophe a request. */
function escaped(text: string): string {
  return text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replace(/^([.'])/gm, '\\&$1')
}
