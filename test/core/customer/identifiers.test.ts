import { describe, expect, it } from 'vitest'
import { findIdentifiers } from '../../../src/core/customer/identifiers.ts'
import {
  hasLuhnCheck,
  isBankgiro,
  isOcrReference,
  isPlusgiro,
  kindOfTenDigits,
  phoneNumber,
} from '../../../src/core/customer/personal-number.ts'

const found = (text: string) => findIdentifiers(text).map(({ kind, normal }) => `${kind} ${normal}`)

describe('numbers of law.md, "Swedish numbers"', () => {
  it.each([
    ['199001012385', 'personal-number'],
    ['189001019802', 'personal-number'],
    ['9001019802', 'personal-number'],
    ['199001012386', null],
    ['199002302389', null],
    ['189001619809', 'coordination-number'],
    ['189001609800', null],
    ['189001929802', null],
    ['9999999999', 'organisation-number'],
    ['9999999998', null],
    ['0701740607', 'coordination-number'],
  ])('%s is %s by its digits', (digits, kind) => expect(kindOfTenDigits(digits)).toBe(kind))

  it('the invalid dates of the table pass Luhn, so it is the date that refuses them', () => {
    for (const digits of ['9002302389', '9001609800', '9001929802']) expect(hasLuhnCheck(digits)).toBe(true)
  })
  it('giro and OCR check digits', () => {
    expect([isBankgiro('9912346'), isBankgiro('49999998'), isBankgiro('9912345')]).toEqual([true, true, false])
    expect([isPlusgiro('1234566'), isPlusgiro('1234567')]).toEqual([true, false])
    expect(['100453', '1004571', '202600012324'].map((digits) => isOcrReference(digits))).toEqual([true, true, true])
    expect(isOcrReference('1004572')).toBe(false)
    expect([
      isOcrReference('1004571', true),
      isOcrReference('202600012324', true),
      isOcrReference('1004563', true),
    ]).toEqual([true, true, false])
    expect(isOcrReference('1004563')).toBe(true)
  })
  it('phones', () => {
    expect(phoneNumber('0701740605')).toBe('+46701740605')
    expect(phoneNumber('07017406')).toBeNull()
    expect(phoneNumber('0812345678')).toBe('+46812345678')
    expect(phoneNumber('0046701740699')).toBe('+46701740699')
  })
})

describe('finding them in text', () => {
  it.each([
    ['Mitt personnummer är 19900101-2385.', ['personal-number 9001012385']],
    ['personnr: 900101-2385', ['personal-number 9001012385']],
    ['Pnr 9001012385', ['personal-number 9001012385']],
    ['Hon är född 18900101-9802', ['personal-number 9001019802']],
    ['900101+9802', ['personal-number 9001019802']],
    ['19900101-2385 (personnummer)', ['personal-number 9001012385']],
    ['personnummer 19900101-2386', []],
    ['personnummer 19900230-2389', []],
    ['samordningsnummer 18900161-9809', ['coordination-number 9001619809']],
    ['samordningsnummer 18900160-9800', []],
    ['Org.nr 999999-9999', ['organisation-number 9999999999']],
    ['Org.nr 999999-9998', []],
    ['VAT SE999999999901', ['organisation-number 9999999999']],
    ['org.nr 900101-9802', ['personal-number 9001019802']],
    ['Bankgiro: 991-2346', ['bankgiro 9912346']],
    ['bg 4999-9998', ['bankgiro 49999998']],
    ['Bankgiro: 991-2345', []],
    ['Plusgiro 12 34 56-6', ['plusgiro 1234566']],
    ['Plusgiro 12 34 56-7', []],
    ['OCR-nummer: 202600012324', ['ocr 202600012324']],
    ['OCR 1004572', []],
    ['Ring 070-174 06 05', ['phone +46701740605']],
    ['Ring 070-174 06', []],
    ['+46 (0)70 174 06 05', ['phone +46701740605']],
    ['+46 70-174 06 99', ['phone +46701740699']],
    ['Ordernummer: A-10234', ['order-number A10234']],
    ['min order #10234 saknas', ['order-number 10234']],
    ['beställning 20261', ['order-number 20261']],
    ['beställning 20261', ['order-number 20261']],
    ['faktura 10457 har fel belopp', ['invoice-number 10457']],
    ['Invoice no. INV-2026-001', ['invoice-number INV2026001']],
  ])('%s', (text, expected) => expect(found(text)).toEqual(expected))

  it('a fictional mobile is a phone although its digits make a coordination number', () => {
    expect(found('0701740607')).toEqual(['phone +46701740607'])
    expect(found('Mitt nummer är 0701740607, ring gärna')).toEqual(['phone +46701740607'])
    expect(found('070174-0607')).toEqual(['phone +46701740607'])
    expect(found('Personnummer 900101-2385, mobil 0701740607')).toEqual([
      'personal-number 9001012385',
      'phone +46701740607',
    ])
    expect(found('personnummer 900101-2385, 0701740607')).toEqual(['personal-number 9001012385', 'phone +46701740607'])
  })
  it('digits alone are nothing without a word that says what they are', () => {
    expect(found('9001012385')).toEqual([])
    expect(found('991-2346 och 100453 och 9999999999')).toEqual([])
    expect(found('ordernummer 900101-2385')).toEqual(['order-number 9001012385'])
    expect(found('kundnummer 900101-2385')).toEqual([])
  })
  it('a signed form without a word is found, for masking, but not confirmed', () => {
    expect(findIdentifiers('900101-2385')).toEqual([
      { kind: 'personal-number', normal: '9001012385', start: 0, end: 11, confirmed: false },
    ])
    expect(findIdentifiers('pnr 900101-2385')[0]?.confirmed).toBe(true)
  })
  it('sums, dates and counts are no order or invoice numbers', () => {
    expect(found('faktura 2026-11-01, faktura 1200 kr, order 100 st, faktura 12')).toEqual([])
  })
  it('no-break spaces and typographic hyphens are separators too, and offsets hold', () => {
    const text = 'Pnr 900101\u20112385, tel 070\u2013174\u00a006\u00a005'
    expect(found(text)).toEqual(['personal-number 9001012385', 'phone +46701740605'])
    expect(findIdentifiers(text).map(({ start, end }) => text.slice(start, end))).toEqual([
      '900101\u20112385',
      '070\u2013174\u00a006\u00a005',
    ])
  })
  it('offsets cut out exactly what was written', () => {
    const text = 'Hej! Pnr 900101-2385 och tel. 070-174 06 05. Bankgiro 991-2346, OCR 100453.'
    expect(findIdentifiers(text).map(({ start, end }) => text.slice(start, end))).toEqual([
      '900101-2385',
      '070-174 06 05',
      '991-2346',
      '100453',
    ])
  })
  it.each([
    ['digits', '1'],
    ['zeros', '0'],
    ['spaced digits', '0 '],
    ['hyphens', '1-'],
    ['labels', 'ocr '],
    ['label and digits', 'order 0701740607 '],
    ['plus', '+4'],
  ])('hostile %s take bounded time', (_name, unit) => {
    const text = unit.repeat(Math.floor(20_000 / unit.length))
    const before = performance.now()
    findIdentifiers(text)
    expect(performance.now() - before).toBeLessThan(500)
  })
})
