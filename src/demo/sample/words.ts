import { fill } from '../../text/wording/wording.ts'
import type { Language } from './quoting.ts'
import type { SampleRandom } from './random.ts'

const PRODUCTS = {
  sv: [
    'etikettskrivaren LP-40',
    'kvittoskrivaren RS-80',
    'kassalådan KL-3',
    'streckkodsläsaren SL-12',
    'vågen V-15',
    'pekskärmen T-10',
  ],
  en: [
    'LP-40 label printer',
    'RS-80 receipt printer',
    'KL-3 cash drawer',
    'SL-12 scanner',
    'V-15 scale',
    'T-10 touch screen',
  ],
}
const PARTS = {
  sv: ['etikettrullar 57x32', 'kvittorullar 80 mm', 'färgband', 'hyllkantslister', 'prislappar', 'nätaggregat'],
  en: ['57x32 label rolls', '80 mm receipt rolls', 'ribbons', 'shelf strips', 'price tags', 'power supplies'],
}
const OPENINGS = {
  sv: ['Hej!', 'Hejsan,', 'Hej,', 'God dag,', 'Hallå,'],
  en: ['Hi,', 'Hello,', 'Good day,', 'Good morning,'],
}
const ASIDES = {
  sv: [
    'Vi har butik vid torget sedan många år.',
    'Det är lite bråttom.',
    'Ring gärna {phone} om något är oklart.',
    'Jag skriver från mobilen.',
    'Kollegan som brukar sköta detta är ledig.',
    'Vi har kund nummer {number}03.',
    '',
  ],
  en: [
    'We run a small shop by the harbour.',
    'It is rather urgent.',
    'Call {phone} if anything is unclear.',
    'Our customer number is {number}03.',
    '',
  ],
}
const CLOSINGS = {
  sv: ['Mvh', 'Med vänlig hälsning', 'Hälsningar', 'Tack på förhand'],
  en: ['Kind regards', 'Best regards', 'Thanks'],
}

/** What `{word}` in a story stands for. */
export type Words = Record<'product' | 'part' | 'order' | 'invoice' | 'amount' | 'number' | 'phone', string>

export function chooseWords(random: SampleRandom, language: Language, phone: string): Words {
  return {
    product: random.pick(PRODUCTS[language]),
    part: random.pick(PARTS[language]),
    order: String(random.between(20100, 48900)),
    invoice: String(random.between(3100, 9800)),
    amount: `${random.between(2, 95)}${random.pick(['00', '50', '75', '90'])}`,
    number: String(random.between(3, 58)),
    phone,
  }
}

/** A template filled in, with a capital letter first. */
export function sentence(template: string, words: Words): string {
  const text = fill(template, { ...words })
  return text.charAt(0).toUpperCase() + text.slice(1)
}

interface LetterContents {
  language: Language
  text: string
  words: Words
  signature: string
  /** Whether a sentence beside the matter may be added, as customers write. */
  chatty: boolean
}

/** A letter around the text: greeting, mostly a sentence beside the matter where `chatty`, and a signature. */
export function writeLetter(
  random: SampleRandom,
  { language, text, words, signature, chatty }: LetterContents,
): string {
  const aside = chatty ? sentence(random.pick(ASIDES[language]), words) : ''
  const body = [random.pick(OPENINGS[language]), text, aside, `${random.pick(CLOSINGS[language])}\n${signature}`]
  return body.filter((paragraph) => paragraph !== '').join('\n\n')
}
