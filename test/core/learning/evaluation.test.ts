import { describe, expect, it } from 'vitest'
import type { Case, Classification } from '../../../src/core/classification.ts'
import { evaluate, type EvaluationRow } from '../../../src/core/learning/evaluation.ts'

function row(
  conversation: string,
  expectedCase: Case,
  got: Case,
  rest: Partial<EvaluationRow> & { marks?: Classification['marks'] } = {},
): EvaluationRow {
  const { marks = [], ...overrides } = rest
  const verdict: Classification = {
    case: got,
    marks,
    confidence: 0.5,
    uncertain: true,
    mayBeComplaint: false,
    evidence: [],
    rulebook: 'v',
  }
  return {
    conversation,
    expectedCase,
    expectedComplaint: false,
    expectedAccounting: false,
    got: verdict,
    keptLong: false,
    onReview: false,
    ...overrides,
  }
}

describe('evaluate', () => {
  it('counts the best guess even when it is uncertain', () => {
    const report = evaluate([
      row('a', 'support', 'support'),
      row('b', 'support', 'payments'),
      row('c', 'payments', 'payments'),
    ])
    expect(report.messages).toBe(3)
    expect(report.perCase.support).toEqual({ precision: 1, recall: 0.5, f1: 2 / 3, support: 2 })
    expect(report.perCase.payments).toEqual({ precision: 0.5, recall: 1, f1: 2 / 3, support: 1 })
    expect(report.macroF1).toBeCloseTo((2 / 3 + 2 / 3) / 5)
  })

  it('calls a complaint conversation unsafe only when no message of it is kept or on review', () => {
    const report = evaluate([
      row('kept', 'complaints', 'complaints', { expectedComplaint: true, keptLong: true }),
      row('listed', 'support', 'support', { expectedComplaint: true }),
      row('listed', 'complaints', 'support', { expectedComplaint: true, onReview: true }),
      row('lost', 'complaints', 'support', { expectedComplaint: true }),
    ])
    expect(report.unsafeComplaintConversations).toBe(1)
    expect(report.complaintConversations).toEqual({ precision: 1, recall: 1 / 3, f1: 0.5 })
    expect(report.reviewShare).toBeCloseTo(1 / 3)
  })

  it('measures the price of safety on the other conversations only', () => {
    const report = evaluate([
      row('a', 'support', 'complaints', { keptLong: true }),
      row('b', 'support', 'support', { onReview: true }),
      row('c', 'support', 'support'),
      row('d', 'support', 'support'),
      row('e', 'complaints', 'complaints', { expectedComplaint: true, keptLong: true }),
    ])
    expect(report.heldShare).toBe(0.5)
  })

  it('measures accounting records by their mark', () => {
    const report = evaluate([
      row('a', 'payments', 'payments', { expectedAccounting: true, marks: ['accounting-record'] }),
      row('b', 'payments', 'payments', { marks: ['accounting-record'] }),
    ])
    expect(report.accountingRecords).toEqual({ precision: 0.5, recall: 1, f1: 2 / 3 })
  })

  it('answers zeros, never NaN, when there is nothing to measure', () => {
    expect(JSON.stringify(evaluate([]))).not.toContain('null')
  })
})
