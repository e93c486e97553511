import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { labelledInputs } from '../../src/core/labelled-mail.ts'
import { placesOf } from '../../src/core/places.ts'
import { mayMatch, prefilterOf, trigramsOf } from '../../src/core/prefilter.ts'
import { requiredLiterals } from '../../src/core/regex-literals.ts'
import { readRules, readSeed } from '../../src/rulebook.ts'

const RULES = join(import.meta.dirname, '..', '..', 'rules')
const { rulebook } = readRules(RULES)

describe('requiredLiterals', () => {
  it.each([
    ['faktura', [['faktura']]],
    ['faktura|kvitto', [['faktura'], ['kvitto']]],
    ['(?:in|ut)betalning', [['betalning', 'in'], ['betalning', 'ut']]],
    ['betala \\d{1,3} kr', [['betala ', ' kr']]],
    ['ab?cd', [['a', 'cd']]],
    ['(?:abc)?def', [['def']]],
    ['(?<!\\p{L})arn(?!\\p{L})', [['arn']]],
    ['(?:abc)+', [['abc']]],
    ['Reklamation', [['reklamation']]],
    ['\\d+|abc', null],
    ['[abc]', null],
    ['(?=abc)', null],
  ])('of /%s/ are %j', (source, expected) => expect(requiredLiterals(source, 'iu')).toEqual(expected))
})

describe('mayMatch', () => {
  it('lets through every text in which a rule of ours finds something, and spares most of the others', () => {
    const tally = { found: 0, spared: 0, tried: 0 }
    for (const { input } of labelledInputs(readSeed(RULES))) {
      for (const { normalised, folded } of Object.values(placesOf(input))) {
        for (const rule of [...rulebook.rules, ...rulebook.rights]) {
          const text = rule.folded ? folded : normalised
          const tries = mayMatch(rule.prefilter, trigramsOf(text))
          const finds = rule.matcher.test(text)
          if (finds) expect(tries, `${rule.name}: ${text.slice(0, 200)}`).toBe(true)
          tally[finds ? 'found' : tries ? 'tried' : 'spared'] += 1
        }
      }
    }
    expect(tally.found).toBeGreaterThan(1_000)
    expect(tally.tried).toBeLessThan(tally.spared / 20)
  })

  it('tries what no letters tell', () => {
    expect(mayMatch(prefilterOf(/\d+/u), trigramsOf('abc'))).toBe(true)
    expect(mayMatch(prefilterOf(/ok/u), trigramsOf('no'))).toBe(true)
    expect(mayMatch(prefilterOf(/okay/u), trigramsOf('no'))).toBe(false)
  })
})
