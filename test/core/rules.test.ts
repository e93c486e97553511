import { describe, expect, it } from 'vitest'
import { checkRules } from '../../src/core/check-rules.ts'
import { explainCaseRule, parseRulebook } from '../../src/core/rules.ts'

const rule = {
  name: 'broken',
  for: 'complaints',
  weight: 1,
  any: ['trasig'],
  reason: { sv: 'Varan är trasig.', en: 'The item is broken.' },
  examples: { match: ['Den är trasig'], not: ['Den är hel'] },
}

const WHY = { sv: 'Vanliga ord.', en: 'Usual words.' }

function documentWith(...rules: object[]) {
  return {
    thresholds: { certainMargin: 0.1, mayBeComplaint: 0.2, mayBeComplaintInHistory: 0.4, mark: 1 },
    learned: { words: WHY, meanings: WHY, facts: WHY, files: WHY, history: WHY },
    rules,
  }
}

function problemsOf(...rules: object[]) {
  return checkRules(parseRulebook(documentWith(...rules), 'v')).map((problem) => `${problem.rule}: ${problem.problem}`)
}

describe('parseRulebook', () => {
  it('keeps the version it was given and explains its rules', () => {
    const rulebook = parseRulebook(documentWith(rule), 'hash')
    expect(rulebook.version).toBe('hash')
    expect(explainCaseRule(rulebook, 'broken')?.sv).toBe('Varan är trasig.')
    expect(explainCaseRule(rulebook, 'words')?.en).toBe('Usual words.')
    expect(explainCaseRule(rulebook, 'missing')).toBeNull()
  })

  it.each([
    ['an unknown case', { ...rule, for: 'returns' }, /rule broken for/],
    ['a rule without pattern and words', { ...rule, any: undefined }, /rule broken.*either pattern or any/],
    ['an unknown key', { ...rule, wieght: 2 }, /rule broken.*wieght/],
    ['a pattern that does not compile', { ...rule, any: undefined, pattern: '(open' }, /rule broken: Invalid regular expression/],
    ['a rule without examples', { ...rule, examples: { match: [], not: ['x'] } }, /rule broken examples/],
  ])('refuses %s and names the rule', (_what, faulty, message) => {
    expect(() => parseRulebook(documentWith(faulty), 'v')).toThrow(message)
  })

  it('refuses two rules of one name', () => {
    expect(() => parseRulebook(documentWith(rule, rule), 'v')).toThrow(/rule broken: the name is taken/)
  })

  it('refuses a hard rule for a mark, and a rule named like evidence of the model', () => {
    expect(() => parseRulebook(documentWith({ ...rule, for: 'spam', hard: true }), 'v')).toThrow(/rule broken: only a rule for a case can be hard/)
    expect(() => parseRulebook(documentWith({ ...rule, name: 'words' }), 'v')).toThrow(/rule words: the name is taken/)
  })

  it('refuses a document that is no rulebook', () => {
    expect(() => parseRulebook(null, 'v')).toThrow(/Correct the file/)
  })
})

describe('checkRules', () => {
  it('finds no fault in a sound rule', () => {
    expect(problemsOf(rule)).toEqual([])
  })

  it('finds words typed without å, ä, ö, and compounds where asked', () => {
    expect(problemsOf({ ...rule, any: ['sönder', '*faktur'], examples: { match: ['den gick sonder', 'SÖNDER', 'kreditfakturan'], not: ['osönder'] } })).toEqual([])
  })

  it('names a rule that never matches its own examples', () => {
    expect(problemsOf({ ...rule, examples: { match: ['Den är hel'], not: ['x'] } })).toEqual(['broken: unreachable: matches none of its own examples'])
  })

  it('names a rule that matches what it must not', () => {
    expect(problemsOf({ ...rule, examples: { match: ['trasig'], not: ['trasigt väder'] } })).toEqual([
      'broken: matches an example it must not: "trasigt väder"',
    ])
  })

  it('names duplicates and rules that weigh nothing', () => {
    expect(problemsOf(rule, { ...rule, name: 'again', weight: 0 })).toEqual([
      'again: unreachable in effect: weight 0',
      'again: unreachable in effect: duplicate of broken',
    ])
  })

  it.each(['(?:a+)+b', 'trasig.*igen', 'trasig[^.]+igen', 'trasig.{3,}', 'a.{0,40}b.{0,40}c.{0,40}trasig|trasig', 'trasig.{0,900}'])('refuses the slow expression %s', (pattern) => {
    const slow = problemsOf({ ...rule, any: undefined, pattern, examples: { match: ['trasig aab igen'], not: ['hel'] } })
    expect(slow.some((problem) => problem.includes('slow regular expression'))).toBe(true)
  })
})
