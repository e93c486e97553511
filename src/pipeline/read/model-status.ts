import { readVersion } from '../../core/classification.ts'
import { trainingDue, unlearnBy } from '../../core/learning/training-due.ts'
import { listTrainings, type Training } from '../../store/learning/models.ts'
import { countDecisions, listUnreadableExamples } from '../../store/learning/training-examples.ts'
import { countOutdated } from '../../store/message/verdicts.ts'
import { readLearningState } from '../learn/train-model.ts'
import type { Opened } from '../opening/open.ts'
import { plainValue, type Plain } from './plain-value.ts'

/** Trainings of the history. */
const MOST = 12

/** What judges, from what it learned, and what it has still to learn. */
export type ModelStatus = Plain<{
  inForce: ReturnType<typeof readVersion>
  /** The one that learned from staff cannot be decrypted; the shipped one judges. */
  broken: boolean
  examples: { seed: number } & Awaited<ReturnType<typeof countDecisions>>
  unreadable: number
  waiting: number
  next: ReturnType<typeof trainingDue>
  purged: { examples: number; replaceBy: Date | null }
  outdated: number
  trainings: Training[]
}>

/** `seed`: how many examples come with gallra. */
export async function readModelStatus(
  { archive, rules, shipped, brokenModel }: Opened,
  seed: number,
  now: Date,
): Promise<ModelStatus> {
  const state = await readLearningState({ archive, rulebook: shipped.rulebook })
  return plainValue({
    inForce: readVersion(rules.rulebook.version),
    broken: brokenModel,
    examples: { seed, ...(await countDecisions(archive.pool)) },
    unreadable: (await listUnreadableExamples(archive, shipped.rulebook.version)).length,
    waiting: state.changed,
    next: trainingDue(state, now),
    purged: { examples: state.gone, replaceBy: unlearnBy(state, now) },
    outdated: await countOutdated(archive.pool, rules.rulebook.version),
    trainings: await listTrainings(archive, MOST),
  })
}

/** How many messages an earlier rulebook or model judged. */
export function countToRejudge({ archive, rules }: Pick<Opened, 'archive' | 'rules'>): Promise<number> {
  return countOutdated(archive.pool, rules.rulebook.version)
}
