import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { CASES, type Classification } from '../../../src/core/classification.ts'
import { classify, conversationMayBeComplaint, isComplaintConversation } from '../../../src/core/judgement/classify.ts'
import type { Message } from '../../../src/core/message/message.ts'
import { classifyInput, signsText, type ClassifyInput } from '../../../src/core/judgement/places.ts'
import { readRules } from '../../../src/rulebook/read-rules.ts'

const { rulebook } = readRules(join(import.meta.dirname, '..', '..', '..', 'rules'))
const NO_CONTEXT = { earlierCases: [], openComplaint: false }

function message(
  subject: string,
  newText: string,
  rest: Partial<ClassifyInput> & { files?: string[] } = {},
): ClassifyInput {
  const { files = [], ...overrides } = rest
  return {
    from: [{ name: 'Alice', address: 'alice@example.se' }],
    subject,
    newText,
    text: newText,
    attachments: files.map((filename) => ({ filename, contentType: 'application/pdf', size: 1, sha256: '' })),
    signs: {
      autoSubmitted: '',
      precedence: '',
      listId: '',
      listUnsubscribe: '',
      returnPath: '',
      authenticationResults: [],
    },
    direction: 'incoming',
    senderIsStaff: false,
    ...overrides,
  }
}

describe('what is judged of a message', () => {
  const own = {
    addresses: ['info@promix.se'],
    domains: ['promix.se'],
    staffAddresses: ['carol@staff.example'],
    authservId: null,
  }
  const from = (...addresses: string[]): Message => ({
    ...message('Hej', 'Vad gäller?'),
    messageId: null,
    inReplyTo: [],
    references: [],
    replyTo: [],
    to: [],
    cc: [],
    bcc: [],
    date: null,
    digest: '',
    from: addresses.map((address) => ({ name: '', address })),
  })

  it.each<[string[], boolean]>([
    [['alice@example.se'], false],
    [['dan@promix.se'], true],
    [['Carol@Staff.example'], true],
    [['dan@promix.se', 'alice@example.se'], false],
    [[], false],
  ])('is from staff or not by who the firm is, whatever way it went: %j', (addresses, staff) => {
    for (const direction of ['incoming', 'outgoing', 'internal'] as const) {
      expect(classifyInput(from(...addresses), direction, own)).toMatchObject({
        direction,
        senderIsStaff: staff,
        subject: 'Hej',
        newText: 'Vad gäller?',
      })
    }
  })
})

describe('classify', () => {
  it.each([
    ['complaints', 'Reklamation mixer', 'Hej, mixern gick sönder efter två dagar. Jag vill ha pengarna tillbaka.'],
    ['payments', 'Faktura 24-0911', 'Hej, kan ni skicka en kopia på fakturan och flytta förfallodagen?'],
    ['privacy', 'Mina uppgifter', 'Jag begär registerutdrag och vill att ni raderar mina uppgifter enligt GDPR.'],
    ['support', 'Fråga', 'Hej! Hur gör jag för att nollställa termostaten? Passar den till modell 20?'],
    ['other', 'Nyhetsbrev vecka 12', 'Välkommen på frukostmöte! Avregistrera dig här.'],
  ])('finds %s and says what spoke for it', (expected, subject, text) => {
    const verdict = classify(message(subject, text), NO_CONTEXT, rulebook)
    expect(verdict.case).toBe(expected)
    expect(verdict.rulebook).toBe(rulebook.version)
    expect(verdict.evidence.some((one) => one.for === expected && one.weight > 0 && one.text !== '')).toBe(true)
    expect(verdict.evidence.every((one) => one.text.length <= 80)).toBe(true)
  })

  it.each([
    ['complaints', 'Reklamation', 'Lampan är trasig. Jag vill reklamera den.'],
    ['complaints', 'Brødrister', 'Brødristeren er ødelagt. Jeg vil reklamere og ha pengene tilbake.'],
    ['complaints', 'Klage', 'Uret gik i stykker, og jeg vil klage. Jeg ønsker en ny vare.'],
    ['complaints', 'Reklamation', 'Der Toaster ist defekt, ich möchte mein Geld zurück.'],
    ['complaints', 'Faulty toaster', 'My toaster is faulty. I want a refund.'],
    ['privacy', 'Uppgifter', 'Vilka personuppgifter har ni om mig? Jag vill ha ett utdrag.'],
    ['privacy', 'Meine Daten', 'Bitte löschen Sie alle meine personenbezogenen Daten.'],
    ['privacy', 'Innsyn', 'Jeg vil vite hvilke personopplysninger dere har om meg.'],
    ['payments', 'Faktura', 'Hei, kan dere sende fakturaen en gang til?'],
    ['payments', 'Invoice', 'Could you send a copy of the invoice for our accounts?'],
    ['support', 'Åbningstider', 'Hej, hvornår har I åbent på lørdag?'],
    ['other', 'Tack', 'Tack så jättemycket!'],
  ])('finds plain %s in plain words, also those of the neighbours: %s', (expected, subject, text) => {
    expect(classify(message(subject, text), NO_CONTEXT, rulebook).case).toBe(expected)
  })

  it.each([
    [
      'a real invoice',
      message('Faktura 88213', 'Bifogat finner ni faktura 88213.', { files: ['Faktura_88213.pdf'] }),
      true,
    ],
    ['a receipt in the text', message('Kvitto', 'Kvittonr 5512 Belopp: 69,00 SEK varav moms 13,80'), true],
    ['a quote', message('Offert', 'Bifogat finner ni offert 2024-118.', { files: ['Offert_2024-118.pdf'] }), false],
    ['plain words of having paid', message('Faktura 88213', 'Hej, jag har betalat fakturan i går.'), false],
    ['a request for a receipt', message('Kvitto', 'Kan ni skicka kvittot till mig?'), false],
  ])('marks accounting records: %s', (_what, input, expected) => {
    expect(classify(input, NO_CONTEXT, rulebook).marks.includes('accounting-record')).toBe(expected)
  })

  it('marks automatic replies by header and by words, and keeps them out of the matters', () => {
    const signs = { ...message('', '').signs, autoSubmitted: 'auto-replied' }
    expect(
      classify(message('Sv: Pumpen', 'Jag läser din e-post på måndag.', { signs }), NO_CONTEXT, rulebook).marks,
    ).toContain('auto-reply')
    const verdict = classify(
      message('Out of office: your invoice', 'I am on annual leave until Monday.'),
      NO_CONTEXT,
      rulebook,
    )
    expect([verdict.case, verdict.marks]).toEqual(['other', ['auto-reply']])
  })

  it('marks spam and unpaid invoices, and not a reminder of a meeting', () => {
    expect(
      classify(message('Tax refund', 'Confirm card to receive your tax refund.'), NO_CONTEXT, rulebook).marks,
    ).toContain('spam')
    expect(
      classify(message('Betalningspåminnelse', 'Faktura 24-0911 är obetald.'), NO_CONTEXT, rulebook).marks,
    ).toContain('unpaid')
    expect(
      classify(message('Påminnelse', 'Påminnelse om mötet på torsdag.'), NO_CONTEXT, rulebook).marks,
    ).not.toContain('unpaid')
  })

  it('leans towards complaints inside a complaint conversation, but not for a mere thanks', () => {
    const text = message('Sv: Pumpen', 'Hej igen, här är numret: 4411.')
    const before = classify(text, NO_CONTEXT, rulebook)
    const inside = classify(text, { earlierCases: ['complaints'], openComplaint: true }, rulebook)
    const spoken = (verdict: Classification) =>
      verdict.evidence.filter((one) => one.for === 'complaints').reduce((sum, one) => sum + one.weight, 0)
    expect(spoken(inside)).toBeGreaterThan(spoken(before))
    expect(inside.marks).toContain('open-complaint')
    expect(
      classify(
        message('Sv: Pumpen', 'Tack så mycket!'),
        { earlierCases: ['complaints'], openComplaint: true },
        rulebook,
      ).case,
    ).toBe('other')
  })

  it('keeps a message whose quoted history speaks of a complaint, without judging its case by it', () => {
    const text = 'Tack!\n\n> Din reklamation R-402 är mottagen.'
    const verdict = classify(message('Sv: Frysen', 'Tack!', { text }), NO_CONTEXT, rulebook)
    expect([verdict.case, verdict.mayBeComplaint]).toEqual(['other', true])
    expect(classify(message('Sv: Frysen', 'Tack!'), NO_CONTEXT, rulebook).mayBeComplaint).toBe(false)
  })

  it('lets a hard rule settle the case, and keeps an automatic reply that speaks of a complaint', () => {
    const signs = { ...message('', '').signs, autoSubmitted: 'auto-replied' }
    const text = 'Jag vill reklamera pumpen som är trasig och ha pengarna tillbaka.'
    expect(classify(message('Pumpen', text), NO_CONTEXT, rulebook).case).toBe('complaints')
    const verdict = classify(message('Pumpen', text, { signs }), NO_CONTEXT, rulebook)
    expect([verdict.case, verdict.mayBeComplaint, verdict.uncertain]).toEqual(['other', true, false])
    expect(verdict.confidence).toBeGreaterThanOrEqual(0.99)
  })

  it('keeps a thanks whose quoted history tells of a fault in no word that a rule knows', () => {
    const quoted = 'Lådan kom i går men två av fyra ben fattas och skivan har släppt i ena hörnet. Hur gör vi nu?'
    expect(
      classify(message('Sv: Bordet', 'Tack!', { text: `Tack!\n\n> ${quoted}` }), NO_CONTEXT, rulebook).mayBeComplaint,
    ).toBe(true)
    expect(
      classify(message('Sv: Bordet', 'Tack!', { text: 'Tack!\n\n> Vi har öppet till 18 i dag.' }), NO_CONTEXT, rulebook)
        .mayBeComplaint,
    ).toBe(false)
  })

  it('judges an empty message without failing', () => {
    const verdict = classify(message('', ''), NO_CONTEXT, rulebook)
    expect(CASES).toContain(verdict.case)
    expect(Number.isFinite(verdict.confidence)).toBe(true)
  })

  it('is the same for the same input and bounded for a hostile one', () => {
    const hostile = message('faktura '.repeat(10_000), 'bifogat faktura moms: 1 '.repeat(50_000), {
      files: Array.from({ length: 5000 }, () => 'a'.repeat(5000)),
    })
    const started = performance.now()
    const first = classify(hostile, NO_CONTEXT, rulebook)
    expect(performance.now() - started).toBeLessThan(2000)
    expect(classify(hostile, NO_CONTEXT, rulebook)).toEqual(first)
  })

  it('writes the facts of sending as text for rules', () => {
    const signs = { ...message('', '').signs, precedence: 'bulk', returnPath: '<>' }
    expect(signsText(message('', '', { signs }))).toBe(
      'direction:incoming staff:no attachments:0 precedence:bulk return-path:empty',
    )
  })
})

describe('conversation verdicts', () => {
  it('call a conversation a complaint by one best guess and keep it by one doubt', () => {
    expect(isComplaintConversation([{ case: 'support' }, { case: 'complaints' }])).toBe(true)
    expect(isComplaintConversation([{ case: 'support' }])).toBe(false)
    expect(
      conversationMayBeComplaint([
        { case: 'support', mayBeComplaint: false },
        { case: 'other', mayBeComplaint: true },
      ]),
    ).toBe(true)
    expect(conversationMayBeComplaint([{ case: 'support', mayBeComplaint: false }])).toBe(false)
  })
})
