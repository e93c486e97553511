import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, posix } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { judgementCode, judgementFiles } from '../src/build/judgement-code.js'
import { storeModel } from '../src/core/judgement/stored-model.ts'
import { JUDGEMENT_CODE } from '../src/generated/judgement-code.ts'
import { readRules } from '../src/rulebook/read-rules.ts'
import { readImports } from './harness/imports.ts'
import { copyRules } from './harness/rules-folder.ts'

const SOURCES = join(import.meta.dirname, '..', 'src')
const SHIPPED = join(import.meta.dirname, '..', 'rules')
const folder = mkdtempSync(join(tmpdir(), 'gallra-rules-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** The files below src whose code these need, found by another reader of imports than the hash has. */
function reachedFrom(entries: readonly string[]): Set<string> {
  const reached = new Set<string>()
  const follow = (path: string): void => {
    if (reached.has(path)) return
    reached.add(path)
    for (const { from, typeOnly } of readImports(readFileSync(join(SOURCES, path), 'utf8')))
      if (from.startsWith('.') && !typeOnly) follow(posix.join(posix.dirname(path), from))
  }
  entries.forEach(follow)
  return reached
}

it('the version of the rules covers the code that judges and learns, and what it uses', () => {
  const files = judgementFiles()
  expect(files).toEqual(expect.arrayContaining(['core/judgement/classify.ts', 'core/learning/train.ts']))
  expect(files).toEqual(expect.arrayContaining(['core/customer/identifiers.ts', 'core/quoting/quoting.ts']))
  const made = ['core/learning/learn.ts', 'core/judgement/stored-model.ts', 'core/learning/labelled-mail.ts']
  expect(files).toEqual(expect.arrayContaining([...reachedFrom(made)]))
  expect(files.some((file) => file.includes('retention'))).toBe(false)
  expect(JUDGEMENT_CODE).toBe(judgementCode())
})

describe('the hash of the code that judges', () => {
  const sources = join(folder, 'src')
  const file = join(sources, 'core', 'judgement', 'classify.ts')
  const edited = (edit: (text: string) => string) => {
    const text = readFileSync(file, 'utf8')
    writeFileSync(file, edit(text))
    const code = judgementCode(sources)
    writeFileSync(file, text)
    return code
  }
  beforeAll(() => cpSync(join(import.meta.dirname, '..', 'src', 'core'), join(sources, 'core'), { recursive: true }))

  it.each<[string, (text: string) => string]>([
    ['a comment', (text) => `// What follows judges.\n${text}`],
    ['an export', (text) => text.replace('export function classify', 'function classify')],
    ['white space', (text) => text.replaceAll('\n', '\n\n').replaceAll(' {', '   {')],
    ['a type', (text) => `${text}\nexport interface Unused {\n  a: string\n}\n`],
    ['a wrapped list', (text) => text.replace('(message, rulebook)', '(\n  message,\n  rulebook,\n)')],
  ])('is the same after a change of %s', (_, edit) => {
    expect(edit(readFileSync(file, 'utf8'))).not.toBe(readFileSync(file, 'utf8'))
    expect(edited(edit)).toBe(JUDGEMENT_CODE)
  })

  it('is the same after files move', () => {
    const moved = join(sources, 'core', 'judgement', 'deeper', 'classify.ts')
    mkdirSync(join(moved, '..'))
    writeFileSync(
      moved,
      readFileSync(file, 'utf8')
        .replaceAll("from './", "from '../")
        .replaceAll("from '../../", "from '../../../")
        .replaceAll("from '../classification", "from '../../classification"),
    )
    const text = readFileSync(file, 'utf8')
    rmSync(file)
    expect(judgementCode(sources)).toBe(JUDGEMENT_CODE)
    rmSync(join(moved, '..'), { recursive: true })
    writeFileSync(file, text)
  })

  it.each<[string, (text: string) => string]>([
    ['a number', (text) => text.replace('0.99', '0.98')],
    ['a condition', (text) => text.replace('<', '<=')],
    ['white space in a text', (text) => text.replace("'complaints'", "' complaints'")],
  ])('is another after a change of %s', (_, edit) => {
    expect(edited(edit)).not.toBe(JUDGEMENT_CODE)
  })
})

describe('the version of a rulebook', () => {
  const rules = join(folder, 'other')
  const cases = join(rules, 'cases.yaml')
  beforeAll(() => {
    mkdirSync(rules)
    copyRules(rules)
  })

  it('follows what the rules say, not comments and white space', () => {
    const before = readRules(rules).rulebook.version
    const text = readFileSync(cases, 'utf8')
    writeFileSync(cases, `# Our own rules.\n\n${text}`)
    expect(readRules(rules).rulebook.version).toBe(before)
    writeFileSync(cases, text.replace('weight: 2.2', 'weight: 2.1'))
    expect(readRules(rules).rulebook.version).not.toBe(before)
    writeFileSync(cases, text)
  })

  it('0.1.0 gave to these rules is known: to the shipped ones, and to changed ones beside the shipped seed', () => {
    const own = join(folder, 'own')
    mkdirSync(own)
    for (const name of ['cases.yaml', 'words.yaml', 'schedule.yaml', '.models'])
      cpSync(join(SHIPPED, name), join(own, name), { recursive: true })
    expect(readRules(own).formerVersion).toBe('fe5ab07b7c67')
    writeFileSync(join(own, 'cases.yaml'), `${readFileSync(join(own, 'cases.yaml'), 'utf8')}# Our own rules.\n`)
    expect(readRules(own).formerVersion).toBe('d63fffd34673')
  })
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
