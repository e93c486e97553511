/** Whom a data subject's request is about, as written, made into what can be looked for. */
import { canonicalText } from './placed-text.ts'
import { kindOfTenDigits, phoneNumber } from '../customer/personal-number.ts'

/** Everything known of one person or firm, as written. */
export interface PersonDescription {
  addresses: string[]
  /** Full names; a first name alone finds too much and too little. */
  names: string[]
  phones: string[]
  /** Personal, coordination and organisation numbers, 10 or 12 digits. */
  personalNumbers: string[]
  /** Order, invoice and customer numbers. */
  references: string[]
}

export type TermKind = 'address' | 'name' | 'phone' | 'personal-number' | 'reference'

export type PersonTerm =
  /** `local` and `domain` canonical, without a `+tag`. */
  | { kind: 'address'; written: string; local: string; domain: string }
  /** Canonical words. `firm`: the words follow each other in this order. */
  | { kind: 'name'; written: string; words: string[]; firm: boolean }
  /** Digits with what may stand right before and after them, all of it at the edges of digit groups. */
  | {
      kind: 'phone' | 'personal-number'
      written: string
      digits: string
      before: { digits: string; strong: boolean }[]
      after: string[]
    }
  /** `digits`: the runs of them, which any writing has. */
  | { kind: 'reference'; written: string; pattern: RegExp; digits: string[]; particular: boolean }

/** What cannot be looked for; names the kind and the place in its list, never the value. */
interface UnusableTerm {
  kind: TermKind
  index: number
}

interface PersonTerms {
  terms: PersonTerm[]
  unusable: UnusableTerm[]
}

const FIRM = new Set([
  'ab',
  'hb',
  'kb',
  'ek',
  'aktiebolag',
  'handelsbolag',
  'oy',
  'as',
  'asa',
  'aps',
  'gmbh',
  'ltd',
  'inc',
  'llc',
  'publ',
])
const MOST_TERMS = 200

export function readPerson(description: PersonDescription): PersonTerms {
  const terms = new Map<string, PersonTerm>()
  const unusable: UnusableTerm[] = []
  const read = (kind: TermKind, values: string[], reader: (written: string) => PersonTerm | null): void => {
    for (const [index, written] of values.entries()) {
      const term = terms.size < MOST_TERMS ? reader(written) : null
      if (term === null) unusable.push({ kind, index })
      else
        terms.set(
          JSON.stringify({ ...term, written: '', pattern: term.kind === 'reference' ? term.pattern.source : '' }),
          term,
        )
    }
  }
  read('address', description.addresses, readAddress)
  read('name', description.names, readName)
  read('phone', description.phones, readPhone)
  read('personal-number', description.personalNumbers, readPersonalNumber)
  read('reference', description.references, readReference)
  return { terms: [...terms.values()], unusable }
}

function readAddress(written: string): PersonTerm | null {
  const match = /^<?([^\s@<>]{1,64})@([^\s@<>]{3,253}?)>?$/.exec(canonicalText(written.replace(/^mailto:/i, '')).text)
  if (match === null) return null
  const [, local = '', domain = ''] = match
  return { kind: 'address', written, local: local.replace(/(?<=.)\+.*$/, ''), domain }
}

function readName(written: string): PersonTerm | null {
  const reversed = /^([^,]{1,80}),([^,]{1,80})$/.exec(written)
  const words = wordsOf(reversed === null ? written : `${reversed[2]!} ${reversed[1]!}`)
  const firm = FIRM.has(words.at(-1) ?? '')
  if (words.join('').length < 3 || words.length > 12) return null
  return { kind: 'name', written, words, firm }
}

function wordsOf(written: string): string[] {
  return canonicalText(written).text.match(/[\p{L}\p{N}]+/gu) ?? []
}

function readPhone(written: string): PersonTerm | null {
  const normal = phoneNumber(
    canonicalText(written)
      .text.replace('(0)', '')
      .replace(/[^\d+]/g, ''),
  )
  if (normal === null) return null
  if (!normal.startsWith('+46'))
    return {
      kind: 'phone',
      written,
      digits: normal.slice(1),
      before: [
        { digits: '00', strong: true },
        { digits: '', strong: true },
      ],
      after: [''],
    }
  // Without its 0 it may be any number of nine digits.
  const prefixes = ['00460', '0046', '460', '46', '0'].map((digits) => ({ digits, strong: true }))
  return {
    kind: 'phone',
    written,
    digits: normal.slice(3),
    before: [...prefixes, { digits: '', strong: false }],
    after: [''],
  }
}

function readPersonalNumber(written: string): PersonTerm | null {
  const compact = canonicalText(written)
    .text.replace(/^se(?=\d)/, '')
    .replace(/\D/g, '')
  const digits =
    compact.length === 12 && compact.endsWith('01') && /^se/i.test(written.trim()) ? compact.slice(0, 10) : compact
  if (kindOfTenDigits(digits) === null) return null
  // With any century: who writes it wrong writes about the same person. `01` ends a VAT number.
  const before = ['18', '19', '20', '16', ''].map((century) => ({ digits: century, strong: true }))
  return { kind: 'personal-number', written, digits: digits.slice(-10), before, after: ['01', ''] }
}

function readReference(written: string): PersonTerm | null {
  const pieces = canonicalText(written).text.match(/[a-z]+|\d+/g) ?? []
  const token = pieces.join('')
  if (token.length < 3 || token.length > 40 || !/\d/.test(token)) return null
  // A hyphen or slash may stand anywhere in it, a blank only where letters and digits meet or one was written.
  const source = pieces.map((piece) => Array.from(piece).join('[-/]?')).join('[-/. #:]{0,2}')
  const particular = token.length >= 6 || (token.length >= 5 && /[a-z]/.test(token))
  return {
    kind: 'reference',
    written,
    pattern: new RegExp(`(?<![\\p{L}\\p{N}])${source}(?![\\p{L}\\p{N}])`, 'gu'),
    digits: pieces.filter((piece) => /\d/.test(piece)),
    particular,
  }
}
