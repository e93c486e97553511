import { describe, expect, it } from 'vitest'
import { mayMatch, prefilterOf, trigramsOf } from '../../../src/core/judgement/prefilter.ts'
import { requiredLiterals } from '../../../src/core/judgement/regex-literals.ts'

describe('requiredLiterals', () => {
  it.each([
    ['faktura', [['faktura']]],
    ['faktura|kvitto', [['faktura'], ['kvitto']]],
    [
      '(?:in|ut)betalning',
      [
        ['betalning', 'in'],
        ['betalning', 'ut'],
      ],
    ],
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
  it('tries what no letters tell', () => {
    expect(mayMatch(prefilterOf(/\d+/u), trigramsOf('abc'))).toBe(true)
    expect(mayMatch(prefilterOf(/ok/u), trigramsOf('no'))).toBe(true)
    expect(mayMatch(prefilterOf(/okay/u), trigramsOf('no'))).toBe(false)
  })
})
