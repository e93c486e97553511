/**
 * Whether a message says anything about a person (GDPR Art. 15), and where. Looks at every character of every text:
 * nothing is missed because it was not indexed. What is found says how sure it is, so that a person can review:
 * an address or number is the person's own, a name may be a namesake's.
 */
import {
  canonicalRoom,
  canonicalText,
  decodedReading,
  placedText,
  type CanonicalRoom,
  type CanonicalText,
  type DecodedReading,
  type PlacedText,
} from './placed-text.ts'
import type { Message } from '../message/message.ts'
import type { PersonTerm, TermKind } from './person-terms.ts'

export type PersonField = 'subject' | 'from' | 'to' | 'text' | 'attachment' | 'header' | 'source'

/** One text of a message. */
export interface PersonPart {
  field: PersonField
  text: string
}

/**
 * `identifier`: an address or number of the person. `name`: the whole name, in either order. `weak`: a part of the
 * name,
 * or a number that may be something else.
 */
export const STRENGTHS = ['identifier', 'name', 'weak'] as const
export type Strength = (typeof STRENGTHS)[number]

export interface PersonMatch {
  kind: TermKind
  /** Which of the terms. */
  term: number
  /** Which of the parts, and where in its text; `end` exclusive. */
  part: number
  field: PersonField
  start: number
  end: number
  strength: Strength
}

/** Of one term in one text, the surest first; that it is there often is said by these. */
const MOST_MATCHES = 20

interface Found {
  start: number
  end: number
  strength: Strength
}

/** Everything a message says, for `findPerson`. Attachments that were read are searched too. */
export function personParts(message: Message): PersonPart[] {
  const people = (list: Message['from']) => list.map((person) => `${person.name} <${person.address}>`).join('\n')
  const { signs } = message
  const attachments: readonly { filename: string | null; text?: string }[] = message.attachments
  const parts: PersonPart[] = [
    { field: 'subject', text: message.subject },
    { field: 'from', text: people([...message.from, ...message.replyTo]) },
    { field: 'to', text: people([...message.to, ...message.cc, ...message.bcc]) },
    { field: 'text', text: message.text },
    {
      field: 'header',
      text: [signs.returnPath, signs.listUnsubscribe, signs.listId].filter((sign) => sign !== '').join('\n'),
    },
    ...attachments.flatMap(({ filename, text }): PersonPart[] => [
      { field: 'attachment', text: filename ?? '' },
      { field: 'attachment', text: text ?? '' },
    ]),
  ]
  return parts.filter(({ text }) => text !== '')
}

/** All that the parts say of the person, in order of parts and places. Linear in the texts. */
export function findPerson(
  terms: readonly PersonTerm[],
  parts: readonly PersonPart[],
  room = canonicalRoom(),
): PersonMatch[] {
  const asked = [...terms.entries()]
  // Most messages mention no person asked for: one look at all parts together rules them out.
  const whole = parts.map(({ text }) => text).join('\n')
  const plain = likely(asked, whole, room)
  const decoded = decodedReading(whole)
  const hidden = decoded === null ? [] : likely(asked, decoded.text, room)
  if (plain.length + hidden.length === 0) return []
  return parts.flatMap((part, index) => {
    const found = findIn(plain, part.text, null, room)
    const reading = hidden.length === 0 ? null : decodedReading(part.text)
    if (reading !== null) found.push(...findIn(hidden, reading.text, reading, room))
    return distinct(found).map((one): PersonMatch => ({
      ...one,
      kind: terms[one.term]!.kind,
      part: index,
      field: part.field,
    }))
  })
}

/** A term with its place among all that are asked for. */
type Asked = [number, PersonTerm]

function likely(asked: Asked[], text: string, room: CanonicalRoom): Asked[] {
  const canonical = canonicalText(text, room)
  return asked.filter(([, term]) => mayHold(term, canonical))
}

/** The strongest of them; null of none. */
export function strongest(matches: readonly { strength: Strength }[]): Strength | null {
  return STRENGTHS.find((strength) => matches.some((match) => match.strength === strength)) ?? null
}

function findIn(
  asked: Asked[],
  text: string,
  reading: DecodedReading | null,
  room: CanonicalRoom,
): (Found & { term: number })[] {
  const here = likely(asked, text, room)
  if (here.length === 0) return []
  const placed = placedText(text, room)
  const { origin } = placed
  const at = (offset: number) => (reading === null ? offset : reading.at(offset))
  return here.flatMap(([index, term]) =>
    findTerm(term, placed)
      .sort((a, b) => STRENGTHS.indexOf(a.strength) - STRENGTHS.indexOf(b.strength) || a.start - b.start)
      .slice(0, MOST_MATCHES)
      .map(({ start, end, strength }) => ({
        term: index,
        strength,
        start: at(origin[start]!),
        end: at(origin[end - 1]! + 1),
      })),
  )
}

/** Doubles and what lies inside a stronger or longer finding of the same term go. */
function distinct(found: (Found & { term: number })[]): (Found & { term: number })[] {
  const rank = ({ strength }: Found): number => STRENGTHS.indexOf(strength)
  const ordered = [...found].sort(
    (a, b) => rank(a) - rank(b) || b.end - b.start - (a.end - a.start) || a.start - b.start,
  )
  const kept: (Found & { term: number })[] = []
  for (const one of ordered) {
    if (
      !kept.some(
        (other) => other.term === one.term && other.start < Math.max(one.end, one.start + 1) && one.start < other.end,
      )
    )
      kept.push(one)
  }
  return kept.sort((a, b) => a.start - b.start || a.term - b.term)
}

/** Cheap and never wrong where it says no. */
function mayHold(term: PersonTerm, { text, digits }: CanonicalText): boolean {
  switch (term.kind) {
    case 'address':
      return text.includes(term.local) && text.includes(term.domain)
    case 'name':
      return text.includes(keyWord(term))
    case 'phone':
    case 'personal-number':
      return digits.includes(term.digits)
    case 'reference':
      return term.digits.every((run) => digits.includes(run))
  }
}

function findTerm(term: PersonTerm, placed: PlacedText): Found[] {
  switch (term.kind) {
    case 'address':
      return findAddress(term, placed.text)
    case 'name':
      return term.firm ? findFirm(term.words, placed.text) : findName(term.words, placed.text)
    case 'phone':
    case 'personal-number':
      return findNumber(term, placed)
    case 'reference':
      return findReference(term, placed.text)
  }
}

function findAddress({ local, domain }: Extract<PersonTerm, { kind: 'address' }>, text: string): Found[] {
  return places(text, local).flatMap((start): Found[] => {
    const rest = /^(?:\+[^\s@<>"',;]{0,64})?@/.exec(text.slice(start + local.length, start + local.length + 70))
    if (rest === null || !text.startsWith(domain, start + local.length + rest[0].length)) return []
    const before = text.slice(Math.max(0, start - 2), start)
    // `johanna@` is not `anna@`, nor is `maria.anna@`; a quote or dash before it belongs to the sentence.
    if (isWordEnd(before) || (/[._%+'-]$/.test(before) && isWordEnd(before.slice(0, -1)))) return []
    const end = start + local.length + rest[0].length + domain.length
    if (/^[\p{L}\p{N}-]/u.test(text.slice(end, end + 2))) return []
    // `exempel.se.Hälsningar`, or another domain.
    return [{ start, end, strength: /^\.[\p{L}\p{N}]/u.test(text.slice(end, end + 3)) ? 'weak' : 'identifier' }]
  })
}

function findNumber(
  { digits: wanted, before, after }: Extract<PersonTerm, { digits: string }>,
  { digits, digitAt }: PlacedText,
): Found[] {
  const isEdge = (index: number): boolean =>
    index <= 0 ||
    index >= digits.length ||
    digits[index] === '|' ||
    digits[index - 1] === '|' ||
    digitAt[index]! - digitAt[index - 1]! > 1
  return places(digits, wanted).flatMap((at): Found[] => {
    const prefix = before.find(
      (one) =>
        digits.startsWith(one.digits, at - one.digits.length) &&
        at >= one.digits.length &&
        isEdge(at - one.digits.length),
    )
    const suffix = after.find(
      (one) => digits.startsWith(one, at + wanted.length) && isEdge(at + wanted.length + one.length),
    )
    if (prefix === undefined || suffix === undefined) return []
    const [first, last] = [at - prefix.digits.length, at + wanted.length + suffix.length - 1]
    return [{ start: digitAt[first]!, end: digitAt[last]! + 1, strength: prefix.strong ? 'identifier' : 'weak' }]
  })
}

/** Words before a number that make a short one somebody's. */
const REFERENCE_WORD = new RegExp(
  String.raw`(?:order|best(?:allning)?|faktura|invoice|kund|customer|arende|kvitto|` +
    String.raw`kop)\p{L}{0,12}[ .:#-]{0,4}(?:\p{L}{1,8}[ .:#-]{0,4}){0,2}$`,
  'u',
)

function findReference({ pattern, particular }: Extract<PersonTerm, { kind: 'reference' }>, text: string): Found[] {
  pattern.lastIndex = 0
  return [...text.matchAll(pattern)].map((match): Found => {
    const [start, end] = [match.index, match.index + match[0].length]
    const amount = /^ ?(?:kr|sek|eur|st|:-|%)(?![\p{L}\p{N}])/u.test(text.slice(end, end + 6))
    const named = REFERENCE_WORD.test(text.slice(Math.max(0, start - 40), start))
    return { start, end, strength: !amount && (particular || named) ? 'identifier' : 'weak' }
  })
}

/** The word whose absence rules the name out. */
function keyWord({ words, firm }: Extract<PersonTerm, { kind: 'name' }>): string {
  return firm && words.length > 1 ? words[0]! : words.at(-1)!
}

const TITLE = /(?<![\p{L}\p{N}])(?:herr|fru|froken|hr|fr|mr|mrs|ms|miss|dr|familjen|fam)\.? $/u
/** What may stand between the parts of a name, in a sentence or in an address. */
const JOINT = '[ .,_\'"()-]{1,4}'

/** First and last word with at most two between, in either order; else what is left of it. */
function findName(words: string[], text: string): Found[] {
  const last = words.at(-1)!
  const first = words[0]!
  if (words.length === 1)
    return places(text, last).flatMap((at) =>
      isFree(text, at, last.length) ? [{ start: at, end: at + last.length, strength: 'weak' as const }] : [],
    )
  const before = new RegExp(`(?<![\\p{L}\\p{N}])${first}(?:${JOINT}[\\p{L}\\p{N}]+){0,2}${JOINT}$`, 'u')
  const after = new RegExp(`^(?:'?s)?${JOINT}${first}s?(?![\\p{L}\\p{N}])`, 'u')
  const initial = new RegExp(`(?<![\\p{L}\\p{N}])${first[0]!}(?:[. ]{1,2}\\p{L})?[._ -]{1,2}$`, 'u')
  const initialAfter = new RegExp(`^, ?${first[0]!}(?![\\p{L}\\p{N}])`, 'u')
  return places(text, last).flatMap((at): Found[] => {
    const end = at + last.length
    const lead = text.slice(Math.max(0, at - first.length - 80), at)
    const tail = text.slice(end, end + first.length + 10)
    if (isWordEnd(lead)) {
      // `annasvensson@`, `asvensson@`
      const joined = [first, first[0]!].find((one) => lead.endsWith(one) && !isWordEnd(lead.slice(0, -one.length)))
      return joined !== undefined && (joined === first || tail.startsWith('@'))
        ? [{ start: at - joined.length, end, strength: 'weak' }]
        : []
    }
    if (tail.startsWith(first) && !isWordStart(tail.slice(first.length)))
      return [{ start: at, end: end + first.length, strength: 'weak' }]
    if (isWordStart(tail) && !/^'?s(?![\p{L}\p{N}])/u.test(tail)) return []
    const forward = before.exec(lead)
    if (forward !== null) return [{ start: at - lead.length + forward.index, end, strength: 'name' }]
    const backward = after.exec(tail)
    if (backward !== null) return [{ start: at, end: end + backward[0].length, strength: 'name' }]
    const part = initial.exec(lead) ?? TITLE.exec(lead)
    if (part !== null) return [{ start: at - lead.length + part.index, end, strength: 'weak' }]
    const behind = initialAfter.exec(tail)
    return behind === null ? [] : [{ start: at, end: end + behind[0].length, strength: 'weak' }]
  })
}

/**
 * All words of a firm in order; its legal form may be left out, then it is the whole name only when it has two words
 * more.
 */
function findFirm(words: string[], text: string): Found[] {
  const [form, ...reversed] = [...words].reverse()
  const core = reversed.reverse()
  if (core.length === 0) return []
  const pattern = new RegExp(
    `(?<![\\p{L}\\p{N}])${core.join('[ .,&\'"()+-]{1,5}')}(?<form>[ .,]{1,3}${form!})?(?:'?s)?(?![\\p{L}\\p{N}])`,
    'gu',
  )
  return [...text.matchAll(pattern)].map((match) => ({
    start: match.index,
    end: match.index + match[0].length,
    strength: core.length > 1 || match.groups?.['form'] !== undefined ? ('name' as const) : ('weak' as const),
  }))
}

function places(text: string, wanted: string): number[] {
  const found: number[] = []
  for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + 1)) found.push(at)
  return found
}

function isFree(text: string, start: number, length: number): boolean {
  const tail = text.slice(start + length, start + length + 4)
  return (
    !isWordEnd(text.slice(Math.max(0, start - 2), start)) && (!isWordStart(tail) || /^'?s(?![\p{L}\p{N}])/u.test(tail))
  )
}

function isWordEnd(text: string): boolean {
  return /[\p{L}\p{N}]$/u.test(text)
}

function isWordStart(text: string): boolean {
  return /^[\p{L}\p{N}]/u.test(text)
}
