import type { Rulebook } from '../core/rules.ts'
import type { Schedule } from '../core/schedule.ts'

/** The two rule files in force, each with its version (content hash). */
export interface Rules {
  rulebook: Rulebook
  schedule: Schedule
}
