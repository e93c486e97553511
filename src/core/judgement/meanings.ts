/** Words of one meaning in several languages: data in `rules/words.yaml`, checked here, looked up word by word. */
import { z } from 'zod'
import { foldText } from '../message/text-forms.ts'
import { RuleFaults, schemaFaults, type DocumentForm } from '../rule-faults.ts'

const documentSchema = z.record(
  z.string().regex(/^[a-z][a-z0-9-]{2,40}$/),
  z.array(z.string().min(2).max(60)).min(1).max(200),
)

const FORM: DocumentForm = { file: 'meanings', lists: {}, nameField: '', values: {} }

/** Longest beginning of a word that is looked up. */
const LONGEST = 20
/** A word this short matches itself only, not all words that begin with it. */
const WHOLE_WORD = 3

/** Names of meanings by the beginning of a word that has them. */
export interface Meanings {
  names: string[]
  words: ReadonlyMap<string, readonly string[]>
  inside: ReadonlyMap<string, readonly string[]>
  /** First two letters of the entries in `words` and in `inside`: most places of most words begin none. */
  beginnings: ReadonlySet<string>
  insideBeginnings: ReadonlySet<string>
  /** Entries of several words, by their first. */
  phrases: ReadonlyMap<string, readonly Phrase[]>
}

/** Words that must follow: whole, but for the last, of which this is the beginning. */
export interface Phrase {
  rest: readonly string[]
  name: string
}

/** @throws RuleFaults that names the faulty meaning */
export function parseMeanings(document: unknown): Meanings {
  const parsed = documentSchema.safeParse(document, { reportInput: true })
  if (!parsed.success) throw new RuleFaults(schemaFaults(parsed.error.issues, document, FORM))
  const words = new Map<string, string[]>()
  const inside = new Map<string, string[]>()
  const phrases = new Map<string, Phrase[]>()
  for (const [name, entries] of Object.entries(parsed.data)) {
    for (const entry of entries) {
      const within = entry.startsWith('*')
      const key = foldText(
        entry
          .slice(within ? 1 : 0)
          .normalize('NFKC')
          .toLowerCase(),
      )
        .replace(/[^\p{L}\p{N}]+/gu, ' ')
        .trim()
      const [first, ...rest] = key.split(' ') as [string, ...string[]]
      if (within) addTo(inside, key, name)
      else if (rest.length > 0) addTo(phrases, first, { rest, name })
      else addTo(words, key, name)
    }
  }
  const beginningsOf = (entries: ReadonlyMap<string, unknown>) =>
    new Set([...entries.keys()].map((key) => key.slice(0, 2)))
  return {
    names: Object.keys(parsed.data),
    words,
    inside,
    beginnings: beginningsOf(words),
    insideBeginnings: beginningsOf(inside),
    phrases,
  }
}

function addTo<T>(map: Map<string, T[]>, key: string, value: T): void {
  map.set(key, [...(map.get(key) ?? []), value])
}

/** Which meanings one folded word has by itself. */
export function meaningsOfWord(word: string, meanings: Meanings): string[] {
  return [...new Set(lookUp(word, meanings))]
}

/** Whether the words after the one at `at` are those of the phrase. */
export function continues(words: readonly { word: string }[], at: number, { rest }: Phrase): boolean {
  return rest.every((wanted, index) => {
    const word = words[at + 1 + index]?.word
    return word !== undefined && (index === rest.length - 1 ? word.startsWith(wanted) : word === wanted)
  })
}

function* lookUp(word: string, { words, inside, beginnings, insideBeginnings }: Meanings): Generator<string> {
  if (beginnings.has(word.slice(0, 2))) {
    for (let end = 2; end <= Math.min(word.length, LONGEST); end += 1) {
      if (end > WHOLE_WORD || end === word.length) yield* words.get(word.slice(0, end)) ?? []
    }
  }
  for (let start = 0; start < word.length; start += 1) {
    if (!insideBeginnings.has(word.slice(start, start + 2))) continue
    for (let end = start + 2; end <= Math.min(word.length, start + LONGEST); end += 1)
      yield* inside.get(word.slice(start, end)) ?? []
  }
}
