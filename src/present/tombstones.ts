import type { Case } from '../core/classification.ts'
import { stockholmDate } from '../core/retention/calendar.ts'
import type { FoundTombstone } from '../pipeline/read/tombstones.ts'
import { nameOf } from '../text/names.ts'
import { ruleName } from './retention.ts'
import type { Rows, Words } from './words.ts'

export function tombstoneRows(words: Words, found: readonly FoundTombstone[]): Rows {
  const { texts, language } = words
  const day = (at: string | null): string => (at === null ? '-' : stockholmDate(new Date(at)))
  return {
    head: [
      texts.headId,
      texts.headCase,
      texts.headRule,
      texts.headPurged,
      texts.headUntil,
      texts.headReappeared,
      texts.headLifted,
    ],
    rows: found.map((each) => [
      each.id,
      nameOf(language, 'messageCase', each.case as Case),
      ruleName(words, each.rule),
      day(each.purgedAt),
      each.until,
      day(each.reappearedAt),
      day(each.liftedAt),
    ]),
  }
}
