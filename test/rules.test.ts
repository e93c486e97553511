import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { checkRules } from '../src/core/judgement/check-rules.ts'
import { foldText, normaliseText } from '../src/core/message/text-forms.ts'
import { findIn, parseRulebook } from '../src/core/judgement/rules.ts'

const source = readFileSync(new URL('../rules/cases.yaml', import.meta.url), 'utf8')
const rulebook = parseRulebook(parse(source), createHash('sha256').update(source).digest('hex'))

describe('rules/cases.yaml', () => {
  it('has no rule that is slow, silent, doubled or contradicts its examples', () => {
    expect(checkRules(rulebook)).toEqual([])
  })

  it('says why in both languages for every rule', () => {
    for (const rule of [...rulebook.rules, ...rulebook.rights]) expect(rule.reason.sv).not.toBe(rule.reason.en)
  })

  it.each([...rulebook.rules, ...rulebook.rights])(
    '$name finds hostile repetition of its own examples in bounded time',
    (rule) => {
      const hostile = normaliseText(`${rule.examples.match.join(' ')} `.repeat(5000))
      const started = performance.now()
      findIn({ ...rule, exception: null }, hostile.replace(/[.?!]/gu, ' '), foldText(hostile))
      findIn(rule, 'a '.repeat(50_000), 'a '.repeat(50_000))
      expect(performance.now() - started).toBeLessThan(1000)
    },
  )
})
