import type { TrainedRulebook } from '../../core/judgement/rules.ts'
import type { Schedule } from '../../core/retention/schedule.ts'

/** What judges and what keeps: the trained rules and the schedule in force, each with its version (content hash). */
export interface Rules {
  rulebook: TrainedRulebook
  schedule: Schedule
}
