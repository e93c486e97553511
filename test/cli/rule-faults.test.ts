import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { copyRules } from '../harness/rules-folder.ts'
import { gallra } from './capture.ts'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gallra-rules-'))
  copyRules(folder)
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const call = (language: string, ...argv: string[]) =>
  gallra([...argv, '--lang', language], { GALLRA_RULES: folder, GALLRA_DATA: join(folder, 'data') })

function spoil(name: string, from: string | RegExp, to: string): void {
  const text = readFileSync(join(folder, name), 'utf8')
  const spoilt = text.replace(from, to)
  expect(spoilt).not.toBe(text)
  writeFileSync(join(folder, name), spoilt)
}

it('a rule without effect is told in the language asked for', async () => {
  spoil('cases.yaml', /weight: \d\.\d/, 'weight: 0')
  const swedish = await call('sv', 'rules', 'check')
  expect(swedish.exit).toBe(1)
  expect(swedish.out).toContain(': utan verkan: vikten är 0\n')
  expect((await call('en', 'rules', 'check')).out).toContain(': unreachable in effect: weight 0\n')
  expect(JSON.parse((await call('sv', 'rules', 'check', '--json')).out)).toMatchObject({
    problems: [{ problem: 'utan verkan: vikten är 0' }],
  })
})

it.each<[string, string, string | RegExp, string, RegExp, RegExp]>([
  [
    'a rule for an unknown case',
    'cases.yaml',
    /for: \w+/,
    'for: returns',
    /cases\.yaml kan inte användas: regeln [\w-]+ for: måste vara något av support.*\. Rätta filen och starta igen\n$/,
    /cases\.yaml cannot be used: rule [\w-]+ for: must be one of support.*\. Correct the file and start again\n$/,
  ],
  [
    'a period that is none',
    'schedule.yaml',
    'period: P12M',
    'period: a year',
    /schedule\.yaml kan inte användas: raden "[\w-]+", period: måste vara en ISO 8601-period/,
    /schedule\.yaml cannot be used: row "[\w-]+", period: must be an ISO 8601 period/,
  ],
  [
    'words that are no list',
    'words.yaml',
    /^/,
    'strange: word\n',
    /words\.yaml kan inte användas: strange: måste vara en lista/,
    /words\.yaml cannot be used: strange: must be a list/,
  ],
  [
    'a file that is no YAML',
    'schedule.yaml',
    /^/,
    'a: [1\n',
    /schedule\.yaml kan inte användas: den är ingen giltig YAML: rad \d+, tecken \d+ \(\w+\)\n$/,
    /schedule\.yaml cannot be used: it is no valid YAML: line \d+, character \d+ \(\w+\)\n$/,
  ],
])('%s is told in the language asked for, by rules check and by doctor', async (_what, name, from, to, sv, en) => {
  spoil(name, from, to)
  expect(await call('sv', 'rules', 'check')).toMatchObject({ exit: 2, out: '', err: expect.stringMatching(sv) })
  expect(await call('en', 'rules', 'check')).toMatchObject({ exit: 2, out: '', err: expect.stringMatching(en) })
  expect((await call('sv', 'doctor')).out).toMatch(new RegExp(sv.source, 'm'))
})

it('a missing file and a seed line that is none are told in the language asked for', async () => {
  writeFileSync(join(folder, 'seed', 'seed-z.jsonl'), '{"id":"z1"}\n')
  expect((await call('sv', 'rules', 'check')).err).toMatch(
    /seed-z\.jsonl:1 kan inte användas: raden är inget JSON-objekt med rätt fält \(conversation, /,
  )
  rmSync(join(folder, 'words.yaml'))
  expect((await call('sv', 'rules', 'check')).err).toMatch(
    /words\.yaml kan inte användas: den går inte att läsa \(ENOENT\)/,
  )
  expect((await call('en', 'rules', 'check')).err).toMatch(/words\.yaml cannot be used: it cannot be read \(ENOENT\)/)
})
