import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { describe, expect, test } from 'vitest'
import { DEMO_TEXT } from '../../src/demo/text.ts'
import { ERRORS } from '../../src/errors.ts'
import { ERROR_WORDS } from '../../src/text/errors.ts'
import { digestLetterText } from '../../src/text/firm/digest-letter.ts'
import { NAMES } from '../../src/text/names.ts'
import { textsOf } from '../../src/text/texts.ts'
import { fill, type Wording } from '../../src/text/wording/wording.ts'

const SRC = join(import.meta.dirname, '../../src')

/** The subjects: one table `…Text` a file in the rooms of src/text. */
const SUBJECTS = await subjects()
const placesOf = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map(([, place]) => place!)
const unique = (words: readonly string[]) => [...new Set(words)].sort()

async function subjects(): Promise<{ path: string; table: Record<string, Wording> }[]> {
  const found = sourcePaths('text').map(async (path) => {
    const module = (await import(join(SRC, path))) as Record<string, Record<string, Wording>>
    return Object.entries(module)
      .filter(([name]) => name.endsWith('Text'))
      .map(([, table]) => ({ path, table }))
  })
  return (await Promise.all(found)).flat()
}

/** Below src, with `/`. */
function sourcePaths(folder: string): string[] {
  return readdirSync(join(SRC, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => relative(SRC, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .filter((path) => !path.startsWith('store/generated/'))
}

/** Words that may name a text, by the file that has them: `texts.headId`, `messageText.stateActive`, 'headId'. */
const NAMED = new Map(
  // Everything outside src/text may use a text, and the names, which are made of texts.
  [...sourcePaths('.').filter((path) => !path.startsWith('text/')), 'text/names.ts'].map((path) => {
    const code = readFileSync(join(SRC, path), 'utf8')
    const words = [...code.matchAll(/\b(?:texts?|\w+Text|demoTexts\(language\))\.(\w+)|(?<=')([\w-]+)(?=')/g)]
    return [path, new Set(words.map(([, property, quoted]) => property ?? quoted!))]
  }),
)

function usersOf(key: string, except: readonly string[] = []): string[] {
  return [...NAMED].filter(([path, words]) => !except.includes(path) && words.has(key)).map(([path]) => path)
}

const everyWording: [string, Wording][] = [
  ...SUBJECTS.flatMap(({ table }) => Object.entries(table)),
  ...Object.entries<Wording>(ERROR_WORDS),
  ...Object.entries<Wording>(DEMO_TEXT),
  ...Object.values(NAMES).flatMap((table) => Object.entries<Wording>(table)),
]

describe('texts', () => {
  test('there are subjects, and no key belongs to two of them', () => {
    expect(SUBJECTS.length).toBeGreaterThan(20)
    const keys = SUBJECTS.filter(({ table }) => table !== digestLetterText).flatMap(({ table }) => Object.keys(table))
    expect(keys.filter((key, at) => keys.indexOf(key) !== at)).toEqual([])
    expect(Object.keys(textsOf('sv')).sort()).toEqual(keys.sort())
  })

  test('both languages have words for every key', () => {
    expect(everyWording.filter(([, { sv, en }]) => sv.trim() === '' || en.trim() === '')).toEqual([])
  })

  test('both languages fill in the same values', () => {
    const differing = everyWording.filter(([, { sv, en }]) => placesOf(sv).sort().join() !== placesOf(en).sort().join())
    expect(differing).toEqual([])
  })

  test('every text is used', () => {
    const keys = SUBJECTS.flatMap(({ table }) => Object.keys(table))
    expect(keys.filter((key) => usersOf(key).length === 0)).toEqual([])
    expect(Object.keys(DEMO_TEXT).filter((key) => usersOf(key).length === 0)).toEqual([])
  })

  test('a text that no caller names is found', () => {
    expect(usersOf('headId')).not.toEqual([])
    expect(usersOf('headNobodyAsksFor')).toEqual([])
  })

  test('a value with a dollar sign or braces is put in as it is', () => {
    expect(fill('{a} {b}', { a: '$& {b}', b: 1 })).toBe('$& {b} 1')
  })
})

describe('words of errors', () => {
  test.each(Object.entries<readonly string[]>(ERRORS))('%s fills in the values that it carries', (code, values) => {
    const { sv } = ERROR_WORDS[code as keyof typeof ERROR_WORDS]
    expect(unique(placesOf(sv))).toEqual(unique(values))
  })

  test('every error can happen', () => {
    const tables = ['errors.ts', 'cli/exit-codes.ts']
    expect(Object.keys(ERRORS).filter((code) => usersOf(code, tables).length === 0)).toEqual([])
  })
})
