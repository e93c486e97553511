import type { Archive } from '../../store/archive.ts'
import { verifyBackup } from '../../store/backup/check.ts'
import type { Manifest } from '../../store/backup/manifest.ts'
import { writeBackup } from '../../store/backup/write.ts'
import { listBrokenRows, partGivenUp } from '../../store/epochs/epochs.ts'
import { createBlindIndex } from '../../store/keys/blind-index.ts'
import { openErasureLedger } from '../../store/keys/erasure-ledger.ts'
import { openKeyring } from '../../store/keys/keyring-file.ts'
import { writeSetting } from '../../store/settings.ts'
import type { Rules } from '../decide/rules.ts'
import { epochDays } from '../purge/upkeep.ts'

export type { Manifest } from '../../store/backup/manifest.ts'

/** In octets. */
type OnOctets = (done: number, total: number) => void

/** `left`: rows that cannot be decrypted and no person has given up. An earlier backup may still have them. */
export async function makeBackup(
  { archive, rules }: { archive: Archive; rules: Rules },
  directory: string,
  onProgress: OnOctets,
  now: Date,
): Promise<{ manifest: Manifest; left: number }> {
  const manifest = await writeBackup(archive, directory, { epochDays: epochDays(rules), onProgress }, now)
  const made = { at: manifest.createdAt, restorableUntil: manifest.restorableUntil }
  await writeSetting(archive.pool, 'backedUp', made, now)
  // All others are under the newest epoch by now.
  const { broken } = partGivenUp((manifest.broken ?? 0) === 0 ? [] : await listBrokenRows(archive))
  return { manifest, left: broken.length }
}

interface CheckedBackup {
  manifest: Manifest
  /** Rows that cannot be decrypted. */
  unopened: number
  /** Of them, those a person has given up. */
  givenUp: number
  /** There is a ledger of what was purged. */
  ledger: boolean
  purgedSince: number
}

/** Reads a whole backup and decrypts it, without a database. */
export async function checkBackup(
  directory: string,
  keysDirectory: string,
  onProgress: OnOctets,
  now: Date,
): Promise<CheckedBackup> {
  const keyring = await openKeyring(keysDirectory, now, { expectExisting: true })
  const { manifest, unopened, givenUp } = await verifyBackup(directory, keyring, onProgress)
  const ledger = openErasureLedger(keysDirectory, createBlindIndex(keyring.tombstoneKey), keyring.copy).read()
  const since = ledger.erasures.filter((each) => each.purgedAt >= manifest.createdAt && each.liftedAt === null)
  return { manifest, unopened, givenUp, ledger: ledger.exists, purgedSince: since.length }
}
