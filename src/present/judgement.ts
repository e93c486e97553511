import type { Case, Evidence, Mark } from '../core/classification.ts'
import { readVersion } from '../core/classification.ts'
import { explainCaseRule, type TrainedRulebook } from '../core/judgement/rules.ts'
import { codeOf, nameOf } from '../text/names.ts'
import { fill } from '../text/wording/wording.ts'
import { oneLine } from './safe-text.ts'
import type { Words } from './words.ts'

/** `Betalning, obetald faktura` */
export function caseAndMarks({ language }: Words, { case: is, marks }: { case: Case; marks: readonly Mark[] }): string {
  return [nameOf(language, 'messageCase', is), ...marks.map((mark) => nameOf(language, 'mark', mark))].join(', ')
}

/** A case or a mark. */
export function caseOrMark({ language }: Words, code: Case | Mark): string {
  const found = codeOf('messageCase', code)
  return found === code ? nameOf(language, 'messageCase', found) : nameOf(language, 'mark', code as Mark)
}

/** Why a rule speaks for what it does, and the words it saw. */
export function evidenceText(
  { language }: Words,
  rulebook: TrainedRulebook,
  { rule, text }: Pick<Evidence, 'rule' | 'text'>,
  length = 80,
): string {
  return `${explainCaseRule(rulebook, rule)?.[language] ?? rule} (${oneLine(text, length)})`
}

/** The rulebook and the model that judged. */
export function judgedBy(words: Words, version: string): string {
  const { rulebook, model } = readVersion(version)
  return `${rulebook}, ${modelName(words, model)}`
}

/** null: the model that comes with gallra. */
export function modelName({ texts }: Words, model: number | null): string {
  return model === null ? texts.modelShipped : fill(texts.modelNumber, { model })
}

export function percent(share: number): string {
  return `${Math.round(share * 100)} %`
}
