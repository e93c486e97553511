import ts from 'typescript'

/**
 * What a file takes from one module; `names` are the bindings taken, null when any import takes it whole, exports it on
 * or is dynamic.
 */
export interface Import {
  from: string
  names: string[] | null
}

/** Every static, type-only, re-exporting and dynamic import of a source text. */
export function readImports(text: string): Import[] {
  const written = ts.preProcessFile(text, true, true).importedFiles.map((file) => file.fileName)
  const named = new Map<string, string[][]>()
  for (const statement of ts.createSourceFile('a.ts', text, ts.ScriptTarget.Latest).statements) {
    if (!ts.isImportDeclaration(statement) || !ts.isStringLiteral(statement.moduleSpecifier)) continue
    const bindings = statement.importClause?.namedBindings
    if (statement.importClause?.name !== undefined || bindings === undefined || !ts.isNamedImports(bindings)) continue
    const names = bindings.elements.map((element) => (element.propertyName ?? element.name).text)
    named.set(statement.moduleSpecifier.text, [...(named.get(statement.moduleSpecifier.text) ?? []), names])
  }
  return [...new Set(written)].map((from) => {
    const lists = named.get(from) ?? []
    return {
      from,
      names: lists.length === written.filter((one) => one === from).length ? [...new Set(lists.flat())] : null,
    }
  })
}

/** Reads of clock, chance, environment and other places a pure function may not look, as written. */
export function readImpurities(text: string): string[] {
  const found: string[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isNewExpression(node) && isNamed(node.expression, 'Date') && (node.arguments?.length ?? 0) === 0)
      found.push('new Date()')
    else if (ts.isCallExpression(node) && isNamed(node.expression, 'Date')) found.push('Date()')
    else if (ts.isCallExpression(node) && isNamed(node.expression, ...IMPURE_CALLS))
      found.push(`${(node.expression as ts.Identifier).text}()`)
    else if (ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node)) {
      const name = ts.isPropertyAccessExpression(node)
        ? node.name.text
        : ts.isStringLiteralLike(node.argumentExpression)
          ? node.argumentExpression.text
          : ''
      for (const [object, members] of IMPURE_MEMBERS) {
        if (isNamed(node.expression, object) && (members === null || members.includes(name)))
          found.push(`${object}.${name}`)
      }
    }
    ts.forEachChild(node, visit)
  }
  visit(ts.createSourceFile('a.ts', text, ts.ScriptTarget.Latest))
  return found
}

const IMPURE_CALLS = ['fetch', 'setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask', 'require']

/** null = every member. */
const IMPURE_MEMBERS: [string, string[] | null][] = [
  ['Date', ['now']],
  ['Math', ['random']],
  ['Now', null],
  ['Temporal', ['Now']],
  ['process', null],
  ['performance', null],
  ['crypto', null],
  ['console', null],
  ['globalThis', null],
]

function isNamed(node: ts.Expression, ...names: string[]): boolean {
  return ts.isIdentifier(node) && names.includes(node.text)
}
