import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { CASES, MARKS } from '../../src/core/classification.ts'
import { ROLES } from '../../src/core/role.ts'
import { ALSO, codeOf, nameOf, NAMES, namesOf, type CodeOf, type NameKind } from '../../src/text/names.ts'

const KINDS = Object.keys(NAMES) as NameKind[]
const NAMED = KINDS.flatMap((kind) => Object.keys(NAMES[kind]).map((code) => [kind, code as CodeOf<NameKind>] as const))

/** As a person may type it: letter case, accents, blanks and hyphens differ. */
const typed = (text: string) =>
  fc
    .record({
      upper: fc.boolean(),
      accents: fc.boolean(),
      joint: fc.constantFrom(' ', '-', '_', '  '),
      around: fc.constantFrom('', ' '),
    })
    .map(({ upper, accents, joint, around }) => {
      const plain = accents ? text : text.normalize('NFKD').replace(/\p{M}/gu, '')
      return `${around}${(upper ? plain.toUpperCase() : plain).replace(/[ -]/g, joint)}${around}`
    })

function wordsFor(kind: NameKind, code: CodeOf<NameKind>): [code: string, word: string][] {
  const also: Partial<Record<string, readonly string[]>> = ALSO[kind] ?? {}
  return [code, nameOf('sv', kind, code), nameOf('en', kind, code), ...(also[code] ?? [])].map((word) => [code, word])
}

describe('names', () => {
  test.each(NAMED)(
    'of a %s, %s is understood by its code and its name in both languages, however typed',
    (kind, code) => {
      for (const text of [code, nameOf('sv', kind, code), nameOf('en', kind, code)])
        fc.assert(fc.property(typed(text), (given) => String(codeOf(kind, given)) === code))
    },
  )

  test('no two codes of a kind share a name', () => {
    for (const kind of KINDS)
      for (const language of ['sv', 'en'] as const) {
        const names = namesOf(language, kind)
        expect([kind, new Set(names).size]).toEqual([kind, Object.keys(NAMES[kind]).length])
      }
  })

  test.each([
    ['case', 'ovrigt', 'other'],
    ['case', 'Reklamation', 'complaints'],
    ['case', 'BETALNING', 'payments'],
    ['case', 'payment', 'payments'],
    ['case', 'dataskydd', 'privacy'],
    ['mark', 'öppen-reklamation', 'open-complaint'],
    ['mark', 'obetald', 'unpaid'],
    ['mark', 'skrappost', 'spam'],
    ['noMark', 'inga', 'none'],
    ['outcome', 'godtaget', 'granted'],
    ['outcome', 'accepted', 'granted'],
    ['state', 'bara bokforing', 'limited'],
    ['role', 'privacy lead', 'dpo'],
    ['switch', 'på', 'on'],
  ] as const)('as %s, %s means %s', (kind, text, code) => {
    expect(codeOf(kind, text)).toBe(code)
  })

  test.each(['', 'klagomål', 'complaintsx', 'constructor', '__proto__'])('%j is no case', (text) => {
    expect(codeOf('case', text)).toBeNull()
  })

  test('what people also write means one code only', () => {
    for (const kind of KINDS) {
      const words = Object.keys(NAMES[kind]).flatMap((code) => wordsFor(kind, code as CodeOf<NameKind>))
      expect(words.filter(([code, word]) => String(codeOf(kind, word)) !== code)).toEqual([])
      expect(words.length).toBeGreaterThan(0)
    }
  })

  test('every case, mark and role has a name, in the order of its list', () => {
    expect(Object.keys(NAMES.case)).toEqual([...CASES])
    expect(Object.keys(NAMES.messageCase)).toEqual([...CASES])
    expect(Object.keys(NAMES.mark)).toEqual([...MARKS])
    expect(Object.keys(NAMES.role)).toEqual([...ROLES])
  })

  test('a message about a wrong word can list the names', () => {
    expect(namesOf('sv', 'case')).toEqual(['Support', 'Betalningar', 'Reklamationer', 'Dataskydd', 'Övrigt'])
    expect(namesOf('en', 'outcome')).toEqual(['accepted', 'refused', 'disputed', 'withdrawn'])
  })
})
