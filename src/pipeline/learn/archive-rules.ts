import { isRulebookKnown } from '../../store/message/verdicts.ts'
import type { Archive } from '../../store/archive.ts'
import { readSetting, writeSetting } from '../../store/settings.ts'
import type { Rules } from '../decide/rules.ts'

/**
 * The rules under the name by which this archive knows them. An archive that version 0.1.0 judged with the same rules
 * goes on calling them what 0.1.0 did (`formerVersion`), so that its verdicts, examples and learned model stay in force
 * and nothing is judged again; every other archive uses the version as it is. Looked up once a version.
 */
export async function rulesOfArchive(
  archive: Archive,
  { formerVersion, ...rules }: Rules & { formerVersion: string | null },
  now: Date,
): Promise<Rules> {
  const { version } = rules.rulebook
  const names = (await readSetting(archive.pool, 'rulebooks')) ?? {}
  let name = names[version]
  if (name === undefined) {
    if (formerVersion === null) return rules
    name = (await isRulebookKnown(archive.pool, formerVersion)) ? formerVersion : version
    await writeSetting(archive.pool, 'rulebooks', { ...names, [version]: name }, now)
  }
  return { ...rules, rulebook: { ...rules.rulebook, version: name } }
}
