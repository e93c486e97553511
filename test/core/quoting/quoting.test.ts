import { describe, expect, it } from 'vitest'
import { extractNewText } from '../../../src/core/quoting/quoting.ts'

const HISTORY = 'Vi skickar en ny pump i morgon.'

describe('extractNewText', () => {
  it.each([
    [
      'Swedish Outlook',
      'Tack!\n\nFrån: PROMIX HB <info@promix.se>\nSkickat: den 3 maj 2024 10:12\n' +
        `Till: alice@example.se\nÄmne: Pumpen\n\n${HISTORY}`,
    ],
    [
      'Outlook in bold',
      `Tack!\n\n*Från:* PROMIX HB\n*Skickat:* den 3 maj 2024\n*Till:* alice@example.se\n*Ämne:* Pumpen\n\n${HISTORY}`,
    ],
    [
      'English Outlook under a rule',
      'Tack!\n\n________________________________\nFrom: PROMIX HB\nSent: Friday, 3 May 2024\n' +
        `To: Alice\nSubject: Pump\n\n${HISTORY}`,
    ],
    [
      'Norwegian Outlook',
      `Tack!\n\nFra: PROMIX HB\nSendt: 3. mai 2024 10:12\nTil: alice@example.se\nEmne: Pumpe\n\n${HISTORY}`,
    ],
    [
      'German Outlook',
      `Tack!\n\nVon: PROMIX HB\nGesendet: 3. Mai 2024\nAn: alice@example.se\nBetreff: Pumpe\n\n${HISTORY}`,
    ],
    ['an original-message rule', `Tack!\n\n-----Ursprungligt meddelande-----\n${HISTORY}`],
    ['Swedish Gmail', `Tack!\n\nDen fre 3 maj 2024 kl 10:12 skrev PROMIX HB <info@promix.se>:\n\n> ${HISTORY}`],
    [
      'Swedish Gmail wrapped over lines',
      `Tack!\n\nDen fre 3 maj 2024 kl 10:12 skrev PROMIX HB kundtjänst\n<info@promix.se>:\n\n> ${HISTORY}`,
    ],
    [
      'English Gmail without quote marks',
      `Tack!\n\nOn Fri, May 3, 2024 at 10:12 AM PROMIX HB <info@promix.se> wrote:\n\n${HISTORY}`,
    ],
    ['Apple Mail', `Tack!\n\n3 maj 2024 kl. 10:12 skrev PROMIX HB <info@promix.se>:\n\n> ${HISTORY}`],
    ['Thunderbird', `Tack!\n\nPROMIX HB skrev den 2024-05-03 10:12:\n> ${HISTORY}`],
    ['Danish Gmail', `Tack!\n\nDen fre. 3. maj 2024 kl. 10.12 skrev PROMIX HB <info@promix.se>:\n\n> ${HISTORY}`],
    ['German Thunderbird', `Tack!\n\nAm 03.05.2024 um 10:12 schrieb PROMIX HB:\n> ${HISTORY}`],
  ])('parts the history of %s', (_program, text) => {
    const { newText, quotedText } = extractNewText(text)
    expect(newText).toBe('Tack!')
    expect(quotedText).toContain(HISTORY)
  })

  it('keeps new lines between quoted ones', () => {
    const text = 'On Fri, 3 May 2024 at 10:12, PROMIX wrote:\n> Which colour?\n\nRed.\n\n> Which size?\n\nLarge.'
    expect(extractNewText(text)).toEqual({ newText: 'Red.\n\nLarge.', quotedText: 'Which colour?\nWhich size?' })
  })

  it('keeps the answers when the writer says they stand among unmarked history', () => {
    const text =
      'Hej, se mina svar nedan i rött.\n\nFrån: PROMIX HB\nSkickat: den 3 maj 2024\nTill: ' +
      'alice@example.se\nÄmne: Frågor\n\nVilken färg? Röd.'
    expect(extractNewText(text).newText).toContain('Röd.')
  })

  it('drops the signature and the mobile line but not what is written before', () => {
    expect(extractNewText('Den läcker.\n\nSkickat från min iPhone').newText).toBe('Den läcker.')
    expect(extractNewText('Den läcker.\n-- \nAlice\n070-174 06 05')).toEqual({ newText: 'Den läcker.', quotedText: '' })
  })

  it('drops standing footers and keeps a request that only sounds like one', () => {
    const footer = 'Detta meddelande är avsett endast för mottagaren och kan innehålla konfidentiell information.'
    expect(extractNewText(`Den läcker.\n\n${footer}`).newText).toBe('Den läcker.')
    const request = 'Detta meddelande gäller mina personuppgifter. Jag vill att ni raderar dem.'
    expect(extractNewText(`Hej!\n\n${request}`).newText).toContain(request)
  })

  it.each(['Vb: Kvitto', 'VS: Kvittering', 'Fwd: Receipt'])(
    'keeps forwarded text as content when the subject says %s',
    (subject) => {
      const text = 'Se nedan.\n\nFrån: Butik\nSkickat: den 3 maj 2024\nTill: Alice\nÄmne: Kvitto\n\nTotalt 120 kr'
      expect(extractNewText(text, { subject }).newText).toContain('Totalt 120 kr')
      expect(extractNewText(text, { subject: 'Sv: Kvitto' }).newText).toBe('Se nedan.')
    },
  )

  it.each(['---------- Forwarded message ---------', '---------- Vidarebefordrat meddelande ---------'])(
    'keeps what follows %s without knowing the subject',
    (mark) => {
      expect(
        extractNewText(`FYI\n\n${mark}\nFrom: Shop <shop@example.com>\nDate: 3 May 2024\nSubject: Receipt\n\nTotal 120`)
          .newText,
      ).toContain('Total 120')
    },
  )

  it('does not take prose for an attribution or a header', () => {
    const prose =
      'Elif skrev 3/4 att de tre plåtarna skulle krediteras, och så här löd det:\n\nFrån: Malmö gick frakten sent.'
    expect(extractNewText(prose)).toEqual({ newText: prose, quotedText: '' })
  })

  it('says that a message of nothing but history has no new text', () => {
    expect(extractNewText(`-----Original Message-----\n${HISTORY}`)).toEqual({ newText: '', quotedText: HISTORY })
    expect(extractNewText('')).toEqual({ newText: '', quotedText: '' })
  })

  it.each([
    ['newlines', '\n'],
    ['quote marks', '> '],
    ['quoted lines', '>\n'],
    ['attribution starts', 'On 1 10:10 a wrote\n'],
    ['from lines', 'Från: a\n'],
    ['half header blocks', 'Från: a\nx\nTill: b\n'],
    ['short lines', 'a\n'],
    ['dashes', '-'],
    ['blanks', ' '],
    ['footer openings', 'detta meddelande \n\n'],
  ])('reads a megabyte of %s in linear time', (_what, piece) => {
    const started = performance.now()
    extractNewText(piece.repeat(Math.ceil(1_000_000 / piece.length)))
    expect(performance.now() - started).toBeLessThan(2500)
  })
})
