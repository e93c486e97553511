import { describe, expect, it } from 'vitest'
import { isReplySubject, normaliseSubject, subjectKey } from '../../../src/core/message/subject-line.ts'

describe('a subject', () => {
  it.each([
    ['SV: Etikettskrivaren', 'etikettskrivaren'],
    ['Re: SV: VB: Re: Etikettskrivaren', 'etikettskrivaren'],
    ['Re[2]: Sv (3): Etikettskrivaren', 'etikettskrivaren'],
    ['[kundlista] Ang: Etikettskrivaren', 'etikettskrivaren'],
    ['AW: WG: Fwd: FW:   Etikett\t skrivaren', 'etikett skrivaren'],
    ['RE：Etikettskrivaren', 'etikettskrivaren'],
    ['Vs: vb:Etikettskrivaren', 'etikettskrivaren'],
    ['Automatiskt svar: SV: Etikettskrivaren', 'etikettskrivaren'],
    ['Retur av skrivare', 'retur av skrivare'],
    ['Svart toner', 'svart toner'],
    ['Reklamation: skrivare', 'reklamation: skrivare'],
  ])('%j is compared as %j', (subject, normal) => {
    expect(normaliseSubject(subject)).toBe(normal)
  })

  it.each(['SV: x', 'Re: x', '[lista] Re: x', 'Vb: x', 'fwd: x', 'RE[4]: x'])(
    '%j is a reply or a forward',
    (subject) => {
      expect(isReplySubject(subject)).toBe(true)
    },
  )

  it.each(['Svar på offert', 'Reklamation', 'Fwd', '', 'Vsb: x'])('%j is neither', (subject) => {
    expect(isReplySubject(subject)).toBe(false)
  })

  it.each([
    '',
    'Hej',
    'SV: hej!',
    'Fråga',
    'Re: Faktura',
    'Re: faktura.',
    'abc',
    '???',
    'SV:',
    'Order',
    '[x] Re: Tack',
  ])('%j is too common to link by', (subject) => {
    expect(subjectKey(subject)).toBeNull()
  })

  it('links by what is particular', () => {
    expect(subjectKey('SV: Skrivaren LP-420 brummar!')).toBe(subjectKey('skrivaren lp-420 brummar'))
    expect(subjectKey('Faktura 20931')).toBe('faktura 20931')
  })

  it('is normalised in bounded time', () => {
    const started = performance.now()
    normaliseSubject('re:'.repeat(300_000))
    normaliseSubject('['.repeat(300_000))
    normaliseSubject(' '.repeat(300_000))
    expect(performance.now() - started).toBeLessThan(500)
  })
})
