import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { canonicalText, decodedReading, placedText } from '../../../src/core/person/placed-text.ts'
import { findPerson, strongest, type Strength } from '../../../src/core/person/find-person.ts'
import { readPerson, type PersonDescription } from '../../../src/core/person/person-terms.ts'

const NOBODY: PersonDescription = { addresses: [], names: [], phones: [], personalNumbers: [], references: [] }
/** Check digits are right; the people are made up (Skatteverket's test numbers begin 19900101 too). */
const ANNA: PersonDescription = {
  addresses: ['anna.svensson@exempel.se'],
  names: ['Anna Svensson'],
  phones: ['070-174 06 05'],
  personalNumbers: ['19900101-2385'],
  references: ['A-10457'],
}

/** What is found of the description in one text: the words as they stand there. */
function foundIn(
  text: string,
  description: Partial<PersonDescription> = ANNA,
): { found: string; strength: Strength }[] {
  const { terms, unusable } = readPerson({ ...NOBODY, ...description })
  expect(unusable).toEqual([])
  return findPerson(terms, [{ field: 'text', text }]).map(({ start, end, strength }) => ({
    found: text.slice(start, end),
    strength,
  }))
}

const strengthIn = (text: string, description: Partial<PersonDescription> = ANNA): Strength | null =>
  strongest(foundIn(text, description))

describe('a person is found however they are written', () => {
  test.each<[string, string, Strength]>([
    ['Skriv till anna.svensson@exempel.se.', 'anna.svensson@exempel.se', 'identifier'],
    ['<mailto:Anna.Svensson@EXEMPEL.SE>', 'Anna.Svensson@EXEMPEL.SE', 'identifier'],
    ["'anna.svensson@exempel.se'", 'anna.svensson@exempel.se', 'identifier'],
    ['anna.svensson+butik@exempel.se', 'anna.svensson+butik@exempel.se', 'identifier'],
    ['anna.svensson@exempel.se.Hälsningar', 'anna.svensson@exempel.se', 'weak'],
    ['https://x.example/u?e=anna.svensson%40exempel.se&k=1', 'anna.svensson%40exempel.se', 'identifier'],
    ['anna.svensson (at) exempel.se', 'anna.svensson (at) exempel.se', 'identifier'],
    ['anna.svensson@=\nexempel.se', 'anna.svensson@=\nexempel.se', 'identifier'],
    ['Hej Anna Svensson!', 'Anna Svensson', 'name'],
    ['SVENSSON, ANNA', 'SVENSSON, ANNA', 'name'],
    ['Svensson Anna, Storgatan 1', 'Svensson Anna', 'name'],
    ['Anna Svenssons order', 'Anna Svensson', 'name'],
    ["Anna Svensson's order", 'Anna Svensson', 'name'],
    ['Anna Maria K. Svensson', 'Anna Maria K. Svensson', 'name'],
    ['Anna\n> > Svensson skrev', 'Anna\n> > Svensson', 'name'],
    ['An\u00adna\u00a0Svens\u200bson', 'An\u00adna\u00a0Svens\u200bson', 'name'],
    ['anna_svensson@annan.example', 'anna_svensson', 'name'],
    ['annasvensson@annan.example', 'annasvensson', 'weak'],
    ['asvensson@annan.example', 'asvensson', 'weak'],
    ['Mvh A. Svensson', 'A. Svensson', 'weak'],
    ['Till fru Svensson', 'fru Svensson', 'weak'],
    ['Svensson, A', 'Svensson, A', 'weak'],
    ['Ring 0701740605', '0701740605', 'identifier'],
    ['+46 (0)70-174 06 05', '46 (0)70-174 06 05', 'identifier'],
    ['0046701740605', '0046701740605', 'identifier'],
    ['tel:+46701740605', '46701740605', 'identifier'],
    ['070 /\n174 06 05', '070 /\n174 06 05', 'identifier'],
    ['701740605', '701740605', 'weak'],
    ['order 12 070-174 06 05', '070-174 06 05', 'identifier'],
    ['900101-2385', '900101-2385', 'identifier'],
    ['9001012385', '9001012385', 'identifier'],
    ['19900101 – 2385', '19900101 – 2385', 'identifier'],
    ['199001012385', '199001012385', 'identifier'],
    ['900101-\n2385', '900101-\n2385', 'identifier'],
    ['order A10457', 'A10457', 'identifier'],
    ['order=A10457', 'A10457', 'identifier'],
    ['ordernr a 10457.', 'a 10457', 'identifier'],
  ])('%j', (text, found, strength) => {
    expect(foundIn(text)).toContainEqual({ found, strength })
  })

  test.each([
    ['Åsa Öberg', 'Asa Oberg'],
    ['Asa Oberg', 'Åsa Öberg'],
    ['Åsa Öberg', 'A\u030asa O\u0308berg'],
    ['Åsa Öberg', '=C3=85sa =C3=96berg'],
    ['Åsa Öberg', '=C5sa =D6berg'],
    ['Åsa Öberg', '&Aring;sa &Ouml;berg'],
    ['Søren Æbelø', 'Soren Aebelo'],
    ['Oberg, Åsa', 'Åsa Öberg'],
    ['Pat O’Brien', "O'Brien, Pat"],
    ['Anna-Karin von Sydow', 'Anna Karin Sydow'],
  ])('%s in a mail that says %s', (name, text) => {
    expect(strengthIn(`x ${text} y`, { names: [name] })).toBe('name')
  })

  test.each<[string, string, Strength | null]>([
    ['Bygg & Ljus AB', 'faktura till Bygg & Ljus AB', 'name'],
    ['Bygg & Ljus AB', 'Bygg och Ljus', null],
    ['Bygg & Ljus AB', 'bygg ljus', 'name'],
    ['Lampan AB', 'Lampan AB:s lager', 'name'],
    ['Lampan AB', 'lampan är trasig', 'weak'],
  ])('the firm %s in: %s', (name, text, strength) => {
    expect(strengthIn(text, { names: [name] })).toBe(strength)
  })

  it('an organisation number as VAT number', () => {
    for (const text of ['556036-0793', 'SE556036079301', 'SE 556036-0793 01'])
      expect(strengthIn(text, { personalNumbers: ['556036-0793'] })).toBe('identifier')
  })

  it('a foreign phone', () => {
    expect(strengthIn('Tlf. +47 22 12 34 56', { phones: ['+4722123456'] })).toBe('identifier')
  })

  it('a short number only where a word says whose it is', () => {
    expect(strengthIn('kundnummer: 1234', { references: ['1234'] })).toBe('identifier')
    expect(strengthIn('rum 1234', { references: ['1234'] })).toBe('weak')
    expect(strengthIn('order 1234 kr', { references: ['1234'] })).toBe('weak')
  })
})

describe('another person is not', () => {
  test.each([
    'johanna.svensson@exempel.se',
    'Anna Karlsson och Per Svensson',
    'Johanna Svensson',
    'Anna Svenssonsk',
    'Bengt Svensson',
    '0701740606',
    '10701740605',
    '07017406051',
    '070-174 06, 05',
    '900101-2386',
    '1900101-2385',
    'order A104570',
    'BA10457',
  ])('%j', (text) => {
    expect(foundIn(text)).toEqual([])
  })
})

describe('another address is not', () => {
  test.each([
    'maria.anna.svensson@exempel.se',
    'anna.svensson@exempel.se-butik.example',
    'anna.svensson@exempel',
    'anna.svensson @exempel.se',
  ])('%j', (text) => {
    expect(foundIn(text, { addresses: ANNA.addresses })).toEqual([])
  })
})

describe('what cannot be looked for is told by kind and place', () => {
  it('and the rest is read', () => {
    const { terms, unusable } = readPerson({
      addresses: ['anna@exempel.se', 'anna'],
      names: ['Al', 'Bo Ek'],
      phones: ['123'],
      personalNumbers: ['900101-2386', '900101-2385'],
      references: ['abc', '12'],
    })
    expect(terms.map(({ kind }) => kind)).toEqual(['address', 'name', 'personal-number'])
    expect(unusable).toEqual([
      { kind: 'address', index: 1 },
      { kind: 'name', index: 0 },
      { kind: 'phone', index: 0 },
      { kind: 'personal-number', index: 0 },
      { kind: 'reference', index: 0 },
      { kind: 'reference', index: 1 },
    ])
  })

  it('the same twice is one', () => {
    expect(readPerson({ ...NOBODY, phones: ['0701740605', '+46 70 174 06 05'] }).terms).toHaveLength(1)
  })
})

describe('the canonical form', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.string({
      unit: fc.constantFrom(
        'å',
        'Å',
        'a\u030a',
        ' ',
        '\n',
        '> ',
        '1',
        '٣',
        '²',
        '-',
        'ﬁ',
        'ß',
        '\u00ad',
        '\ud83d',
        '😀',
        'Σ',
        'İ',
        '½',
        '=E5',
        '=',
      ),
      maxLength: 40,
    }),
  )

  it('is the same with places as without, and every place lies in the original', () => {
    fc.assert(
      fc.property(text, (original) => {
        const placed = placedText(original)
        expect({ text: placed.text, digits: placed.digits }).toEqual(canonicalText(original))
        expect(placed.origin).toHaveLength(placed.text.length + 1)
        expect(placed.origin.every((at, index) => at >= (placed.origin[index - 1] ?? 0) && at <= original.length)).toBe(
          true,
        )
        expect(
          placed.digitAt.every((at, index) => placed.digits[index] === '|' || placed.text[at] === placed.digits[index]),
        ).toBe(true)
      }),
    )
  })

  it('of a part is a part of the form of the whole: nothing depends on what stands around', () => {
    fc.assert(
      fc.property(text, text, (before, original) =>
        canonicalText(`${before} ${original}`).text.endsWith(canonicalText(` ${original}`).text),
      ),
      { numRuns: 300 },
    )
  })

  it('decodes what was left encoded, and says from where', () => {
    const original = 'a=C3=A5b =\n c&auml;d %40'
    const reading = decodedReading(original)!
    expect(reading.text).toBe('aåb  cäd @')
    for (const [at, letter] of [
      [2, 'b'],
      [5, 'c'],
      [7, 'd'],
    ] as const)
      expect(original[reading.at(at)]).toBe(letter)
    expect(decodedReading('Inget är kvar.')).toBeNull()
  })

  it('finds what is put anywhere in any text, at its place', () => {
    const written = fc.constantFrom(
      'Anna Svensson',
      'svensson, anna',
      'ANNA.SVENSSON@EXEMPEL.SE',
      '070-174 06 05',
      '+46701740605',
      '900101-2385',
      '19900101 2385',
      'A-10457',
    )
    fc.assert(
      fc.property(text, written, text, (before, wanted, after) => {
        const whole = `${before} ;${wanted}; ${after}`
        expect(foundIn(whole).map(({ found }) => found.replace(/^\+/, ''))).toContain(wanted.replace(/^\+/, ''))
      }),
    )
  })

  it('takes linear time on hostile text', () => {
    const { terms } = readPerson(ANNA)
    for (const piece of [
      'anna ',
      'svensson ',
      'a.',
      '0701740605',
      '070 ',
      '=C3',
      '&#1;',
      'anna.svensson@',
      'a-1-0-4-5-',
      '\n>',
    ]) {
      const long = piece.repeat(200_000 / piece.length)
      const at = performance.now()
      findPerson(terms, [{ field: 'text', text: long }])
      expect(performance.now() - at).toBeLessThan(4_000)
    }
  })
})
