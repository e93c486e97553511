import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { rightsAskedFor } from '../../../src/core/judgement/privacy-rights.ts'
import type { ClassifyInput } from '../../../src/core/judgement/places.ts'
import { parseRulebook } from '../../../src/core/judgement/rules.ts'

const rulebook = parseRulebook(parse(readFileSync(new URL('../../../rules/cases.yaml', import.meta.url), 'utf8')), 'v1')

function message(newText: string, rest: Partial<ClassifyInput> = {}): ClassifyInput {
  const signs = {
    autoSubmitted: '',
    precedence: '',
    listId: '',
    listUnsubscribe: '',
    returnPath: '',
    authenticationResults: [],
  }
  return {
    from: [{ name: 'Alice', address: 'alice@example.se' }],
    subject: 'Hej',
    newText,
    text: newText,
    attachments: [],
    signs,
    direction: 'incoming',
    senderIsStaff: false,
    ...rest,
  }
}

const rightsIn = (text: string) => [...new Set(rightsAskedFor(message(text), rulebook).map((one) => one.right))]

describe('rightsAskedFor', () => {
  it.each([
    ['access', 'Jag vill ha ett registerutdrag.'],
    ['access', 'Vilka uppgifter har ni om mig?'],
    ['access', 'Jag begär en kopia på mina personuppgifter enligt artikel 15.'],
    ['access', 'Detta är en begäran om tillgång.'],
    ['access', 'This is a subject access request.'],
    ['access', 'Could you send me a copy of my data?'],
    ['access', 'Jeg ønsker innsyn i hva dere har.'],
    ['access', 'Ich bitte um Auskunft nach der DSGVO.'],
    ['rectification', 'Ni måste rätta mina uppgifter.'],
    ['rectification', 'Jag har bytt efternamn sedan sist.'],
    ['rectification', 'Please correct my details.'],
    ['erasure', 'Ta bort mig ur era register.'],
    ['erasure', 'Jag vill bli bortglömd.'],
    ['erasure', 'Erase everything you have on me.'],
    ['erasure', 'Slet mine oplysninger.'],
    ['restriction', 'Ni ska begränsa behandlingen tills vidare.'],
    ['restriction', 'Radera inte mina uppgifter, jag behöver dem.'],
    ['restriction', 'Do not delete anything about me yet.'],
    ['portability', 'Jag vill flytta ut mina uppgifter till en annan butik.'],
    ['portability', 'I ask for my orders in a machine-readable format.'],
    ['objection', 'Jag invänder mot behandlingen.'],
    ['objection', 'Inga fler utskick från er, tack.'],
    ['objection', 'Ingen reklam tack!'],
    ['objection', 'Stop sending me marketing emails.'],
    ['consent-withdrawal', 'Härmed återkallar jag mitt samtycke.'],
    ['consent-withdrawal', 'I want to withdraw my consent.'],
    ['breach', 'Jag fick någon annans faktura i mejlen.'],
    ['breach', 'It was sent to the wrong person.'],
    ['breach', 'Vi har haft ett dataintrång.'],
  ])('finds %s in: %s', (right, text) => expect(rightsIn(text)).toEqual([right]))

  it.each([
    'Vi trycker reklamblad och reklammaterial.',
    'Ni borde reklamera för butiken på lokalradion.',
    'Bifogar utdrag ur belastningsregistret.',
    'Kontoutdrag för mars bifogas.',
    'Per vill återkalla meddelandet "Offert".',
    'Viktig produktåterkallelse: vi återkallar brödrosten.',
    'Rättelse av faktura 1203 önskas.',
    'Jag råkade radera mejlet med manualen.',
    'Slangen läcker vid kopplingen.',
    'Vi samtycker inte till prishöjningen.',
    'Jag bestrider fakturan.',
    'Vi flyttar till ny adress i juni.',
    'Jag hävdar att köpet ska hävas.',
    'Ni gör en kreditupplysning, antar jag?',
    'Jag fick fel adress till verkstaden av er.',
  ])('is not trapped by: %s', (text) => expect(rightsIn(text)).toEqual([]))

  it('finds several rights in one message, in the order of the law, and quotes the words', () => {
    const asked = rightsAskedFor(
      message('Jag vill radera mitt konto. Dessförinnan vill jag ha registerutdrag, och inga fler utskick.'),
      rulebook,
    )
    expect(asked.map((one) => one.right)).toEqual(['access', 'erasure', 'objection'])
    expect(asked.map((one) => one.rule)).toEqual(['right-access', 'right-erasure', 'right-objection'])
    expect(asked[1]?.text).toBe('radera mitt konto.')
  })

  it('is silenced by an exception in the subject too', () => {
    const text = 'Begär en kund registerutdrag i morgon, vad gör ni då?'
    expect(rightsAskedFor(message(text), rulebook)).toHaveLength(1)
    expect(rightsAskedFor(message(text, { subject: 'Nyhetsbrev: dataskydd i butik' }), rulebook)).toEqual([])
  })

  it('hears nothing in quoted history', () => {
    const text = 'Tack!\n\n> Jag begär registerutdrag.'
    expect(rightsAskedFor(message('Tack!', { text }), rulebook)).toEqual([])
  })
})
