/** A new case, mark, right, outcome, state or trigger: the compiler names every place that has to handle it. */
import { join, relative } from 'node:path'
import ts from 'typescript'
import { beforeAll, describe, expect, it } from 'vitest'
import { CASES, MARKS, RIGHTS } from '../../src/core/classification.ts'
import { COMPLAINT_OUTCOMES, RETENTION_STATES } from '../../src/core/retention/retention.ts'
import { TRIGGERS } from '../../src/core/retention/schedule.ts'

const ROOT = join(import.meta.dirname, '..', '..')
const FOLDERS = ['core', 'text', 'present', 'pipeline', 'store', 'mail', 'cli', 'demo'].map((place) => `src/${place}`)

/** The lists, by name, with the file that declares them. */
const VOCABULARIES = {
  CASES: { file: 'src/core/classification.ts', words: CASES },
  MARKS: { file: 'src/core/classification.ts', words: MARKS },
  RIGHTS: { file: 'src/core/classification.ts', words: RIGHTS },
  COMPLAINT_OUTCOMES: { file: 'src/core/retention/retention.ts', words: COMPLAINT_OUTCOMES },
  RETENTION_STATES: { file: 'src/core/retention/retention.ts', words: RETENTION_STATES },
  TRIGGERS: { file: 'src/core/retention/schedule.ts', words: TRIGGERS },
} as const satisfies Record<string, { file: string; words: readonly string[] }>
type Vocabulary = keyof typeof VOCABULARIES
const NAMES = Object.keys(VOCABULARIES) as Vocabulary[]

/** A place in the code that tells members of a vocabulary apart. */
interface Site {
  vocabulary: Vocabulary
  /** `table`: an object with a key for several. `switch`. `list`: an array, or a chain of comparisons, of several. */
  kind: 'table' | 'switch' | 'list'
  /** File and the name of the declaration it stands in. */
  at: string
  /** The compiler says something about it when the vocabulary has a new member. */
  named: boolean
}

let sites: Site[] = []
beforeAll(() => {
  sites = findSites(enlargedProgram())
}, 60_000)

describe('a new member of a vocabulary', () => {
  it('is an error in every table and switch over it', () => {
    const silent = sites.filter(({ kind, named }) => kind !== 'list' && !named)
    expect(silent.map(({ vocabulary, kind, at }) => `${at}: this ${kind} over ${vocabulary} stays silent`)).toEqual([])
  })

  it('cannot be forgotten in a list, since there is none but the vocabularies themselves', () => {
    const lists = sites.filter(({ kind }) => kind === 'list')
    expect(
      lists.map(({ vocabulary, at }) => `${at}: use satisfies Record<…> instead of a list of ${vocabulary}`),
    ).toEqual([])
  })

  it('of the cases has to be placed here', () => {
    expect(namedIn('src/core', 'CASES')).toEqual([
      'src/core/mailbox/case-folders.ts DEFAULT_FOLDER_NAMES',
      'src/core/mailbox/mailbox-acts.ts SAFETY',
      'src/core/retention/decide-retention.ts NEVER_SPAM',
    ])
  })

  it('of the marks has to be placed here', () => {
    expect(namedIn('src/core', 'MARKS')).toEqual([
      'src/core/retention/decide-retention.ts MORE_THAN_SPAM',
      'src/core/retention/foresight.ts STAYS',
      'src/core/retention/schedule.ts NEEDED_FOR_MARK',
    ])
  })

  it('of outcomes and triggers has to be placed here', () => {
    expect(namedIn('src/core', 'COMPLAINT_OUTCOMES')).toEqual(['src/core/retention/decide-retention.ts WENT_AGAINST'])
    expect(namedIn('src/core', 'TRIGGERS')).toEqual(['src/core/retention/decide-retention.ts startOf'])
  })
})

function namedIn(folder: string, vocabulary: Vocabulary): string[] {
  return sites
    .filter((site) => site.vocabulary === vocabulary && site.named && site.at.startsWith(folder))
    .map(({ at }) => at)
    .sort()
}

/** The program with a member more in every vocabulary, in memory only. */
function enlargedProgram(): ts.Program {
  const { config } = ts.readConfigFile(join(ROOT, 'tsconfig.json'), (path) => ts.sys.readFile(path)) as {
    config: unknown
  }
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, ROOT)
  const host = ts.createCompilerHost({ ...options, noEmit: true })
  const read = host.readFile.bind(host)
  host.readFile = (path) => {
    const text = read(path)
    return text === undefined ? undefined : enlarged(relative(ROOT, path).replaceAll('\\', '/'), text)
  }
  const roots = FOLDERS.flatMap((folder) => ts.sys.readDirectory(join(ROOT, folder), ['.ts']))
  return ts.createProgram(roots, { ...options, noEmit: true }, host)
}

function enlarged(path: string, text: string): string {
  return NAMES.filter((name) => VOCABULARIES[name].file === path).reduce((before, name) => {
    const after = before.replace(new RegExp(`(export const ${name} = \\[)`), `$1'new-${name.toLowerCase()}', `)
    if (after === before) throw new Error(`${path} does not declare ${name}`)
    return after
  }, text)
}

function findSites(program: ts.Program): Site[] {
  return program
    .getSourceFiles()
    .filter(({ fileName }) => FOLDERS.some((folder) => fileName.startsWith(join(ROOT, folder))))
    .flatMap((file) => sitesIn(file, program.getSemanticDiagnostics(file)))
}

function sitesIn(file: ts.SourceFile, diagnostics: readonly ts.Diagnostic[]): Site[] {
  const path = relative(ROOT, file.fileName).replaceAll('\\', '/')
  const found: Site[] = []
  const visit = (node: ts.Node): void => {
    const [kind, words] = wordsOf(node)
    for (const vocabulary of NAMES) {
      const { words: members } = VOCABULARIES[vocabulary]
      const known = new Set(words.filter((word) => members.some((member) => member === word)))
      // Half of the words at least: a record with a field called `review` is no table over states.
      if (kind === null || known.size < 2 || known.size * 2 < words.length || declares(node, vocabulary)) continue
      const declaration = declarationOf(node)
      const named = diagnostics.some(
        ({ start = -1 }) => start >= declaration.getFullStart() && start < declaration.getEnd(),
      )
      found.push({ vocabulary, kind, at: `${path} ${nameOf(declaration)}`, named })
    }
    ts.forEachChild(node, visit)
  }
  visit(file)
  return found
}

/** The string literals that a node tells apart. */
function wordsOf(node: ts.Node): [Site['kind'] | null, string[]] {
  if (ts.isObjectLiteralExpression(node))
    return ['table', node.properties.flatMap(({ name }) => (name !== undefined && isName(name) ? [name.text] : []))]
  if (ts.isCaseBlock(node))
    return ['switch', node.clauses.flatMap((one) => (ts.isCaseClause(one) ? literals(one.expression) : []))]
  if (ts.isArrayLiteralExpression(node)) return ['list', node.elements.flatMap(literals)]
  if (isOr(node) && !isOr(node.parent)) return ['list', compared(node)]
  return [null, []]
}

function isName(name: ts.PropertyName): name is ts.Identifier | ts.StringLiteral {
  return ts.isIdentifier(name) || ts.isStringLiteral(name)
}

function literals(expression: ts.Expression): string[] {
  return ts.isStringLiteral(expression) ? [expression.text] : []
}

function isOr(node: ts.Node): node is ts.BinaryExpression {
  return ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.BarBarToken
}

/** Of `a === 'x' || a === 'y'`: x and y, where both compare the same. */
function compared(node: ts.BinaryExpression): string[] {
  const terms: ts.Expression[] = [node]
  const byLeft = new Map<string, string[]>()
  for (let term = terms.pop(); term !== undefined; term = terms.pop()) {
    if (isOr(term)) terms.push(term.left, term.right)
    else if (ts.isBinaryExpression(term) && term.operatorToken.kind === ts.SyntaxKind.EqualsEqualsEqualsToken) {
      const left = term.left.getText()
      byLeft.set(left, [...(byLeft.get(left) ?? []), ...literals(term.right)])
    }
  }
  return [...byLeft.values()].find((words) => words.length > 1) ?? []
}

/** The vocabulary's own list, by whatever name: `const CASES = [...] as const`. */
function declares(node: ts.Node, vocabulary: Vocabulary): boolean {
  const declaration = node.parent.parent
  return ts.isVariableDeclaration(declaration) && declaration.name.getText() === vocabulary
}

/** The nearest thing with a name around a node: the compiler marks its name, its type or a key in it. */
function declarationOf(node: ts.Node): ts.Node {
  let at = node
  while (!ts.isSourceFile(at.parent) && !isNamed(at)) at = at.parent
  return at
}

type Named = ts.VariableDeclaration | ts.FunctionDeclaration | ts.PropertyAssignment

function isNamed(node: ts.Node): node is Named {
  return ts.isVariableDeclaration(node) || ts.isFunctionDeclaration(node) || ts.isPropertyAssignment(node)
}

function nameOf(node: ts.Node): string {
  return isNamed(node) ? (node.name?.getText() ?? '') : ts.SyntaxKind[node.kind]
}
