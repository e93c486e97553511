import { join } from 'node:path'
import type { Archive } from '../../store/archive.ts'
import { appendAudit, INSTALLATION } from '../../store/audit.ts'
import { giveUpBrokenRows, lateEpochs } from '../../store/epochs/epochs.ts'
import { withLock } from '../../store/keys/key-files.ts'
import { openKeyring, type Keyring } from '../../store/keys/keyring-file.ts'
import type { CopyState } from '../../store/keys/keys-copy.ts'
import { MASTER_FILE, readMaster, restoreMaster } from '../../store/keys/master-key.ts'
import { paperMark, readPaperKey, writePaperKey } from '../../store/keys/paper-key.ts'
import { inTransaction } from '../../store/postgres/sql.ts'
import { actorName } from '../decide/actor.ts'
import type { StaffActor } from '../decide/staff-decisions.ts'

export { PAPER_LINES, readPaperLine } from '../../store/keys/paper-key.ts'

const DAY = 86_400_000

interface KeysPlace {
  keysDirectory: string
  keysCopyDirectory: string | null
}

/** Which keys there are and how old; never a key. */
export interface KeysReport {
  directory: string
  /** By which a person knows the master key on paper. */
  mark: string
  epochs: { id: number; beganOn: string; ageDays: number; destroyedOn: string | null }[]
  copy: { directory: string | null; state: CopyState; copiedAt: string | null }
}

/** `days`: how old an epoch may become. `late`: epochs that should have been destroyed. */
export async function readKeys(
  place: KeysPlace,
  days: number,
  now: Date,
): Promise<{ report: KeysReport; late: number[] }> {
  const keyring = await openExisting(place, now)
  const { state, copiedAt } = keyring.copy.state()
  const newest = keyring.epochs().at(-1)!.id
  const epochs = keyring.epochs().map(({ id, beganOn }) => ({
    id,
    beganOn,
    ageDays: Math.floor((now.getTime() - Date.parse(beganOn)) / DAY),
    // The newest one has no successor yet to take over its rows.
    destroyedOn: id === newest ? null : new Date(Date.parse(beganOn) + days * DAY).toISOString().slice(0, 10),
  }))
  return {
    report: {
      directory: place.keysDirectory,
      mark: paperMark(readMaster(masterFile(place))),
      epochs,
      copy: { directory: place.keysCopyDirectory, state, copiedAt: copiedAt?.toISOString() ?? null },
    },
    late: lateEpochs(keyring.epochs(), days, now),
  }
}

export async function rotateMaster(
  archive: Archive,
  place: KeysPlace,
  by: StaffActor,
  now: Date,
): Promise<{ mark: string; copy: CopyState }> {
  archive.keyring.rotateMaster()
  const mark = paperMark(readMaster(masterFile(place)))
  const event = { at: now, actor: actorName(by), kind: 'master-key-rotated', payload: {} }
  await inTransaction(archive.pool, (tx) => appendAudit(tx, archive, INSTALLATION, event))
  return { mark, copy: archive.keyring.copy.state().state }
}

/** Rows that cannot be decrypted hold their epochs no longer; `count` must be how many there are. */
export function giveUpRows(
  archive: Archive,
  by: StaffActor,
  count: number,
  now: Date,
): ReturnType<typeof giveUpBrokenRows> {
  return giveUpBrokenRows(archive, by.staffId, count, now)
}

/** The master key as it is written down, and its mark: for a person's eyes only. */
export async function readPaper(place: KeysPlace, now: Date): Promise<{ mark: string; lines: string[] }> {
  // Proves that the key on the disk is the one that opens the keyring.
  await openExisting(place, now)
  const key = readMaster(masterFile(place))
  return { mark: paperMark(key), lines: writePaperKey(key) }
}

/** Puts the key on paper back; null: the lines do not make a key. `setAside`: where the one before lies now. */
export function restorePaper(
  { keysDirectory }: KeysPlace,
  lines: string[],
  now: Date,
): { mark: string; setAside: string | null } | null {
  const key = readPaperKey(lines)
  if (key === null) return null
  const { setAside } = withLock(keysDirectory, () => restoreMaster(keysDirectory, key, now))
  return { mark: paperMark(key), setAside }
}

function openExisting({ keysDirectory, keysCopyDirectory }: KeysPlace, now: Date): Promise<Keyring> {
  return openKeyring(keysDirectory, now, { expectExisting: true, copyDirectory: keysCopyDirectory })
}

function masterFile({ keysDirectory }: KeysPlace): string {
  return join(keysDirectory, MASTER_FILE)
}
