import type { TrainedRulebook } from '../../core/judgement/rules.ts'
import type { LabelledMail } from '../../core/learning/labelled-mail.ts'
import { GallraError } from '../../errors.ts'
import type { Archive } from '../../store/archive.ts'
import type { Training } from '../../store/learning/models.ts'
import { openLeases } from '../../store/postgres/lease.ts'
import { actorName, type Actor } from '../decide/actor.ts'
import { learnApart } from './learn-apart.ts'
import { trainModel } from './train-model.ts'

/**
 * Trains because a person asks for it, whatever is due.
 * @throws GallraError training-running
 */
export async function trainOnDemand(
  context: { archive: Archive; rulebook: TrainedRulebook; seed: () => LabelledMail[]; clock: () => Date },
  by: Actor,
  onStart: () => void,
): Promise<Training> {
  const leases = await openLeases(context.archive.databaseUrl)
  try {
    if (!(await leases.acquire('train', 0))) throw new GallraError('training-running')
    onStart()
    return await trainModel({ ...context, teach: learnApart }, 'asked', actorName(by))
  } finally {
    await leases.close()
  }
}
