import { describe, expect, test } from 'vitest'
import { plain, toJson } from '../../src/cli/call/plain-text.ts'
import { en } from '../../src/text/en.ts'
import { sv } from '../../src/text/sv.ts'
import { fill } from '../../src/text/texts.ts'

const places = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(([place]) => place).sort()

describe('texts', () => {
  test('both languages have the same keys, none empty', () => {
    expect(Object.keys(en).sort()).toEqual(Object.keys(sv).sort())
    for (const text of [...Object.values(sv), ...Object.values(en)]) expect(text.trim()).not.toBe('')
  })

  test('both languages fill in the same values', () => {
    for (const key of Object.keys(sv) as (keyof typeof sv)[])
      expect([key, ...places(en[key])]).toEqual([key, ...places(sv[key])])
  })

  test('a value with a dollar sign or braces is put in as it is', () => {
    expect(fill('{a} {b}', { a: '$& {b}', b: 1 })).toBe('$& {b} 1')
  })
})

describe('text from mail on a terminal', () => {
  test('control characters and bidirectional marks are gone, letters and line ends stay', () => {
    expect(plain('\u001b[31mHej\u0007 å\n\tdå\u202e\u009b2J')).toBe('[31mHej å\n\tdå2J')
  })

  test('JSON holds no raw control character', () => {
    const text = toJson({ subject: 'a\u001b\u009b\u202eb', id: 1n })
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/)
    expect(JSON.parse(text)).toEqual({ subject: 'a\u001b\u009b\u202eb', id: 1 })
  })
})
