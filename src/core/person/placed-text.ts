/**
 * Text in the one form in which a person is looked for: lower case, letters without marks (å, ä → a), every run of
 * white space, line ends and quote marks a single blank, invisible characters gone. Beside it the digits alone, so
 * that one number is found however it is grouped. Linear in the text, one pass.
 */

export interface CanonicalText {
  text: string
  /** Digits whose gaps are only blanks and separators, at most four of them, stand together; `|` between others. */
  digits: string
}

/** The same with offsets, so that a finding can be shown in the original. */
export interface PlacedText extends CanonicalText {
  /** Offset in the original of each character, and of the end. */
  origin: number[]
  /** Offset in `text` of each character of `digits`. */
  digitAt: number[]
}

const DROP = 0
const SPACE = 0x20
const SEVERAL = 0xffff
const TABLE_SIZE = 0x250
const MOST_GAP = 4
const LETTERS: Record<string, string> = {
  ø: 'o',
  æ: 'ae',
  œ: 'oe',
  ß: 'ss',
  đ: 'd',
  ð: 'd',
  ł: 'l',
  þ: 'th',
  ı: 'i',
  ς: 'σ',
}
const SIGNS: Record<string, string> = {
  '\u2010': '-',
  '\u2011': '-',
  '\u2012': '-',
  '\u2013': '-',
  '\u2014': '-',
  '\u2015': '-',
  '\u2212': '-',
  '\u2018': "'",
  '\u2019': "'",
  '\u00b4': "'",
  '`': "'",
}
const INVISIBLE = /[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\ufe00-\ufe0f]/u

/**
 * One character in canonical form: none, one or several letters. Independent of its neighbours, so that places stay
 * known.
 */
function canonicalCharacter(character: string): string {
  if (INVISIBLE.test(character)) return ''
  // Controls end a word as blanks do: a NUL inside a number is somebody's trick, not a digit group.
  if (/[\s\u0000-\u001f\u007f-\u009f]/u.test(character)) return ' '
  const sign = SIGNS[character]
  if (sign !== undefined) return sign
  const letters = character.normalize('NFKD').toLowerCase().normalize('NFKD').replace(/\p{M}/gu, '')
  return letters.replace(/[øæœßđðłþıς]/g, (letter) => LETTERS[letter] ?? letter).replace(/\s/gu, ' ')
}

const table = Uint16Array.from({ length: TABLE_SIZE }, (_, code) => {
  const canonical = canonicalCharacter(String.fromCharCode(code))
  return canonical === '' ? DROP : canonical.length === 1 ? canonical.charCodeAt(0) : SEVERAL
})
const others = new Map<number, string>()

function characterOf(codePoint: number): string {
  const known = others.get(codePoint)
  if (known !== undefined) return known
  // A lone surrogate is not a character: kept out of words.
  const canonical =
    codePoint >= 0xd800 && codePoint <= 0xdfff ? ' ' : canonicalCharacter(String.fromCodePoint(codePoint))
  if (others.size < 20_000) others.set(codePoint, canonical)
  return canonical
}

/** 1: may stand between the digit groups of one number. */
const SEPARATOR = Uint8Array.from({ length: 128 }, (_, code) => (' -./()+'.includes(String.fromCharCode(code)) ? 1 : 0))

/**
 * Room in which texts are made canonical, as large as the largest so far; each text writes over the one before. Whoever
 * reads many texts holds one room for all of them.
 */
export interface CanonicalRoom {
  letters: Uint16Array
  digits: Uint8Array
  /** The text as code units: read from here several times as fast as from a string. */
  units: Buffer
}

export function canonicalRoom(): CanonicalRoom {
  return { letters: new Uint16Array(), digits: new Uint8Array(), units: Buffer.alloc(0) }
}

export function canonicalText(original: string, room = canonicalRoom()): CanonicalText {
  return canonicalise(original, room, null)
}

export function placedText(original: string, room = canonicalRoom()): PlacedText {
  const places: Places = { origin: [], digitAt: [] }
  const { text, digits } = canonicalise(original, room, places)
  places.origin[text.length] = original.length
  return { text, digits, ...places }
}

type Places = Pick<PlacedText, 'origin' | 'digitAt'>

/** Scans touch every character of the archive here: letters, by far the most, take the shortest way. */
function canonicalise(original: string, room: CanonicalRoom, places: Places | null): CanonicalText {
  makeRoom(room, original.length + 16, 0)
  const units = unitsOf(original, room)
  let { letters: written, digits: counted } = room
  let [length, digits] = [0, 0]
  let gap = MOST_GAP + 1
  let blank = false
  let lineStart = true
  for (let at = 0; at < original.length; at += 1) {
    const code = units[at]!
    let canonical = code < TABLE_SIZE ? table[code]! : SEVERAL
    if (canonical >= 0x61 && canonical <= 0x7a && !blank) {
      lineStart = false
      gap = MOST_GAP + 1
      if (places !== null) places.origin[length] = at
      written[length++] = canonical
      continue
    }
    if (canonical === DROP) continue
    const from = at
    let letters = ''
    if (canonical === SEVERAL) {
      const point = original.codePointAt(at)!
      letters = characterOf(point)
      if (point > 0xffff) at += 1
      if (letters === '') continue
      canonical = letters.charCodeAt(0)
      makeRoom(room, length + original.length - at + letters.length * 2 + 16, length)
      ;({ letters: written, digits: counted } = room)
    }
    for (let letter = 1; ; letter += 1) {
      if (canonical === SPACE || (lineStart && (code === 0x3e || code === 0x7c))) {
        blank = true
        if (code === 0x0a || code === 0x0d) lineStart = true
      } else {
        lineStart = false
        if (blank && length > 0) {
          if (places !== null) places.origin[length] = from
          written[length++] = SPACE
          gap += 1
        }
        blank = false
        if (canonical >= 0x30 && canonical <= 0x39) {
          if (gap > MOST_GAP && digits > 0) {
            if (places !== null) places.digitAt[digits] = length
            counted[digits++] = 0x7c
          }
          gap = 0
          if (places !== null) places.digitAt[digits] = length
          counted[digits++] = canonical
        } else gap += canonical < 128 && SEPARATOR[canonical] === 1 ? 1 : MOST_GAP + 1
        if (places !== null) places.origin[length] = from
        written[length++] = canonical
      }
      if (letter >= letters.length) break
      canonical = letters.charCodeAt(letter)
    }
  }
  return textIn(room, length, digits)
}

function unitsOf(original: string, room: CanonicalRoom): Uint16Array {
  if (room.units.length < original.length * 2) room.units = Buffer.alloc(original.length * 4)
  room.units.write(original, 'utf16le')
  return new Uint16Array(room.units.buffer, room.units.byteOffset, original.length)
}

function textIn(room: CanonicalRoom, letters: number, digits: number): CanonicalText {
  return {
    text: Buffer.from(room.letters.buffer, 0, letters * 2).toString('utf16le'),
    digits: Buffer.from(room.digits.buffer, 0, digits).toString('latin1'),
  }
}

/** A character gives one letter and takes the blank before it along; a digit gives itself and the bar before it. */
function makeRoom(room: CanonicalRoom, letters: number, kept: number): void {
  if (letters <= room.letters.length) return
  const before = { ...room }
  room.letters = new Uint16Array(letters * 2)
  room.letters.set(before.letters.subarray(0, kept))
  room.digits = new Uint8Array(letters * 4)
  room.digits.set(before.digits.subarray(0, kept * 2))
}

/** `original` with another reading, and where each character of it came from. */
export interface DecodedReading {
  text: string
  /** Offset in the original of a character of `text`. */
  at(offset: number): number
}

const LEFTOVER = new RegExp(
  String.raw`=(?:\r?\n)|(?:=[0-9A-Fa-f]{2})+|%40|&(?:#\d{2,6}|#x[0-9A-Fa-f]{2,5}|aring|auml|ouml|` +
    String.raw`Aring|Auml|Ouml|eacute|uuml|aelig|oslash|amp|nbsp|shy);| ?[([](?:at|AT|snabel-a)[)\]] ?`,
  'g',
)
const ENTITIES: Record<string, string> = {
  aring: 'å',
  auml: 'ä',
  ouml: 'ö',
  Aring: 'Å',
  Auml: 'Ä',
  Ouml: 'Ö',
  eacute: 'é',
  uuml: 'ü',
  aelig: 'æ',
  oslash: 'ø',
  amp: '&',
  nbsp: ' ',
  shy: '',
}

/**
 * As it reads when what careless programs left undecoded is decoded: quoted-printable, HTML entities, `%40`, `(at)`.
 * Null where the text has nothing of that kind. A second reading, never the only one: `order=AB12` is not an octet.
 */
export function decodedReading(original: string): DecodedReading | null {
  if (
    !original.includes('=') &&
    !original.includes('&') &&
    !original.includes('%40') &&
    !/[([](?:at|AT|snabel-a)[)\]]/.test(original)
  )
    return null
  const pieces: string[] = []
  const starts: { from: number; origin: number; copied: boolean }[] = []
  let length = 0
  let end = 0
  const add = (piece: string, origin: number, copied: boolean): void => {
    starts.push({ from: length, origin, copied })
    pieces.push(piece)
    length += piece.length
  }
  for (const match of original.matchAll(LEFTOVER)) {
    add(original.slice(end, match.index), end, true)
    add(decodedLeftover(match[0]), match.index, false)
    end = match.index + match[0].length
  }
  if (starts.length === 0) return null
  add(original.slice(end), end, true)
  const at = (offset: number): number => {
    let low = 0
    let high = starts.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if (starts[middle]!.from <= offset) low = middle
      else high = middle - 1
    }
    const start = starts[low]!
    return start.copied ? start.origin + offset - start.from : start.origin
  }
  return { text: pieces.join(''), at }
}

function decodedLeftover(leftover: string): string {
  if (leftover.startsWith('&#x')) return pointOf(parseInt(leftover.slice(3, -1), 16))
  if (leftover.startsWith('&#')) return pointOf(parseInt(leftover.slice(2, -1), 10))
  if (leftover.startsWith('&')) return ENTITIES[leftover.slice(1, -1)] ?? leftover
  if (!leftover.startsWith('=')) return '@'
  if (/^=\r?\n$/.test(leftover)) return ''
  try {
    return decodeURIComponent(leftover.replaceAll('=', '%'))
  } catch {
    // No UTF-8: the octets of ISO 8859-1 are those of Unicode.
    return leftover
      .slice(1)
      .split('=')
      .map((octet) => String.fromCharCode(parseInt(octet, 16)))
      .join('')
  }
}

function pointOf(code: number): string {
  return code > 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff) ? String.fromCodePoint(code) : ' '
}
