import type { TrainedRulebook } from '../../core/judgement/rules.ts'
import type { Schedule } from '../../core/retention/schedule.ts'
import type { Account } from '../../store/accounts.ts'
import type { Archive } from '../../store/archive.ts'

/** The trained rules that judge and the schedule that decides retention, each with its version (content hash). */
export interface Rules {
  rulebook: TrainedRulebook
  schedule: Schedule
}

/** One account of an archive with the rules in force: what almost every act of the pipeline needs. */
export interface AccountContext {
  archive: Archive
  account: Account
  rules: Rules
}
