import type { Language } from './quoting.ts'

/** A conversation: turns alternate between customer and staff, the customer first. `{word}` is filled in. */
export interface Story {
  language: Language
  subject: string
  turns: string[]
  /** What the turn of that number carries. */
  attach?: { turn: number; kind: 'photo' | 'invoice' }
}

export const STORIES: readonly Story[] = [
  {
    language: 'sv',
    subject: 'Skriver inte ut längre',
    attach: { turn: 0, kind: 'photo' },
    turns: [
      'Vår {product} från order {order} slutade skriva ut i går mitt under rusningen. Lampan blinkar rött och ' +
        'etiketterna kommer ut blanka. Vi har bara haft den i {number} veckor. Bild bifogas.',
      'Tråkigt att höra. Har ni provat att rengöra skrivhuvudet med en spritpad och att kalibrera från menyn?',
      'Ja, båda delarna, två gånger. Nu drar den inte ens fram papper. Vi kan inte ta betalt utan kvitton, så ' +
        'det här måste lösas.',
      'Då tar vi in den. Vi registrerar ärendet som reklamation och skickar en fraktsedel i dag. Ni får en ' +
        'lånemaskin under tiden.',
      'Lånemaskinen kom fram, tack. Hör av er när ni vet vad som är fel.',
      'Skrivhuvudet var defekt från fabrik. En ny {product} går iväg i morgon utan kostnad. Vi stänger ärendet ' +
        'när ni bekräftat att den fungerar.',
    ],
  },
  {
    language: 'sv',
    subject: 'Reklamation order {order}',
    turns: [
      'Jag vill reklamera {product} som jag köpte av er. Displayen är sprucken och den har aldrig tappats. Jag ' +
        'vill ha en ny eller pengarna tillbaka.',
      'Tack, vi har tagit emot reklamationen. Skicka gärna serienumret som står på undersidan.',
      'Serienumret är PX-{number}4417. Hur lång tid tar det här?',
      'Vi har godkänt reklamationen. Köpesumman {amount} kr betalas tillbaka inom tio dagar.',
    ],
  },
  {
    language: 'sv',
    subject: 'Fel vara levererad',
    turns: [
      'Vi beställde {part} men i kartongen låg något helt annat. Order {order}. Vi behöver rätt sak senast på fredag.',
      'Det blev fel i plocket hos oss, ursäkta. Rätt vara skickas i dag och ni kan behålla den felaktiga tills ' +
        'budet hämtar den.',
      'Bra. Budet har varit här nu.',
    ],
  },
  {
    language: 'sv',
    subject: 'Faktura {invoice}',
    attach: { turn: 1, kind: 'invoice' },
    turns: [
      'Kan ni skicka en kopia av faktura {invoice}? Den har försvunnit hos oss och bokföringen frågar.',
      'Bifogar fakturan på {amount} kr. Betala till bankgiro 991-2346 med OCR 1004571.',
      'Tack, den är betald i dag.',
    ],
  },
  {
    language: 'sv',
    subject: 'Dubbel betalning',
    turns: [
      'Jag ser att {amount} kr har dragits två gånger för order {order}. Kan ni kontrollera?',
      'Det stämmer, betalningen gick igenom två gånger. Vi återbetalar den ena till kortet i dag.',
    ],
  },
  {
    language: 'sv',
    subject: 'Hjälp med {product}',
    turns: [
      'Hur ansluter jag {product} till kassaprogrammet? Datorn hittar den inte via nätverket. Ni når mig på {phone}.',
      'Skriv ut en självtest genom att hålla inne matningsknappen vid start. Då står ip-adressen på lappen. Ange ' +
        'den i kassaprogrammet, port 9100.',
      'Nu fungerar det! Ip-adressen hade ändrats när vi bytte router.',
      'Vad bra. Ge den gärna en fast adress i routern så händer det inte igen.',
    ],
  },
  {
    language: 'sv',
    subject: 'Offert på {part}',
    turns: [
      'Vi öppnar en butik till och behöver {number} paket {part}. Vad blir priset, och hur lång är leveranstiden?',
      'Vi kan erbjuda {amount} kr exklusive moms, leverans inom fem arbetsdagar. Offerten gäller i 30 dagar.',
      'Vi tackar ja. Märk fakturan med referens 77{number}.',
      'Tack för beställningen, den har fått ordernummer {order}.',
    ],
  },
  {
    language: 'sv',
    subject: 'Ta bort mina uppgifter',
    turns: [
      'Jag handlar inte längre hos er och vill att ni raderar alla uppgifter ni har om mig, även telefonnumret ' +
        '{phone}.',
      'Vi har tagit emot din begäran. Fakturor måste vi spara enligt bokföringslagen, övrigt raderas inom en månad.',
      'Okej, tack för beskedet.',
    ],
  },
  {
    language: 'sv',
    subject: 'När kommer order {order}?',
    turns: [
      'Vi väntar fortfarande på {part}. Spårningen har stått stilla i {number} dagar.',
      'Paketet har fastnat på terminalen i Jönköping. Vi har bett om eftersökning och återkommer i morgon.',
    ],
  },
  {
    language: 'en',
    subject: 'Labels come out crooked',
    turns: [
      'The {product} we bought (order {order}) prints every label about 4 mm to the left. We have thrown away ' +
        '{number} rolls so far. This is not what we paid for.',
      'Sorry to hear that. Which label size is set in the driver, and is the paper guide touching the roll on ' +
        'both sides?',
      'It is set to 57x32 and the guide is tight. Our technician says the sensor is loose. We want it repaired ' +
        'or replaced.',
      'Agreed, we will replace it. A courier collects the old unit on Thursday.',
      'Replacement works perfectly, thank you.',
    ],
  },
  {
    language: 'en',
    subject: 'Question about invoice {invoice}',
    attach: { turn: 1, kind: 'invoice' },
    turns: [
      'Our VAT number is missing on invoice {invoice}. Could you send a corrected one? Amount {amount} SEK.',
      'Of course, the corrected invoice is attached. Nothing else has changed.',
    ],
  },
]
