import type { VerbRoom } from '../call/call.ts'
import { textsOf } from '../../text/texts.ts'
import type { Language } from '../../text/wording/wording.ts'
import { COMMON_OPTIONS, manualChapters, type ManualEntry } from './entries.ts'

/** All verbs as a page of Markdown (docs/use/verbs.md). */
export function verbsAsMarkdown(rooms: readonly VerbRoom[], language: Language): string {
  const texts = textsOf(language)
  const chapters = manualChapters(rooms, language).flatMap(({ title, entries }) => [
    `## ${title}`,
    ...entries.map(asMarkdown),
  ])
  const common = COMMON_OPTIONS.map(({ flags, about }) => `- \`${flags}\`: ${texts[about]}`).join('\n')
  return `${[`# ${texts.manualTitle}`, texts.manualIntro, common, texts.exitCodes, ...chapters].join('\n\n')}\n`
}

function asMarkdown({ usage, about, options }: ManualEntry): string {
  const rows = options.map((option) => `- \`${option.flags}\`${option.required ? ' *' : ''}: ${option.about}`)
  return [`### \`${usage}\``, about, ...(rows.length === 0 ? [] : [rows.join('\n')])].join('\n\n')
}
