import type { Random } from './random.ts'

const SWEDISH = (
  'jag vi ni du de har hade ska skulle kan kunde vill måste behöver skickar bifogar återkommer beställde ' +
  'köpte fick väntar undrar hoppas tror vet ser får ringde betalade returnerade bytte hittade läste att det ' +
  'som en ett på är av för med till den inte om men var sig så från under efter över mellan utan redan också ' +
  'bara även här där när hur vad vilken i dag i går nästa vecka månad mars april maj juni oktober november ' +
  'tack snälla gärna tyvärr faktiskt dessutom annars alltså därför ungefär snart genast senast'
).split(' ')
const ENGLISH = (
  'i we you they have had will would can could want must need send attach order ordered bought received ' +
  'waiting wonder hope think know see called paid returned changed found read that the this a an on is of ' +
  'for with to not if but was from under after over between without already also only even here there when ' +
  'how what which today yesterday next week month march april may thanks please unfortunately actually ' +
  'besides otherwise therefore about soon at once latest'
).split(' ')
/** Swedish makes new words by joining: a mailbox holds tens of thousands of them. */
const FIRST_HALVES = (
  'skrivar toner papper etikett kvitto rull kassa butiks lager kontors order faktura betal leverans retur ' +
  'garanti service kund press plåt färg kabel nät batteri skärm termo klister packnings frakt dator kort läs ' +
  'streckkods tryck'
).split(' ')
const SECOND_HALVES = (
  'patron rulle bläck papper hållare kabel adapter nummer avtal besked adress datum kostnad fel problem ' +
  'ärende tid dag lista sats låda huvud valv motor lucka panel dosa knapp program inställning uppdatering ' +
  'kvalitet mängd leverantör tekniker avdelning'
).split(' ')
const ENGLISH_NOUNS = (
  'printer cartridge label receipt roll invoice payment delivery return warranty service customer battery ' +
  'screen cable adapter number agreement address date cost fault problem case list box head motor panel ' +
  'button program setting update quality supplier technician department order parcel carrier refund'
).split(' ')
const GREETINGS = {
  sv: ['Hej!', 'Hejsan,', 'God morgon,', 'Hej igen!'],
  en: ['Hello,', 'Hi,', 'Good morning,', 'Dear all,'],
}
const CLOSINGS = { sv: ['Med vänlig hälsning', 'Hälsningar', 'Mvh'], en: ['Best regards', 'Kind regards', 'Regards'] }
/** What the cases are about, so that classifying has its real work. */
const MATTERS = {
  sv: [
    'Skrivaren visar felmeddelande och drar in papperet snett, hur gör jag?',
    'Jag vill reklamera varan, den gick sönder efter två veckor.',
    'Kan ni skicka en kopia på fakturan? Vi har inte fått någon.',
    'Betalningen är gjord i dag med OCR 1234567897.',
    'Var är mitt paket? Spårningen har inte ändrats på en vecka.',
    'Enligt GDPR vill jag veta vilka uppgifter ni har om mig.',
    'Kan ni ge ett pris på tjugo kartonger?',
    'Vi behöver byta leveransadress på ordern.',
  ],
  en: [
    'The printer shows an error and pulls the paper in askew, what do I do?',
    'I want to make a complaint, the product broke after two weeks.',
    'Could you send a copy of the invoice? We have not received any.',
    'The payment was made today.',
    'Where is my parcel? The tracking has not changed for a week.',
    'Could you quote a price for twenty boxes?',
  ],
}
const FIRST_NAMES = (
  'Anna Bo Åsa Örjan Lars Karin Göran Märta Sven Ingrid Per Birgitta Östen Malin Håkan Elin Björn Sofia ' +
  'Jörgen Maja Emma Oscar Liam Wilma'
).split(' ')
const LAST_NAMES = (
  'Svensson Åkesson Öberg Lindström Sjögren Nyström Bergkvist Håkansson Källström Ek Lundgren Sjöberg Öhman ' +
  'Wikström Smith Larsen'
).split(' ')
const DOMAINS = [
  'exempel.se',
  'foretaget.example',
  'brf-solgarden.example',
  'kommun.example',
  'butik.example',
  'konsult.example',
  'example.org',
  'example.net',
]

export type Language = 'sv' | 'en'

export interface Person {
  name: string
  address: string
  phone: string
  language: Language
}

export function person(random: Random, number: number): Person {
  const name = `${random.pick(FIRST_NAMES)} ${random.pick(LAST_NAMES)}`
  const local = name.toLowerCase().replace(/[åä]/g, 'a').replace(/ö/g, 'o').replace(' ', '.')
  return {
    name,
    address: `${local}${number}@${random.pick(DOMAINS)}`,
    phone: `07${random.between(0, 9)}-${random.between(100, 999)} ${random.between(10, 99)} ${random.between(10, 99)}`,
    language: random.chance(0.2) ? 'en' : 'sv',
  }
}

function word(random: Random, language: Language): string {
  if (random.chance(0.25)) {
    return language === 'sv'
      ? random.pickSkewed(FIRST_HALVES) + random.pickSkewed(SECOND_HALVES)
      : random.pickSkewed(ENGLISH_NOUNS)
  }
  return random.pickSkewed(language === 'sv' ? SWEDISH : ENGLISH)
}

export function sentence(random: Random, language: Language): string {
  const words = Array.from({ length: random.between(6, 16) }, () => word(random, language))
  if (random.chance(0.15)) words.push(`${random.between(100, 99_999)} kr`)
  if (random.chance(0.08)) words.push(`order ${random.between(100_000, 999_999)}`)
  const text = words.join(' ')
  return text.charAt(0).toUpperCase() + text.slice(1) + random.pick(['.', '.', '.', '?', '!'])
}

export function subject(random: Random, language: Language): string {
  return Array.from({ length: random.between(2, 6) }, () => word(random, language)).join(' ')
}

/** A letter of about `octets`, the matter first, signed; `quoted` is what it answers, with marks. */
export function letter(random: Random, writer: Person, octets: number, quoted: string | null): string {
  const { language } = writer
  const history =
    quoted === null
      ? ''
      : `\n\nDen 3 mars 2026 kl. 10:12 skrev ${writer.name}:\n${quoted
          .split('\n')
          .map((line) => `> ${line}`)
          .join('\n')}`
  let text = `${random.pick(GREETINGS[language])}\n\n${random.pick(MATTERS[language])}\n\n`
  while (text.length < octets - history.length - 120) {
    text += `${wrap(Array.from({ length: random.between(2, 6) }, () => sentence(random, language)).join(' '))}\n\n`
  }
  return (
    `${text}${random.pick(CLOSINGS[language])}\n${writer.name}\nTel ` +
    `${writer.phone}${history.slice(0, Math.max(0, octets))}\n`
  )
}

function wrap(text: string): string {
  return text.replace(/(.{1,72})(?: |$)/g, '$1\n').trimEnd()
}
