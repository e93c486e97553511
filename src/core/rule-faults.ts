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

/**
 * The faults of a document that its schema refused. A schema's own message is a key of `requirements`.
 * Parse with `reportInput: true`: without the input a missing field cannot be told from a wrong one.
 */
export function schemaFaults(issues: readonly Issue[], requirements: Readonly<Partial<Record<string, Wording>>>, placeOf: (path: readonly PropertyKey[]) => Wording): Wording[] {
  return issues.map((issue) => faultAt(placeOf(issue.path), requirements[issue.message] ?? wordingOf(issue)))
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
      return bound(issue.origin, issue.inclusive === false ? { sv: 'mer än', en: 'more than' } : { sv: 'minst', en: 'at least' }, issue.minimum)
    case 'too_big':
      return bound(issue.origin, issue.inclusive === false ? { sv: 'mindre än', en: 'less than' } : { sv: 'högst', en: 'at most' }, issue.maximum)
    case 'unrecognized_keys':
      return { sv: `okänt fält: ${issue.keys.join(', ')}`, en: `unknown field: ${issue.keys.join(', ')}` }
    case 'invalid_key':
      return { sv: 'namnet måste vara gemena ord med bindestreck emellan', en: 'the name must be lower-case words joined by hyphens' }
    default:
      return { sv: 'har ett värde som inte går', en: 'has a value that is not possible' }
  }
}

function bound(origin: string, than: Wording, limit: number | bigint): Wording {
  const unit = origin === 'string' ? { sv: ' tecken', en: ' characters' } : origin === 'array' ? { sv: ' i listan', en: ' in the list' } : sameInBoth('')
  return { sv: `måste vara ${than.sv} ${limit}${unit.sv}`, en: `must be ${than.en} ${limit}${unit.en}` }
}
