import { describe, expect, test } from 'vitest'
import { plain } from '../../src/present/safe-text.ts'
import { toJson } from '../../src/cli/call/json.ts'

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
