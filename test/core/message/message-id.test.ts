import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { boundReferences, normaliseMessageId, parseReferences } from '../../../src/core/message/message-id.ts'

describe('a Message-ID', () => {
  it.each([
    ['<a1@example.com>', 'a1@example.com'],
    ['  <A1@Example.com>  ', 'A1@Example.com'],
    ['a1@example.com', 'a1@example.com'],
    ['<a1@\r\n example.com>', 'a1@example.com'],
    ['<no-at-sign-here>', 'no-at-sign-here'],
    ['<a1@example.com', 'a1@example.com'],
    ['"phrase" <a1@example.com> trailing', 'a1@example.com'],
  ])('%j becomes %j', (raw, id) => {
    expect(normaliseMessageId(raw)).toBe(id)
  })

  it.each(['', '<>', '< >', '@', '<@@@>', `<${'a'.repeat(1000)}@example.com>`])('%j is unusable', (raw) => {
    expect(normaliseMessageId(raw)).toBeNull()
  })
})

describe('References', () => {
  it.each([
    ['<a@x.se> <b@x.se>', ['a@x.se', 'b@x.se']],
    ['<a@x.se>\r\n\t<b@x.se>', ['a@x.se', 'b@x.se']],
    ['<a@x.se><b@x.se>,<c@x.se>', ['a@x.se', 'b@x.se', 'c@x.se']],
    ['a@x.se b@x.se', ['a@x.se', 'b@x.se']],
    ['Your message of Monday', []],
    ['"Alice" <a@x.se>', ['a@x.se']],
    ['', []],
  ])('%j are %j', (header, ids) => {
    expect(parseReferences(header)).toEqual(ids)
  })

  it('keep the direct parent last when it is named twice', () => {
    expect(parseReferences('<p@x.se> <a@x.se> <p@x.se>')).toEqual(['a@x.se', 'p@x.se'])
  })

  it('are cut to the first and the last hundred of ten thousand, the same way every time', () => {
    const ids = Array.from({ length: 10_000 }, (_, index) => `id${index}@x.se`)
    const header = ids.map((id) => `<${id}>`).join(' ')
    const cut = parseReferences(header)
    expect(cut).toEqual([ids[0], ...ids.slice(-100)])
    expect(parseReferences(cut.map((id) => `<${id}>`).join(' '))).toEqual(cut)
    expect(boundReferences(boundReferences(ids))).toEqual(boundReferences(ids))
  })

  it('are read in bounded time and size from anything', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 2000 }), (header) => {
        const ids = parseReferences(header)
        expect(ids.length).toBeLessThanOrEqual(101)
        for (const id of ids) expect(id).not.toMatch(/[\s<>]/)
      }),
      { numRuns: 300 },
    )
    const started = performance.now()
    parseReferences('<'.repeat(1_000_000))
    parseReferences('<a'.repeat(500_000))
    expect(performance.now() - started).toBeLessThan(1500)
  })
})
