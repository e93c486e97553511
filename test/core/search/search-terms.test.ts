import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { stemWord } from '../../../src/core/search/search-stem.ts'
import {
  findNumbers,
  fold,
  indexTerms,
  normalise,
  normalNumber,
  prefixTerm,
  splitWords,
} from '../../../src/core/search/search-terms.ts'
import { LONG } from '../../harness/long.ts'

const terms = (text: string) => indexTerms({ field: 'text', text })

describe('stems', () => {
  test.each([
    ['faktura', 'fakturan', 'fakturor', 'fakturorna', 'fakturans'],
    ['reklamation', 'reklamationen', 'reklamationer', 'reklamationerna'],
    ['köp', 'köpet', 'köpen'],
    ['order', 'ordern', 'ordrar', 'ordrarna'],
    ['cykel', 'cykeln', 'cyklar', 'cyklarna'],
    ['leverans', 'leveransen', 'leveranser'],
    ['sko', 'skon', 'skor', 'skorna'],
    ['konto', 'kontot', 'konton'],
    ['paket', 'paketet', 'paketen'],
    ['garanti', 'garantin', 'garantier'],
    ['kund', 'kunden', 'kunder', 'kundernas'],
    ['nummer', 'numret'],
  ])('%s and its inflections share one', (...forms) => {
    expect(new Set(forms.map(stemWord)).size, forms.map(stemWord).join(' ')).toBe(1)
  })

  test('different nouns do not', () => {
    expect(new Set(['faktura', 'köp', 'kund', 'cykel', 'paket', 'garanti', 'betalning'].map(stemWord)).size).toBe(7)
  })

  test('a word with digits stays as it is', () => {
    expect(stemWord('px1200n')).toBe('px1200n')
  })

  test('a stem begins as its word, whatever the word: the verification looks no further where it does not', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }), (text) => {
        for (const word of splitWords(normalise(text)))
          expect(stemWord(word).charCodeAt(0), word).toBe(word.charCodeAt(0))
      }),
      { numRuns: LONG ? 10_000 : 1_000 },
    )
    for (const word of ['en', 'er', 'arna', 'ernas', 'n', 'orn', 'ans']) expect(stemWord(word)[0], word).toBe(word[0])
  })
})

describe('terms', () => {
  test('stems, prefixes of three and six letters, nothing else of a word', () => {
    expect(terms('Räkningen för Malmö')).toEqual(
      new Set([
        's:räkning',
        's:rakning',
        'p:rak',
        'p:raknin',
        's:för',
        's:for',
        'p:for',
        's:malmö',
        's:malmo',
        'p:mal',
      ]),
    )
  })

  test.each([
    ['rak', 'p:rak'],
    ['rakn', 'p:rak'],
    ['räkni', 'p:rak'],
    ['räknin', 'p:raknin'],
    ['rakningens', 'p:raknin'],
  ])('%s* is looked up as %s', (prefix, term) => {
    expect(prefixTerm(prefix)).toBe(term)
  })

  test('an address whole and in parts', () => {
    const found = terms('Skriv till <Anna.Berg@Example.SE>.')
    for (const term of ['a:anna.berg@example.se', 'a:@example.se', 'a:anna.berg@', 's:ann', 's:berg', 'p:exampl']) {
      expect(found).toContain(term)
    }
  })

  test.each([
    ['+46 (0) 70-123 45 67', '0701234567'],
    ['0046701234567', '0701234567'],
    ['070 123 45 67', '0701234567'],
    ['19850101-1234', '8501011234'],
    ['850101-1234', '8501011234'],
    ['order PX-120045', '120045'],
    ['４５６７８', '45678'],
  ])('%s is found as the number %s', (text, number) => {
    expect(terms(text)).toContain(`n:${number}`)
  })

  test('digits of different lines and sentences are not one number', () => {
    expect(findNumbers('1200\n3400')).not.toContain('12003400')
    expect(findNumbers('order 1200, 3400 kr')).not.toContain('12003400')
  })

  test('width, case and composition make no difference', () => {
    expect(terms('ＦＡＫＴＵＲＡ Malmo\u0308')).toEqual(terms('faktura malmö'))
  })

  test('hostile text ends in bounded work', () => {
    const began = performance.now()
    for (const text of [
      '@'.repeat(2_000_000),
      '1 '.repeat(1_000_000),
      'å\u0301'.repeat(500_000),
      'a'.repeat(3_000_000),
      '.@.'.repeat(700_000),
    ]) {
      expect(terms(text).size).toBeLessThan(300_000)
    }
    expect(performance.now() - began).toBeLessThan(8_000)
  })

  test('folding and normal numbers are stable', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(fold(fold(text))).toBe(fold(text))
      }),
    )
    expect(normalNumber(normalNumber('0046701234567'))).toBe('0701234567')
  })
})
