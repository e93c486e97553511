/**
 * What can happen in a story. Plain data: numbers pick among what is there when the step is told, so that any shorter
 * list is a story too.
 */
import fc from 'fast-check'
import type { Policy } from './promise.ts'
import { PUBLISHED } from './promise.ts'

export const CUSTOMERS = ['alva', 'bertil'] as const
export const KINDS = [
  'question',
  'order',
  'invoice',
  'reminder',
  'complaint',
  'perhaps-complaint',
  'privacy',
  'thanks',
  'doubtful',
  'spam',
  'spam-invoice',
] as const
export type Kind = (typeof KINDS)[number]

export const POLICIES: Policy[] = [
  PUBLISHED,
  { ...PUBLISHED, name: 'shorter', generalMonths: 6, spamDays: 10 },
  { ...PUBLISHED, name: 'longer', generalMonths: 24 },
  { ...PUBLISHED, name: 'long complaints', complaintMonths: 30 },
]

/** Judgements a person gives. */
export const VERDICTS = [
  { case: 'support', marks: [] },
  { case: 'payments', marks: [] },
  { case: 'payments', marks: ['accounting-record'] },
  { case: 'payments', marks: ['unpaid'] },
  { case: 'complaints', marks: [] },
  { case: 'privacy', marks: [] },
  { case: 'other', marks: ['spam'] },
  { case: 'other', marks: [] },
]

export type Step = { minutes: number } & (
  | {
      do: 'mail'
      customer: number
      kind: Kind
      outgoing: boolean
      /** Which mail of the customer it answers, among all there ever were; null = none. */
      answers: number | null
      /** Names only the mail it answers, not the whole chain, or nothing at all. */
      references: 'chain' | 'parent' | 'none'
      /** Written so long ago. */
      ageDays: number
      serverDate: 'now' | 'written' | '1970' | 'future'
      senderDate: 'written' | '1970' | 'future'
    }
  /** So many plain questions at once, each a conversation of its own: more than a run may take by itself. */
  | { do: 'flood'; count: number }
  | { do: 'copy' | 'delete-copy' | 'lift'; pick: number }
  | { do: 'override'; pick: number; verdict: number }
  | { do: 'close' | 'reopen'; pick: number }
  | { do: 'release'; pick: number }
  | { do: 'hold'; pick: number; on: 'message' | 'conversation' | 'customer' }
  | { do: 'pay'; pick: number; fact: 'settled' | 'transferred' | 'year-before' | 'year' | 'broken-year' }
  | { do: 'approve'; pick: number; all: boolean }
  | { do: 'policy'; pick: number }
  | { do: 'approve-run' | 'arm' | 'disarm' }
  /** Days go by; the nightly run comes every so many days, 0 = not once. */
  | { do: 'pass'; days: number; every: number }
)

const pick = fc.nat({ max: 1000 })
const ageDays = fc.oneof(
  { weight: 4, arbitrary: fc.constant(0) },
  fc.constantFrom(1, 29, 30, 31, 200, 364, 365, 366, 500, 3000),
)

const mail = fc.record({
  do: fc.constant('mail' as const),
  customer: fc.nat({ max: CUSTOMERS.length - 1 }),
  kind: fc.constantFrom(...KINDS),
  outgoing: fc.integer({ min: 0, max: 3 }).map((n) => n === 0),
  answers: fc.option(pick, { freq: 3, nil: null }),
  references: fc.constantFrom('chain' as const, 'chain' as const, 'parent' as const, 'none' as const),
  ageDays,
  serverDate: fc.constantFrom(
    'now' as const,
    'written' as const,
    'written' as const,
    '1970' as const,
    'future' as const,
  ),
  senderDate: fc.constantFrom(
    'written' as const,
    'written' as const,
    'written' as const,
    '1970' as const,
    'future' as const,
  ),
})

const short = fc.record({
  do: fc.constant('pass' as const),
  days: fc.constantFrom(1, 2, 13, 14, 15, 16, 29, 30, 31, 32),
  every: fc.constantFrom(1, 1, 1, 0),
})
const long = fc.record({
  do: fc.constant('pass' as const),
  days: fc.constantFrom(90, 180, 182, 334, 365, 366, 367, 731, 1100),
  every: fc.constantFrom(30, 90, 90),
})
const years = fc.record({
  do: fc.constant('pass' as const),
  days: fc.constantFrom(1461, 1830, 2560, 2930),
  every: fc.constantFrom(90, 0),
})

function act(name: Step['do'], more: Record<string, fc.Arbitrary<unknown>> = {}): fc.Arbitrary<Step> {
  return fc.record({ do: fc.constant(name), ...more }) as unknown as fc.Arbitrary<Step>
}

export function step(passing: 'short' | 'decade' | 'nightly'): fc.Arbitrary<Step> {
  const bare = fc.oneof(
    { weight: 20, arbitrary: mail as unknown as fc.Arbitrary<Step> },
    { weight: 1, arbitrary: act('flood', { count: fc.integer({ min: 4, max: 14 }) }) },
    { weight: 3, arbitrary: act('copy', { pick }) },
    { weight: 2, arbitrary: act('delete-copy', { pick }) },
    { weight: 2, arbitrary: act('lift', { pick }) },
    { weight: 4, arbitrary: act('override', { pick, verdict: fc.nat({ max: VERDICTS.length - 1 }) }) },
    { weight: 5, arbitrary: act('close', { pick }) },
    { weight: 1, arbitrary: act('reopen', { pick }) },
    { weight: 2, arbitrary: act('hold', { pick, on: fc.constantFrom('message', 'conversation', 'customer') }) },
    { weight: 3, arbitrary: act('release', { pick }) },
    {
      weight: 4,
      arbitrary: act('pay', {
        pick,
        fact: fc.constantFrom('settled', 'transferred', 'year-before', 'year', 'broken-year'),
      }),
    },
    { weight: 5, arbitrary: act('approve', { pick, all: fc.boolean() }) },
    { weight: 2, arbitrary: act('policy', { pick: fc.nat({ max: POLICIES.length - 1 }) }) },
    { weight: 4, arbitrary: act('approve-run') },
    { weight: 1, arbitrary: act('disarm') },
    { weight: 6, arbitrary: act('arm') },
    { weight: 6, arbitrary: short as unknown as fc.Arbitrary<Step> },
    { weight: { short: 6, decade: 7, nightly: 3 }[passing], arbitrary: long as unknown as fc.Arbitrary<Step> },
    { weight: passing === 'short' ? 1 : 0, arbitrary: years as unknown as fc.Arbitrary<Step> },
  )
  return fc.tuple(bare, fc.nat({ max: 1500 })).map(([one, minutes]) => ({ ...one, minutes }))
}

/** Where stories begin: before a leap day, a change of clocks, a year-end, or on no special day. */
export const beginning = fc.constantFrom(
  '2024-02-27T09:00:00Z',
  '2026-03-27T21:30:00Z',
  '2026-10-23T20:30:00Z',
  '2026-12-30T12:00:00Z',
  '2027-06-15T08:00:00Z',
)

/** The same for decades: long past, for a mail server gives what is ahead of its own clock another date. */
export const decadeBeginning = fc.constantFrom(
  '2012-02-27T09:00:00Z',
  '2013-03-29T21:30:00Z',
  '2012-10-26T20:30:00Z',
  '2011-12-30T12:00:00Z',
  '2013-06-15T08:00:00Z',
)

export interface Story {
  begins: string
  steps: Step[]
}

/** The story of that seed, always the same. */
export function sampleStory(
  passing: 'decade' | 'nightly',
  begins: fc.Arbitrary<string>,
  seed: number,
  steps: number,
): Story {
  const arbitrary = fc.record({
    begins,
    steps: fc.array(step(passing), { minLength: steps, maxLength: steps, size: 'max' }),
  })
  return fc.sample(arbitrary, { seed, numRuns: 1 })[0]!
}
