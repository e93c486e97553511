import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join, posix } from 'node:path'
import { describe, expect, test } from 'vitest'
import { endOfYear, subjectRequestDeadlines } from '../src/core/retention/calendar.ts'
import { commentsOf, lawHeadingsCited, promisesCited, provisionsCited, type Passage } from './harness/citations.ts'
import { anchorOf, foldersDrawn, headingsOf, linksOf, pathsNamed } from './harness/markdown.ts'

const ROOT = join(import.meta.dirname, '..')
const DECISIONS = 'docs/develop/decisions'

interface Document {
  path: string
  text: string
}

const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8')
const exists = (path: string): boolean => existsSync(join(ROOT, path))

function listFiles(folder: string, name: RegExp): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true })
    .map((path) => posix.join(folder, String(path).replaceAll('\\', '/')))
    .filter((path) => name.test(path) && !path.startsWith('src/store/generated/'))
    .sort()
}

const documents: Document[] = ['README.md', 'CHANGELOG.md', ...listFiles('docs', /\.md$/)].map((path) => ({
  path,
  text: read(path),
}))

// The tests of this test cite what does not exist.
const code = [...listFiles('src', /\.[jt]s$/), ...listFiles('test', /\.ts$/)].filter(
  (path) => path !== 'test/documents.test.ts',
)
const comments: Passage[] = code.flatMap((path) => commentsOf(path, read(path)))
const schedules: Passage[] = listFiles('rules', /schedule[\w-]*\.yaml$/).flatMap((path) =>
  read(path)
    .split('\n')
    .map((text, index) => ({ place: `${path}:${index + 1}`, text })),
)
const paragraphs: Passage[] = documents.flatMap(({ path, text }) =>
  text.split(/\n(?=[\n|#-])/).map((paragraph) => ({ place: path, text: paragraph.replaceAll(/\s+/g, ' ') })),
)

const PROMISES = headingsOf(read('docs/explain/promises.md')).flatMap((heading) => /^P\d+(?= )/.exec(heading) ?? [])
const LAW = read('docs/explain/law.md')
const LAW_HEADINGS = headingsOf(LAW)
/** Provisions in the short form, such as `GDPR 12(3)`. */
const PROVISIONS = [...LAW.matchAll(/`([^`\n]+)`/g)].map((match) => match[1]!)

/** A whole act or article is known when one of its provisions is. */
function isProvision(citation: string): boolean {
  return PROVISIONS.some((one) => one === citation || one.startsWith(`${citation} `) || one.startsWith(`${citation}(`))
}

function findUndefined<Citation>(
  passages: Passage[],
  cited: (text: string) => Citation[],
  isDefined: (citation: Citation) => boolean,
): string[] {
  return passages.flatMap(({ place, text }) =>
    cited(text)
      .filter((citation) => !isDefined(citation))
      .map((citation) => `${place}: ${String(citation)}`),
  )
}

const undefinedPromises = (passages: Passage[]) =>
  findUndefined(passages, promisesCited, (promise) => PROMISES.includes(promise))
const undefinedHeadings = (passages: Passage[]) =>
  findUndefined(passages, lawHeadingsCited, (heading) => heading !== null && LAW_HEADINGS.includes(heading))
const undefinedProvisions = (passages: Passage[]) => findUndefined(passages, provisionsCited, isProvision)

function findBrokenLinks({ path, text }: Document): string[] {
  return linksOf(text).flatMap((link) => {
    const [file, anchor] = link.split('#') as [string, string | undefined]
    const target = file === '' ? path : posix.join(posix.dirname(path), file)
    if (target.startsWith('..') || !exists(target)) return [`${path} → ${link}: no such file`]
    if (anchor === undefined) return []
    const isKnown = statSync(join(ROOT, target)).isFile() && headingsOf(read(target)).map(anchorOf).includes(anchor)
    return isKnown ? [] : [`${path} → ${link}: no such heading`]
  })
}

describe('citations', () => {
  test('the ten promises are defined, and no comment or document cites another', () => {
    expect(PROMISES).toEqual(['P1', 'P2', 'P3', 'P4', 'P5', 'P6', 'P7', 'P8', 'P9', 'P10'])
    expect(undefinedPromises([...comments, ...paragraphs])).toEqual([])
  })

  test('whoever cites law.md names a heading of it', () => {
    expect(undefinedHeadings(comments)).toEqual([])
  })

  test('every provision cited in comments, schedules and documents is in law.md', () => {
    expect(undefinedProvisions([...comments, ...schedules, ...paragraphs])).toEqual([])
  })

  test('citations are found where they are known to be', () => {
    expect(comments.flatMap(({ text }) => promisesCited(text)).length).toBeGreaterThan(80)
    expect(comments.flatMap(({ text }) => lawHeadingsCited(text)).length).toBeGreaterThan(3)
    expect([...comments, ...schedules].flatMap(({ text }) => provisionsCited(text)).length).toBeGreaterThan(60)
  })

  test.each([
    ['keeps it (P3)', ['P3']],
    ['after P3M, P30D or P1Y', []],
    ['(P2, P10)', ['P2', 'P10']],
  ])('promises in: %s', (text, cited) => expect(promisesCited(text)).toEqual(cited))

  test.each([
    ['lawfulBasis: GDPR 6(1)(b), 6(1)(f)', ['GDPR 6(1)(b)', 'GDPR 6(1)(f)']],
    ['for what concerns a person (GDPR Art. 15), and where', ['GDPR 15']],
    ['Beats a granted erasure (Art. 17(3)).', ['GDPR 17(3)']],
    ['source: Bokföringslagen (1999:1078) 7 kap. 2 §', ['BFL 7:2']],
    ['(BFL 7:2 with 7)', ['BFL 7:2']],
    ['Bokföringslagen 7:2; 7:6', ['BFL 7:2']],
    ['Konsumentköplagen (2022:260) 4 kap. 14 §, 5 kap. 2 §', ['2022:260 4:14', '2022:260 5:2']],
    ['Preskriptionslagen (1981:130) 5-6 §§', ['1981:130 5-6 §§']],
    ['lag (1930:173) 2 § equates', ['1930:173 2 §']],
    ['lag (1989:253) om allmänna helgdagar', ['1989:253']],
    ['folkbokföringslagen 18 §', ['1991:481 18 §']],
    ['Reg. 1182/71 Art. 3(4)', ['1182/71 3(4)']],
    ['(EDPB 01/2022)', ['EDPB 01/2022']],
    ['2026-11-25 at 20:19, RFC 5322, 1:2026', []],
  ])('provisions in: %s', (text, cited) => expect(provisionsCited(text)).toEqual(cited))

  test.each(['see law.md', 'law.md 2.4', '(law.md, "No such heading")'])('not enough to find it: %s', (text) => {
    expect(undefinedHeadings([{ place: 'a', text }])).toHaveLength(1)
  })

  test('what is not defined is found', () => {
    const text = '(P11) GDPR 99(1), BFL 9:9, 2001:1234 3 §, Reg. 1182/71 Art. 9(9), EDPB 09/2099'
    expect(undefinedPromises([{ place: 'a', text }])).toEqual(['a: P11'])
    expect(undefinedProvisions([{ place: 'a', text }])).toHaveLength(5)
  })

  test('a citation broken over two lines of a comment is found', () => {
    const text =
      '/**\n * Rolls (law.md,\n * "Holidays").\n */\nconst a = 1\n// Keeps\n// (P3).\nconst b = 2 // "law.md"\n'
    expect(commentsOf('a.ts', text)).toEqual([
      { place: 'a.ts:1', text: ' Rolls (law.md, "Holidays"). */' },
      { place: 'a.ts:6', text: ' Keeps (P3).' },
      { place: 'a.ts:8', text: ' "law.md"' },
    ])
  })
})

describe('the examples of law.md', () => {
  /** The cells of the rows below a heading that begin with a date; of each the last whole date. */
  const datesBelow = (heading: string): (string | undefined)[][] =>
    LAW.split(/^## /m)
      .find((section) => section.startsWith(`${heading}\n`))!
      .split('\n')
      .filter((line) => /^\| \d{4}-/.test(line))
      .map((line) =>
        line
          .slice(2, -2)
          .split(' | ')
          .map((cell) => cell.match(/\d{4}-\d\d-\d\d/g)?.at(-1)),
      )

  test('are what the code computes, for deadlines of a request', () => {
    const rows = datesBelow('Deadlines of a request')
    expect(rows).toHaveLength(7)
    for (const [received, d1, d3] of rows) expect(subjectRequestDeadlines(received!)).toEqual({ d1, d3 })
  })

  test('are what the code computes, for financial years', () => {
    const rows = datesBelow('Bookkeeping')
    expect(rows).toHaveLength(4)
    for (const [yearEnd, until] of rows) expect(endOfYear(yearEnd!, 7)).toBe(until)
  })
})

describe('documents', () => {
  test('every relative link leads to a file and a heading', () => {
    expect(documents.flatMap(findBrokenLinks)).toEqual([])
  })

  test('broken links are found', () => {
    const text = '[a](docs/none.md) [b](docs/explain/law.md#none) [c](#none)\n```\n[d](none.md)\n```\n[e](https://x.y)'
    expect(findBrokenLinks({ path: 'README.md', text })).toHaveLength(3)
  })

  test('every file of ours that a document or comment names exists', () => {
    const missing = documents.flatMap(({ path, text }) =>
      pathsNamed(text)
        .filter((name) => !exists(name) && !exists(posix.join('src', name)))
        .map((name) => `${path}: ${name}`),
    )
    const cited = comments.flatMap(({ place, text }) =>
      [...text.matchAll(/\bdocs\/[\w/-]+\.md/g)].flatMap(([name]) => (exists(name) ? [] : [`${place}: ${name}`])),
    )
    expect([...missing, ...cited]).toEqual([])
  })

  test('every document can be reached from the README', () => {
    const reached = new Set(['README.md'])
    for (const path of reached)
      for (const link of linksOf(read(path))) {
        const target = posix.join(posix.dirname(path), link.split('#')[0]!)
        if (target.endsWith('.md') && exists(target)) reached.add(target)
      }
    expect(documents.map(({ path }) => path).filter((path) => !reached.has(path))).toEqual([])
  })

  test('the README fits 8 KB and the architecture 5 KB', () => {
    expect(Buffer.byteLength(read('README.md'))).toBeLessThanOrEqual(8 * 1024)
    expect(Buffer.byteLength(read('docs/develop/architecture.md'))).toBeLessThanOrEqual(5 * 1024)
  })

  test('the architecture names every folder of src, two deep, and no other', () => {
    const foldersIn = (folder: string): string[] =>
      readdirSync(join(ROOT, 'src', folder), { withFileTypes: true })
        .filter((entry) => entry.isDirectory() && entry.name !== 'generated')
        .map((entry) => posix.join(folder, entry.name))
    const there = foldersIn('.').flatMap((folder) => [folder, ...foldersIn(folder)])
    expect(foldersDrawn(read('docs/develop/architecture.md')).sort()).toEqual(there.sort())
  })

  test('security.md says of every table what is sealed', () => {
    const tables = [...read('prisma/schema.prisma').matchAll(/^model (\w+) \{$/gm)].map((match) => match[1]!)
    const section = read('docs/explain/security.md').split('## What is sealed, table by table')[1]!.split('\n## ')[0]!
    const rows = [...section.matchAll(/^\| (`[^|]+) \|/gm)].map((match) => match[1]!)
    const named = rows.flatMap((row) => [...row.matchAll(/`(\w+)`/g)].map((match) => match[1]!))
    expect(named.sort()).toEqual(tables.sort())
  })

  test('the index of decisions lists every decision', () => {
    const listed = linksOf(read(`${DECISIONS}/README.md`))
    const written = listFiles(DECISIONS, /\.md$/)
      .filter((path) => !path.endsWith('/README.md'))
      .flatMap((path) =>
        [...read(path).matchAll(/^## (.+)$/gm)].map((match) => `${posix.basename(path)}#${anchorOf(match[1]!)}`),
      )
    expect(written.filter((link) => !listed.includes(link))).toEqual([])
  })
})
