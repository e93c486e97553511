import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { unlearnBy } from '../../core/learning/training-due.ts'
import { stockholmDate } from '../../core/retention/calendar.ts'
import { GallraError } from '../../errors.ts'
import { tryLogin } from '../../mail/smtp/send.ts'
import type { Archive } from '../../store/archive.ts'
import { listBrokenCustomers } from '../../store/customer/customers.ts'
import { lateEpochs, listBrokenRows, partGivenUp } from '../../store/epochs/epochs.ts'
import { listErasures } from '../../store/keys/erasure-ledger.ts'
import { createKeysCopy, type CopyState } from '../../store/keys/keys-copy.ts'
import { listUnreadableExamples } from '../../store/learning/training-examples.ts'
import { countLetters } from '../../store/outbox.ts'
import { findApplied } from '../../store/postgres/migrate.ts'
import { readServerVersion } from '../../store/postgres/sql.ts'
import { readSetting } from '../../store/settings.ts'
import { readStaff } from '../../store/staff/staff.ts'
import type { TextKey } from '../../text/texts.ts'
import { readLearningState } from '../learn/train-model.ts'
import { findSender } from '../letters/outbox.ts'
import { connect } from '../mailbox/connect.ts'
import type { Opened } from '../opening/open.ts'
import { epochDays } from '../purge/upkeep.ts'

const OLDEST_POSTGRES = 150_000
/** Rows that cannot be decrypted are named up to this many. */
const MOST_NAMED = 10
/** A backup older than this is worth a word. */
const BACKUP_DAYS = 7

/** What was looked at, how it is, and what there is to say of it. */
export type Finding = { check: string; result: 'ok' | 'warn' | 'bad' } & (
  | { kind: 'said'; code: TextKey; values: Record<string, string | number | { instant: string }> }
  /** `where`: an account, or ''. */
  | { kind: 'refused'; error: GallraError; where: string }
)

/** Where an installation lies. */
export interface ExaminedPlace {
  dataDirectory: string
  keysDirectory: string
  keysCopyDirectory: string | null
  databaseUrl: string | null
  migrationsDirectory: string
  /** There is an archive already. */
  exists: boolean
}

/** Directories and key files. */
export function checkPlaces(place: ExaminedPlace): Finding[] {
  const found: Finding[] = []
  if (!place.exists) return [say('data', 'warn', 'doctorNoArchive', { directory: place.dataDirectory })]
  if (place.databaseUrl === null) found.push(say('data', 'ok', 'doctorData', { directory: place.dataDirectory }))
  for (const name of ['master.key', 'keyring.json']) {
    const path = join(place.keysDirectory, name)
    const info = statSync(path, { throwIfNoEntry: false })
    if (info === undefined) found.push(say('keys', 'bad', 'doctorKeyMissing', { path }))
    else if (process.platform !== 'win32' && (info.mode & 0o077) !== 0)
      found.push(say('keys', 'bad', 'doctorKeyOpen', { path }))
    else found.push(say('keys', 'ok', 'doctorKey', { path }))
  }
  return found
}

/** All that is in the archive, and the servers it speaks with; nothing is changed. */
export async function examineArchive(opened: Opened, place: ExaminedPlace, now: Date): Promise<Finding[]> {
  return [
    ...(await checkDatabase(opened, place.migrationsDirectory, now)),
    ...(await checkCustomers(opened)),
    ...(await checkAccounts(opened)),
    ...(await checkLetters(opened)),
    ...(await checkModel(opened, now)),
  ]
}

/** The one place that speaks of losing the keys, before it happens. */
export function checkCopy({ keysDirectory, keysCopyDirectory }: ExaminedPlace): Finding {
  if (keysCopyDirectory === null) return say('keys-copied', 'warn', 'doctorCopyKeys', { directory: keysDirectory })
  const { state, copiedAt } = createKeysCopy(keysDirectory, keysCopyDirectory).state()
  const values = {
    directory: keysCopyDirectory,
    date: copiedAt === null ? '-' : instant(copiedAt),
    keys: keysDirectory,
  }
  if (state !== 'current') return say('keys-copied', 'bad', COPY_CODES[state], values)
  const sameDisk = statSync(keysDirectory).dev === statSync(keysCopyDirectory).dev
  return sameDisk
    ? say('keys-copied', 'warn', 'doctorCopySameDisk', values)
    : say('keys-copied', 'ok', 'copyCurrent', values)
}

/**
 * A model that learned from what was purged since has to go in time (P3); an example or a model that cannot be
 * decrypted was damaged or changed.
 */
async function checkModel({ archive, shipped, brokenModel }: Opened, now: Date): Promise<Finding[]> {
  const state = await readLearningState({ archive, rulebook: shipped.rulebook })
  const unreadable = (await listUnreadableExamples(archive, shipped.rulebook.version)).length
  const lost = [
    ...(brokenModel ? [say('model', 'bad', 'doctorModelBroken', {})] : []),
    ...(unreadable === 0 ? [] : [say('examples', 'bad', 'doctorUnreadable', { count: unreadable })]),
  ]
  const by = unlearnBy(state, now)
  if (by === null) return [...(brokenModel ? [] : [say('model', 'ok', 'doctorModel', {})]), ...lost]
  return [say('model', by < now ? 'bad' : 'warn', 'doctorUnlearn', { count: state.gone, by: instant(by) }), ...lost]
}

async function checkDatabase({ archive, rules }: Opened, migrations: string, now: Date): Promise<Finding[]> {
  const { number, name } = await readServerVersion(archive.pool)
  const known = readdirSync(migrations, { withFileTypes: true }).filter((entry) => entry.isDirectory()).length
  const armed = await readSetting(archive.pool, 'armed')
  const count = (await findApplied(archive.pool)).size
  return [
    say(
      'database',
      number >= OLDEST_POSTGRES ? 'ok' : 'bad',
      number >= OLDEST_POSTGRES ? 'doctorDatabase' : 'doctorDatabaseOld',
      { version: name },
    ),
    say('migrations', count === known ? 'ok' : 'bad', 'doctorMigrations', { count, known }),
    await checkBackup(archive, now),
    ...(await checkLedger(archive, now)),
    ...(await checkEpochs(archive, epochDays(rules), now)),
    armed === null ? say('armed', 'warn', 'doctorDisarmed', {}) : say('armed', 'ok', 'doctorArmed', {}),
  ]
}

/** The ledger knows of purges that the database does not: it is older than its keys. */
async function checkLedger(archive: Archive, now: Date): Promise<Finding[]> {
  const { erasures } = archive.ledger.read()
  const known = new Set((await listErasures(archive.pool, 'all')).map((each) => each.digestHash))
  const today = stockholmDate(now)
  const count = erasures.filter((each) => each.until >= today && !known.has(each.digestHash)).length
  return count === 0 ? [] : [say('ledger', 'bad', 'doctorLedgerAhead', { count })]
}

/**
 * Rows that cannot be decrypted keep old epochs alive, and with them what was purged in old copies (P8). So does a
 * night without the job.
 */
async function checkEpochs(archive: Archive, days: number, now: Date): Promise<Finding[]> {
  const { broken, givenUp } = partGivenUp(await listBrokenRows(archive))
  const late = lateEpochs(archive.keyring.epochs(), days, now)
  const found: Finding[] = []
  if (broken.length > 0)
    found.push(
      say('rows', 'bad', 'doctorBrokenRows', {
        count: broken.length,
        rows: firstOf(broken.map(({ table, id }) => `${table} ${id}`)),
      }),
    )
  if (broken.some(({ table }) => table === 'Hold' || table === 'Override'))
    found.push(say('rows', 'warn', 'doctorBrokenReasons', {}))
  if (givenUp.length > 0) found.push(say('rows', 'warn', 'doctorGivenUp', { count: givenUp.length }))
  if (late.length === 0) return [...found, say('epochs', 'ok', 'doctorEpochs', {})]
  return [...found, say('epochs', 'bad', 'doctorLateEpochs', { epochs: late.join(', ') })]
}

/** A card can be damaged though its key opens, which `checkEpochs` does not see. */
async function checkCustomers({ archive, accounts }: Opened): Promise<Finding[]> {
  const broken: number[] = []
  for (const { id } of accounts) broken.push(...(await listBrokenCustomers(archive.pool, archive, id)))
  return broken.length === 0
    ? []
    : [
        say('customers', 'bad', 'doctorBrokenCustomers', {
          count: broken.length,
          ids: firstOf(broken.map((id) => `k${id}`)),
        }),
      ]
}

function firstOf(names: string[]): string {
  return `${names.slice(0, MOST_NAMED).join(', ')}${names.length > MOST_NAMED ? ' …' : ''}`
}

/** A backup is of use for some weeks only: the epochs it needs are destroyed. */
async function checkBackup(archive: Archive, now: Date): Promise<Finding> {
  const last = await readSetting(archive.pool, 'backedUp')
  if (last === null) return say('backup', 'warn', 'doctorNoBackup', {})
  const values = { date: instant(new Date(last.at)), until: last.restorableUntil ?? '-' }
  const old = now.getTime() - Date.parse(last.at) > BACKUP_DAYS * 86_400_000
  return say('backup', old ? 'warn' : 'ok', old ? 'doctorOldBackup' : 'doctorBackup', values)
}

async function checkAccounts({ accounts, brokenAccounts }: Opened): Promise<Finding[]> {
  const found = brokenAccounts.map(({ id }) => refusal('account', new GallraError('account-broken', { id })))
  const followed = accounts.filter((account) => account.state !== 'removed')
  if (followed.length + found.length === 0) return [say('account', 'warn', 'doctorNoAccount', {})]
  for (const { settings } of followed) {
    try {
      const mailbox = await connect(settings)
      const { uidPlus } = mailbox.capabilities
      await mailbox.logout().catch(() => mailbox.close())
      found.push(say('account', 'ok', 'doctorReachable', { account: settings.address }))
      found.push(
        say('uidplus', uidPlus ? 'ok' : 'bad', uidPlus ? 'doctorUidplus' : 'doctorNoUidplus', {
          account: settings.address,
        }),
      )
    } catch (error) {
      found.push(refusal('account', error, settings.address))
    }
  }
  return found
}

/** Whether the weekly digest can go out, and what became of the letters before. */
async function checkLetters({ archive }: Opened): Promise<Finding[]> {
  const { staff, broken } = await readStaff(archive)
  const found = broken.map(({ id }) => refusal('staff', new GallraError('staff-broken', { id })))
  const { unknown, refused, unreadable } = await countLetters(archive.pool)
  if (unknown > 0) found.push(say('letters', 'warn', 'doctorLettersUnknown', { count: unknown }))
  if (refused > 0) found.push(say('letters', 'warn', 'doctorLettersRefused', { count: refused }))
  if (unreadable > 0) found.push(say('letters', 'warn', 'doctorLettersUnreadable', { count: unreadable }))
  if (!staff.some(({ address }) => address !== null)) found.push(say('digest', 'warn', 'doctorDigestNobody', {}))
  const sender = await findSender(archive)
  if (sender === null) return [...found, say('smtp', 'warn', 'doctorSmtpNone', {})]
  try {
    await tryLogin(sender.smtp)
    return [...found, say('smtp', 'ok', 'doctorSmtpReachable', { account: sender.settings.address })]
  } catch (error) {
    return [...found, refusal('smtp', error, sender.settings.address)]
  }
}

/** What each state of the second copy of the keys is called in `text`. */
export const COPY_CODES = {
  none: 'copyNone',
  current: 'copyCurrent',
  behind: 'copyBehind',
  unreachable: 'copyUnreachable',
  foreign: 'copyForeign',
  newer: 'copyNewer',
} as const satisfies Record<CopyState, TextKey>

export function say(
  check: string,
  result: Finding['result'],
  code: TextKey,
  values: Extract<Finding, { kind: 'said' }>['values'],
): Finding {
  return { check, result, kind: 'said', code, values }
}

/** An error of ours is a finding; any other is thrown on. */
export function refusal(check: string, error: unknown, where = ''): Finding {
  if (!(error instanceof GallraError)) throw error
  return { check, result: 'bad', kind: 'refused', error, where }
}

function instant(at: Date): { instant: string } {
  return { instant: at.toISOString() }
}
