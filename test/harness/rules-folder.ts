import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

const RULES = join(resolve(import.meta.dirname, '..', '..'), 'rules')

/** A folder of own rules: the shipped ones, and so little of the shipped seed that learning from it takes a moment. */
export function copyRules(folder: string): void {
  for (const name of ['cases.yaml', 'words.yaml', 'schedule.yaml']) cpSync(join(RULES, name), join(folder, name))
  mkdirSync(join(folder, 'seed'))
  const lines = readFileSync(join(RULES, 'seed', 'seed-d.jsonl'), 'utf8')
    .trimEnd()
    .split('\n')
  writeFileSync(
    join(folder, 'seed', 'seed-d.jsonl'),
    lines
      .filter((_, index) => index % 5 === 0)
      .map((line) => `${line}\n`)
      .join(''),
  )
}
