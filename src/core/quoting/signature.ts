/** What a person writes about themselves under a mail, or in the fields of a web form. '' or [] when absent. */
export interface Signature {
  /** Lines that look like a full name. */
  names: string[]
  /** The one of them that follows a closing phrase such as `Med vänlig hälsning`; '' when none does. */
  signedName: string
  /** Digits with country code, without '+'. */
  phones: string[]
  addresses: string[]
  /** Order, invoice and customer numbers in the text, upper case, without separators. */
  numbers: string[]
}

const LONGEST_TEXT = 20_000
const LONGEST_LINE = 200
const SIGNATURE_LINES = 14
const MOST_FOUND = 5

/** Where the new text ends and history begins, in the programs we meet. */
const QUOTE_START = new RegExp(
  String.raw`^(?:>|-{3,}|_{10,}|(?:från|from|fra|von)\s?:|(?:den|on|am|le|i)\s.{4,160}(?:skrev|wrote|` +
    String.raw`schrieb|écrit).{0,80}:$|begin forwarded|vidarebefordra)`,
  'iu',
)
const PHONE = /(?:\+|00)?\(?\d[\d ()/.-]{6,20}\d/g
const ADDRESS = /[\p{L}\p{N}._%+'-]{1,64}@[\p{L}\p{N}-]{1,63}(?:\.[\p{L}\p{N}-]{1,63}){1,6}/gu
const NAME = new RegExp(
  String.raw`^\p{Lu}[\p{L}'’-]{1,30}(?: (?:av|af|von|van|de|der|den|la|le|\p{Lu}\.?|` +
    String.raw`\p{Lu}[\p{L}'’-]{1,30})){0,4} \p{Lu}[\p{L}'’-]{1,30}$`,
  'u',
)
const GREETING = new RegExp(
  String.raw`^(?:(?:med )?(?:vänlig|vänliga|bästa|varma|hjärtliga)(?: hälsning(?:ar)?)?|hälsningar|` +
    String.raw`mvh|best regards|kind regards|regards|br|vh|hälsar)\b[\s,/:!-]*`,
  'iu',
)
const NUMBER = new RegExp(
  String.raw`\b(?:order|beställning|best|faktura|invoice|kund|customer|ärende)(?:s?(?:nummer|nr|` +
    String.raw`number|no|id))?\.?[\s:#.]{0,4}(?:(?:nummer|nr|number|` +
    String.raw`no)\b[\s:.#]{0,4})?([a-z]{0,4}[-/]?\d{4,12})\b`,
  'giu',
)

const YEAR = /^(?:19|20)\d\d$/

/** The lines above the quoted history, each bounded. */
function linesBeforeQuote(text: string): string[] {
  const lines = text
    .slice(0, LONGEST_TEXT)
    .split('\n')
    .map((line) => line.slice(0, LONGEST_LINE).replace(/\s+/g, ' ').trim())
  // A signature delimiter `-- ` is not the end: what we look for comes after it.
  const end = lines.findIndex((line, index) => index > 0 && QUOTE_START.test(line))
  return end < 0 ? lines : lines.slice(0, end)
}

/** Reads the last lines before the quoted history; numbers from everything above it. */
export function readSignature(text: string): Signature {
  const above = linesBeforeQuote(text)
  const tail = above.filter((line) => line !== '').slice(-SIGNATURE_LINES)
  const joined = tail.join('\n')
  const named = tail.map((line) =>
    line
      .replace(GREETING, '')
      .replace(/^[/*_–-]{1,5}|[*_,]{1,5}$/g, '')
      .trim(),
  )
  const signed = named.find(
    (line, index) => NAME.test(line) && (GREETING.test(tail[index]!) || GREETING.test(tail[index - 1] ?? '')),
  )
  return {
    names: unique(named.filter((line) => NAME.test(line))),
    signedName: signed ?? '',
    phones: findPhones(joined),
    addresses: unique([...joined.matchAll(ADDRESS)].map(([address]) => address.toLowerCase())),
    numbers: findNumbers(above.join('\n')),
  }
}

/** Order, invoice and customer numbers that are named as such. */
export function findNumbers(text: string): string[] {
  return unique(
    [...text.slice(0, LONGEST_TEXT).matchAll(NUMBER)]
      .map((match) => match[1]!.replace(/[-/]/g, '').toUpperCase())
      .filter((number) => !YEAR.test(number)),
  )
}

/** Phone numbers with country code 46 where none is given; a personnummer or a bankgiro is none. */
export function findPhones(text: string): string[] {
  return unique([...text.matchAll(PHONE)].flatMap(([raw]) => normalisePhone(raw) ?? []))
}

/** E.164 digits (ITU-T: 15 at most) without '+'; null when it cannot be a dialled number. */
function normalisePhone(raw: string): string | null {
  const digits = raw.replace(/\(0\)/, '').replace(/\D/g, '')
  const international = raw.trim().startsWith('+') ? digits : digits.startsWith('00') ? digits.slice(2) : null
  const national = international ?? (/^0[1-9]\d{6,9}$/.test(digits) ? `46${digits.slice(1)}` : null)
  return national !== null && /^[1-9]\d{7,14}$/.test(national) ? national : null
}

/** A full name in comparable form; null for a first name alone, which identifies no one. */
export function nameKey(name: string): string | null {
  const reversed = /^([^,]{2,60}), ([^,]{2,60})$/u.exec(name.slice(0, LONGEST_LINE).trim())
  const plain = (reversed ? `${reversed[2]!} ${reversed[1]!}` : name.slice(0, LONGEST_LINE))
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
  return plain.includes(' ') && !plain.split(' ').every((word) => word.length < 2) ? plain : null
}

function unique(found: string[]): string[] {
  return [...new Set(found)].slice(0, MOST_FOUND)
}
