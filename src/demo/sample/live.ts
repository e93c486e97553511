import { pdfFile } from './files.ts'
import { lastOfComplaint } from './mailbox.ts'
import { FIRM, type Letter, type Person, type SampleMessage } from './message.ts'
import { buildSource } from './mime.ts'
import { quote } from './quoting.ts'

const ALICE: Person = { name: 'Alice Björkfors', address: 'alice.bjorkfors@example.com' }
const BOB: Person = { name: 'Bob Granquist', address: 'bob.granquist@butik.example.se' }
const SUPPLIER: Person = { name: 'Etikettgrossisten', address: 'faktura@grossist.example.se' }
const NEWS: Person = { name: 'Butiksnytt', address: 'nyheter@butiksnytt.example.com' }

/** Messages that arrive while the demo runs, in the order they should be delivered. */
export function liveMessages(now: Date): SampleMessage[] {
  const letters = [complaint(), replyToSample(now), invoice(), accessRequest(), newsletter()]
  return letters.map((draft, index) => {
    const date = new Date((Math.floor(now.getTime() / 1000) + index) * 1000)
    const messageId = `live-${date.getTime() / 1000}@${draft.from.address.split('@')[1]!}`
    return { folder: 'INBOX', flags: [], internalDate: date, source: buildSource({ ...draft, messageId, date }) }
  })
}

type Draft = Omit<Letter, 'messageId' | 'date'>

/** A complaint that says nothing of the kind. */
function complaint(): Draft {
  return {
    from: ALICE,
    to: FIRM,
    references: [],
    subject: 'Kassalådan',
    text:
      'Hej!\n\nKassalådan vi fick för tre veckor sedan går inte att stänga. Skenan är böjd och den hoppar upp av ' +
      'sig själv ' +
      'framför kunderna. Vi har inte gjort något med den. Det här kan vi inte leva med, hur gör vi för att få en ' +
      'som fungerar?\n\nMvh\nAlice',
  }
}

function replyToSample(now: Date): Draft {
  const last = lastOfComplaint(now)
  const customer = last.from === FIRM ? last.to : last.from
  return {
    from: customer,
    to: FIRM,
    references: [...last.references, last.messageId],
    subject: last.subject,
    text: quote(
      `Hej igen,\n\nPengarna har inte kommit än. När betalas de ut?\n\n${customer.name}`,
      last,
      'gmail',
      'sv',
    ),
  }
}

function invoice(): Draft {
  return {
    from: SUPPLIER,
    to: FIRM,
    references: [],
    subject: 'Faktura 8841',
    html: true,
    text:
      'Hej,\n\nBifogat finns faktura 8841 på 4 375 kr för etikettrullar. Bankgiro 991-2346, OCR 1004571, 30 ' +
      'dagar netto.\n\nEtikettgrossisten',
    files: [
      pdfFile('faktura-8841.pdf', [
        'Faktura 8841',
        'Etikettrullar 57x32',
        'Att betala: 4 375 kr',
        'Bankgiro 991-2346',
        'OCR 1004571',
      ]),
    ],
  }
}

function accessRequest(): Draft {
  return {
    from: BOB,
    to: FIRM,
    references: [],
    subject: 'Begäran om registerutdrag',
    charset: 'iso-8859-1',
    text:
      'Hej,\n\nJag begär ett registerutdrag enligt artikel 15 i GDPR: alla uppgifter ni har om mig, varifrån de ' +
      'kommer och hur ' +
      'länge ni sparar dem. Mitt telefonnummer är 070-174 06 33.\n\nBob Granquist',
  }
}

function newsletter(): Draft {
  return {
    from: NEWS,
    to: FIRM,
    references: [],
    subject: 'Veckans nyheter för butiken',
    html: true,
    text:
      'Hyllkantslister till halva priset och en guide till bättre skyltning.\n\nAvsluta prenumerationen när du ' +
      'vill.',
    extraHeaders: [
      ['List-Id', '<nyheter.butiksnytt.example.com>'],
      ['Precedence', 'bulk'],
    ],
  }
}
