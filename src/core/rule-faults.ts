/**
 * What is wrong with a file of rules, in both languages: whoever edits the rules is told in their own.
 * The faults that a schema finds are worded here, since zod's own Swedish is not for people.
 */
import type { z } from 'zod'

export interface Wording {
  sv: string
  en: string
}

/** More faults than this are not told at once. */
const MOST_TOLD = 20

/** A file of rules that cannot be used. `message` is English. */
export class RuleFaults extends Error {
  readonly wording: Wording

  constructor(faults: readonly Wording[]) {
    const told = faults.slice(0, MOST_TOLD)
    const wording = {
      sv: `${told.map(({ sv }) => sv).join('; ')}. Rätta filen och starta igen`,
      en: `${told.map(({ en }) => en).join('; ')}. Correct the file and start again`,
    }
    super(wording.en)
    this.name = 'RuleFaults'
    this.wording = wording
  }
}

/** What is wrong, and where: `rule refund weight: must be a number`. */
export function faultAt(place: Wording, fault: Wording): Wording {
  return { sv: `${place.sv}: ${fault.sv}`, en: `${place.en}: ${fault.en}` }
}

/** What no language changes, such as the name of a field. */
export function sameInBoth(text: string): Wording {
  return { sv: text, en: text }
}

type Issue = z.core.$ZodIssue

/** How a file is spoken of, and the entries of its lists: by the name they give themselves, else by their number. */
export interface Naming {
  file: Wording
  lists: readonly string[]
  /** The field with an entry's name. */
  nameField: string
  named: (name: string) => Wording
  numbered: (number: number) => Wording
  /** Between an entry and its field. */
  separator: string
}

/**
 * The faults of a document that its schema refused. A schema's own message is a key of `requirements`.
 * Parse with `reportInput: true`: without the input a missing field cannot be told from a wrong one.
 */
export function schemaFaults(
  issues: readonly Issue[],
  requirements: Readonly<Partial<Record<string, Wording>>>,
  placeOf: (path: readonly PropertyKey[]) => Wording,
): Wording[] {
  return issues.map((issue) => faultAt(placeOf(issue.path), requirements[issue.message] ?? wordingOf(issue)))
}

/** Says of a path in the document which entry and field it is. */
export function placesIn(
  document: unknown,
  { file, lists, nameField, named, numbered, separator }: Naming,
): (path: readonly PropertyKey[]) => Wording {
  return (path) => {
    const [list, index, ...rest] = path
    if (list === undefined) return file
    if (typeof index !== 'number' || !lists.includes(String(list))) return sameInBoth(path.map(String).join('.'))
    const name = fieldOf(fieldOf(fieldOf(document, list), index), nameField)
    // YAML reads `name: 7` as a number.
    const { sv, en } = typeof name === 'string' || typeof name === 'number' ? named(String(name)) : numbered(index + 1)
    const field = rest.length > 0 ? separator + rest.map(String).join('.') : ''
    return { sv: sv + field, en: en + field }
  }
}

function fieldOf(value: unknown, key: PropertyKey): unknown {
  return typeof value === 'object' && value !== null ? (Reflect.get(value, key) as unknown) : undefined
}

const KINDS: Partial<Record<string, Wording>> = {
  string: { sv: 'text', en: 'text' },
  number: { sv: 'ett tal', en: 'a number' },
  int: { sv: 'ett heltal', en: 'a whole number' },
  boolean: { sv: 'true eller false', en: 'true or false' },
  array: { sv: 'en lista', en: 'a list' },
  object: { sv: 'en grupp av fält', en: 'a group of fields' },
  record: { sv: 'en grupp av fält', en: 'a group of fields' },
}

function wordingOf(issue: Issue): Wording {
  switch (issue.code) {
    case 'invalid_type': {
      if (issue.input === undefined) return { sv: 'saknas', en: 'is missing' }
      const kind = KINDS[issue.expected] ?? sameInBoth(issue.expected)
      return { sv: `måste vara ${kind.sv}`, en: `must be ${kind.en}` }
    }
    case 'invalid_value': {
      const known = issue.values.map(String).join(', ')
      return { sv: `måste vara något av ${known}`, en: `must be one of ${known}` }
    }
    case 'too_small':
      return bound(
        issue.origin,
        issue.inclusive === false ? { sv: 'mer än', en: 'more than' } : { sv: 'minst', en: 'at least' },
        issue.minimum,
      )
    case 'too_big':
      return bound(
        issue.origin,
        issue.inclusive === false ? { sv: 'mindre än', en: 'less than' } : { sv: 'högst', en: 'at most' },
        issue.maximum,
      )
    case 'unrecognized_keys':
      return { sv: `okänt fält: ${issue.keys.join(', ')}`, en: `unknown field: ${issue.keys.join(', ')}` }
    case 'invalid_key':
      return {
        sv: 'namnet måste vara gemena ord med bindestreck emellan',
        en: 'the name must be lower-case words joined by hyphens',
      }
    default:
      return { sv: 'har ett värde som inte går', en: 'has a value that is not possible' }
  }
}

function bound(origin: string, than: Wording, limit: number | bigint): Wording {
  const unit =
    origin === 'string'
      ? { sv: ' tecken', en: ' characters' }
      : origin === 'array'
        ? { sv: ' i listan', en: ' in the list' }
        : sameInBoth('')
  return { sv: `måste vara ${than.sv} ${limit}${unit.sv}`, en: `must be ${than.en} ${limit}${unit.en}` }
}
