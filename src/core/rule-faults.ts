/** What is wrong with a file in `rules/`: codes with values. `text/judgement/rule-faults.ts` words them. */
import type { z } from 'zod'

/** Every fault, with the names of its values. */
const VALUES = {
  // Found by a schema.
  missing: [],
  'not-text': [],
  'not-a-number': [],
  'not-a-whole-number': [],
  'not-true-or-false': [],
  'not-a-list': [],
  'not-fields': [],
  'not-of-type': ['type'],
  'not-one-of': ['known'],
  'not-more-than': ['limit'],
  'not-at-least': ['limit'],
  'not-less-than': ['limit'],
  'not-at-most': ['limit'],
  'too-few-characters': ['limit'],
  'too-many-characters': ['limit'],
  'too-few-entries': ['limit'],
  'too-many-entries': ['limit'],
  'unknown-field': ['fields'],
  'key-form': [],
  'impossible-value': [],
  // Of a rulebook.
  'name-form': [],
  'unknown-place': ['places'],
  'pattern-or-any': [],
  'hard-without-case': [],
  'name-taken': [],
  'broken-expression': ['expression'],
  'broken-expression-at': ['expression', 'character'],
  // Of a rulebook that can be used.
  'duplicate-of': ['twin'],
  'matches-not': ['example'],
  'misses-match': ['example'],
  'misses-every-match': [],
  'weight-zero': [],
  'weight-too-large': [],
  'slow-nested-repeats': [],
  'slow-endless-repeat': [],
  'slow-wide-repeats': ['most'],
  'slow-long-repeat': ['longest'],
  // Of a schedule.
  'row-name-form': [],
  'period-form': [],
  'period-below-a-day': [],
  'applies-to-nothing': [],
  'hours-form': [],
  'hours-below-a-day': [],
  'row-name-taken': [],
  'endless-with-length': [],
  'not-one-length': [],
  'open-complaint-with-end': [],
  'limited-without-mark': [],
  'spam-not-from-receipt': [],
  'case-without-general-period': ['case'],
  'no-row-for': ['what'],
} as const satisfies Record<string, readonly string[]>

export type RuleFaultCode = keyof typeof VALUES
type ValueOf<Code extends RuleFaultCode> = (typeof VALUES)[Code][number]

/** Where a fault lies. Entries are named by the name they give themselves, else by their number from 1. */
export type FaultPlace =
  | { in: 'rulebook' | 'schedule' | 'meanings' }
  | { in: 'rule' | 'row'; entry: string | number; field: string | null }
  /** As the document writes it, e.g. `thresholds.mark`. */
  | { in: 'document'; path: string }

export interface RuleFault {
  /** null where the fault says itself what it is about. */
  place: FaultPlace | null
  code: RuleFaultCode
  values: Readonly<Record<string, string | number>>
}

/** A file of rules that cannot be used. */
export class RuleFaults extends Error {
  readonly faults: readonly RuleFault[]

  constructor(faults: readonly RuleFault[]) {
    super(faults.map(({ code }) => code).join(', '))
    this.name = 'RuleFaults'
    this.faults = faults
  }
}

/** A fault with the values its wording needs. */
export function ruleFault<Code extends RuleFaultCode>(
  code: Code,
  values: Record<ValueOf<Code>, string | number>,
  place: FaultPlace | null = null,
): RuleFault {
  return { place, code, values }
}

const LONGEST_NAME = 60

export function entryPlace(kind: 'rule' | 'row', entry: string | number, field: string | null = null): FaultPlace {
  return { in: kind, entry: typeof entry === 'string' ? entry.slice(0, LONGEST_NAME) : entry, field }
}

type Issue = z.core.$ZodIssue

/** What a kind of document calls itself and its entries. */
export interface DocumentForm {
  file: 'rulebook' | 'schedule' | 'meanings'
  /** What the entries of its lists are, by the list's name. */
  lists: Readonly<Record<string, 'rule' | 'row'>>
  /** The field with an entry's name. */
  nameField: string
  /** Values of the faults that the schema's own messages name. */
  values: Readonly<Record<string, string>>
}

/**
 * The faults of a document that its schema refused. A schema's own message is a RuleFaultCode.
 * Parse with `reportInput: true`: without the input a missing field cannot be told from a wrong one.
 */
export function schemaFaults(issues: readonly Issue[], document: unknown, form: DocumentForm): RuleFault[] {
  return issues.map((issue) => {
    const place = placeIn(document, issue.path, form)
    return isCode(issue.message) ? { place, code: issue.message, values: form.values } : { ...faultOf(issue), place }
  })
}

function isCode(message: string): message is RuleFaultCode {
  return Object.hasOwn(VALUES, message)
}

/** Which entry and field a path in the document is. */
function placeIn(
  document: unknown,
  path: readonly PropertyKey[],
  { file, lists, nameField }: DocumentForm,
): FaultPlace {
  const [list, index, ...rest] = path
  if (list === undefined) return { in: file }
  const kind = Object.hasOwn(lists, list) ? lists[String(list)] : undefined
  if (typeof index !== 'number' || kind === undefined) return { in: 'document', path: path.map(String).join('.') }
  const name = fieldOf(fieldOf(fieldOf(document, list), index), nameField)
  // YAML reads `name: 7` as a number.
  const entry = typeof name === 'string' || typeof name === 'number' ? String(name) : index + 1
  return entryPlace(kind, entry, rest.length > 0 ? rest.map(String).join('.') : null)
}

function fieldOf(value: unknown, key: PropertyKey): unknown {
  return typeof value === 'object' && value !== null ? (Reflect.get(value, key) as unknown) : undefined
}

type Fault = Pick<RuleFault, 'code' | 'values'>

const TYPES: Partial<Record<string, RuleFaultCode>> = {
  string: 'not-text',
  number: 'not-a-number',
  int: 'not-a-whole-number',
  boolean: 'not-true-or-false',
  array: 'not-a-list',
  object: 'not-fields',
  record: 'not-fields',
}

function faultOf(issue: Issue): Fault {
  switch (issue.code) {
    case 'invalid_type': {
      if (issue.input === undefined) return ruleFault('missing', {})
      const code = TYPES[issue.expected]
      return code === undefined ? ruleFault('not-of-type', { type: issue.expected }) : { code, values: {} }
    }
    case 'invalid_value':
      return ruleFault('not-one-of', { known: issue.values.map(String).join(', ') })
    case 'too_small':
      return { code: lowerBound(issue.origin, issue.inclusive), values: { limit: String(issue.minimum) } }
    case 'too_big':
      return { code: upperBound(issue.origin, issue.inclusive), values: { limit: String(issue.maximum) } }
    case 'unrecognized_keys':
      return ruleFault('unknown-field', { fields: issue.keys.join(', ') })
    case 'invalid_key':
      return ruleFault('key-form', {})
    default:
      return ruleFault('impossible-value', {})
  }
}

function lowerBound(origin: string, inclusive: boolean | undefined): RuleFaultCode {
  if (origin === 'string') return 'too-few-characters'
  if (origin === 'array') return 'too-few-entries'
  return inclusive === false ? 'not-more-than' : 'not-at-least'
}

function upperBound(origin: string, inclusive: boolean | undefined): RuleFaultCode {
  if (origin === 'string') return 'too-many-characters'
  if (origin === 'array') return 'too-many-entries'
  return inclusive === false ? 'not-less-than' : 'not-at-most'
}
