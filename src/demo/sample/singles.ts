import type { Language } from './quoting.ts'

/** Letters that nobody answered. `{word}` is filled in. */
export interface Single {
  language: Language
  subject: string
  text: string
  attach?: 'photo' | 'invoice' | 'csv'
}

export const CUSTOMER_SINGLES: readonly Single[] = [
  {
    language: 'sv',
    subject: 'Öppettider',
    text: 'Har ni öppet på lördag? Jag tänkte hämta {part} till {product}, order {order}.',
  },
  {
    language: 'sv',
    subject: 'Vilket band?',
    text: 'Vilket färgband passar till {product}? På det gamla står det PX-{number}.',
  },
  {
    language: 'sv',
    subject: 'Drivrutin',
    text: 'Var hittar jag drivrutinen till {product} för den nya datorn? Cd-skivan gick inte att läsa.',
  },
  {
    language: 'sv',
    subject: 'Ändra leveransadress',
    text: 'Kan ni ändra adressen på order {order} till Lagergatan {number}? Vi har flyttat.',
  },
  {
    language: 'sv',
    subject: 'Avboka order {order}',
    text: 'Vi behöver inte {part} längre. Går det att avboka innan ni skickar?',
  },
  {
    language: 'sv',
    subject: 'Streckkoder',
    text: 'Kan {product} skriva ut EAN-13 och QR på samma etikett? Vi ska märka om {number} artiklar.',
    attach: 'csv',
  },
  {
    language: 'sv',
    subject: 'Betalat',
    text: 'Faktura {invoice} på {amount} kr betalades i dag till bankgiro 991-2346, OCR 1004571.',
  },
  {
    language: 'sv',
    subject: 'Anstånd',
    text: 'Kan vi få två veckor till på faktura {invoice}? Vi väntar själva på en utbetalning.',
  },
  {
    language: 'sv',
    subject: 'Fel referens',
    text: 'Faktura {invoice} saknar vår referens {number}12. Kan ni skicka en ny?',
  },
  {
    language: 'sv',
    subject: 'Kvitto saknas',
    text: 'Jag köpte {part} med kort, {amount} kr, men fick inget kvitto. Kan ni mejla det?',
  },
  {
    language: 'sv',
    subject: 'Knackar och låter',
    text:
      '{product} har börjat låta som en kaffekvarn efter {number} månader. Det luktar bränt också. Vad tänker ni ' +
      'göra åt det?',
    attach: 'photo',
  },
  {
    language: 'sv',
    subject: 'Inte alls nöjd',
    text:
      'Etiketterna från order {order} fastnar inte. Vi har {number} rullar som är oanvändbara och vill ha ' +
      'pengarna tillbaka.',
  },
  {
    language: 'sv',
    subject: 'Reklamation av {product}',
    text: 'Hej, jag reklamerar {product}, order {order}. Kniven skär inte av papperet. Jag har kvitto.',
  },
  {
    language: 'sv',
    subject: 'Vilka uppgifter har ni om mig?',
    text:
      'Enligt GDPR vill jag få veta vilka uppgifter ni har sparat om mig och hur länge de sparas. Mitt ' +
      'kundnummer är {order}.',
  },
  {
    language: 'sv',
    subject: 'Sluta skicka erbjudanden',
    text: 'Jag tar tillbaka mitt samtycke till utskick. Ta bort min adress och numret {phone}.',
  },
  {
    language: 'sv',
    subject: 'Rättelse',
    text: 'Ni har fel namn på mig i kundregistret. Rätta det, tack. Order {order}.',
  },
  {
    language: 'sv',
    subject: 'Tack!',
    text: 'Tack för snabb hjälp i telefon om {product}, order {order}. Ha en fin vecka.',
  },
  {
    language: 'sv',
    subject: 'Söker extrajobb',
    text: 'Jag läser till tekniker och söker extrajobb {number} timmar i veckan. Jag nås på {phone}.',
  },
  {
    language: 'en',
    subject: 'Paper width',
    text: 'What is the widest paper the {product} takes? We need {number} mm.',
  },
  {
    language: 'en',
    subject: 'Order {order} not received',
    text:
      'The carrier says order {order} was delivered, but nobody here has seen it. Please trace it or send {part} ' +
      'again.',
  },
  {
    language: 'en',
    subject: 'Remittance advice',
    text: 'We have paid invoice {invoice}, {amount} SEK, by bank transfer today.',
  },
  {
    language: 'en',
    subject: 'Erase my account',
    text: 'Please delete my customer account and the phone number {phone}. I no longer run the shop.',
  },
]

export const SUPPLIER_SINGLES: readonly Single[] = [
  {
    language: 'sv',
    subject: 'Faktura {invoice}',
    text: 'Här kommer faktura {invoice} på {amount} kr för {part}. Betalas till bankgiro 991-2346, OCR 1004571.',
    attach: 'invoice',
  },
  {
    language: 'sv',
    subject: 'Kreditfaktura {invoice}',
    text: 'Bifogar kreditfaktura på {amount} kr för returnerade {part}.',
    attach: 'invoice',
  },
  {
    language: 'sv',
    subject: 'Påminnelse faktura {invoice}',
    text: 'Vi saknar betalning för faktura {invoice}, {amount} kr. Bortse från påminnelsen om ni redan betalat.',
    attach: 'invoice',
  },
  {
    language: 'en',
    subject: 'Invoice {invoice}',
    text: 'Please find attached invoice {invoice} for {part}, SEK {amount}. Due in 30 days.',
    attach: 'invoice',
  },
  {
    language: 'en',
    subject: 'Receipt for your payment',
    text: 'Thank you for your payment of SEK {amount}. Your receipt {invoice} is attached.',
    attach: 'invoice',
  },
]

export const NEWSLETTERS: readonly Single[] = [
  {
    language: 'sv',
    subject: 'Veckans nyheter för butiken',
    text:
      'Nya {part} i lager! Denna vecka {number} procent på {product}, kod {order}.\n\nVill du inte ha fler brev? ' +
      'Avsluta prenumerationen.',
  },
  {
    language: 'en',
    subject: 'Retail hardware weekly',
    text: 'Issue {order}. This week: why {part} matter, and a look at {product}.\n\nUnsubscribe at any time.',
  },
]

export const FORWARDS: readonly (Single & { prefix: string })[] = [
  {
    prefix: 'Vb:',
    language: 'sv',
    subject: 'Problem i kassan',
    text: 'Kan ni svara på det här? Det kom till min privata adress.',
  },
  { prefix: 'VS:', language: 'sv', subject: 'Returer', text: 'Skickar vidare från kollegan, hon är på semester.' },
  { prefix: 'Fwd:', language: 'en', subject: 'Printer trouble', text: 'See below, can you help our branch office?' },
]
