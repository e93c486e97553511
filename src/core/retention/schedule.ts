/**
 * The retention schedule: data in `rules/schedule.yaml`, checked here. A row says what it applies to,
 * what starts the clock, how long, on what lawful basis, and gives people the reason in their language.
 */
import { z } from 'zod'
import { addPeriod, compareDates, isPeriod } from './calendar.ts'
import { CASES, MARKS, type Mark } from '../classification.ts'
import {
  entryPlace,
  ruleFault,
  RuleFaults,
  schemaFaults,
  type DocumentForm,
  type RuleFault,
  type RuleFaultCode,
} from '../rule-faults.ts'

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
const FIXED_RULES = ['hold', 'erasure-granted', 'unreadable-date'] as const
export type FixedRule = (typeof FIXED_RULES)[number]

/** What a schema here demands beyond types: its message is the code of the fault. */
const must = (fault: RuleFaultCode): RuleFaultCode => fault

const name = z.string().regex(/^[a-z][a-z0-9-]{2,60}$/, must('row-name-form'))
const periodOf = z.string().refine(isPeriod, must('period-form'))
const period = periodOf.refine((value) => !isPeriod(value) || daysOf(value) > 0, must('period-below-a-day'))
const sentence = z.string().trim().min(3).max(1000)
/** Why something is kept, as the author of the schedule explains it to people. */
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
    .refine((applies) => Object.keys(applies).length > 0, must('applies-to-nothing')),
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
      .regex(/^PT\d{1,4}H$/, must('hours-form'))
      .refine((value) => hoursOf(value) >= 24, must('hours-below-a-day')),
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
  const faults = parsed.success ? holesIn(parsed.data) : schemaFaults(parsed.error.issues, input, FORM)
  if (!parsed.success || faults.length > 0) throw new RuleFaults(faults)
  return { ...parsed.data, version }
}

/** Why something is kept, in the reader's language, for any rule a decision can cite; null if unknown. */
export function explainRule(schedule: Schedule, rule: string): z.output<typeof text> | null {
  const fixed = FIXED_RULES.find((known) => known === rule)
  if (fixed !== undefined) return schedule.fixed[fixed].text
  return schedule.rows.find((known) => known.rule === rule)?.text ?? null
}

/** Hours in a PTnH duration. */
export function hoursOf(duration: string): number {
  return Number(/^PT(\d{1,4})H$/.exec(duration)?.[1] ?? Number.NaN)
}

function holesIn(schedule: z.output<typeof document>): RuleFault[] {
  const seen = new Set<string>(FIXED_RULES)
  const faults = schedule.rows.flatMap((each) => {
    const codes = contradictionsIn(each)
    if (seen.has(each.rule)) codes.unshift('row-name-taken')
    seen.add(each.rule)
    return codes.map((code) => ruleFault(code, {}, entryPlace('row', each.rule)))
  })
  for (const known of CASES) {
    const general = schedule.rows.some((each) => isGeneral(each) && each.appliesTo.cases?.includes(known))
    if (!general) faults.push(ruleFault('case-without-general-period', { case: known }))
  }
  const needed = [
    ['complaint: open', schedule.rows.some((each) => each.appliesTo.complaint === 'open')],
    ['complaint: closed', schedule.rows.some((each) => each.appliesTo.complaint === 'closed')],
    ['privacy: open', schedule.rows.some((each) => each.appliesTo.privacy === 'open' && each.trigger === 'none')],
    ...MARKS.map((mark) => [`mark: ${mark}`, isProvided(mark, schedule.rows)] as const),
  ] as const
  return [...faults, ...needed.flatMap(([what, found]) => (found ? [] : [ruleFault('no-row-for', { what })]))]
}

type RowFaultCode =
  | 'row-name-taken'
  | 'endless-with-length'
  | 'not-one-length'
  | 'open-complaint-with-end'
  | 'limited-without-mark'
  | 'spam-not-from-receipt'

function contradictionsIn({ trigger, period, endOfYearAfter, limited, appliesTo }: ScheduleRow): RowFaultCode[] {
  const codes: RowFaultCode[] = []
  const lengths = Number(period !== undefined) + Number(endOfYearAfter !== undefined)
  if (trigger === 'none' && lengths > 0) codes.push('endless-with-length')
  if (trigger !== 'none' && lengths !== 1) codes.push('not-one-length')
  if (appliesTo.complaint === 'open' && trigger !== 'none') codes.push('open-complaint-with-end')
  if (limited && appliesTo.mark === undefined) codes.push('limited-without-mark')
  if (appliesTo.mark === 'spam' && trigger !== 'received') codes.push('spam-not-from-receipt')
  return codes
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

const FORM: DocumentForm = { file: 'schedule', lists: { rows: 'row' }, nameField: 'rule', values: {} }

function daysOf(value: string): number {
  return compareDates(addPeriod('2000-01-01', value), '2000-01-01')
}
