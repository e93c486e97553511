import { attachment } from './conversation.ts'
import { csvFile } from './files.ts'
import { FIRM, WEB_FORM, type Letter, type Person } from './message.ts'
import { invent } from './people.ts'
import { quote } from './quoting.ts'
import type { SampleRandom } from './random.ts'
import { CUSTOMER_SINGLES, FORWARDS, NEWSLETTERS, SUPPLIER_SINGLES, type Single } from './singles.ts'
import { chooseWords, sentence, writeLetter } from './words.ts'

const SUPPLIER: Person = { name: 'Etikettgrossisten', address: 'faktura@grossist.example.se' }
const NEWS: Person = { name: 'Butiksnytt', address: 'nyheter@butiksnytt.example.com' }
const DAEMON: Person = { name: 'Mail Delivery Subsystem', address: 'mailer-daemon@example.net' }

/** How many of each kind stand alone in the mailbox, in turns of this pattern. */
const KINDS = [
  'customer',
  'customer',
  'supplier',
  'customer',
  'form',
  'news',
  'customer',
  'supplier',
  'customer',
  'forward',
  'customer',
  'absence',
  'supplier',
  'customer',
  'bounce',
  'form',
  'customer',
  'news',
  'supplier',
  'spam',
] as const
export type StrayKind = (typeof KINDS)[number]

/** Kinds that no person writes: no greeting, no signature. */
const MACHINES: readonly StrayKind[] = ['news', 'absence', 'bounce', 'spam']

export function kindOf(index: number): StrayKind {
  return KINDS[index % KINDS.length]!
}

/** A letter outside any conversation. Its Message-ID depends on `name` alone. */
export function writeStray(random: SampleRandom, kind: StrayKind, index: number, name: string, date: Date): Letter {
  const person = invent(random)
  const customer: Person = { name: person.name, address: person.address }
  const write = (single: Single, from: Person, more: Partial<Letter> = {}): Letter => {
    const words = chooseWords(random, single.language, person.phone)
    const signature = from === customer || from === WEB_FORM ? person.name : from.name
    const files =
      single.attach === 'csv'
        ? [
            csvFile('artiklar.csv', [
              ['artikel', 'antal'],
              [words.part, words.number],
            ]),
          ]
        : single.attach === undefined
          ? []
          : [attachment(single.attach, words)]
    return {
      messageId: `${name}@${from.address.split('@')[1]!}`,
      references: [],
      date,
      from,
      to: FIRM,
      subject: sentence(single.subject, words),
      text: MACHINES.includes(kind)
        ? sentence(single.text, words)
        : writeLetter(random, single.language, sentence(single.text, words), words, signature, from !== SUPPLIER),
      html: index % 3 === 0,
      charset: index % 4 === 1 ? 'iso-8859-1' : 'utf-8',
      transferEncoding: index % 4 === 2 ? 'base64' : index % 8 === 5 ? '8bit' : 'quoted-printable',
      files,
      ...more,
    }
  }
  const said = (subject: string, text: string): Single => ({ language: 'sv', subject, text })
  const singles = CUSTOMER_SINGLES
  switch (kind) {
    case 'customer':
      return write(singles[index % singles.length]!, customer)
    case 'form':
      return write(singles[(index * 7) % singles.length]!, WEB_FORM, { replyTo: customer, html: false })
    case 'supplier':
      return write(random.pick(SUPPLIER_SINGLES), SUPPLIER)
    case 'news':
      return write(random.pick(NEWSLETTERS), NEWS, {
        html: true,
        extraHeaders: [
          ['List-Id', '<nyheter.butiksnytt.example.com>'],
          ['List-Unsubscribe', '<https://butiksnytt.example.com/avsluta>'],
          ['Precedence', 'bulk'],
        ],
      })
    case 'forward': {
      const forward = FORWARDS[index % FORWARDS.length]!
      const letter = write(forward, customer, { html: false })
      const other = invent(random)
      const original = write(random.pick(singles.filter(({ language }) => language === forward.language)), {
        name: other.name,
        address: other.address,
      })
      const text = quote(letter.text, original, 'outlook', forward.language)
      return { ...letter, subject: `${forward.prefix} ${letter.subject}`, text }
    }
    case 'absence':
      return write(
        said('Autosvar: Inte på plats', 'Jag är ledig och svarar om {number} dagar. Brådskande ärenden: {phone}.'),
        customer,
        {
          html: false,
          extraHeaders: [
            ['Auto-Submitted', 'auto-replied'],
            ['X-Auto-Response-Suppress', 'All'],
          ],
        },
      )
    case 'bounce':
      return write(
        said(
          'Undelivered Mail Returned to Sender',
          `<${customer.address}>: host mx.example.net said: 550 5.1.1 user unknown (order {order})`,
        ),
        DAEMON,
        {
          html: false,
          extraHeaders: [
            ['Return-Path', '<>'],
            ['Auto-Submitted', 'auto-replied'],
          ],
        },
      )
    case 'spam':
      return write(
        said(
          'Du har vunnit {amount} 000 kr',
          'Grattis! Klicka på http://vinst.example.net/{invoice} inom {number} timmar för att hämta vinsten.',
        ),
        {
          name: 'Vinstcentralen',
          address: 'vinst@lotteri.example.net',
        },
      )
  }
}
