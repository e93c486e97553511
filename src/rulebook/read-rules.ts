import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse, YAMLParseError } from 'yaml'
import { labelledInputs, parseLabelledLine, type LabelledMail } from '../core/learning/labelled-mail.ts'
import { learn, learningExample } from '../core/learning/learn.ts'
import type { Model } from '../core/judgement/model.ts'
import { readStoredModel, storeModel } from '../core/judgement/stored-model.ts'
import { parseMeanings } from '../core/judgement/meanings.ts'
import { RuleFaults } from '../core/rule-faults.ts'
import { parseRulebook, type Rulebook, type TrainedRulebook } from '../core/judgement/rules.ts'
import { parseSchedule, type Schedule } from '../core/retention/schedule.ts'
import { GallraError } from '../errors.ts'
import { wordRuleFaults } from '../text/judgement/rule-faults.ts'
import type { Wording } from '../text/wording/wording.ts'
import { formerVersion, hashOf, rulebookVersion } from './version.ts'

const SHIPPED_SEED = join(import.meta.dirname, '..', '..', 'rules', 'seed')
const MODELS_KEPT = 4

/** The rules in force, and what version 0.1.0 called them when it judged the same (rulebook-version.ts). */
export interface ReadRules {
  rulebook: TrainedRulebook
  schedule: Schedule
  formerVersion: string | null
}

/**
 * The one reader of `rules/`. A file that cannot be used stops the program: no rule means keep, never guess (P2).
 * The model comes from `.models` there, or is trained now (seconds) and left there for the next time; where nobody may
 * write, in `models` of an existing `dataDirectory`.
 */
export function readRules(directory: string, dataDirectory: string | null = null): ReadRules {
  const cases = readDocument(join(directory, 'cases.yaml'))
  const words = readDocument(join(directory, 'words.yaml'))
  const seed = seedFiles(directory).map((path) => ({ path, text: readText(path) }))
  const sources = { cases, words, seed: seed.map((each) => each.text) }
  const version = rulebookVersion(sources)
  const meanings = parseDocument(words, parseMeanings)
  const rulebook = parseDocument(cases, (document) => parseRulebook(document, version, meanings))
  const folders = modelFolders(directory, dataDirectory)
  const model = storedModel(folders, version) ?? trainAndStore(folders, rulebook, seed.flatMap(readLines))
  const schedule = readDocument(join(directory, 'schedule.yaml'))
  return {
    rulebook: { ...rulebook, model },
    schedule: parseDocument(schedule, (document) => parseSchedule(document, hashOf([schedule.text]))),
    formerVersion: formerVersion(sources),
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

interface RuleDocument {
  file: string
  text: string
  document: unknown
}

function readDocument(file: string): RuleDocument {
  const text = readText(file)
  try {
    return { file, text, document: parse(text) }
  } catch (cause) {
    throw invalid(file, noYaml(cause), cause)
  }
}

function parseDocument<T>({ file, document }: RuleDocument, read: (document: unknown) => T): T {
  try {
    return read(document)
  } catch (cause) {
    if (!(cause instanceof RuleFaults)) throw cause
    throw invalid(file, wordRuleFaults(cause.faults), cause)
  }
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'EIO'
    throw invalid(file, { sv: `den går inte att läsa (${code})`, en: `it cannot be read (${code})` }, cause)
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

function invalid(file: string, problem: Wording, cause: unknown): GallraError {
  return new GallraError('rules-invalid', { file, problem: problem.en }, { cause, inSwedish: { problem: problem.sv } })
}
