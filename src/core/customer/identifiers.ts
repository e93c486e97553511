/**
 * Numbers in text that point at a person, a firm, a payment or an order, for masking, searching and knowing
 * customers again. One in ten random strings passes a Luhn check, so bare digits need a word that says what
 * they are; the nearest word decides. Every pattern has bounded repetition: time is linear in the text.
 */
import { isBankgiro, isOcrReference, isPlusgiro, kindOfTenDigits, phoneNumber } from './personal-number.ts'

type IdentifierKind =
  | 'personal-number'
  | 'coordination-number'
  | 'organisation-number'
  | 'bankgiro'
  | 'plusgiro'
  | 'ocr'
  | 'phone'
  | 'order-number'
  | 'invoice-number'

export interface Identifier {
  kind: IdentifierKind
  /**
   * Same for every way of writing it: ten digits for personal, coordination and organisation numbers (century
   * and `+` dropped), E.164 for phones, digits for payments, upper case letters and digits for order and invoice.
   */
  normal: string
  /** Offsets in the text, `end` exclusive. */
  start: number
  end: number
  /** A context word said so. Without one: mask it, but do not identify anybody by it. */
  confirmed: boolean
}

/** Words before a number that say what it is. Letters with marks may come composed or not (NFC, NFD). */
const LABELS = {
  personal:
    String.raw`person(?:nummer|nr|[ .-]{1,2}nr)|pers\.? ?nr|pnr|p-nr|samordningsn(?:ummer|r)|samnr|` +
    String.raw`f(?:ö|ö|o)d(?:d|else\p{L}{0,8})|personal (?:identity )?(?:number|no)|` +
    String.raw`coordination number|identity number|social security|legitim\p{L}{0,8}`,
  organisation:
    String.raw`org(?:anisations?|anization)?[ .-]{0,2}(?:nummer|nr|number|no)|orgnr|vat|` +
    String.raw`moms(?:reg)?\p{L}{0,8}|f-skatt`,
  bankgiro: String.raw`bankgiro\p{L}{0,6}|bg(?:nr)?`,
  plusgiro: String.raw`(?:plus|post)giro\p{L}{0,6}|pg(?:nr)?`,
  ocr: String.raw`ocr(?:-?(?:nr|nummer|number))?|betalningsreferens`,
  order: String.raw`(?:kund|webb?|ink(?:ö|ö|o)ps)?order\p{L}{0,8}|best(?:ä|ä|a)llning\p{L}{0,8}|purchase order`,
  invoice: String.raw`(?:kredit)?faktura\p{L}{0,8}|invoice`,
  phone: String.raw`tel(?:e?fon\p{L}{0,6})?|tfn|mobil\p{L}{0,8}|mob|ring|phone|cell|call|fax|sms|swish`,
  unrelated:
    String.raw`kund(?:nr|nummer)|customer (?:number|no)|(?:ä|ä|a)rende\p{L}{0,8}|artikel\p{L}{0,8}|` +
    String.raw`art\.?nr|serie(?:nr|nummer)|serial|kolli\p{L}{0,6}|sp(?:å|å|a)rning\p{L}{0,8}|tracking|` +
    String.raw`offert\p{L}{0,6}|ref`,
} as const
type Label = keyof typeof LABELS
const LABEL_NAMES = Object.keys(LABELS) as Label[]
const LABEL = new RegExp(
  `(?<!\\p{L})(?:${Object.entries(LABELS)
    .map(([label, words]) => `(?<${label}>${words})`)
    .join('|')})(?!\\p{L})`,
  'giu',
)
const LOOK_BACK = 40
const LOOK_AHEAD = 22

/** Six digits, a sign, four; or ten or twelve in a row; VAT numbers as SE + 10 + 01. */
const TEN_DIGITS = /(?<![\d+-])(?:SE ?)?(?:\d{2})?\d{6}[ ]?[-+]?[ ]?\d{4}(?: ?01)?(?![\d]|-\d)/gi
const PHONE = /(?<![\d+-])(?:\+|0)\d{0,3}[ ]?(?:\(0\))?(?:[ /-]{0,3}\d){6,13}(?!\d)/g
const GIRO = /(?<![\d-])\d(?: ?\d){0,7}(?: ?- ?\d{1,4})?(?![\d]|-\d)/g
const OCR = /(?<![\d-])\d(?: ?\d){1,24}(?![\d-])/g
const REFERENCE = new RegExp(
  String.raw`(?<!\p{L})(?<word>(?:kredit)?faktura|invoice|(?:kund|webb?|ink(?:ö|ö|o)ps)?order|` +
    String.raw`best(?:ä|ä|a)llning)(?:en|s|n)?[ -]?(?:nummer|number|nr|no|` +
    String.raw`id)?[.:# =]{1,4}(?<token>[A-Z]{0,5}[-/]?\d[A-Z0-9/-]{2,23})(?![\p{L}\d])(?! ?(?:kr|sek|` +
    String.raw`eur|st|:-|%|,\d\d|\.\d\d\b))`,
  'giu',
)

/** All identifiers in the text, in order, none overlapping. Linear time; the caller bounds the length. */
export function findIdentifiers(written: string): Identifier[] {
  // HTML mail is full of no-break spaces and typographic hyphens; one for one, so that offsets hold.
  const text = written.replace(/[\u00a0\u2007\u2009\u202f]/g, ' ').replace(/[\u2010-\u2015\u2212]/g, '-')
  const found = [...payments(text), ...tenDigits(text), ...phones(text), ...references(text)]
  // Earlier finders win where two claim the same characters.
  const taken = new Uint8Array(text.length)
  const kept = found.filter(({ start, end }) => {
    if (taken[start] === 1 || taken[end - 1] === 1) return false
    taken.fill(1, start, end)
    return true
  })
  return kept.sort((a, b) => a.start - b.start)
}

function* payments(text: string): Generator<Identifier> {
  for (const [pattern, label, valid] of [
    [OCR, 'ocr', (digits: string) => isOcrReference(digits)],
    [GIRO, 'bankgiro', isBankgiro],
    [GIRO, 'plusgiro', isPlusgiro],
  ] as const) {
    for (const { written, start, end } of matches(text, pattern)) {
      const digits = written.replace(/\D/g, '')
      // The check digit first: it is cheaper than looking for a word.
      if (valid(digits) && labelBefore(text, start) === label)
        yield { kind: label, normal: digits, start, end, confirmed: true }
    }
  }
}

function* tenDigits(text: string): Generator<Identifier> {
  for (const { written, start, end } of matches(text, TEN_DIGITS)) {
    const vat = /^SE/i.test(written)
    const digits = written.replace(/\D/g, '')
    const core = vat ? digits.slice(0, -2) : digits
    if (vat && (digits.length !== 12 || !digits.endsWith('01'))) continue
    const kind = kindOfTenDigits(core)
    if (kind === null) continue
    const label = labelBefore(text, start) ?? labelAfter(text, end)
    const confirmed = vat || label === 'personal' || label === 'organisation'
    if (!confirmed && (label !== null || !standsAlone(written, kind))) continue
    yield { kind, normal: core.slice(-10), start, end, confirmed }
  }
}

/** Without a word: only with the sign or the century written out; a coordination number only with its century. */
function standsAlone(written: string, kind: IdentifierKind): boolean {
  const digits = written.replace(/\D/g, '').length
  if (kind === 'coordination-number') return digits === 12
  if (kind === 'organisation-number') return digits === 10 && /\d-\d/.test(written)
  return digits === 12 || /\d[-+]\d/.test(written)
}

function* phones(text: string): Generator<Identifier> {
  for (const { written, start, end } of matches(text, PHONE)) {
    const normal = phoneNumber(written.replace('(0)', '').replace(/[^\d+]/g, ''))
    if (normal === null) continue
    const label = labelBefore(text, start)
    if (label !== null && label !== 'phone' && label !== 'personal' && label !== 'organisation') continue
    yield { kind: 'phone', normal, start, end, confirmed: label === 'phone' }
  }
}

function* references(text: string): Generator<Identifier> {
  for (const match of text.matchAll(REFERENCE)) {
    const { word, token } = match.groups as { word: string; token: string }
    const normal = token.toUpperCase().replace(/[^A-Z0-9]/g, '')
    const isDate = /^(?:19|20)\d{2}-\d{2}-\d{2}$/.test(token)
    if (isDate || (normal.match(/\d/g) ?? []).length < 3) continue
    const end = match.index + match[0].length
    const kind = /faktura|invoice/i.test(word) ? 'invoice-number' : 'order-number'
    yield { kind, normal, start: end - token.length, end, confirmed: true }
  }
}

/** The last label in the characters before, unless another number or a paragraph lies between. */
function labelBefore(text: string, start: number): Label | null {
  const before = text.slice(Math.max(0, start - LOOK_BACK), start)
  const near = before.slice(Math.max(before.lastIndexOf('\n\n') + 1, lastNumberEnd(before)))
  let label: Label | null = null
  for (const match of near.matchAll(LABEL)) label = nameOf(match)
  return label
}

/** A label right after, in brackets or on the same line: "19900101-2385 (personnummer)". */
function labelAfter(text: string, end: number): Label | null {
  const after = /^[^\d\n]{0,22}/.exec(text.slice(end, end + LOOK_AHEAD))?.[0] ?? ''
  // Only brackets: what follows a comma belongs to the next number.
  if (!/^\s?[([]/.test(after)) return null
  const match = after.matchAll(LABEL).next()
  return match.done === true ? null : nameOf(match.value)
}

function nameOf(match: RegExpMatchArray): Label | null {
  return LABEL_NAMES.find((label) => match.groups?.[label] !== undefined) ?? null
}

function lastNumberEnd(before: string): number {
  let end = 0
  for (const match of before.matchAll(/\d{4,40}/g)) end = match.index + match[0].length
  return end
}

function* matches(text: string, pattern: RegExp): Generator<{ written: string; start: number; end: number }> {
  for (const match of text.matchAll(pattern)) {
    yield { written: match[0], start: match.index, end: match.index + match[0].length }
  }
}
