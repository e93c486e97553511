import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import { parse, YAMLParseError } from 'yaml'
import { labelledInputs, parseLabelledLine, type LabelledMail } from './core/learning/labelled-mail.ts'
import { learn, learningExample } from './core/learning/learn.ts'
import type { Model } from './core/judgement/model.ts'
import { readStoredModel, storeModel } from './core/judgement/stored-model.ts'
import { parseMeanings } from './core/judgement/meanings.ts'
import { RuleFaults } from './core/rule-faults.ts'
import { parseRulebook, type Rulebook, type TrainedRulebook } from './core/judgement/rules.ts'
import { parseSchedule, type Schedule } from './core/retention/schedule.ts'
import { GallraError } from './errors.ts'
import { wordRuleFaults } from './text/judgement/rule-faults.ts'
import type { Wording } from './text/wording.ts'

/**
 * The code that makes a model of rules and seed. A model is only as good as the features it was trained
 * with, so these files are part of its version; a test holds the list to what learn.ts imports.
 */
export const LEARNING_CODE = [
  'classification',
  'customer/correspondents',
  'customer/identifiers',
  'customer/personal-number',
  'grouping',
  'judgement/attachment-places',
  'judgement/feature-space',
  'judgement/features',
  'judgement/message-facts',
  'judgement/model',
  'judgement/places',
  'judgement/read-words',
  'judgement/meanings',
  'judgement/prefilter',
  'judgement/regex-literals',
  'judgement/rule-evidence',
  'rule-faults',
  'judgement/rules',
  'judgement/stored-model',
  'learning/labelled-mail',
  'learning/learn',
  'learning/sampling',
  'learning/train',
  'message/message',
  'message/text-forms',
  'quoting/forwarded',
  'quoting/quoting',
  'quoting/quoting-lines',
  'quoting/signature',
] as const

const SHIPPED_SEED = join(import.meta.dirname, '..', 'rules', 'seed')
const MODELS_KEPT = 4

/**
 * The one reader of `rules/`. A file that cannot be used stops the program: no rule means keep, never guess (P2).
 * The model comes from `.models` there, or is trained now (seconds) and left there for the next time; where nobody may
 * write, in `models` of an existing `dataDirectory`.
 */
export function readRules(
  directory: string,
  dataDirectory: string | null = null,
): { rulebook: TrainedRulebook; schedule: Schedule } {
  const file = join(directory, 'cases.yaml')
  const text = readText(file)
  const seed = seedFiles(directory).map((path) => ({ path, text: readText(path) }))
  const wordsFile = join(directory, 'words.yaml')
  const words = readText(wordsFile)
  const version = versionOf([text, words, ...seed.map((each) => each.text), ...learningCode()])
  const meanings = parseText(wordsFile, words, parseMeanings)
  const rulebook = parseText(file, text, (document) => parseRulebook(document, version, meanings))
  const folders = modelFolders(directory, dataDirectory)
  return {
    rulebook: {
      ...rulebook,
      model: storedModel(folders, version) ?? trainAndStore(folders, rulebook, seed.flatMap(readLines)),
    },
    schedule: readFile(join(directory, 'schedule.yaml'), parseSchedule),
  }
}

/** The labelled mail that the shipped model learned from. */
export function readSeed(directory: string): LabelledMail[] {
  return seedFiles(directory).flatMap((path) => readLines({ path, text: readText(path) }))
}

/** A folder of own rules may bring its own seed; without one the shipped seed counts. */
function seedFiles(directory: string): string[] {
  const own = join(directory, 'seed')
  const folder = existsSync(own) ? own : SHIPPED_SEED
  return readdirSync(folder)
    .filter((name) => name.endsWith('.jsonl'))
    .sort()
    .map((name) => join(folder, name))
}

function readLines({ path, text }: { path: string; text: string }): LabelledMail[] {
  return text.split('\n').flatMap((line, index) => {
    if (line.trim() === '') return []
    try {
      return [parseLabelledLine(line)]
    } catch (cause) {
      const fields = cause instanceof Error ? cause.message : String(cause)
      throw invalid(
        `${path}:${index + 1}`,
        {
          sv: `raden är inget JSON-objekt med rätt fält (${fields})`,
          en: `the line is no JSON object with the right fields (${fields})`,
        },
        cause,
      )
    }
  })
}

function learningCode(): string[] {
  const ending = extname(import.meta.filename)
  return LEARNING_CODE.map((name) => readFileSync(join(import.meta.dirname, 'core', name + ending), 'utf8'))
}

/** Where a model may lie, the first choice first. */
function modelFolders(directory: string, dataDirectory: string | null): string[] {
  const shared = join(directory, '.models')
  return dataDirectory !== null && existsSync(dataDirectory) ? [shared, join(dataDirectory, 'models')] : [shared]
}

function storedModel(folders: readonly string[], version: string): Model | null {
  for (const folder of folders) {
    try {
      return readStoredModel(readFileSync(modelFile(folder, version)), version)
    } catch {
      // Absent or cut short: it is made again from what it was made of.
    }
  }
  return null
}

function trainAndStore(folders: readonly string[], rulebook: Rulebook, seed: LabelledMail[]): Model {
  const model = learn(
    labelledInputs(seed).map((one) => learningExample(one, rulebook)),
    rulebook,
  )
  folders.some((folder) => storeIn(folder, model, rulebook.version))
  return model
}

/** False in a folder nobody may write to: the next start trains again. */
function storeIn(folder: string, model: Model, version: string): boolean {
  const file = modelFile(folder, version)
  const unfinished = `${file}.${process.pid}`
  try {
    mkdirSync(folder, { recursive: true })
    writeFileSync(unfinished, storeModel(model, version))
    renameSync(unfinished, file)
    forgetOldModels(folder)
    return true
  } catch {
    if (existsSync(unfinished)) rmSync(unfinished)
    return false
  }
}

function forgetOldModels(folder: string): void {
  const files = readdirSync(folder).map((name) => join(folder, name))
  const newestFirst = files.map((path) => ({ path, at: statSync(path).mtimeMs })).sort((a, b) => b.at - a.at)
  for (const { path } of newestFirst.slice(MODELS_KEPT)) rmSync(path, { force: true })
}

function modelFile(folder: string, version: string): string {
  return join(folder, `${version}.model`)
}

function readFile<T>(file: string, parseDocument: (document: unknown, version: string) => T): T {
  const text = readText(file)
  return parseText(file, text, (document) => parseDocument(document, versionOf([text])))
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'EIO'
    throw invalid(file, { sv: `den går inte att läsa (${code})`, en: `it cannot be read (${code})` }, cause)
  }
}

function parseText<T>(file: string, text: string, parseDocument: (document: unknown) => T): T {
  let document: unknown
  try {
    document = parse(text)
  } catch (cause) {
    throw invalid(file, noYaml(cause), cause)
  }
  try {
    return parseDocument(document)
  } catch (cause) {
    if (!(cause instanceof RuleFaults)) throw cause
    throw invalid(file, wordRuleFaults(cause.faults), cause)
  }
}

/** What the library says of it is English only, so it is told by place and code. */
function noYaml(cause: unknown): Wording {
  const [at] = cause instanceof YAMLParseError ? (cause.linePos ?? []) : []
  if (at === undefined) return { sv: 'den är ingen giltig YAML', en: 'it is no valid YAML' }
  const code = (cause as YAMLParseError).code
  return {
    sv: `den är ingen giltig YAML: rad ${at.line}, tecken ${at.col} (${code})`,
    en: `it is no valid YAML: line ${at.line}, character ${at.col} (${code})`,
  }
}

function versionOf(texts: readonly string[]): string {
  const hash = createHash('sha256')
  for (const text of texts) hash.update(text)
  return hash.digest('hex').slice(0, 12)
}

function invalid(file: string, problem: Wording, cause: unknown): GallraError {
  return new GallraError('rules-invalid', { file, problem: problem.en }, { cause, inSwedish: { problem: problem.sv } })
}
