import type { CaseFolder } from '../pipeline/setup/case-folders.ts'
import { nameOf } from '../text/names.ts'
import { yesOrNo, type Rows, type Words } from './words.ts'

export function caseFolderRows(words: Words, folders: readonly CaseFolder[]): Rows {
  const { texts, language } = words
  return {
    head: [texts.headCase, texts.headFolder, texts.headOnServer, texts.headMessages, texts.headFollowed],
    rows: folders.map(({ case: known, name, path, messages, followed }) => [
      nameOf(language, 'case', known),
      path ?? name ?? '-',
      yesOrNo(words, path !== null),
      messages ?? '-',
      yesOrNo(words, followed),
    ]),
  }
}
