import { attachment } from './conversation.ts'
import { csvFile } from './files.ts'
import { FIRM, WEB_FORM, type Letter, type Person, type SampleFile } from './message.ts'
import { invent } from './people.ts'
import { quote } from './quoting.ts'
import type { SampleRandom } from './random.ts'
import { CUSTOMER_SINGLES, FORWARDS, NEWSLETTERS, SUPPLIER_SINGLES, type Single } from './singles.ts'
import { chooseWords, sentence, writeLetter, type Words } from './words.ts'

const SUPPLIER: Person = { name: 'Etikettgrossisten', address: 'faktura@grossist.example.se' }
const NEWS: Person = { name: 'Butiksnytt', address: 'nyheter@butiksnytt.example.com' }
const DAEMON: Person = { name: 'Mail Delivery Subsystem', address: 'mailer-daemon@example.net' }

/** How many letters of each kind belong to no conversation: this pattern is repeated. */
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
type StrayKind = (typeof KINDS)[number]

/** Kinds that no person writes: no greeting, no signature. */
const MACHINES: readonly StrayKind[] = ['news', 'absence', 'bounce', 'spam']

export function kindOf(index: number): StrayKind {
  return KINDS[index % KINDS.length]!
}

/** A letter outside any conversation. Its Message-ID depends on `name` alone. */
export function writeStray(random: SampleRandom, kind: StrayKind, index: number, name: string, date: Date): Letter {
  const stray: Stray = { kind, index, name, date, person: invent(random) }
  const customer: Person = { name: stray.person.name, address: stray.person.address }
  if (kind === 'forward') return writeForward(random, stray, customer)
  const { single, from, more } = contentsOf(random, kind, index, customer)
  // The firm's own web form speaks for a customer.
  const signature = from === WEB_FORM ? customer.name : from.name
  return { ...write(random, stray, single, from, signature), ...more }
}

interface Stray {
  kind: StrayKind
  index: number
  name: string
  date: Date
  person: ReturnType<typeof invent>
}

function write(
  random: SampleRandom,
  { kind, index, name, date, person }: Stray,
  single: Single,
  from: Person,
  signature: string,
): Letter {
  const words = chooseWords(random, single.language, person.phone)
  const text = sentence(single.text, words)
  return {
    messageId: `${name}@${from.address.split('@')[1]!}`,
    references: [],
    date,
    from,
    to: FIRM,
    subject: sentence(single.subject, words),
    text: MACHINES.includes(kind)
      ? text
      : writeLetter(random, { language: single.language, text, words, signature, chatty: from !== SUPPLIER }),
    html: index % 3 === 0,
    charset: index % 4 === 1 ? 'iso-8859-1' : 'utf-8',
    transferEncoding: index % 4 === 2 ? 'base64' : index % 8 === 5 ? '8bit' : 'quoted-printable',
    files: filesOf(single, words),
  }
}

function filesOf({ attach }: Single, words: Words): SampleFile[] {
  if (attach === undefined) return []
  if (attach !== 'csv') return [attachment(attach, words)]
  const rows = [
    ['artikel', 'antal'],
    [words.part, words.number],
  ]
  return [csvFile('artiklar.csv', rows)]
}

/** A customer forwards what somebody else wrote. */
function writeForward(random: SampleRandom, stray: Stray, customer: Person): Letter {
  const forward = FORWARDS[stray.index % FORWARDS.length]!
  const letter = write(random, stray, forward, customer, customer.name)
  const other = invent(random)
  const alike = CUSTOMER_SINGLES.filter(({ language }) => language === forward.language)
  const original = write(random, stray, random.pick(alike), { name: other.name, address: other.address }, other.name)
  const text = quote(letter.text, original, 'outlook', forward.language)
  return { ...letter, html: false, subject: `${forward.prefix} ${letter.subject}`, text }
}

interface Contents {
  single: Single
  from: Person
  more?: Partial<Letter>
}

function contentsOf(
  random: SampleRandom,
  kind: Exclude<StrayKind, 'forward'>,
  index: number,
  customer: Person,
): Contents {
  const ofCustomers = CUSTOMER_SINGLES
  switch (kind) {
    case 'customer':
      return { single: ofCustomers[index % ofCustomers.length]!, from: customer }
    case 'form': {
      const single = ofCustomers[(index * 7) % ofCustomers.length]!
      return { single, from: WEB_FORM, more: { replyTo: customer, html: false } }
    }
    case 'supplier':
      return { single: random.pick(SUPPLIER_SINGLES), from: SUPPLIER }
    case 'news':
      return { single: random.pick(NEWSLETTERS), from: NEWS, more: { html: true, extraHeaders: NEWS_HEADERS } }
    case 'absence':
      return { single: ABSENCE, from: customer, more: { html: false, extraHeaders: ABSENCE_HEADERS } }
    case 'bounce':
      return { single: bounceOf(customer), from: DAEMON, more: { html: false, extraHeaders: BOUNCE_HEADERS } }
    case 'spam':
      return { single: SPAM, from: LOTTERY }
  }
}

const NEWS_HEADERS: [string, string][] = [
  ['List-Id', '<nyheter.butiksnytt.example.com>'],
  ['List-Unsubscribe', '<https://butiksnytt.example.com/avsluta>'],
  ['Precedence', 'bulk'],
]
const ABSENCE_HEADERS: [string, string][] = [
  ['Auto-Submitted', 'auto-replied'],
  ['X-Auto-Response-Suppress', 'All'],
]
const BOUNCE_HEADERS: [string, string][] = [
  ['Return-Path', '<>'],
  ['Auto-Submitted', 'auto-replied'],
]

const ABSENCE: Single = {
  language: 'sv',
  subject: 'Autosvar: Inte på plats',
  text: 'Jag är ledig och svarar om {number} dagar. Brådskande ärenden: {phone}.',
}

function bounceOf({ address }: Person): Single {
  return {
    language: 'sv',
    subject: 'Undelivered Mail Returned to Sender',
    text: `<${address}>: host mx.example.net said: 550 5.1.1 user unknown (order {order})`,
  }
}

const LOTTERY: Person = { name: 'Vinstcentralen', address: 'vinst@lotteri.example.net' }
const SPAM: Single = {
  language: 'sv',
  subject: 'Du har vunnit {amount} 000 kr',
  text: 'Grattis! Klicka på http://vinst.example.net/{invoice} inom {number} timmar för att hämta vinsten.',
}
