/** What verdicts, examples and models hang on: a hash of the rules' data and of the code that judges with them. */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliDecompressSync } from 'node:zlib'
import { JUDGEMENT_CODE } from '../generated/judgement-code.ts'

/** The rules as they lie in their folder: texts as written, and what the YAML files say. */
interface RuleSources {
  cases: { text: string; document: unknown }
  words: { text: string; document: unknown }
  /** Labelled mail, a JSON object a line, file by file. */
  seed: readonly string[]
}

/** Twelve hexadecimal digits that follow data and code: neither comments nor white space count. */
export function rulebookVersion({ cases, words, seed }: RuleSources, code = JUDGEMENT_CODE): string {
  const lines = seed.flatMap((text) => text.split('\n').map((line) => line.trim())).filter((line) => line !== '')
  return hashOf([JSON.stringify([cases.document, words.document]), ...lines, code])
}

/**
 * Version 0.1.0 hashed the text of the rules and of 31 compiled files. While the code that judges is still the same
 * (`JUDGEMENT_CODE` when that text was put away), verdicts of 0.1.0 with these rules are verdicts of today.
 */
const FORMER = {
  code: '0626daa4d21c7b73bee312a3b4f55649282a145489163d953bf4db8cd928e7b7',
  file: join(import.meta.dirname, '..', '..', 'rules', 'former', 'judgement-0.1.0.js.br'),
}

/** What 0.1.0 called these rules; null when it judged otherwise than today. */
export function formerVersion({ cases, words, seed }: RuleSources): string | null {
  if (JUDGEMENT_CODE !== FORMER.code) return null
  return hashOf([cases.text, words.text, ...seed, brotliDecompressSync(readFileSync(FORMER.file)).toString()])
}

/** The content hash of one file. */
export function hashOf(texts: readonly string[]): string {
  const hash = createHash('sha256')
  for (const text of texts) hash.update(text)
  return hash.digest('hex').slice(0, 12)
}
