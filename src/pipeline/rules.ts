import type { TrainedRulebook } from '../core/rules.ts'
import type { Schedule } from '../core/schedule.ts'

/** What judges and what keeps: the trained rules and the schedule in force, each with its version (content hash). */
export interface Rules {
  rulebook: TrainedRulebook
  schedule: Schedule
}
