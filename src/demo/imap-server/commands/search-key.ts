import { isList, numberOf, textOf, wordOf, type Argument, type ArgumentList } from '../wire/arguments.ts'
import { headerValue, parseMime } from '../message/mime-tree.ts'
import type { Picked, Selection } from '../state/selection.ts'

type SearchKey = (picked: Picked) => boolean

const FLAG_KEYS: Record<string, string> = {
  ANSWERED: '\\Answered',
  DELETED: '\\Deleted',
  DRAFT: '\\Draft',
  FLAGGED: '\\Flagged',
  SEEN: '\\Seen',
}
const HEADER_KEYS = ['FROM', 'TO', 'CC', 'BCC', 'SUBJECT']
const DEEPEST = 20

/**
 * The search keys of RFC 3501 section 6.4.4 and MODSEQ; all must hold. Header text is compared as
 * the source has it: encoded words are not decoded.
 * @throws SyntaxError, answered with BAD
 */
export function parseSearchKeys(given: ArgumentList, selection: Selection, depth = 0): SearchKey {
  if (depth > DEEPEST) throw new SyntaxError('search nested too deep')
  const rest = [...given]
  const keys: SearchKey[] = []
  while (rest.length > 0) keys.push(takeKey(rest, selection, depth))
  return (picked) => keys.every((key) => key(picked))
}

function takeKey(rest: ArgumentList, selection: Selection, depth: number): SearchKey {
  if (depth > DEEPEST) throw new SyntaxError('search nested too deep')
  const first = rest.shift()
  if (isList(first)) return parseSearchKeys(first, selection, depth + 1)
  const word = wordOf(first)
  const flag = FLAG_KEYS[word] ?? FLAG_KEYS[word.replace(/^UN/, '')]
  if (flag !== undefined) return ({ message }) => message.flags.has(flag) === word in FLAG_KEYS
  if (/^[\d*]/.test(word)) return inSet(selection, word, false)
  if (HEADER_KEYS.includes(word)) return headerContains(word, textOf(rest.shift()))
  if (/^(?:SENT)?(?:SINCE|BEFORE|ON)$/.test(word)) return dateKey(word, rest.shift())
  switch (word) {
    case 'ALL':
    case 'OLD':
      return () => true
    case 'NEW':
    case 'RECENT':
      return () => false
    case 'NOT': {
      const key = takeKey(rest, selection, depth + 1)
      return (picked) => !key(picked)
    }
    case 'OR': {
      const [left, right] = [takeKey(rest, selection, depth + 1), takeKey(rest, selection, depth + 1)]
      return (picked) => left(picked) || right(picked)
    }
    case 'UID':
      return inSet(selection, textOf(rest.shift()), true)
    case 'KEYWORD':
    case 'UNKEYWORD': {
      const keyword = textOf(rest.shift())
      return ({ message }) => message.flags.has(keyword) === (word === 'KEYWORD')
    }
    case 'TEXT':
    case 'BODY': {
      const text = textOf(rest.shift()).toLowerCase()
      return ({ message }) => message.source.toString('utf8').toLowerCase().includes(text)
    }
    case 'HEADER':
      return headerContains(wordOf(rest.shift()), textOf(rest.shift()))
    case 'LARGER':
    case 'SMALLER': {
      const size = numberOf(rest.shift())
      return ({ message }) => (word === 'LARGER' ? message.source.length > size : message.source.length < size)
    }
    case 'MODSEQ': {
      // An entry name and type may come before the number (RFC 7162 section 3.1.5); they change nothing here.
      if (!/^\d+$/.test(textOf(rest[0]))) rest.splice(0, 2)
      const modseq = numberOf(rest.shift())
      return ({ message }) => message.modseq >= modseq
    }
    default:
      throw new SyntaxError('unknown search key')
  }
}

function inSet(selection: Selection, set: string, byUid: boolean): SearchKey {
  const uids = new Set(selection.pick(set, byUid).map(({ message }) => message.uid))
  return ({ message }) => uids.has(message.uid)
}

function headerContains(name: string, text: string): SearchKey {
  const [field, wanted] = [name.toLowerCase(), text.toLowerCase()]
  return ({ message }) =>
    parseMime(message.source).headerFields.some(
      ([known, value]) =>
        known === field && Buffer.from(value, 'latin1').toString('utf8').toLowerCase().includes(wanted),
    )
}

/** Days are compared, without times (RFC 3501 section 6.4.4). */
function dateKey(word: string, argument: Argument): SearchKey {
  const dayOf = (time: number): number => Math.floor(time / 86_400_000)
  const wanted = dayOf(Date.parse(`${textOf(argument)} UTC`))
  if (Number.isNaN(wanted)) throw new SyntaxError('date expected')
  return ({ message }) => {
    const sent = (): number => Date.parse(headerValue(parseMime(message.source), 'date') ?? '')
    const day = dayOf(word.startsWith('SENT') ? sent() : message.internalDate.getTime())
    if (word.endsWith('SINCE')) return day >= wanted
    return word.endsWith('BEFORE') ? day < wanted : day === wanted
  }
}
