import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { writeJudgementCode } from '../../src/build/judgement-code.js'
import { removeServer } from './postgres.ts'

/**
 * Work done once before all test files: the model is trained, so that no test waits for it, and a place is made for
 * the PostgreSQL they share, which only those that need it start.
 */
export default async function setup(project: TestProject): Promise<() => void> {
  // The hash of the code that judges follows the sources as they are now; read after it has been written.
  writeJudgementCode()
  const { readRules } = await import('../../src/rulebook/read-rules.ts')
  readRules(join(import.meta.dirname, '..', '..', 'rules'))
  const directory = mkdtempSync(join(tmpdir(), 'gallra-test-'))
  project.provide('postgresDirectory', directory)
  const remove = () => removeServer(directory)
  process.once('exit', remove)
  return () => {
    process.off('exit', remove)
    remove()
  }
}
