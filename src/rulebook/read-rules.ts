import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse, YAMLParseError } from 'yaml'
import { labelledInputs, parseLabelledLine, type LabelledMail } from '../core/learning/labelled-mail.ts'
import { learn, learningExample } from '../core/learning/learn.ts'
import type { Model } from '../core/judgement/model.ts'
import { parseMeanings } from '../core/judgement/meanings.ts'
import { RuleFaults } from '../core/rule-faults.ts'
import { parseRulebook, type Rulebook, type TrainedRulebook } from '../core/judgement/rules.ts'
import { parseSchedule, type Schedule } from '../core/retention/schedule.ts'
import { GallraError } from '../errors.ts'
import { wordRuleFaults } from '../text/judgement/rule-faults.ts'
import type { Wording } from '../text/wording/wording.ts'
import { findModel, keepModel, modelFolders } from './model-files.ts'
import { formerVersion, hashOf, rulebookVersion } from './version.ts'

const SHIPPED_SEED = join(import.meta.dirname, '..', '..', 'rules', 'seed')

/** The rules in force, and what version 0.1.0 called them when it judged the same (version.ts). */
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
  const model = findModel(folders, version) ?? trainAndKeep(folders, rulebook, seed.flatMap(readLines))
  const schedule = readDocument(join(directory, 'schedule.yaml'))
  return {
    rulebook: { ...rulebook, model },
    schedule: parseDocument(schedule, (document) => parseSchedule(document, hashOf([schedule.text]))),
    formerVersion: formerVersion(sources),
  }
}

function trainAndKeep(folders: readonly string[], rulebook: Rulebook, seed: LabelledMail[]): Model {
  const model = learn(
    labelledInputs(seed).map((one) => learningExample(one, rulebook)),
    rulebook,
  )
  keepModel(folders, model, rulebook.version)
  return model
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

/** The library words its errors in English only, so place and code are shown instead. */
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
