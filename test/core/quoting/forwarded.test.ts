import { describe, expect, it } from 'vitest'
import { findForwardedSender } from '../../../src/core/quoting/forwarded.ts'

const ALICE = { name: 'Alice Ek', address: 'alice@example.com' }
const outlook =
  'Kan du ta denna?\n\n/Dan\n\nFrån: Alice Ek <alice@example.com>\nSkickat: den 3 maj 2024 ' +
  '10:00\nTill: dan@promix.se\nÄmne: Skrivaren\n\nDen är trasig'
const gmail =
  '---------- Forwarded message ---------\nFrom: Alice Ek <alice@example.com>\nDate: Fri, ' +
  '3 May 2024 at 10:00\nSubject: Skrivaren\nTo: <dan@promix.se>\n\nDen är trasig'
const apple =
  'Vidarebefordrat mejl:\n\n> Från: Alice Ek <alice@example.com>\n> Ämne: Skrivaren\n> ' +
  'Datum: 3 maj 2024 10:00:00 CEST\n> Till: dan@promix.se\n>\n> Den är trasig'
const oldOutlook =
  '-----Ursprungligt meddelande-----\nFrån: Alice Ek [mailto:alice@example.com]\nSkickat: ' +
  'den 3 maj 2024 10:00\nTill: Dan\nÄmne: Skrivaren\n\nDen är trasig'

describe('a forwarded mail', () => {
  it.each([
    ['Vb: Skrivaren', outlook],
    ['VB: Skrivaren', outlook],
    ['vb: Skrivaren', outlook],
    ['Fwd: Skrivaren', gmail],
    ['Fwd: Skrivaren', apple],
    ['VS: Skrivaren', oldOutlook],
    ['Skrivaren', gmail],
  ])('under %j tells who wrote the mail inside', (subject, text) => {
    expect(findForwardedSender(subject, text)?.sender).toEqual(ALICE)
    expect(findForwardedSender(subject, text.replaceAll('\n', '\r\n'))?.sender).toEqual(ALICE)
  })

  it('is not found in an ordinary reply with its quote', () => {
    expect(findForwardedSender('SV: Skrivaren', `Tack!\n\n${outlook.slice(outlook.indexOf('Från'))}`)).toBeNull()
  })

  it('that names no address tells nobody', () => {
    expect(findForwardedSender('Vb: Skrivaren', 'Från: Alice Ek\nSkickat: igår\nTill: Dan\n\nHej')).toBeNull()
    expect(findForwardedSender('Vb: Skrivaren', 'kolla bilagan')).toBeNull()
  })

  it.each([
    ['\n', 6000],
    ['\u2028', 6000],
    [' \u00a0', 6000],
    ['\n ', 6000],
    ['_'.repeat(32) + '\n', 400],
    ['"a"<', 3000],
    ['On a, "', 3000],
    ['Från: \n', 3000],
    ['From:\n', 3000],
    ['<[', 6000],
    ['>\n', 6000],
    ['* ', 6000],
    ['Den a skrev "b" <c> ', 600],
    ['\nDen a skrev "b" <c> ', 600],
  ])('made of %j costs little', (piece, times) => {
    const started = performance.now()
    findForwardedSender('Vb: x', piece.repeat(times))
    findForwardedSender('Fwd: x', `---------- Forwarded message ---------\nFrom: ${piece.repeat(times)}`)
    expect(performance.now() - started).toBeLessThan(300)
  })
})
