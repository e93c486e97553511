import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import type { RuleFaults } from '../../../src/core/rule-faults.ts'
import { wordRuleFaults } from '../../../src/text/judgement/rule-faults.ts'
import type { Wording } from '../../../src/text/wording/wording.ts'
import { explainRule, parseSchedule } from '../../../src/core/retention/schedule.ts'

type Doc = { rows: Record<string, unknown>[]; wait: Record<string, string>; caps: Record<string, number> }
const read = (name: string) => parse(readFileSync(new URL(`../../../rules/${name}`, import.meta.url), 'utf8')) as Doc
const shipped = () => read('schedule.yaml')
const rowNamed = (doc: Doc, rule: string) => doc.rows.find((row) => row.rule === rule)!

describe('the shipped profiles', () => {
  it.each(['schedule.yaml', 'schedule-extended.yaml'])('%s is accepted and carries its version', (file) => {
    expect(parseSchedule(read(file), 'v1').version).toBe('v1')
  })
  it('are named so that the longer one cannot be taken for the policy', () => {
    expect(parseSchedule(read('schedule.yaml'), 'v').profile).toBe('published-policy')
    expect(parseSchedule(read('schedule-extended.yaml'), 'v').profile).toBe('extended-needs-changed-policy')
  })
  it(
    'the published policy keeps nothing but complaints, open requests and accounting records ' + 'beyond twelve months',
    () => {
      const longer = parseSchedule(shipped(), 'v').rows.filter((row) => row.period !== 'P12M' && row.rule !== 'spam')
      expect(longer.map((row) => row.rule)).toEqual([
        'complaint-open',
        'complaint-closed',
        'accounting-record',
        'privacy-open',
      ])
    },
  )
  it('tell why something is kept in both languages, fixed rules too', () => {
    const schedule = parseSchedule(shipped(), 'v')
    expect(explainRule(schedule, 'accounting-record')?.sv).toContain('bokföringslagen')
    expect(explainRule(schedule, 'hold')?.en).toContain('stopped')
    expect(explainRule(schedule, 'no-such-rule')).toBeNull()
  })
})

function refusal(doc: unknown): Wording {
  try {
    parseSchedule(doc, 'v')
  } catch (error) {
    return wordRuleFaults((error as RuleFaults).faults)
  }
  throw new Error('it was not refused')
}

describe('a faulty schedule is refused, naming the row and what to do', () => {
  it.each<[string, (doc: Doc) => void, RegExp]>([
    [
      'a period that is none',
      (doc) => (rowNamed(doc, 'payments').period = '12 months'),
      /row "payments", period: must be an ISO 8601 period/,
    ],
    [
      'an empty period',
      (doc) => (rowNamed(doc, 'payments').period = 'P0D'),
      /row "payments", period: must be at least one day/,
    ],
    [
      'a missing period',
      (doc) => delete rowNamed(doc, 'payments').period,
      /row "payments": give exactly one of period/,
    ],
    [
      'two lengths',
      (doc) => (rowNamed(doc, 'accounting-record').period = 'P1Y'),
      /row "accounting-record": give exactly one/,
    ],
    [
      'an unknown case',
      (doc) => (rowNamed(doc, 'general').appliesTo = { cases: ['orders'] }),
      /row "general", appliesTo\.cases\.0/,
    ],
    [
      'a row for nothing',
      (doc) => (rowNamed(doc, 'general').appliesTo = {}),
      /row "general", appliesTo: must name at least one/,
    ],
    ['a mistyped field', (doc) => (rowNamed(doc, 'general').peroid = 'P1D'), /row "general": .*peroid/],
    ['a name used twice', (doc) => (rowNamed(doc, 'payments').rule = 'general'), /row "general": the name is taken/],
    ['the name of a fixed rule', (doc) => (rowNamed(doc, 'payments').rule = 'hold'), /row "hold": the name is taken/],
    ['a missing text', (doc) => (rowNamed(doc, 'general').text = { sv: 'Bara svenska' }), /row "general", text\.en/],
    [
      'a case without a general period',
      (doc) => (doc.rows = doc.rows.filter((row) => row.rule !== 'privacy')),
      /no row gives case "privacy"/,
    ],
    [
      'no accounting row',
      (doc) => (doc.rows = doc.rows.filter((row) => row.rule !== 'accounting-record')),
      /no row applies to mark: accounting-record/,
    ],
    [
      'no spam row',
      (doc) => (doc.rows = doc.rows.filter((row) => row.rule !== 'spam')),
      /no row applies to mark: spam/,
    ],
    [
      'an open complaint that expires',
      (doc) => Object.assign(rowNamed(doc, 'complaint-open'), { trigger: 'last-message', period: 'P1Y' }),
      /row "complaint-open": an open complaint has no expiry/,
    ],
    ['too short a wait', (doc) => (doc.wait.minimum = 'PT1H'), /wait\.minimum: must be at least PT24H/],
    ['a cap above the whole', (doc) => (doc.caps.share = 5), /caps\.share/],
  ])('%s', (_name, spoil, message) => {
    const doc = shipped()
    spoil(doc)
    const wording = refusal(doc)
    expect(wording.en).toMatch(message)
    expect(wording.sv).toMatch(/^(?:rad |raden |ingen rad |wait|caps).*Rätta filen och starta igen$/)
    expect(wording.sv).not.toMatch(/\b(?:must|row|give|taken|missing|Correct|Invalid|expected)\b/)
  })

  it.each([null, [], 'rows', { rows: 7 }, { rows: [null] }])('and so is %j', (doc) => {
    expect(refusal(doc).en).toMatch(/Correct the file/)
  })
})
