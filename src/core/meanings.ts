/** Words of one meaning in several languages: data in `rules/words.yaml`, checked here, looked up word by word. */
import { z } from 'zod'
import { foldText } from './normal-text.ts'

const documentSchema = z.record(z.string().regex(/^[a-z][a-z0-9-]{2,40}$/), z.array(z.string().min(2).max(60)).min(1).max(200))

/** Longest beginning of a word that is looked up. */
const LONGEST = 20
/** A single word this short stands for itself only, not for all that begin with it. */
const WHOLE_WORD = 3

/** Names of meanings by the beginning that tells them. */
export interface Meanings {
  names: string[]
  words: ReadonlyMap<string, readonly string[]>
  inside: ReadonlyMap<string, readonly string[]>
  /** First two letters of the entries in `words` and in `inside`: most places of most words begin none. */
  beginnings: ReadonlySet<string>
  insideBeginnings: ReadonlySet<string>
  /** First words of entries of several. */
  openings: ReadonlySet<string>
  /** Longest entry, in words. */
  span: number
}

/** @throws Error that names the faulty meaning */
export function parseMeanings(document: unknown): Meanings {
  const parsed = documentSchema.safeParse(document)
  if (!parsed.success) throw new Error(parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; '))
  const words = new Map<string, string[]>()
  const inside = new Map<string, string[]>()
  let span = 1
  for (const [name, entries] of Object.entries(parsed.data)) {
    for (const entry of entries) {
      const within = entry.startsWith('*')
      const key = foldText(entry.slice(within ? 1 : 0).normalize('NFKC').toLowerCase()).replace(/[^\p{L}\p{N}]+/gu, ' ').trim()
      const map = within ? inside : words
      map.set(key, [...(map.get(key) ?? []), name])
      span = Math.max(span, key.split(' ').length)
    }
  }
  const openings = new Set([...words.keys()].filter((key) => key.includes(' ')).map((key) => key.slice(0, key.indexOf(' '))))
  const beginningsOf = (entries: ReadonlyMap<string, unknown>) => new Set([...entries.keys()].map((key) => key.slice(0, 2)))
  return { names: Object.keys(parsed.data), words, inside, beginnings: beginningsOf(words), insideBeginnings: beginningsOf(inside), openings, span }
}

/** Which meanings folded words, in their order, have. */
export function meaningsIn(folded: readonly string[], meanings: Meanings): Set<string> {
  const found = new Set<string>()
  for (const word of new Set(folded)) for (const name of meaningsOfWord(word, meanings)) found.add(name)
  folded.forEach((word, at) => {
    if (!meanings.openings.has(word)) return
    let phrase = word
    for (let count = 1; count < meanings.span && at + count < folded.length; count += 1) {
      const before = phrase.length
      phrase = `${phrase} ${folded[at + count] ?? ''}`
      for (let end = before + 1; end <= phrase.length && end <= before + LONGEST; end += 1) {
        for (const name of meanings.words.get(phrase.slice(0, end)) ?? []) found.add(name)
      }
    }
  })
  return found
}

/** Every piece of a word is looked up, so what was found is remembered: mail uses the same words over and over. */
const MEMO_WORDS = 50_000
const memos = new WeakMap<Meanings, Map<string, readonly string[]>>()

function meaningsOfWord(word: string, meanings: Meanings): readonly string[] {
  const memo = memos.get(meanings) ?? new Map<string, readonly string[]>()
  memos.set(meanings, memo)
  const known = memo.get(word)
  if (known !== undefined) return known
  const found = [...new Set([...lookUp(word, meanings)])]
  if (memo.size >= MEMO_WORDS) memo.clear()
  memo.set(word, found)
  return found
}

function* lookUp(word: string, { words, inside, beginnings, insideBeginnings }: Meanings): Generator<string> {
  if (beginnings.has(word.slice(0, 2))) {
    for (let end = 2; end <= Math.min(word.length, LONGEST); end += 1) {
      if (end > WHOLE_WORD || end === word.length) yield* words.get(word.slice(0, end)) ?? []
    }
  }
  for (let start = 0; start < word.length; start += 1) {
    if (!insideBeginnings.has(word.slice(start, start + 2))) continue
    for (let end = start + 2; end <= Math.min(word.length, start + LONGEST); end += 1) yield* inside.get(word.slice(start, end)) ?? []
  }
}
