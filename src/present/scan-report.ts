import type { Strength, PersonField } from '../core/person/find-person.ts'
import type { TermKind } from '../core/person/person-terms.ts'
import type { ScannedMessage, ScanReport } from '../pipeline/read/scan-person.ts'
import { nameOf } from '../text/names.ts'
import type { TextKey } from '../text/texts.ts'
import { fill } from '../text/wording/wording.ts'
import { oneLine } from './safe-text.ts'
import type { Rows, Words } from './words.ts'

/** Ids named of a kind. */
const NAMED = 20

export function scanRows(words: Words, messages: readonly ScannedMessage[]): Rows {
  const { texts, language } = words
  return {
    head: [
      texts.headId,
      texts.headDate,
      texts.headDirection,
      texts.headState,
      texts.headStrength,
      texts.headFound,
      texts.headSubject,
    ],
    rows: messages.map((item) => [
      item.id,
      item.date,
      nameOf(language, 'direction', item.direction),
      nameOf(language, 'state', item.state),
      texts[STRENGTHS[item.strength]],
      oneLine(reasons(words, item), 60),
      oneLine(item.subject ?? texts.subjectBroken, 50),
    ]),
  }
}

/** How much was found, and what a person still has to look at. */
export function scanSummary({ texts }: Words, { scanned, messages, unopened, partly }: ScanReport): string[] {
  const countOf = (strength: Strength): number => messages.filter((message) => message.strength === strength).length
  const counts = { sure: countOf('identifier'), names: countOf('name'), weak: countOf('weak') }
  const named = (key: TextKey, ids: readonly string[]): string[] =>
    ids.length === 0 ? [] : [fill(texts[key], { count: ids.length, ids: ids.slice(0, NAMED).join(', ') })]
  return [
    fill(texts.scanned, { count: messages.length, scanned, ...counts }),
    ...named('scannedPartly', partly),
    ...named('scannedUnopened', unopened),
  ]
}

/** `adress (från, text), namn (text)` */
function reasons({ texts }: Words, { byCustomer, matches }: ScannedMessage): string {
  const fields = new Map<TermKind, Set<string>>()
  for (const { kind, field } of matches) fields.set(kind, (fields.get(kind) ?? new Set()).add(texts[FIELDS[field]]))
  const found = [...fields].map(([kind, where]) => `${texts[KINDS[kind]]} (${[...where].join(', ')})`)
  return [...(byCustomer ? [texts.foundCustomer] : []), ...found].join(', ')
}

const STRENGTHS = {
  identifier: 'strengthIdentifier',
  name: 'strengthName',
  weak: 'strengthWeak',
} as const satisfies Record<Strength, TextKey>

const KINDS = {
  address: 'foundAddress',
  name: 'foundName',
  phone: 'foundPhone',
  'personal-number': 'foundPersonalNumber',
  reference: 'foundReference',
} as const satisfies Record<TermKind, TextKey>

const FIELDS = {
  subject: 'fieldSubject',
  from: 'fieldFrom',
  to: 'fieldTo',
  text: 'fieldText',
  attachment: 'fieldAttachment',
  header: 'fieldHeader',
  source: 'fieldSource',
} as const satisfies Record<PersonField, TextKey>
