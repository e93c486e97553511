import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseMessage } from '../../src/mail/parse/parse.ts'
import { LONG } from '../harness/long.ts'
import { seeded } from '../harness/random.ts'
import { buildProgram } from '../harness/program.ts'
import { HOSTILE } from './catalogue.ts'
import { fuzzedMail } from './fuzz.ts'

/** Far above what any of them takes on a slow machine; a way of reading that explodes passes any bound. */
const PATIENCE = 120_000
/**
 * Megabytes of the whole process: Node and the program alone take about 110; the largest message is 70 MB and read as
 * one buffer; most seen was 253.
 */
const MEMORY = 450
const FUZZED = LONG ? 20_000 : 800
/** A process each in the ordinary run; all in `npm run test:long`. */
const ALONE = [
  'a 50 MB attachment',
  'a ZIP bomb of ten times 100 MB',
  'ten million empty lines',
  'HTML: angle brackets',
  'multiparts 3,000 deep',
]

interface Reading {
  ms: number
  peakMb: number
  text: number
  terms: number
  attachments: (string | null)[]
  problems: string[]
  failed: boolean
}

describe('hostile mail', () => {
  let directory: string
  beforeAll(() => {
    buildProgram()
    directory = mkdtempSync(join(tmpdir(), 'gallra-hostile-'))
  })
  afterAll(() => rmSync(directory, { recursive: true, force: true }))

  const read = async (names: string[]): Promise<Reading[]> => {
    const paths = names.map((name, at) => {
      const path = join(directory, `${at}.eml`)
      writeFileSync(path, HOSTILE[name]!())
      return path
    })
    const patience = { timeout: PATIENCE + 5000 * names.length, killSignal: 'SIGKILL' as const }
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [join(import.meta.dirname, 'read.mjs'), ...paths],
      patience,
    )
    return stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Reading)
  }

  const faultsOf = (name: string, reading: Reading): string[] => {
    if (process.env['GALLRA_SHOW'])
      process.stdout.write(`${JSON.stringify({ name, ...reading, attachments: reading.attachments.length })}\n`)
    return [
      ...(reading.peakMb < MEMORY ? [] : [`${name}: ${reading.peakMb} MB`]),
      ...(reading.text <= 2_000_000 ? [] : [`${name}: ${reading.text} characters of text`]),
      ...reading.attachments.flatMap((file) =>
        /[/\\\u0000-\u001f\u202a-\u202e]|^\.+$/.test(file ?? '')
          ? [`${name}: attachment named ${JSON.stringify(file)}`]
          : [],
      ),
    ]
  }

  const names = Object.keys(HOSTILE)
  const alone = LONG ? names : names.filter((name) => ALONE.includes(name))

  it.each(alone)(
    'is read within bounds: %s',
    async (name) => {
      expect(faultsOf(name, (await read([name]))[0]!)).toEqual([])
    },
    PATIENCE + 10_000,
  )

  it(
    'is read within bounds, all that is small one after the other',
    async () => {
      const small = names.filter((name) => HOSTILE[name]!().length < 1_600_000)
      const readings = await read(small)
      expect(readings).toHaveLength(small.length)
      expect(small.flatMap((name, at) => faultsOf(name, readings[at]!))).toEqual([])
    },
    2 * PATIENCE,
  )

  it(`is read without a throw, ${FUZZED} fuzzed messages`, async () => {
    const random = seeded(2026)
    for (let i = 0; i < FUZZED; i += 1) {
      const source = fuzzedMail(random)
      const { message } = await parseMessage(source)
      expect(message.digest).toHaveLength(64)
      // Twice the same: what is fetched again before an expunge must compare equal.
      if (i % 10 === 0) expect((await parseMessage(Buffer.from(source))).message.digest).toBe(message.digest)
    }
  }, 600_000)
})
