import { describe, expect, test } from 'vitest'
import { parseId } from '../../src/cli/call/ids.ts'
import { textsOf } from '../../src/text/texts.ts'

const texts = textsOf('sv')

describe('ids', () => {
  test('a letter and a number are read, whatever the case', () => {
    expect(parseId('m12', ['m', 'c'], texts)).toEqual({ kind: 'm', number: 12 })
    expect(parseId(' #C7 ', ['m', 'c'], texts)).toEqual({ kind: 'c', number: 7 })
  })

  test.each(['', '12', 'm', 'm0', 'm-1', 'm1.5', 'm012', 'x3', 'k3', 'm12; DROP', 'm9999999999', 'mm1'])(
    '%s is refused',
    (text) => {
      expect(() => parseId(text, ['m', 'c'], texts)).toThrow(expect.objectContaining({ code: 'bad-input' }))
    },
  )

  test('the refusal names what would work, in the language of the caller', () => {
    expect(() => parseId('12', ['k'], texts)).toThrow('k3')
  })
})
