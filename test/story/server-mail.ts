/** The mail of a story as a mail program would send it. */
import { mail } from '../harness/mail.ts'
import type { Kind } from './steps.ts'
import type { StoryMail } from './tell.ts'

const TEXTS: Record<Kind, { subject: string; body: string }> = {
  question: { subject: 'Fråga om rullen', body: 'Hej! Hur gör jag för att byta rulle i skrivaren?' },
  order: { subject: 'Betalning', body: 'Betalningen är gjord med Swish i dag.' },
  invoice: {
    subject: 'Faktura 20417',
    body:
      'Här kommer faktura 20417. Att betala: 1 250 kr inklusive moms 250 kr. Bankgiro 991-2346. Förfallodatum 30 ' +
      'dagar netto.',
  },
  reminder: {
    subject: 'Betalningspåminnelse',
    body: 'Påminnelse: fakturan är fortfarande obetald. Förfallodagen har passerat, vänligen betala omgående.',
  },
  complaint: {
    subject: 'Reklamation',
    body: 'Jag vill reklamera skrivaren, den kom trasig. Jag kräver pengarna tillbaka.',
  },
  'perhaps-complaint': {
    subject: 'Beställning',
    body: 'Hej! Jag vill betala min beställning med Swish. Har betalningen kommit fram?',
  },
  privacy: {
    subject: 'Mina uppgifter',
    body: 'Hej! Jag begär registerutdrag enligt artikel 15. Vilka personuppgifter har ni om mig?',
  },
  thanks: { subject: 'Tack', body: 'Tack så mycket för hjälpen!' },
  doubtful: { subject: 'Hej', body: 'Det gäller leveransen och dröjsmålet.' },
  spam: {
    subject: 'You have won',
    body:
      'Congratulations! You have won 1,000,000 USD in the lottery. Click here to claim your prize now, crypto ' +
      'casino bonus.',
  },
  'spam-invoice': {
    subject: 'Invoice attached',
    body:
      'Congratulations winner! Invoice 77 to pay: 990 EUR, click here to claim the crypto casino bonus. VAT ' +
      'included.',
  },
}

/** Octets of the mail; the same for every copy. */
export function sourceOf({ key, customer, incoming, kind, names, sentAt }: StoryMail): Buffer {
  const { subject, body } = TEXTS[kind]
  const [firm, person] = ['PROMIX <info@promix.se>', `${customer} <${customer}@example.se>`]
  return mail({
    id: idOf(key),
    from: incoming ? person : firm,
    to: incoming ? firm : person,
    // A subject of its own, so that only references join.
    subject: `${subject} ${key}`,
    body,
    date: sentAt.toISOString(),
    references: names.map(idOf),
  })
}

export function idOf(key: string): string {
  return `${key}@story.example`
}

export function keyOf(source: string): string {
  return /^message-id: <(\w+)@story\.example>/im.exec(source)?.[1] ?? '?'
}
