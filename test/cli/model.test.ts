import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Case } from '../../src/core/classification.ts'
import { startEmbeddedPostgres, type EmbeddedPostgres } from '../../src/store/postgres/embedded-postgres.ts'
import type { Training } from '../../src/store/learning/models.ts'
import { mail } from '../harness/mail.ts'
import { buildProgram, runProgram } from '../harness/program.ts'
import { KINDS } from '../pipeline/new-kinds.ts'
import { gallra as call } from './capture.ts'

type Program = typeof import('../../src/cli/run.ts')

const solar = KINDS[0]!

describe('the model, as its user sees it learn', () => {
  let directory: string
  let held: EmbeddedPostgres | null = null
  beforeAll(() => {
    buildProgram()
    directory = mkdtempSync(join(tmpdir(), 'gallra-model-'))
    chmodSync(directory, 0o711)
    const folder = join(directory, 'mails')
    mkdirSync(folder)
    for (let index = 0; index < 8; index += 1)
      writeFileSync(join(folder, `${index}.eml`), mail({ id: `s${index}@sol.example`, ...solar.write(index) }))
    writeFileSync(join(directory, 'new.eml'), mail({ id: 's99@sol.example', ...solar.write(99) }))
    writeFileSync(join(directory, 'password'), 'hemligt\n')
  })
  afterAll(async () => {
    await held?.stop()
    const running = () =>
      readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('postmaster.pid'))
    for (const name of running())
      process.kill(Number(readFileSync(join(directory, name), 'utf8').split('\n')[0]), 'SIGINT')
    await vi.waitFor(() => expect(running()).toEqual([]), { timeout: 20_000, interval: 100 })
    rmSync(directory, { recursive: true, force: true })
  })

  async function gallra(...args: string[]): Promise<string> {
    const program = runProgram(args, { GALLRA_DATA: join(directory, 'data') })
    const exit = await program.ended
    expect([exit, program.said()]).toEqual([0, expect.any(String)])
    return program.printed()
  }

  /** The program's own code in this process: a dozen decisions need not each start a process. */
  async function decide(decided: Case, count: number): Promise<void> {
    const { run } = (await import(join(import.meta.dirname, '..', '..', 'dist', 'cli', 'run.js'))) as Program
    for (let id = 1; id <= count; id += 1)
      expect(
        await call(
          ['override', `m${id}`, decided, '--by', 'Anna', '--reason', 'ours'],
          { GALLRA_DATA: join(directory, 'data') },
          undefined,
          run,
        ),
      ).toMatchObject({ exit: 0 })
  }

  it('trains in a thread of its own, tells what it learned, and judges by it from then on', async () => {
    await gallra('staff', 'add', 'Anna', '--role', 'admin')
    // One more user of the program's own server: two dozen calls need not each start and stop it.
    held = await startEmbeddedPostgres(join(directory, 'data'))
    await gallra(
      'account',
      'add',
      'imaps://info%40promix.se@mail.example.org',
      '--password-file',
      join(directory, 'password'),
    )
    await gallra('import', join(directory, 'mails'))
    expect(await gallra('model', 'status')).toContain('The model has not been trained on changes yet.')
    await decide('support', 8)
    const waiting = JSON.parse(await gallra('model', 'status', '--json')) as {
      waiting: number
      next: { reason: string }
      inForce: { model: number | null }
    }
    expect(waiting).toMatchObject({ waiting: 8, next: { reason: 'corrections' }, inForce: { model: null } })
    const trained = JSON.parse(await gallra('model', 'train', '--json')) as Training
    expect(trained).toMatchObject({
      outcome: 'adopted',
      reason: 'asked',
      result: { examples: { cli: 8 }, added: 8, before: { corrections: 8 }, after: { corrections: 8 } },
    })
    expect(trained.result.after.right).toBeGreaterThan(trained.result.before.right)
    const status = await gallra('model', 'status')
    expect(status).toContain(`model ${trained.id}.`)
    expect(status).toMatch(/and 8 changes: 8 from the command line, 0 from the console, 0 from the mail program/)
    expect(await gallra('model', 'status', '--lang', 'sv')).toContain('Inget är nytt sedan den senaste träningen.')
    const explained = JSON.parse(await gallra('rules', 'explain', join(directory, 'new.eml'), '--json')) as {
      classification: { case: string; rulebook: string }
    }
    expect(explained.classification).toMatchObject({ case: 'support', rulebook: `${trained.rulebook}+${trained.id}` })
    expect(await gallra('rules', 'explain', join(directory, 'new.eml'))).toContain(
      `${trained.rulebook}, model ${trained.id}`,
    )
    expect(await gallra('show', 'm1')).toContain(`${trained.rulebook}, the shipped model`)
    expect(await gallra('audit', 'verify')).toContain('intact')
    expect(await gallra('model', 'rejudge')).toContain(
      'The rulebook and model in force have judged everything that nobody decided on.',
    )
  }, 900_000)

  it('serve learns by itself, lets the new model judge, and stops when told', async () => {
    await decide('payments', 5)
    const daemon = runProgram(['serve'], { GALLRA_DATA: join(directory, 'data') })
    await vi.waitFor(() => expect(daemon.said()).toContain('"msg":"trained"'), { timeout: 300_000, interval: 200 })
    const models = () =>
      [...daemon.said().matchAll(/"rulebook":"[0-9a-f]+\+(\d+)","msg":"model changed"/g)].map((found) =>
        Number(found[1]),
      )
    await vi.waitFor(() => expect(models()).toHaveLength(2), { timeout: 60_000, interval: 200 })
    expect(models()[1]).toBeGreaterThan(models()[0]!)
    daemon.child.kill('SIGTERM')
    expect(await daemon.ended).toBe(0)
    expect(await gallra('model', 'status', '--json')).toContain('"reason": "corrections"')
  }, 900_000)
})
