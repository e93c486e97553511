import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { parseRulebook, type Rulebook } from './core/rules.ts'
import { parseSchedule, type Schedule } from './core/schedule.ts'
import { GallraError } from './errors.ts'

/** The one reader of `rules/`. A file that cannot be used stops the program: no rule means keep, never guess (P2). */
export function readRules(directory: string): { rulebook: Rulebook; schedule: Schedule } {
  return {
    rulebook: readFile(join(directory, 'cases.yaml'), parseRulebook),
    schedule: readFile(join(directory, 'schedule.yaml'), parseSchedule),
  }
}

function readFile<T>(file: string, parseDocument: (document: unknown, version: string) => T): T {
  try {
    const text = readFileSync(file, 'utf8')
    const version = createHash('sha256').update(text).digest('hex').slice(0, 12)
    return parseDocument(parse(text), version)
  } catch (cause) {
    throw new GallraError('rules-invalid', { file, problem: cause instanceof Error ? cause.message : String(cause) }, { cause })
  }
}
