/** README promises PostgreSQL 15 or later; the other tests run on the embedded one, which is newer. */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hasPostgres15, startPostgres15, type Postgres15 } from './harness/postgres-15.ts'

const ROOT = join(import.meta.dirname, '..')

/** Between them they run nearly every statement: schema, ingest, lists, search, decisions, purge, learning, letters. */
const FILES = [
  'test/schema.test.ts',
  'test/store/migrate.test.ts',
  'test/store/one-connection.test.ts',
  'test/cli/verbs.test.ts',
  'test/cli/digest.test.ts',
  'test/pipeline/search.test.ts',
  'test/pipeline/customers.test.ts',
  'test/pipeline/purge-conversation.test.ts',
  'test/pipeline/rejudge.test.ts',
  'test/pipeline/epochs.test.ts',
]

describe.skipIf(!hasPostgres15)('PostgreSQL 15', () => {
  let server: Postgres15
  beforeAll(async () => (server = await startPostgres15()))
  afterAll(() => server.stop())

  it('runs what the embedded PostgreSQL runs', async () => {
    const { code, said } = await runTests(FILES, { DATABASE_URL: server.url })
    expect(code, said).toBe(0)
  }, 600_000)
})

function runTests(files: string[], settings: Record<string, string>): Promise<{ code: number | null; said: string }> {
  const program = join(ROOT, 'node_modules', 'vitest', 'vitest.mjs')
  const child = spawn(process.execPath, [program, 'run', '--maxWorkers=1', ...files], {
    cwd: ROOT,
    env: { ...process.env, ...settings, NO_COLOR: '1' },
  })
  let said = ''
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()))
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, said: said.slice(-4_000) })))
}
