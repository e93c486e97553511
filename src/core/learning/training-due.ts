/** When the model has to learn again. Pure: the store gives the state, the caller the time. */

/** What has changed since the last training. */
export interface LearningState {
  /** The model in force, or an example, was made with other rules, seed or code than there are now. */
  outdated: boolean
  /** Decisions the model learned from whose messages have been purged, and when the first went (null = unknown). */
  gone: number
  goneSince: Date | null
  /** Decisions that are new, changed or withdrawn, and the oldest of these. */
  changed: number
  changedSince: Date | null
}

export type TrainingReason = 'asked' | 'corrections' | 'rules' | 'purged'

/**
 * Changed decisions that call for a training by themselves; fewer wait a day, so that a busy morning is learned from at
 * once and not one by one.
 */
export const ENOUGH = 5
const DAY_MS = 86_400_000
/** Days within which what was purged must have left the model. */
const UNLEARN_DAYS = 7

/** Why and from when on a training is due; null when nothing has changed. */
export function trainingDue(
  { outdated, gone, goneSince, changed, changedSince }: LearningState,
  now: Date,
): { reason: TrainingReason; at: Date } | null {
  if (gone > 0) return { reason: 'purged', at: goneSince ?? now }
  if (outdated) return { reason: 'rules', at: now }
  if (changed >= ENOUGH) return { reason: 'corrections', at: changedSince ?? now }
  return changed > 0 ? { reason: 'corrections', at: new Date((changedSince ?? now).getTime() + DAY_MS) } : null
}

/** Last moment by which a model that learned from purged messages must be replaced. */
export function unlearnBy({ gone, goneSince }: LearningState, now: Date): Date | null {
  return gone === 0 ? null : new Date((goneSince ?? now).getTime() + UNLEARN_DAYS * DAY_MS)
}
