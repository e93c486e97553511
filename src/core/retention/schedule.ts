/**
 * The retention schedule: data in `rules/schedule.yaml`, checked here. A row says what it applies to,
 * what starts the clock, how long, on what lawful basis, and tells people why in their language.
 */
import { z } from 'zod'
import { addPeriod, compareDates, isPeriod } from './calendar.ts'
import { CASES, MARKS, type Mark } from '../classification.ts'
import { faultAt, placesIn, RuleFaults, schemaFaults, type Naming, type Wording } from '../rule-faults.ts'

/** What can start a clock. `none` never happens: such a row has no end. */
export const TRIGGERS = [
  'none',
  'received',
  'last-message',
  'complaint-opened',
  'complaint-closed',
  'privacy-closed',
  'financial-year-end',
  'year-after-receipt',
  'delivered',
  'settled',
] as const
export type Trigger = (typeof TRIGGERS)[number]

/** Retention rules that are not rows, because they follow from law and promises and not from policy. */
export const FIXED_RULES = ['hold', 'erasure-granted', 'unreadable-date'] as const
export type FixedRule = (typeof FIXED_RULES)[number]

/** What a schema here demands beyond types. */
const REQUIREMENTS = {
  name: {
    sv: 'måste vara gemena ord med bindestreck emellan, t.ex. complaint-closed',
    en: 'must be lower-case words joined by hyphens, e.g. complaint-closed',
  },
  period: {
    sv: 'måste vara en ISO 8601-period i år, månader, veckor eller dagar, t.ex. P12M',
    en: 'must be an ISO 8601 period of years, months, weeks or days, e.g. P12M',
  },
  oneDay: { sv: 'måste vara minst en dag, t.ex. P30D', en: 'must be at least one day, e.g. P30D' },
  appliesTo: {
    sv: 'måste ange minst ett av cases, mark, complaint, privacy, buyer',
    en: 'must name at least one of cases, mark, complaint, privacy, buyer',
  },
  hours: { sv: 'måste vara timmar, t.ex. PT24H', en: 'must be hours, e.g. PT24H' },
  wholeDay: { sv: 'måste vara minst PT24H (löfte P9)', en: 'must be at least PT24H (promise P9)' },
} satisfies Record<string, Wording>
type Requirement = keyof typeof REQUIREMENTS
const must = (requirement: Requirement): Requirement => requirement

const name = z.string().regex(/^[a-z][a-z0-9-]{2,60}$/, must('name'))
const periodOf = z.string().refine(isPeriod, must('period'))
const period = periodOf.refine((value) => !isPeriod(value) || daysOf(value) > 0, must('oneDay'))
const sentence = z.string().trim().min(3).max(1000)
const text = z.strictObject({ sv: sentence, en: sentence })
const grounds = { lawfulBasis: sentence, source: sentence, text }

const row = z.strictObject({
  rule: name,
  /** Every named condition must hold. `against`: closed and not granted or withdrawn, or outcome unknown. */
  appliesTo: z
    .strictObject({
      cases: z.array(z.enum(CASES)).min(1).optional(),
      mark: z.enum(MARKS).optional(),
      complaint: z.enum(['open', 'closed', 'closed-against']).optional(),
      privacy: z.enum(['open', 'closed']).optional(),
      buyer: z.enum(['consumer', 'business']).optional(),
    })
    .refine((applies) => Object.keys(applies).length > 0, must('appliesTo')),
  trigger: z.enum(TRIGGERS),
  /** Trigger to use when staff have not entered the fact; without it the row then does not apply. */
  ifUnknown: z.enum(TRIGGERS).optional(),
  period: period.optional(),
  /** Calendar rule instead of a period: 31 December this many years after the trigger's year. */
  endOfYearAfter: z.int().min(0).max(50).optional(),
  /** Idle time after which an open matter is shown to staff. */
  reviewAfter: period.optional(),
  /** Only through the approval list. */
  review: z.boolean().default(false),
  /** Kept apart, out of the mailbox and normal search, once every other label has ended. */
  limited: z.boolean().default(false),
  /** Beats a granted erasure (Art. 17(3)). */
  survivesErasure: z.boolean().default(false),
  ...grounds,
  /** For whoever edits the file: why the row is as it is. */
  reason: sentence,
})

const document = z.strictObject({
  profile: name,
  description: text,
  rows: z.array(row).min(1).max(200),
  fixed: z.strictObject({
    hold: z.strictObject(grounds),
    'erasure-granted': z.strictObject(grounds),
    'unreadable-date': z.strictObject(grounds),
  }),
  /** P9: how long a weakening waits. Staff in the console wait only `minimum`. */
  wait: z.strictObject({
    weakening: period,
    minimum: z
      .string()
      .regex(/^PT\d{1,4}H$/, must('hours'))
      .refine((value) => hoursOf(value) >= 24, must('wholeDay')),
  }),
  tombstone: period,
  /** A purged message that turns up again goes after this time. */
  reappeared: period,
  /** P8: an epoch key older than this is destroyed. */
  epochDestruction: period,
  caps: z.strictObject({
    count: z.int().min(1),
    share: z.number().gt(0).max(1),
    /** Always allowed, so that a small archive can purge at all. */
    least: z.int().min(0),
  }),
})

export type ScheduleRow = z.output<typeof row>
export type Caps = z.output<typeof document>['caps']
/** A checked schedule. `version` is the content hash that decisions cite. */
export type Schedule = z.output<typeof document> & { version: string }

/**
 * Checks a parsed YAML document. Throws RuleFaults that names every faulty row and what to do;
 * a schedule with a hole in it is refused, since a missing row would purge or keep by accident.
 */
export function parseSchedule(input: unknown, version: string): Schedule {
  const parsed = document.safeParse(input, { reportInput: true })
  const faults = parsed.success
    ? holesIn(parsed.data)
    : schemaFaults(parsed.error.issues, REQUIREMENTS, placesIn(input, NAMING))
  if (!parsed.success || faults.length > 0) throw new RuleFaults(faults)
  return { ...parsed.data, version }
}

/** Why something is kept, in the reader's language, for any rule a decision can cite; null if unknown. */
export function explainRule(schedule: Schedule, rule: string): { sv: string; en: string } | null {
  const fixed = FIXED_RULES.find((known) => known === rule)
  if (fixed !== undefined) return schedule.fixed[fixed].text
  return schedule.rows.find((known) => known.rule === rule)?.text ?? null
}

/** Hours in a PTnH duration. */
export function hoursOf(duration: string): number {
  return Number(/^PT(\d{1,4})H$/.exec(duration)?.[1] ?? Number.NaN)
}

function holesIn(schedule: z.output<typeof document>): Wording[] {
  const faults: Wording[] = []
  const seen = new Set<string>(FIXED_RULES)
  for (const each of schedule.rows) {
    const say = (sv: string, en: string) => faults.push(faultAt(rowNamed(each.rule), { sv, en }))
    if (seen.has(each.rule)) say('namnet är upptaget; ge den ett annat', 'the name is taken; give it another')
    seen.add(each.rule)
    const lengths = Number(each.period !== undefined) + Number(each.endOfYearAfter !== undefined)
    if (each.trigger === 'none' && lengths > 0)
      say(
        'med trigger "none" tar den aldrig slut; ta bort period eller ange en trigger',
        'trigger "none" never ends; remove the period or name a trigger',
      )
    if (each.trigger !== 'none' && lengths !== 1)
      say('ange precis ett av period och endOfYearAfter', 'give exactly one of period and endOfYearAfter')
    if (each.appliesTo.complaint === 'open' && each.trigger !== 'none')
      say(
        'en öppen reklamation har inget slut; sätt trigger till "none"',
        'an open complaint has no expiry; set trigger to "none"',
      )
    if (each.limited && each.appliesTo.mark === undefined)
      say(
        'limited hör till ett enda meddelande; låt den gälla ett märke (mark)',
        'limited belongs to one message; let it apply to a mark',
      )
    if (each.appliesTo.mark === 'spam' && each.trigger !== 'received')
      say(
        'skräppost räknas från mottagandet; sätt trigger till "received"',
        'spam counts from receipt; set trigger to "received"',
      )
  }
  for (const known of CASES) {
    const general = schedule.rows.some((each) => isGeneral(each) && each.appliesTo.cases?.includes(known))
    if (general) continue
    faults.push({
      sv: `ingen rad ger ärendeslaget "${known}" en allmän tid; lägg till det i appliesTo.cases på en rad med trigger "last-message"`,
      en: `no row gives case "${known}" a general period; add it to appliesTo.cases of a row with trigger "last-message"`,
    })
  }
  const needed = [
    ['complaint: open', schedule.rows.some((each) => each.appliesTo.complaint === 'open')],
    ['complaint: closed', schedule.rows.some((each) => each.appliesTo.complaint === 'closed')],
    ['privacy: open', schedule.rows.some((each) => each.appliesTo.privacy === 'open' && each.trigger === 'none')],
    ...MARKS.map((mark) => [`mark: ${mark}`, isProvided(mark, schedule.rows)] as const),
  ] as const
  for (const [what, found] of needed) {
    if (!found)
      faults.push({
        sv: `ingen rad gäller ${what}; lägg till en som i det medföljande schemat`,
        en: `no row applies to ${what}; add one as in the shipped schedule`,
      })
  }
  return faults
}

/** Which kind of row a mark must have; null: it needs none. */
const NEEDED_FOR_MARK = {
  'accounting-record': (each) => each.limited,
  'open-complaint': null,
  unpaid: null,
  spam: () => true,
  'auto-reply': null,
} as const satisfies Record<Mark, ((each: ScheduleRow) => boolean) | null>

function isProvided(mark: Mark, rows: readonly ScheduleRow[]): boolean {
  const fits = NEEDED_FOR_MARK[mark]
  return fits === null || rows.some((each) => each.appliesTo.mark === mark && fits(each))
}

function isGeneral(each: ScheduleRow): boolean {
  return each.trigger === 'last-message' && Object.keys(each.appliesTo).length === 1
}

function rowNamed(rule: string): Wording {
  return { sv: `raden "${rule.slice(0, 60)}"`, en: `row "${rule.slice(0, 60)}"` }
}

const NAMING: Naming = {
  file: { sv: 'schemat', en: 'the schedule' },
  lists: ['rows'],
  nameField: 'rule',
  named: rowNamed,
  numbered: (number) => ({ sv: `rad ${number}`, en: `row ${number}` }),
  separator: ', ',
}

function daysOf(value: string): number {
  return compareDates(addPeriod('2000-01-01', value), '2000-01-01')
}
