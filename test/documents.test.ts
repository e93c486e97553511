import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join, posix } from 'node:path'
import ts from 'typescript'
import { describe, expect, test } from 'vitest'

const ROOT = join(import.meta.dirname, '..')

/** Headings of a document, and what it links to. */
interface Document {
  path: string
  text: string
}

/** A comment, a line of a rule file or a paragraph of a document: where it is, and what it says. */
interface Passage {
  place: string
  text: string
}

const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8')

function listFiles(folder: string, name: RegExp): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && name.test(entry.name))
    .map((entry) =>
      posix.relative(ROOT.replaceAll('\\', '/'), join(entry.parentPath, entry.name).replaceAll('\\', '/')),
    )
    .filter((path) => !path.startsWith('src/store/generated/'))
    .sort()
}

const documents: Document[] = ['README.md', 'CHANGELOG.md', ...listFiles('docs', /\.md$/)].map((path) => ({
  path,
  text: read(path),
}))

/** Fenced blocks hold examples: what looks like a heading or a link there is neither. */
function withoutCode(text: string): string {
  return text.replaceAll(/^ *```[\s\S]*?^ *```/gm, '')
}

function headingsOf(text: string): string[] {
  return [...withoutCode(text).matchAll(/^#{1,6} (.+)$/gm)].map((match) => match[1]!.trim())
}

/** The anchor that GitHub gives a heading. */
function anchorOf(heading: string): string {
  const plain = heading.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
  return plain
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\-_ ]/gu, '')
    .replaceAll(' ', '-')
}

/** The targets of relative links, `[words](target)`. */
function linksOf(text: string): string[] {
  return [...withoutCode(text).matchAll(/\]\(([^)\s]+)\)/g)]
    .map((match) => match[1]!)
    .filter((target) => !/^[a-z]+:/i.test(target))
}

function findBrokenLinks({ path, text }: Document): string[] {
  return linksOf(text).flatMap((link) => {
    const [file, anchor] = link.split('#') as [string, string | undefined]
    const target = file === '' ? path : posix.join(posix.dirname(path), file)
    if (target.startsWith('..') || !existsSync(join(ROOT, target))) return [`${path} → ${link}: no such file`]
    if (anchor === undefined) return []
    const known = statSync(join(ROOT, target)).isFile() && headingsOf(read(target)).map(anchorOf).includes(anchor)
    return known ? [] : [`${path} → ${link}: no such heading`]
  })
}

/** Comments with the block comment's stars taken off, and neighbouring line comments as one passage. */
function commentsOf(path: string, text: string): Passage[] {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true)
  const ranges = new Map<number, number>()
  const visit = (node: ts.Node): void => {
    for (const range of ts.getLeadingCommentRanges(text, node.getFullStart()) ?? []) ranges.set(range.pos, range.end)
    for (const range of ts.getTrailingCommentRanges(text, node.getEnd()) ?? []) ranges.set(range.pos, range.end)
    node.getChildren(source).forEach(visit)
  }
  visit(source)
  const sorted = [...ranges].sort(([a], [b]) => a - b)
  const joined: [number, number][] = []
  for (const [start, end] of sorted) {
    const last = joined.at(-1)
    if (last !== undefined && /^\s*$/.test(text.slice(last[1], start))) last[1] = end
    else joined.push([start, end])
  }
  return joined.map(([start, end]) => ({
    place: `${path}:${source.getLineAndCharacterOfPosition(start).line + 1}`,
    text: text
      .slice(start, end)
      .replaceAll(/^[ \t]*(?:\/\/|\/\*+|\*(?!\/))/gm, '')
      .replaceAll(/\s+/g, ' '),
  }))
}

const code = [...listFiles('src', /\.[jt]s$/), ...listFiles('test', /\.ts$/)].filter(
  (path) => path !== 'test/documents.test.ts',
)
const comments = code.flatMap((path) => commentsOf(path, read(path)))
const schedules: Passage[] = listFiles('rules', /^schedule.*\.yaml$/).flatMap((path) =>
  read(path)
    .split('\n')
    .map((text, index) => ({ place: `${path}:${index + 1}`, text })),
)
const paragraphs: Passage[] = documents.flatMap(({ path, text }) =>
  text.split(/\n(?=[\n|#-])/).map((paragraph) => ({ place: path, text: paragraph.replaceAll(/\s+/g, ' ') })),
)

// —— Promises ——

const PROMISES = new Set(
  headingsOf(read('docs/explain/promises.md')).flatMap((heading) => /^P\d+(?= )/.exec(heading) ?? []),
)

/** `P3`, but no ISO period such as P3M or P30D. */
function promisesCited({ text }: Passage): string[] {
  return [...text.matchAll(/(?<![\p{L}\p{N}-])P\d{1,2}(?![\p{L}\p{N}])/gu)].map((match) => match[0])
}

const undefinedPromises = (passages: Passage[]): string[] =>
  passages.flatMap((one) =>
    promisesCited(one)
      .filter((promise) => !PROMISES.has(promise))
      .map((promise) => `${one.place}: ${promise}`),
  )

// —— Law ——

const LAW = read('docs/explain/law.md')
const LAW_HEADINGS = headingsOf(LAW)
/** Provisions in the short form of the table, such as `GDPR 12(3)`. */
const PROVISIONS = new Set([...LAW.matchAll(/`([^`\n]+)`/g)].map((match) => match[1]!))
/** Acts by their number, as they are called in running text. */
const ACTS: Record<string, string> = {
  bokföringslagen: 'BFL',
  '1999:1078': 'BFL',
  folkbokföringslagen: '1991:481',
  konsumenttjänstlagen: '1985:716',
}

/** `law.md` names a heading: law.md, "Holidays". Without one a reader has to guess. */
function lawHeadingProblems({ place, text }: Passage): string[] {
  return [...text.matchAll(/law\.md(?:, "([^"]*)")?/g)].flatMap(([, heading]) =>
    heading !== undefined && LAW_HEADINGS.includes(heading) ? [] : [`${place}: law.md, "${heading ?? ''}"`],
  )
}

/** Every provision a passage cites, in the short form of law.md. */
function provisionsCited({ text }: Passage): string[] {
  return [...gdprCited(text), ...swedishActsCited(text), ...europeanActsCited(text)]
}

/** "GDPR 6(1)(b), 6(1)(f)", "GDPR Art. 15", "Art. 12(3)", "GDPR 12(2), 17(3)(e), 18". */
function gdprCited(text: string): string[] {
  const lists = text.matchAll(
    /(?<!1182\/71 )(?:GDPR(?: Art(?:icles?|\.))?|\bArt(?:icles?|\.)) (\d+(?:\(\w\))*(?:(?:, | and )\d+(?:\(\w\))*(?![:\d.]| %))*)/g,
  )
  return [...lists].flatMap(([, list]) => list!.split(/, | and /).map((article) => `GDPR ${article}`))
}

/** "BFL 7:2", "Bokföringslagen (1999:1078) 7 kap. 2 §", "1930:173 2 §", "lag (1989:253)". */
function swedishActsCited(text: string): string[] {
  const act = /(BFL|\(?(?<![\d-])(?:19|20)\d\d:\d{2,4}(?!\d)\)?|(?:folk)?bokföringslagen|konsumenttjänstlagen)/
  const provision = /(?: (\d+:\d+)| (\d+ kap\. \d+ §(?:, \d+ kap\. \d+ §)*)| ([\d-]+ §§?))?/
  return [...text.matchAll(new RegExp(act.source + provision.source, 'gi'))].flatMap(
    ([, written, short, chapters, sections]) => {
      const name = written!.replaceAll(/[()]/g, '').toLowerCase()
      const act = ACTS[name] ?? name.toUpperCase()
      const inChapters = chapters?.split(', ').map((one) => one.replace(' kap. ', ':').replace(' §', ''))
      const provisions = inChapters ?? [short ?? sections].filter((one) => one !== undefined)
      // A name without a provision, as in "bokföringslagen says", cites nothing that could be looked up.
      if (provisions.length === 0) return /^\d/.test(name) ? [act] : []
      return provisions.map((one) => `${act} ${one}`)
    },
  )
}

/** "Reg. 1182/71 Art. 3(4)", "EDPB 01/2022". */
function europeanActsCited(text: string): string[] {
  return [
    ...[...text.matchAll(/1182\/71`? (?:Art\. )?(\d+\(\d+\))/g)].map(([, article]) => `1182/71 ${article}`),
    ...[...text.matchAll(/EDPB \d\d\/\d{4}/g)].map(([guideline]) => guideline),
  ]
}

/** An act is known when it, or a provision of it, is in the table. */
function isDefined(citation: string): boolean {
  return PROVISIONS.has(citation) || [...PROVISIONS].some((one) => one.startsWith(`${citation} `))
}

const undefinedLaw = (passages: Passage[]): string[] =>
  passages.flatMap((one) =>
    provisionsCited(one)
      .filter((citation) => !isDefined(citation))
      .map((citation) => `${one.place}: ${citation}`),
  )

// —— Files named in documents ——

/** Paths of our own code in backticks. */
function pathsNamed(text: string): string[] {
  return [...text.matchAll(/`([\w.-]+(?:\/[\w.-]+)+\.(?:ts|js|yaml|jsonl|sql|prisma))`/g)].map((match) => match[1]!)
}

function findMissingPaths({ path, text }: Document): string[] {
  return pathsNamed(text)
    .filter((name) => !['', 'src'].some((folder) => existsSync(join(ROOT, folder, name))))
    .map((name) => `${path}: ${name}`)
}

describe('citations', () => {
  test('the ten promises are defined, and no comment or document cites another', () => {
    expect([...PROMISES]).toEqual(['P1', 'P2', 'P3', 'P4', 'P5', 'P6', 'P7', 'P8', 'P9', 'P10'])
    expect(undefinedPromises([...comments, ...paragraphs])).toEqual([])
    expect(comments.flatMap(promisesCited).length).toBeGreaterThan(80)
  })

  test('whoever cites law.md names a heading of it', () => {
    expect(comments.flatMap(lawHeadingProblems)).toEqual([])
    expect(comments.filter(({ text }) => text.includes('law.md')).length).toBeGreaterThan(3)
  })

  test('every provision cited in comments, schedules and documents is in law.md', () => {
    expect(undefinedLaw([...comments, ...schedules, ...paragraphs])).toEqual([])
    expect([...comments, ...schedules].flatMap(provisionsCited).length).toBeGreaterThan(60)
  })

  test.each([
    ['keeps it (P3)', ['P3']],
    ['after P3M, P30D or P1Y', []],
    ['(P2, P10)', ['P2', 'P10']],
  ])('promises in: %s', (text, cited) => expect(promisesCited({ place: 'a', text })).toEqual(cited))

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
    ['2026-11-25 at 2019:10, RFC 5322', []],
  ])('provisions in: %s', (text, cited) => expect(provisionsCited({ place: 'a', text })).toEqual(cited))

  test.each(['see law.md', 'law.md 2.4', '(law.md, "No such heading")'])('not enough to find it: %s', (text) => {
    expect(lawHeadingProblems({ place: 'a', text })).toHaveLength(1)
  })

  test('an unknown provision is found', () => {
    const text = 'GDPR 99(1), BFL 9:9, 2001:1234 3 §, Reg. 1182/71 Art. 9(9), EDPB 09/2099'
    expect(undefinedLaw([{ place: 'a', text }])).toHaveLength(5)
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

  test('every file of ours that a document names exists', () => {
    expect(documents.flatMap(findMissingPaths)).toEqual([])
  })

  test('every document can be reached from the README', () => {
    const reached = new Set(['README.md', 'CHANGELOG.md'])
    for (const path of reached)
      for (const link of linksOf(read(path))) {
        const target = posix.join(posix.dirname(path), link.split('#')[0]!)
        if (target.endsWith('.md') && existsSync(join(ROOT, target))) reached.add(target)
      }
    expect(documents.map(({ path }) => path).filter((path) => !reached.has(path))).toEqual([])
  })

  test('the README fits 8 KB and the architecture 5 KB', () => {
    expect(Buffer.byteLength(read('README.md'))).toBeLessThanOrEqual(8 * 1024)
    expect(Buffer.byteLength(read('docs/develop/architecture.md'))).toBeLessThanOrEqual(5 * 1024)
  })

  test('the index of decisions lists every decision', () => {
    const folder = 'docs/develop/decisions'
    const index = linksOf(read(`${folder}/README.md`))
    const missing = listFiles(folder, /\.md$/)
      .filter((path) => !path.endsWith('/README.md'))
      .flatMap((path) =>
        [...read(path).matchAll(/^## (.+)$/gm)].map((match) => `${posix.basename(path)}#${anchorOf(match[1]!)}`),
      )
      .filter((link) => !index.includes(link))
    expect(missing).toEqual([])
  })
})
