import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { parseSchedule } from '../../src/core/retention/schedule.ts'
import { caseAndMarks, caseOrMark } from '../../src/present/judgement.ts'
import { messageRows } from '../../src/present/message-list.ts'
import { previewCard } from '../../src/present/purge-preview.ts'
import { ruleName } from '../../src/present/retention.ts'
import { oneLine } from '../../src/present/safe-text.ts'
import { moment } from '../../src/present/words.ts'
import type { ListedMessage } from '../../src/pipeline/read/list-messages.ts'
import type { PreviewedAccount } from '../../src/pipeline/read/purge-preview.ts'
import { NAMES } from '../../src/text/names.ts'
import { textsOf } from '../../src/text/texts.ts'
import type { Language } from '../../src/text/wording/wording.ts'

const RULES = join(import.meta.dirname, '..', '..', 'rules')
const words = (language: Language) => ({ language, texts: textsOf(language) })
const judged = { case: 'payments', marks: ['accounting-record', 'unpaid'] } as const

describe('codes are shown by their names, in the language of the reader', () => {
  test('case and marks', () => {
    expect(caseAndMarks(words('sv'), judged)).toBe('Betalning, bokföringsunderlag, obetald faktura')
    expect(caseAndMarks(words('en'), judged)).toBe('Payment, accounting record, unpaid invoice')
    expect(caseOrMark(words('sv'), 'complaints')).toBe('Reklamation')
    expect(caseOrMark(words('sv'), 'open-complaint')).toBe('öppen reklamation')
  })

  test('rules have names; a row of a schedule of one’s own keeps its id', () => {
    expect(ruleName(words('sv'), 'hold')).toBe('spärr')
    expect(ruleName(words('en'), 'hold')).toBe('hold')
    expect(ruleName(words('sv'), 'complaint-closed')).toBe('avslutad reklamation')
    expect(ruleName(words('en'), 'complaint-closed')).toBe('closed complaint')
    expect(ruleName(words('sv'), 'constructor')).toBe('constructor')
    expect(ruleName(words('sv'), 'receipts-7-years')).toBe('receipts-7-years')
  })

  test.each(['schedule.yaml', 'schedule-extended.yaml'])('every row of %s has a name in both languages', (file) => {
    const { rows } = parseSchedule(parse(readFileSync(join(RULES, file), 'utf8')), file)
    for (const { rule } of rows) expect(Object.keys(NAMES.scheduleRow)).toContain(rule)
  })

  test('a line of a list', () => {
    const item: ListedMessage = {
      id: 'm1',
      conversation: 'c1',
      customer: 'k1',
      date: '2026-11-02',
      direction: 'incoming',
      case: 'complaints',
      marks: [],
      decidedBy: 'staff',
      state: 'review',
      until: null,
      subject: null,
      customerName: 'Eva\u202eEk',
    }
    const [sv, en] = (['sv', 'en'] as const).map((language) => messageRows(words(language), [item]).rows[0])
    expect(sv).toEqual([
      'm1',
      '2026-11-02',
      textsOf('sv').directionIn,
      'Reklamation',
      textsOf('sv').decidedByStaff,
      textsOf('sv').stateReview,
      textsOf('sv').noEnd,
      textsOf('sv').subjectBroken,
      'k1 EvaEk',
    ])
    expect(en?.[3]).toBe('Complaint')
  })

  test('what a purge would do', () => {
    const due = {
      id: 'm1',
      conversation: 'c1',
      case: 'other',
      act: 'purge',
      reason: 'due',
      dueOn: '2026-01-01',
      rule: 'hold',
      until: null,
      notBefore: null,
    } as const
    const found: PreviewedAccount = {
      account: 'info@firm.example',
      accountId: 1,
      total: 3,
      due: [due],
      review: [],
      waiting: [],
      blocked: [],
      reappeared: [{ tombstone: 't4', on: '2026-02-01' }],
      withinCaps: true,
      limit: 10,
    }
    const card = previewCard(words('sv'), found)
    expect(card.lists.map(({ title }) => title)).toEqual([`${textsOf('sv').previewDue}: 1`])
    expect(card.lists[0]!.rows.rows).toEqual([['m1', 'Övrigt', 'spärr', textsOf('sv').noEnd, textsOf('sv').actPurge]])
    expect(card.foot[0]).toContain('t4')
  })
})

test('an instant is shown in Stockholm, whether it is text or a date', () => {
  expect(moment('2026-07-01T22:30:00.000Z')).toBe('2026-07-02 00:30')
  expect(moment(new Date('2026-12-31T23:30:00Z'))).toBe('2027-01-01 00:30')
})

test('a line from mail has no control character, no mark of direction and an end', () => {
  expect(oneLine('a\u001b[31m\n b\u202ec', 20)).toBe('a[31m bc')
  expect(oneLine('abcdef', 4)).toBe('abc…')
})
