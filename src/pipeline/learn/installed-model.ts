import { writeVersion } from '../../core/classification.ts'
import { readStoredModel } from '../../core/judgement/stored-model.ts'
import type { Archive } from '../../store/archive.ts'
import { openModel } from '../../store/learning/models.ts'
import type { Rules } from '../decide/rules.ts'

/**
 * The rules with the model that learned from this installation's staff, if there is one that fits them; else as they
 * are, with the shipped model. A learned model that cannot be decrypted is reported to `onBroken`. `rules` as read from
 * their folder.
 */
export async function withInstalledModel(archive: Archive, rules: Rules, onBroken?: () => void): Promise<Rules> {
  const { version } = rules.rulebook
  const stored = await openModel(archive.pool, archive, version)
  if (stored === null) return rules
  if (stored.octets === null) {
    onBroken?.()
    return rules
  }
  return {
    ...rules,
    rulebook: {
      ...rules.rulebook,
      model: readStoredModel(stored.octets, version),
      version: writeVersion({ rulebook: version, model: stored.id }),
    },
  }
}
