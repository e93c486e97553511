import ts from 'typescript'

/**
 * What a file takes from one module; `names` are the bindings taken, null when any import takes it whole, exports it on
 * or is dynamic.
 */
export interface Import {
  from: string
  names: string[] | null
  /** Only types are taken, so nothing is loaded when the program runs. */
  typeOnly: boolean
  /** Loaded when the program comes to it, not with the file. */
  lazy: boolean
}

/** Every static, type-only, re-exporting and dynamic import of a source text. */
export function readImports(text: string): Import[] {
  const written = ts.preProcessFile(text, true, true).importedFiles.map((file) => file.fileName)
  const named = new Map<string, string[][]>()
  const valued = new Set<string>()
  const dynamic = new Set<string>()
  const source = ts.createSourceFile('a.ts', text, ts.ScriptTarget.Latest)
  const visit = (node: ts.Node): void => {
    const [argument] =
      ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword ? node.arguments : []
    if (argument !== undefined && ts.isStringLiteralLike(argument)) dynamic.add(argument.text)
    ts.forEachChild(node, visit)
  }
  visit(source)
  for (const statement of source.statements) {
    const specifier =
      ts.isImportDeclaration(statement) || ts.isExportDeclaration(statement) ? statement.moduleSpecifier : undefined
    if (specifier !== undefined && ts.isStringLiteral(specifier) && !takesTypesOnly(statement))
      valued.add(specifier.text)
  }
  for (const statement of source.statements) {
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
      typeOnly: !valued.has(from) && !dynamic.has(from),
      lazy: dynamic.has(from) && !valued.has(from),
    }
  })
}

function takesTypesOnly(statement: ts.Statement): boolean {
  if (ts.isExportDeclaration(statement)) return statement.isTypeOnly
  if (!ts.isImportDeclaration(statement) || statement.importClause === undefined) return false
  const { phaseModifier, name, namedBindings } = statement.importClause
  if (phaseModifier === ts.SyntaxKind.TypeKeyword) return true
  if (name !== undefined || namedBindings === undefined || !ts.isNamedImports(namedBindings)) return false
  return namedBindings.elements.every((element) => element.isTypeOnly)
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
