import { describe, expect, it } from 'vitest'
import { checkRules } from '../../../src/core/judgement/check-rules.ts'
import type { RuleFaults } from '../../../src/core/rule-faults.ts'
import { wordRuleFault, wordRuleFaults } from '../../../src/text/judgement/rule-faults.ts'
import { explainCaseRule, parseRulebook } from '../../../src/core/judgement/rules.ts'

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
  return checkRules(parseRulebook(documentWith(...rules), 'v')).map(
    (problem) => `${problem.rule}: ${wordRuleFault(problem.problem).en}`,
  )
}

function wordingOf(refused: () => unknown) {
  try {
    refused()
  } catch (error) {
    return wordRuleFaults((error as RuleFaults).faults)
  }
  throw new Error('it was not refused')
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
    [
      'a pattern that does not compile',
      { ...rule, any: undefined, pattern: '(open' },
      /rule broken: Invalid regular expression/,
    ],
    ['a rule without examples', { ...rule, examples: { match: [], not: ['x'] } }, /rule broken examples/],
  ])('refuses %s and names the rule', (_what, faulty, message) => {
    expect(wordingOf(() => parseRulebook(documentWith(faulty), 'v')).en).toMatch(message)
  })

  it.each<[object, string, string]>([
    [
      { ...rule, for: 'returns' },
      'regeln broken for: måste vara något av support, ',
      'rule broken for: must be one of support, ',
    ],
    [{ ...rule, weight: 'much' }, 'regeln broken weight: måste vara ett tal', 'rule broken weight: must be a number'],
    [{ ...rule, weight: 21 }, 'regeln broken weight: måste vara högst 20', 'rule broken weight: must be at most 20'],
    [
      { ...rule, reason: { sv: 'Varan är trasig.' } },
      'regeln broken reason.en: saknas',
      'rule broken reason.en: is missing',
    ],
    [
      { ...rule, reason: { sv: 'x', en: 'The item is broken.' } },
      'regeln broken reason.sv: måste vara minst 3 tecken',
      'rule broken reason.sv: must be at least 3 characters',
    ],
    [
      { ...rule, any: [] },
      'regeln broken any: måste vara minst 1 i listan',
      'rule broken any: must be at least 1 in the list',
    ],
    [
      { ...rule, where: ['heading'] },
      'regeln broken where: måste vara ett eller flera av subject',
      'rule broken where: must be one or more of subject',
    ],
    [
      { ...rule, any: undefined },
      'regeln broken: måste ha antingen pattern eller any',
      'rule broken: must have either pattern or any',
    ],
    [{ ...rule, wieght: 2 }, 'regeln broken: okänt fält: wieght', 'rule broken: unknown field: wieght'],
    [{ ...rule, name: 7 }, 'regeln 7 name: måste vara text', 'rule 7 name: must be text'],
    [
      { ...rule, any: undefined, pattern: 'a(open' },
      'regeln broken: ogiltigt reguljärt uttryck, fel vid tecken 7: a(open',
      'rule broken: Invalid regular expression, wrong at character 7: a(open',
    ],
    [
      { ...rule, unless: 'b)' },
      'regeln broken: ogiltigt reguljärt uttryck, fel vid tecken 2: b)',
      'rule broken: Invalid regular expression, wrong at character 2: b)',
    ],
  ])('says what is wrong with %j in both languages', (faulty, sv, en) => {
    const wording = wordingOf(() => parseRulebook(documentWith(faulty), 'v'))
    expect(wording.sv.startsWith(sv)).toBe(true)
    expect(wording.en.startsWith(en)).toBe(true)
    expect(wording.sv.endsWith('Rätta filen och starta igen')).toBe(true)
  })

  it('refuses two rules of one name', () => {
    expect(wordingOf(() => parseRulebook(documentWith(rule, rule), 'v')).en).toMatch(/rule broken: the name is taken/)
  })

  it('refuses a hard rule for a mark, and a rule named like evidence of the model', () => {
    expect(wordingOf(() => parseRulebook(documentWith({ ...rule, for: 'spam', hard: true }), 'v')).en).toMatch(
      /rule broken: only a rule for a case can be hard/,
    )
    expect(wordingOf(() => parseRulebook(documentWith({ ...rule, name: 'words' }), 'v')).en).toMatch(
      /rule words: the name is taken/,
    )
  })

  it('refuses a document that is no rulebook', () => {
    expect(wordingOf(() => parseRulebook(null, 'v')).en).toMatch(/Correct the file/)
  })
})

describe('checkRules', () => {
  it('finds no fault in a sound rule', () => {
    expect(problemsOf(rule)).toEqual([])
  })

  it('finds words typed without å, ä, ö, and compounds where asked', () => {
    expect(
      problemsOf({
        ...rule,
        any: ['sönder', '*faktur'],
        examples: { match: ['den gick sonder', 'SÖNDER', 'kreditfakturan'], not: ['osönder'] },
      }),
    ).toEqual([])
  })

  it('names a rule that never matches its own examples', () => {
    expect(problemsOf({ ...rule, examples: { match: ['Den är hel'], not: ['x'] } })).toEqual([
      'broken: unreachable: matches none of its own examples',
    ])
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

  it.each([
    '(?:a+)+b',
    'trasig.*igen',
    'trasig[^.]+igen',
    'trasig.{3,}',
    'a.{0,40}b.{0,40}c.{0,40}trasig|trasig',
    'trasig.{0,900}',
  ])('refuses the slow expression %s', (pattern) => {
    const slow = problemsOf({
      ...rule,
      any: undefined,
      pattern,
      examples: { match: ['trasig aab igen'], not: ['hel'] },
    })
    expect(slow.some((problem) => problem.includes('slow regular expression'))).toBe(true)
  })

  it('tells every kind of fault in both languages', () => {
    const slow = {
      ...rule,
      name: 'slow',
      any: undefined,
      pattern: 'trasig.*igen|(?:a+)+b|trasig.{0,900}|a.{0,40}b.{0,40}c.{0,40}d',
      examples: { match: ['Den är hel', 'trasig igen'], not: ['trasig igen'] },
    }
    const problems = checkRules(
      parseRulebook(
        documentWith(rule, { ...rule, name: 'again', weight: 0 }, slow, {
          ...rule,
          name: 'never',
          examples: { match: ['Den är hel'], not: ['x'] },
        }),
        'v',
      ),
    )
    expect(problems.map(({ problem }) => wordRuleFault(problem).sv).sort()).toEqual([
      'långsamt reguljärt uttryck: mer än 2 vida upprepningar',
      'långsamt reguljärt uttryck: upprepning i upprepning',
      'långsamt reguljärt uttryck: upprepning utan slut; skriv {0,40} i stället för * och {1,40} i stället för +',
      'långsamt reguljärt uttryck: upprepning över 120',
      'träffar ett exempel som den inte får: "trasig igen"',
      'träffar inte sitt exempel: "Den är hel"',
      'utan verkan: likadan som again',
      'utan verkan: likadan som broken',
      'utan verkan: träffar inget av sina egna exempel',
      'utan verkan: vikten är 0',
    ])
  })
})
