import type { Finding } from '../pipeline/read/examine.ts'
import { describeError } from '../text/errors.ts'
import { fill } from '../text/wording/wording.ts'
import { oneLine } from './safe-text.ts'
import { moment, type Words } from './words.ts'

/** What was found where an installation was looked over. */
export function findingText({ texts, language }: Words, finding: Finding): string {
  if (finding.kind === 'refused') {
    const where = finding.where === '' ? '' : `${oneLine(finding.where, 100)}: `
    return `${where}${describeError(finding.error, language)}`
  }
  const values = Object.entries(finding.values).map(([name, value]): [string, string | number] => [
    name,
    typeof value === 'object' ? moment(value.instant) : value,
  ])
  return fill(texts[finding.code], Object.fromEntries(values))
}
