/**
 * Writes src/generated/judgement-code.ts: one hash over the code that judges and learns. The version of the rulebook
 * holds it, and verdicts, examples and models hang on that version, so the hash follows what the code does: comments,
 * white space, types, file names and the order of imports do not count. Run by `npm run generate`, before TypeScript
 * compiles, hence plain JavaScript.
 */
import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import ts from 'typescript'

const SOURCES = resolve(import.meta.dirname, '..')

/**
 * The code to start from, below src; whatever these files import counts too, since a model is only as good as the
 * features it was trained with.
 */
const ENTRIES = ['core/judgement', 'core/learning/learn.ts', 'core/learning/labelled-mail.ts']

/**
 * @param {string} [sources] the folder `src`
 * @returns {string} 64 hexadecimal digits
 */
export function judgementCode(sources = SOURCES) {
  const hashes = [...readCode(sources).values()].map((text) => createHash('sha256').update(text).digest('hex'))
  return createHash('sha256').update(hashes.sort().join('\n')).digest('hex')
}

/** The files whose code counts, below `sources`, for a person to look at. */
export function judgementFiles(sources = SOURCES) {
  return [...readCode(sources).keys()].map((file) => relative(sources, file)).sort()
}

/**
 * @param {string} sources
 * @returns {Map<string, string>} tokens by file, of the entries and all that they import
 */
function readCode(sources) {
  const files = new Map()
  for (const entry of ENTRIES) for (const file of codeFiles(join(sources, entry))) read(file, files)
  return files
}

/** @param {string} path a file, or a folder with files below it */
function codeFiles(path) {
  if (path.endsWith('.ts')) return [path]
  return readdirSync(path, { recursive: true })
    .map(String)
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts'))
    .map((name) => join(path, name))
}

/**
 * @param {string} file
 * @param {Map<string, string>} files tokens by file, filled on the way
 */
function read(file, files) {
  if (files.has(file)) return
  const compiled = ts.transpileModule(readFileSync(file, 'utf8'), {
    compilerOptions: {
      target: ts.ScriptTarget.ESNext,
      module: ts.ModuleKind.ESNext,
      removeComments: true,
      verbatimModuleSyntax: true,
    },
  }).outputText
  const source = ts.createSourceFile('a.js', compiled, ts.ScriptTarget.ESNext, true)
  files.set(file, tokensOf(source).join('\n'))
  for (const { fileName } of ts.preProcessFile(compiled, true, true).importedFiles) {
    if (fileName.startsWith('.')) read(resolve(dirname(file), fileName), files)
  }
}

/** @param {ts.SourceFile} source */
function tokensOf(source) {
  /** @type {string[]} */
  const tokens = []
  /** @param {ts.Node} node */
  const visit = (node) => {
    // Where a name comes from changes when files move; what it does is hashed with the file it comes from.
    if (ts.isImportDeclaration(node)) return
    const children = node.getChildren(source)
    if (children.length > 0) return children.forEach(visit)
    const text = ts.isStringLiteral(node) ? JSON.stringify(node.text) : node.getText(source)
    // Who may use a name changes nothing, and the formatter puts the semicolons.
    if (text === '' || text === ';' || text === 'export') return
    // A comma before the end is the formatter's.
    if (/^[)\]}]$/.test(text) && tokens.at(-1) === ',') tokens.pop()
    tokens.push(text)
  }
  visit(source)
  return tokens
}

/** Writes the module where it has changed. */
export function writeJudgementCode() {
  const path = join(SOURCES, 'generated', 'judgement-code.ts')
  const text = `/** Made by src/build/judgement-code.js. */\nexport const JUDGEMENT_CODE = '${judgementCode()}'\n`
  mkdirSync(dirname(path), { recursive: true })
  if (readUnlessMissing(path) !== text) writeFileSync(path, text)
}

/** @param {string} path */
function readUnlessMissing(path) {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return null
  }
}

if (process.argv[1] === import.meta.filename) writeJudgementCode()
