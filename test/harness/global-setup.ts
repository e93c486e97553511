import { join } from 'node:path'
import { readRules } from '../../src/rulebook.ts'

/** Work done once before all test files: the model is trained, so that no test waits for it. */
export default function setup(): void {
  readRules(join(import.meta.dirname, '..', '..', 'rules'))
}
