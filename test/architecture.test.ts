import { readdirSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import { expect, test } from 'vitest'
import { readImports, readImpurities } from './harness/imports.ts'

const ROOT = join(import.meta.dirname, '..')
const LONGEST = 440

/** What each folder of src (or file directly in it) may import of src. `*` = anything. */
const MAY_IMPORT: Record<string, string[]> = {
  core: ['core'],
  text: ['text', 'core', 'errors'],
  mail: ['mail', 'core', 'errors', 'log'],
  store: ['store', 'core', 'errors', 'log'],
  pipeline: ['pipeline', 'core', 'mail', 'store', 'errors', 'log', 'text'],
  web: ['web', 'pipeline', 'core', 'errors', 'text', 'store/read'],
  errors: [],
  log: ['errors'],
  config: ['errors'],
  rulebook: ['core', 'errors'],
  cli: ['*'],
  serve: ['*'],
  demo: ['*'],
}

/** Entry and composition: only these import each other, config and rulebook. */
const ENTRIES = ['cli', 'serve', 'demo']
const COMPOSITION = [...ENTRIES, 'config', 'rulebook']

/** Libraries by the one place that may know them; node's own modules are free outside core and text. */
const LIBRARIES: Record<string, string[]> = {
  core: [
    'zod',
    'temporal-polyfill',
    'safe-regex2',
    'snowball-stemmers',
    'email-reply-parser',
    'email-forward-parser',
    'planer',
    '@eslint-community/regexpp',
    'node:crypto',
    'node:util',
    'node:buffer',
  ],
  text: [],
  mail: ['imapflow', 'mailparser', 'unpdf', 'nodemailer', 'libmime', 'html-to-text', 'zod', 'node:'],
  store: ['pg', 'pg-copy-streams', '@prisma/client', '@prisma/adapter-pg', 'zod', 'node:'],
  pipeline: ['node-cron', 'zod', 'node:'],
  web: ['hono', 'zod', 'node:'],
  errors: [],
  log: ['pino'],
  config: ['zod', 'node:'],
  rulebook: ['yaml', 'node:'],
  cli: ['*'],
  serve: ['*'],
  demo: ['*'],
}

const FORBIDDEN_NAMES =
  /^(utils?|helpers?|services?|managers?|common|misc)$|-(utils?|helpers?|services?|managers?|common|misc)$/i

interface SourceFile {
  /** Below src, with `/`. */
  path: string
  text: string
}

function readSources(): SourceFile[] {
  return listFiles('src', /\.[jt]s$/).map((path) => ({
    path: path.slice('src/'.length),
    text: readFileSync(join(ROOT, path), 'utf8'),
  }))
}

function listFiles(folder: string, name: RegExp): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && name.test(entry.name))
    .map((entry) =>
      posix.join(
        folder,
        posix.relative(
          join(ROOT, folder).replaceAll('\\', '/'),
          join(entry.parentPath, entry.name).replaceAll('\\', '/'),
        ),
      ),
    )
    .filter((path) => !path.startsWith('src/store/generated/'))
    .sort()
}

/** 'store/seal.ts' → 'store'; 'errors.ts' → 'errors'. */
function placeOf(path: string): string {
  return path.split('/')[0]!.replace(/\.[jt]s$/, '')
}

function findImportViolations({ path, text }: SourceFile): string[] {
  const place = placeOf(path)
  const allowed = MAY_IMPORT[place]
  if (allowed === undefined) return [`${path}: no rule for this place`]
  return readImports(text).flatMap(({ from, names }) => {
    const problem = from.startsWith('.') ? relativeProblem(path, from, allowed) : libraryProblem(place, from, names)
    return problem === null ? [] : [`${path} → ${from}: ${problem}`]
  })
}

function relativeProblem(path: string, from: string, allowed: string[]): string | null {
  const target = posix.join(posix.dirname(path), from)
  if (target.startsWith('..')) return 'outside src'
  const [place, other] = [placeOf(path), placeOf(target)]
  if (COMPOSITION.includes(other) && other !== place && !ENTRIES.includes(place))
    return `only ${ENTRIES.join(', ')} import ${other}`
  const fits = allowed.includes('*') || allowed.some((one) => one === other || target.startsWith(`${one}/`))
  return fits ? null : `${place} may not import ${other}`
}

function libraryProblem(place: string, from: string, names: string[] | null): string | null {
  const allowed = LIBRARIES[place] ?? []
  if (allowed.includes('*')) return null
  const fits = allowed.some(
    (one) => from === one || from.startsWith(`${one}/`) || (one === 'node:' && from.startsWith('node:')),
  )
  if (!fits) return `${place} may not use this library`
  if (place === 'core' && from === 'node:crypto' && names?.join() !== 'createHash')
    return 'of node:crypto only createHash is pure'
  if (place === 'core' && from === 'node:util' && names?.join() !== 'isDeepStrictEqual')
    return 'of node:util only isDeepStrictEqual is taken'
  return null
}

function findNameViolations({ path, text }: SourceFile): string[] {
  const names = path.replace(/(\.d)?\.[jt]s$/, '').split('/')
  const lines = text.split('\n').length - 1
  return [
    ...names.filter((name) => FORBIDDEN_NAMES.test(name)).map((name) => `${path}: ${name} says nothing`),
    ...names
      .filter((name) => !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name))
      .map((name) => `${path}: ${name} is not kebab-case`),
    ...(lines > LONGEST ? [`${path}: ${lines} lines, at most ${LONGEST}`] : []),
  ]
}

/** A path that exists on one person's machine only. Pieced together so that this file does not match itself. */
function findMachinePaths({ path, text }: SourceFile): string[] {
  const folders = ['home', 'Users', 'root', 'work', 'workspace', 'mnt'].join('|')
  const pattern = new RegExp(`(?<![\\w.)\\]}$*-])/(?:${folders})/[\\w-]+|\\b[A-Z]:\\\\(?:Users|Windows)\\b`, 'g')
  return [...text.matchAll(pattern)].map((match) => `${path}: ${match[0]}`)
}

const sources = readSources()

test('there are sources to check', () => {
  expect(sources.map(({ path }) => path)).toEqual(
    expect.arrayContaining([
      'core/message/message.ts',
      'mail/imap/mailbox.ts',
      'store/keys/seal.ts',
      'pipeline/purge/guard.ts',
    ]),
  )
  expect(sources.some(({ path }) => path.includes('generated'))).toBe(false)
})

test('every import follows the table of layers', () => {
  expect(sources.flatMap(findImportViolations)).toEqual([])
})

test('core reads no clock, no chance, no environment and does no input or output', () => {
  const found = sources
    .filter(({ path }) => placeOf(path) === 'core')
    .flatMap(({ path, text }) => readImpurities(text).map((what) => `${path}: ${what}`))
  expect(found).toEqual([])
})

test('files have names that say something and a length one can read', () => {
  expect(sources.flatMap(findNameViolations)).toEqual([])
})

test('no file holds a path of one machine', () => {
  const folders = ['test', 'rules', 'prisma', 'docs'].flatMap((folder) =>
    listFiles(folder, /\.(ts|md|yaml|sql|prisma)$/),
  )
  const files = ['README.md', 'Dockerfile', 'docker-compose.yml', '.ci/run', 'package.json', ...folders]
  const others = files.map((path) => ({ path, text: readFileSync(join(ROOT, path), 'utf8') }))
  expect([...sources, ...others].flatMap(findMachinePaths)).toEqual([])
})

test.each([
  ['core/a.ts', `import { x } from '../store/seal.ts'`],
  ['core/a.ts', `import type { X } from '../errors.ts'`],
  ['core/a.ts', `export { x } from '../mail/parse.ts'`],
  ['core/a.ts', `const x = await import('../log.ts')`],
  ['core/a.ts', `import { readFileSync } from 'node:fs'`],
  ['core/a.ts', `import { createHash, randomBytes } from 'node:crypto'`],
  ['core/a.ts', `import { createHash as randomBytes, randomUUID as createHash } from 'node:crypto'`],
  ['core/a.ts', `import * as crypto from 'node:crypto'`],
  ['core/a.ts', `import { inspect, isDeepStrictEqual } from 'node:util'`],
  ['core/a.ts', `import { createHash } from 'node:crypto'\nexport * from 'node:crypto'`],
  ['core/a.ts', `import pg from 'pg'`],
  ['core/deep/a.ts', `import { x } from '../../pipeline/act.ts'`],
  ['mail/a.ts', `import { x } from '../store/seal.ts'`],
  ['mail/a.ts', `import pg from 'pg'`],
  ['mail/a.ts', `import { x } from '../pipeline/act.ts'`],
  ['store/a.ts', `import { x } from '../mail/parse.ts'`],
  ['store/a.ts', `import { ImapFlow } from 'imapflow'`],
  ['store/a.ts', `import { readConfig } from '../config.ts'`],
  ['pipeline/a.ts', `import { readRules } from '../rulebook.ts'`],
  ['pipeline/a.ts', `import { x } from '../cli/main.ts'`],
  ['pipeline/a.ts', `import { x } from '../serve.ts'`],
  ['pipeline/a.ts', `import pg from 'pg'`],
  ['web/a.ts', `import { x } from '../store/seal.ts'`],
  ['rulebook.ts', `import { x } from './config.ts'`],
  ['errors.ts', `import { pino } from 'pino'`],
  ['text/a.ts', `import { x } from '../store/seal.ts'`],
  ['cli/a.ts', `import { x } from '../../test/harness/postgres.ts'`],
  ['things/a.ts', ``],
])('the table refuses, in %s: %s', (path, text) => {
  expect(findImportViolations({ path, text })).toHaveLength(1)
})

test.each([
  [
    'core/a.ts',
    `import { createHash } from 'node:crypto'\nimport { isDeepStrictEqual } from 'node:util'\nimport { z } from 'zod'\nimport { Temporal } from 'temporal-polyfill'`,
  ],
  [
    'mail/a.ts',
    `import { x } from '../core/message.ts'\nimport { GallraError } from '../errors.ts'\nimport { ImapFlow } from 'imapflow/lib/x.js'`,
  ],
  ['pipeline/a.ts', `import { x } from '../mail/parse.ts'\nimport { y } from '../store/seal.ts'`],
  ['web/a.ts', `import { x } from '../store/read/lists.ts'`],
  ['cli/a.ts', `import { x } from '../store/seal.ts'\nimport { y } from '../config.ts'\nimport { z } from 'commander'`],
  ['cli/a.ts', `// import { x } from '../../elsewhere.ts'\nconst text = "import { x } from '../../elsewhere.ts'"`],
])('the table allows, in %s: %s', (path, text) => {
  expect(findImportViolations({ path, text })).toEqual([])
})

test.each([
  'new Date()',
  'new Date',
  'Date()',
  'Date.now()',
  `Date['now']()`,
  'Math.random()',
  'process.env',
  `process['env']`,
  'const { env } = process.env',
  'crypto.randomUUID()',
  'Temporal.Now.instant()',
  'fetch(url)',
  'setTimeout(work, 1)',
  'console.log(1)',
  'globalThis.x',
])('core is not pure with: %s', (text) => expect(readImpurities(text)).not.toEqual([]))

test.each([
  'new Date(0)',
  'new Date(now.getTime())',
  'Date.UTC(2026, 1, 1)',
  'Math.max(1, 2)',
  '// new Date()',
  `'Math.random()'`,
])('core stays pure with: %s', (text) => expect(readImpurities(text)).toEqual([]))

test.each(['store/utils.ts', 'mail/imap-helpers.ts', 'misc/a.ts', 'core/Common.ts', 'pipeline/mailService.ts'])(
  'a file may not be called %s',
  (path) => {
    expect(findNameViolations({ path, text: '' })).not.toEqual([])
  },
)

test('a file of 441 lines is too long, one of 440 is not', () => {
  expect(findNameViolations({ path: 'core/a.ts', text: 'x\n'.repeat(LONGEST + 1) })).toHaveLength(1)
  expect(findNameViolations({ path: 'core/a.ts', text: 'x\n'.repeat(LONGEST) })).toEqual([])
})

test('a path of one machine is found, an address or a relative path is not', () => {
  const of = (...parts: string[]) => findMachinePaths({ path: 'a', text: parts.join('/') })
  expect(of('see ', 'home', 'anna', 'x')).toHaveLength(1)
  expect(of(`'`, 'root', 'gallra')).toHaveLength(1)
  expect(of('https:', '', 'exempel.se', 'work', 'x')).toEqual([])
  expect(of('src', 'work', 'x')).toEqual([])
})
