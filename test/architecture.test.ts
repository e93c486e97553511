import { readdirSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import { expect, test } from 'vitest'
import { groupBy } from '../src/core/grouping.ts'
import { readImports, readImpurities } from './harness/imports.ts'

const ROOT = join(import.meta.dirname, '..')
const LONGEST = 400
const WIDEST = 120
/** Files in a folder: more is a warehouse, not a room. */
const MOST_FILES = 20
/** What `npm run generate` makes; nobody writes it. */
const GENERATED = ['src/generated/', 'src/store/generated/']

/** What each folder of src (or file directly in it) may import of src. `*` = anything. */
const MAY_IMPORT: Record<string, string[]> = {
  core: ['core'],
  text: ['text', 'core', 'errors'],
  // Of pipeline the types of its values only (see below).
  present: ['present', 'core', 'text', 'errors', 'pipeline'],
  mail: ['mail', 'core', 'errors', 'log'],
  store: ['store', 'core', 'errors', 'log'],
  pipeline: ['pipeline', 'core', 'mail', 'store', 'errors', 'log', 'text'],
  web: ['web', 'pipeline', 'present', 'core', 'text', 'errors'],
  errors: [],
  log: ['errors'],
  config: ['errors'],
  generated: [],
  build: ['build'],
  rulebook: ['rulebook', 'core', 'errors', 'text', 'generated'],
  cli: ['cli', 'pipeline', 'present', 'core', 'mail', 'text', 'errors', 'log', 'config', 'rulebook', 'serve'],
  serve: ['*'],
  demo: ['*'],
}

/** Entry and composition: only these import each other, config and rulebook. */
const ENTRIES = ['cli', 'serve', 'demo']
const COMPOSITION = [...ENTRIES, 'config', 'rulebook']

/** Which rooms of one floor may use which; `.` are the files directly in it, and every room may use itself. */
const ROOMS: Record<string, Record<string, string[]>> = {
  core: {
    '.': [],
    message: ['.'],
    quoting: ['message'],
    customer: ['.', 'message', 'quoting'],
    conversation: ['.', 'message', 'quoting', 'customer'],
    judgement: ['.', 'message', 'quoting', 'customer'],
    learning: ['.', 'quoting', 'judgement'],
    mailbox: ['.', 'message'],
    person: ['message', 'customer'],
    retention: ['.', 'message'],
    search: ['.', 'message'],
  },
  pipeline: {
    mailbox: [],
    letters: [],
    decide: ['mailbox'],
    ingest: ['decide', 'letters', 'mailbox'],
    find: ['ingest'],
    follow: ['decide', 'ingest', 'mailbox'],
    learn: ['decide', 'ingest'],
    purge: ['decide', 'follow', 'mailbox'],
    mend: ['decide', 'ingest', 'mailbox', 'purge'],
    opening: ['decide', 'learn'],
    read: ['decide', 'find', 'learn', 'letters', 'mailbox', 'opening', 'purge'],
    setup: ['decide', 'mailbox', 'opening'],
  },
}

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
  present: [],
  web: ['hono', 'zod', 'node:'],
  generated: [],
  build: ['typescript', 'node:'],
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
    .filter((path) => !GENERATED.some((folder) => path.startsWith(folder)))
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
  return readImports(text).flatMap(({ from, names, typeOnly }) => {
    const problem = from.startsWith('.')
      ? relativeProblem(path, from, allowed, typeOnly)
      : libraryProblem(place, from, names)
    return problem === null ? [] : [`${path} → ${from}: ${problem}`]
  })
}

function relativeProblem(path: string, from: string, allowed: string[], typeOnly: boolean): string | null {
  const target = posix.join(posix.dirname(path), from)
  if (target.startsWith('..')) return 'outside src'
  const [place, other] = [placeOf(path), placeOf(target)]
  if (COMPOSITION.includes(other) && other !== place && !ENTRIES.includes(place))
    return `only ${ENTRIES.join(', ')} import ${other}`
  if (place === 'present' && other === 'pipeline' && !typeOnly) return 'present takes only types of pipeline'
  const fits = allowed.includes('*') || allowed.some((one) => one === other || target.startsWith(`${one}/`))
  if (!fits) return `${place} may not import ${other}`
  const [room, next] = [roomOf(path), roomOf(target)]
  const rooms = place === other ? ROOMS[place] : undefined
  if (rooms === undefined || room === next || (rooms[room] ?? []).includes(next)) return null
  return `${place}/${room} may not use ${place}/${next}`
}

/** 'core/judgement/rules.ts' → 'judgement'; 'core/grouping.ts' → '.'. */
function roomOf(path: string): string {
  const parts = path.split('/')
  return parts.length > 2 ? parts[1]! : '.'
}

/** Which files import which, below src. */
function fileGraph(): Map<string, string[]> {
  const known = new Set(sources.map(({ path }) => path))
  return new Map(
    sources.map(({ path, text }) => {
      const targets = readImports(text).map(({ from }) => posix.join(posix.dirname(path), from))
      return [path, targets.filter((target) => known.has(target))]
    }),
  )
}

/** Which folders import which; files directly in src compose and do not count. */
function folderGraph(): Map<string, string[]> {
  const folders = new Map<string, Set<string>>()
  for (const [path, targets] of fileGraph()) {
    const folder = posix.dirname(path)
    const used = folders.get(folder) ?? new Set()
    for (const target of targets.map((one) => posix.dirname(one)))
      if (target !== folder && target !== '.') used.add(target)
    if (folder !== '.') folders.set(folder, used)
  }
  return new Map([...folders].map(([folder, used]) => [folder, [...used]]))
}

/** A way round that comes back to where it began, or null. */
function findCircle(graph: Map<string, string[]>): string[] | null {
  const done = new Set<string>()
  const walk = (at: string, way: string[]): string[] | null => {
    if (way.includes(at)) return [...way.slice(way.indexOf(at)), at]
    if (done.has(at)) return null
    for (const next of graph.get(at) ?? []) {
      const circle = walk(next, [...way, at])
      if (circle !== null) return circle
    }
    done.add(at)
    return null
  }
  for (const start of graph.keys()) {
    const circle = walk(start, [])
    if (circle !== null) return circle
  }
  return null
}

/** What is loaded before a verb runs: files below src, and libraries. */
function loadedWith(path: string, found = new Set<string>()): Set<string> {
  if (found.has(path)) return found
  found.add(path)
  const file = sources.find((each) => each.path === path)
  for (const { from, typeOnly, lazy } of file === undefined ? [] : readImports(file.text)) {
    if (typeOnly || lazy) continue
    if (from.startsWith('.')) loadedWith(posix.join(posix.dirname(path), from), found)
    else found.add(from)
  }
  return found
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

test('no file and no folder uses what uses it', () => {
  expect(findCircle(fileGraph())).toBeNull()
  expect(findCircle(folderGraph())).toBeNull()
})

test('a circle is found', () => {
  const circle = [
    ['a', ['b']],
    ['b', ['c', 'd']],
    ['c', []],
    ['d', ['b']],
  ] as const
  expect(findCircle(new Map(circle.map(([from, to]) => [from, [...to]])))).toEqual(['b', 'd', 'b'])
})

test('every room of core and pipeline is in the table of rooms', () => {
  for (const floor of Object.keys(ROOMS)) {
    const rooms = new Set(sources.filter(({ path }) => placeOf(path) === floor).map(({ path }) => roomOf(path)))
    expect([...rooms].sort()).toEqual(Object.keys(ROOMS[floor]!).sort())
  }
})

test('a folder is a room, not a warehouse', () => {
  const folders = groupBy(sources, ({ path }) => posix.dirname(path))
  const full = [...folders].filter(([, files]) => files.length > MOST_FILES)
  expect(full.map(([folder, files]) => `${folder}: ${files.length} files`)).toEqual([])
})

test('no line is wider than the formatter allows', () => {
  const tests = listFiles('test', /\.(ts|mjs)$/).map((path) => ({ path, text: readFileSync(join(ROOT, path), 'utf8') }))
  const wide = [...sources, ...tests].flatMap(({ path, text }) =>
    text.split('\n').flatMap((line, index) => {
      const isShebang = index === 0 && line.startsWith('#!')
      return line.length > WIDEST && !isShebang ? [`${path}:${index + 1}`] : []
    }),
  )
  expect(wide).toEqual([])
})

test('help loads the table of verbs and words, and nothing that opens an archive', () => {
  const loaded = [...loadedWith('cli/main.ts')]
  const libraries = loaded.filter((each) => !each.endsWith('.ts') && !each.startsWith('node:'))
  expect(libraries).toEqual(['commander'])
  const places = new Set(loaded.filter((each) => each.endsWith('.ts')).map(placeOf))
  expect([...places].sort()).toEqual(['cli', 'config', 'errors', 'text'])
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
  ['pipeline/a.ts', `import { readRules } from '../rulebook/read-rules.ts'`],
  ['pipeline/a.ts', `import { x } from '../cli/main.ts'`],
  ['pipeline/a.ts', `import { x } from '../serve.ts'`],
  ['pipeline/a.ts', `import pg from 'pg'`],
  ['web/a.ts', `import { x } from '../store/seal.ts'`],
  ['rulebook/a.ts', `import { x } from '../config.ts'`],
  ['errors.ts', `import { pino } from 'pino'`],
  ['text/a.ts', `import { x } from '../store/seal.ts'`],
  ['cli/a.ts', `import { x } from '../../test/harness/postgres.ts'`],
  ['cli/verbs/mail/a.ts', `import { x } from '../../../store/settings.ts'`],
  ['core/customer/a.ts', `import { x } from '../judgement/model.ts'`],
  ['core/a.ts', `import { x } from './message/flags.ts'`],
  ['pipeline/decide/a.ts', `import { x } from '../ingest/ingest.ts'`],
  ['present/a.ts', `import { x } from '../pipeline/read/status.ts'`],
  ['present/a.ts', `import { type X, y } from '../pipeline/read/status.ts'`],
  ['present/a.ts', `import type { X } from '../store/archive.ts'`],
  ['things/a.ts', ``],
])('the table refuses, in %s: %s', (path, text) => {
  expect(findImportViolations({ path, text })).toHaveLength(1)
})

test.each([
  [
    'core/a.ts',
    `import { createHash } from 'node:crypto'\nimport { isDeepStrictEqual } from 'node:util'\n` +
      `import { z } from 'zod'\nimport { Temporal } from 'temporal-polyfill'`,
  ],
  [
    'mail/a.ts',
    `import { x } from '../core/message.ts'\nimport { y } from '../errors.ts'\nimport { z } from 'imapflow/lib/x.js'`,
  ],
  ['pipeline/a.ts', `import { x } from '../mail/parse.ts'\nimport { y } from '../store/seal.ts'`],
  ['web/a.ts', `import { x } from '../pipeline/read/status.ts'\nimport { y } from '../present/status.ts'`],
  [
    'present/a.ts',
    `import type { X } from '../pipeline/read/status.ts'\nimport { type Y } from '../pipeline/read/show.ts'`,
  ],
  ['core/learning/a.ts', `import { x } from '../judgement/model.ts'\nimport { y } from '../grouping.ts'`],
  [
    'cli/a.ts',
    `import { x } from '../pipeline/opening/open.ts'\nimport { y } from '../config.ts'\nimport { z } from 'commander'`,
  ],
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

test('a file of 401 lines is too long, one of 400 is not', () => {
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
