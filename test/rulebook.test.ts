import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, posix } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { storeModel } from '../src/core/judgement/stored-model.ts'
import { LEARNING_CODE, readRules } from '../src/rulebook.ts'
import { readImports } from './harness/imports.ts'
import { copyRules } from './harness/rules-folder.ts'

const CORE = join(import.meta.dirname, '..', 'src', 'core')
const folder = mkdtempSync(join(tmpdir(), 'gallra-rules-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

it('the version of the rules covers all code that the model is made with', () => {
  const reached = new Set<string>()
  const follow = (name: string): void => {
    if (reached.has(name)) return
    reached.add(name)
    for (const { from } of readImports(readFileSync(join(CORE, `${name}.ts`), 'utf8'))) {
      if (from.startsWith('.')) follow(posix.join(posix.dirname(name), from.replace(/\.ts$/, '')))
    }
  }
  for (const entry of ['learning/learn', 'judgement/stored-model', 'learning/labelled-mail']) follow(entry)
  expect([...LEARNING_CODE].sort()).toEqual([...reached].filter((name) => !name.endsWith('.d')).sort())
})

it('a model is made once for the same rules and seed, and anew when a rule changes', () => {
  copyRules(folder)
  const first = readRules(folder).rulebook
  expect(readdirSync(join(folder, '.models'))).toEqual([`${first.version}.model`])
  const again = readRules(folder).rulebook
  expect([again.version, again.model.temperature]).toEqual([first.version, first.model.temperature])
  expect(Buffer.from(again.model.weights.buffer).equals(Buffer.from(first.model.weights.buffer))).toBe(true)

  writeFileSync(
    join(folder, 'cases.yaml'),
    readFileSync(join(folder, 'cases.yaml'), 'utf8').replace('weight: 2.2', 'weight: 2.1'),
  )
  expect(readRules(folder).rulebook.version).not.toBe(first.version)
  expect(readdirSync(join(folder, '.models'))).toHaveLength(2)
})

it('a stored model that was cut short is made again', () => {
  const { version } = readRules(folder).rulebook
  const file = join(folder, '.models', `${version}.model`)
  const whole = readFileSync(file)
  writeFileSync(file, whole.subarray(0, 1000))
  readRules(folder)
  expect(readFileSync(file).equals(whole)).toBe(true)
})

it('where the folder of rules cannot be written, the model is kept in the data directory', () => {
  rmSync(join(folder, '.models'), { recursive: true })
  // A file in its place refuses root too, which permissions do not.
  writeFileSync(join(folder, '.models'), '')
  const data = join(folder, 'data')
  readRules(folder, data)
  expect(existsSync(data)).toBe(false)
  mkdirSync(data)
  const { version, model } = readRules(folder, data).rulebook
  const kept = join(data, 'models', `${version}.model`)
  const madeAt = statSync(kept).mtimeMs
  // As octets: comparing millions of numbers one by one takes the test runner seconds.
  expect(storeModel(readRules(folder, data).rulebook.model, version).equals(storeModel(model, version))).toBe(true)
  expect(statSync(kept).mtimeMs).toBe(madeAt)
})

it('a seed line that cannot be read is named', () => {
  writeFileSync(join(folder, 'seed', 'seed-z.jsonl'), '{"id":"z1"}\n')
  expect(() => readRules(folder)).toThrow(expect.objectContaining({ code: 'rules-invalid' }))
})
