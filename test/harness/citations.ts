import ts from 'typescript'

/** A comment, a line of a rule file or a paragraph of a document: where it is, and what it says. */
export interface Passage {
  place: string
  text: string
}

/** Comments without their stars and slashes, on one line each; neighbouring line comments are one passage. */
export function commentsOf(path: string, text: string): Passage[] {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true)
  const ends = new Map<number, number>()
  const visit = (node: ts.Node): void => {
    for (const { pos, end } of ts.getLeadingCommentRanges(text, node.getFullStart()) ?? []) ends.set(pos, end)
    for (const { pos, end } of ts.getTrailingCommentRanges(text, node.getEnd()) ?? []) ends.set(pos, end)
    node.getChildren(source).forEach(visit)
  }
  visit(source)
  const joined: [start: number, end: number][] = []
  for (const [start, end] of [...ends].sort(([a], [b]) => a - b)) {
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

/** Promises cited: `P3`, but no ISO period such as P3M or P30D. */
export function promisesCited(text: string): string[] {
  return [...text.matchAll(/(?<![\p{L}\p{N}-])P\d{1,2}(?![\p{L}\p{N}])/gu)].map((match) => match[0])
}

/** Headings cited, as in `law.md, "Holidays"`; null where only the file is named and a reader has to guess. */
export function lawHeadingsCited(text: string): (string | null)[] {
  return [...text.matchAll(/law\.md(?:, "([^"]*)")?/g)].map(([, heading]) => heading ?? null)
}

/** Every provision of law cited, in the short form of that page's table. */
export function provisionsCited(text: string): string[] {
  return [...gdprCited(text), ...swedishActsCited(text), ...europeanActsCited(text)]
}

/** "GDPR 6(1)(b), 6(1)(f)", "GDPR Art. 15", "Art. 12(3)", "GDPR 12(2), 17(3)(e), 18". */
function gdprCited(text: string): string[] {
  const article = /\d+(?:\(\w\))*/.source
  const named = /(?<!1182\/71 )(?:GDPR(?: Art(?:icles?|\.))?|\bArt(?:icles?|\.))/.source
  const lists = text.matchAll(new RegExp(`${named} (${article}(?:(?:, | and )${article}(?![:\\d.]| %))*)`, 'g'))
  return [...lists].flatMap(([, list]) => list!.split(/, | and /).map((one) => `GDPR ${one}`))
}

/** Acts that texts also call by name, and their short form. */
const ACTS: Record<string, string> = {
  bokföringslagen: 'BFL',
  '1999:1078': 'BFL',
  folkbokföringslagen: '1991:481',
  konsumenttjänstlagen: '1985:716',
}

/** "BFL 7:2", "Bokföringslagen (1999:1078) 7 kap. 2 §", "1930:173 2 §", "lag (1989:253)". */
function swedishActsCited(text: string): string[] {
  const named = /(BFL|\(?(?<![\d-])(?:19|20)\d\d:\d{2,4}(?!\d)\)?|(?:folk)?bokföringslagen|konsumenttjänstlagen)/
  const provision = /(?: (\d+:\d+)| (\d+ kap\. \d+ §(?:, \d+ kap\. \d+ §)*)| ([\d-]+ §§?))?/
  return [...text.matchAll(new RegExp(named.source + provision.source, 'gi'))].flatMap(
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
