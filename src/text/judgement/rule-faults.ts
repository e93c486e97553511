import type { FaultPlace, RuleFault, RuleFaultCode } from '../../core/rule-faults.ts'
import { fill, type Wording } from '../wording/wording.ts'

/** Faults in the files in `rules/`. */
const ruleFaults = {
  missing: { sv: 'saknas', en: 'is missing' },
  'not-text': { sv: 'måste vara text', en: 'must be text' },
  'not-a-number': { sv: 'måste vara ett tal', en: 'must be a number' },
  'not-a-whole-number': { sv: 'måste vara ett heltal', en: 'must be a whole number' },
  'not-true-or-false': { sv: 'måste vara true eller false', en: 'must be true or false' },
  'not-a-list': { sv: 'måste vara en lista', en: 'must be a list' },
  'not-fields': { sv: 'måste vara en grupp av fält', en: 'must be a group of fields' },
  'not-of-type': { sv: 'måste vara {type}', en: 'must be {type}' },
  'not-one-of': { sv: 'måste vara något av {known}', en: 'must be one of {known}' },
  'not-more-than': { sv: 'måste vara mer än {limit}', en: 'must be more than {limit}' },
  'not-at-least': { sv: 'måste vara minst {limit}', en: 'must be at least {limit}' },
  'not-less-than': { sv: 'måste vara mindre än {limit}', en: 'must be less than {limit}' },
  'not-at-most': { sv: 'måste vara högst {limit}', en: 'must be at most {limit}' },
  'too-few-characters': { sv: 'måste vara minst {limit} tecken', en: 'must be at least {limit} characters' },
  'too-many-characters': { sv: 'måste vara högst {limit} tecken', en: 'must be at most {limit} characters' },
  'too-few-entries': { sv: 'måste vara minst {limit} i listan', en: 'must be at least {limit} in the list' },
  'too-many-entries': { sv: 'måste vara högst {limit} i listan', en: 'must be at most {limit} in the list' },
  'unknown-field': { sv: 'okänt fält: {fields}', en: 'unknown field: {fields}' },
  'key-form': {
    sv: 'namnet måste vara gemena ord med bindestreck emellan',
    en: 'the name must be lower-case words joined by hyphens',
  },
  'impossible-value': { sv: 'har ett värde som inte går', en: 'has a value that is not possible' },

  'name-form': {
    sv: 'måste vara gemena ord med bindestreck emellan',
    en: 'must be lower-case words joined by hyphens',
  },
  'unknown-place': { sv: 'måste vara ett eller flera av {places}', en: 'must be one or more of {places}' },
  'pattern-or-any': { sv: 'måste ha antingen pattern eller any', en: 'must have either pattern or any' },
  'hard-without-case': {
    sv: 'bara en regel för ett ärendeslag kan vara hard',
    en: 'only a rule for a case can be hard',
  },
  'name-taken': { sv: 'namnet är upptaget', en: 'the name is taken' },
  'broken-expression': {
    sv: 'ogiltigt reguljärt uttryck: {expression}',
    en: 'Invalid regular expression: {expression}',
  },
  'broken-expression-at': {
    sv: 'ogiltigt reguljärt uttryck, fel vid tecken {character}: {expression}',
    en: 'Invalid regular expression, wrong at character {character}: {expression}',
  },

  'duplicate-of': { sv: 'utan verkan: likadan som {twin}', en: 'unreachable in effect: duplicate of {twin}' },
  'matches-not': {
    sv: 'träffar ett exempel som den inte får: "{example}"',
    en: 'matches an example it must not: "{example}"',
  },
  'misses-match': { sv: 'träffar inte sitt exempel: "{example}"', en: 'does not match its example: "{example}"' },
  'misses-every-match': {
    sv: 'utan verkan: träffar inget av sina egna exempel',
    en: 'unreachable: matches none of its own examples',
  },
  'weight-zero': { sv: 'utan verkan: vikten är 0', en: 'unreachable in effect: weight 0' },
  'weight-too-large': { sv: 'vikten är för stor', en: 'weight out of range' },
  'slow-nested-repeats': {
    sv: 'långsamt reguljärt uttryck: upprepning i upprepning',
    en: 'slow regular expression: nested repeats',
  },
  'slow-endless-repeat': {
    sv: 'långsamt reguljärt uttryck: upprepning utan slut; skriv {0,40} i stället för * och {1,40} i stället för +',
    en: 'slow regular expression: repeat without end; write {0,40} instead of * and {1,40} instead of +',
  },
  'slow-wide-repeats': {
    sv: 'långsamt reguljärt uttryck: mer än {most} vida upprepningar',
    en: 'slow regular expression: more than {most} wide repeats',
  },
  'slow-long-repeat': {
    sv: 'långsamt reguljärt uttryck: upprepning över {longest}',
    en: 'slow regular expression: repeat above {longest}',
  },

  'row-name-form': {
    sv: 'måste vara gemena ord med bindestreck emellan, t.ex. complaint-closed',
    en: 'must be lower-case words joined by hyphens, e.g. complaint-closed',
  },
  'period-form': {
    sv: 'måste vara en ISO 8601-period i år, månader, veckor eller dagar, t.ex. P12M',
    en: 'must be an ISO 8601 period of years, months, weeks or days, e.g. P12M',
  },
  'period-below-a-day': { sv: 'måste vara minst en dag, t.ex. P30D', en: 'must be at least one day, e.g. P30D' },
  'applies-to-nothing': {
    sv: 'måste ange minst ett av cases, mark, complaint, privacy, buyer',
    en: 'must name at least one of cases, mark, complaint, privacy, buyer',
  },
  'hours-form': { sv: 'måste vara timmar, t.ex. PT24H', en: 'must be hours, e.g. PT24H' },
  'hours-below-a-day': { sv: 'måste vara minst PT24H (löfte P9)', en: 'must be at least PT24H (promise P9)' },
  'row-name-taken': {
    sv: 'namnet är upptaget; ge den ett annat',
    en: 'the name is taken; give it another',
  },
  'endless-with-length': {
    sv: 'med trigger "none" tar den aldrig slut; ta bort period eller ange en trigger',
    en: 'trigger "none" never ends; remove the period or name a trigger',
  },
  'not-one-length': {
    sv: 'ange precis ett av period och endOfYearAfter',
    en: 'give exactly one of period and endOfYearAfter',
  },
  'open-complaint-with-end': {
    sv: 'en öppen reklamation har inget slut; sätt trigger till "none"',
    en: 'an open complaint has no expiry; set trigger to "none"',
  },
  'limited-without-mark': {
    sv: 'limited hör till ett enda meddelande; låt den gälla ett märke (mark)',
    en: 'limited belongs to one message; let it apply to a mark',
  },
  'spam-not-from-receipt': {
    sv: 'skräppost räknas från mottagandet; sätt trigger till "received"',
    en: 'spam counts from receipt; set trigger to "received"',
  },
  'case-without-general-period': {
    sv:
      'ingen rad ger ärendeslaget "{case}" en allmän tid; ' +
      'lägg till det i appliesTo.cases på en rad med trigger "last-message"',
    en:
      'no row gives case "{case}" a general period; ' +
      'add it to appliesTo.cases of a row with trigger "last-message"',
  },
  'no-row-for': {
    sv: 'ingen rad gäller {what}; lägg till en som i det medföljande schemat',
    en: 'no row applies to {what}; add one as in the shipped schedule',
  },
} as const satisfies Record<RuleFaultCode, Wording>

const files = {
  rulebook: { sv: 'filen', en: 'document' },
  meanings: { sv: 'filen', en: 'document' },
  schedule: { sv: 'schemat', en: 'the schedule' },
} as const satisfies Record<'rulebook' | 'meanings' | 'schedule', Wording>

/** An entry by its name and by its number, and what stands between it and its field. */
const entries = {
  rule: {
    named: { sv: 'regeln {entry}', en: 'rule {entry}' },
    numbered: { sv: 'regel nummer {entry}', en: 'rule number {entry}' },
    separator: ' ',
  },
  row: {
    named: { sv: 'raden "{entry}"', en: 'row "{entry}"' },
    numbered: { sv: 'rad {entry}', en: 'row {entry}' },
    separator: ', ',
  },
} as const satisfies Record<'rule' | 'row', { named: Wording; numbered: Wording; separator: string }>

const remedy = { sv: 'Rätta filen och starta igen', en: 'Correct the file and start again' } as const satisfies Wording

/** More faults than this are not shown at once. */
const MOST_SHOWN = 20

/** What is wrong with a file that cannot be used, and what to do. */
export function wordRuleFaults(faults: readonly RuleFault[]): Wording {
  const shown = faults.slice(0, MOST_SHOWN).map(wordRuleFault)
  return {
    sv: `${shown.map(({ sv }) => sv).join('; ')}. ${remedy.sv}`,
    en: `${shown.map(({ en }) => en).join('; ')}. ${remedy.en}`,
  }
}

/** One fault with its place: `rule refund weight: must be a number`. */
export function wordRuleFault({ place, code, values }: RuleFault): Wording {
  const what = filled(ruleFaults[code], values)
  if (place === null) return what
  const where = wordPlace(place)
  return { sv: `${where.sv}: ${what.sv}`, en: `${where.en}: ${what.en}` }
}

function wordPlace(place: FaultPlace): Wording {
  switch (place.in) {
    case 'document':
      return { sv: place.path, en: place.path }
    case 'rule':
    case 'row': {
      const { named, numbered, separator } = entries[place.in]
      const { sv, en } = filled(typeof place.entry === 'string' ? named : numbered, { entry: place.entry })
      const field = place.field === null ? '' : separator + place.field
      return { sv: sv + field, en: en + field }
    }
    default:
      return files[place.in]
  }
}

function filled({ sv, en }: Wording, values: RuleFault['values']): Wording {
  return { sv: fill(sv, { ...values }), en: fill(en, { ...values }) }
}
