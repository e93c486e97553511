import { findApplied } from '../../../store/postgres/migrate.ts'
import { readServerVersion } from '../../../store/postgres/sql.ts'
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { MIGRATIONS_DIRECTORY } from '../../../config.ts'
import { checkRules } from '../../../core/judgement/check-rules.ts'
import { stockholmDate } from '../../../core/retention/calendar.ts'
import { GallraError } from '../../../errors.ts'
import { tryLogin } from '../../../mail/smtp/send.ts'
import { connect } from '../../../pipeline/mailbox/connect.ts'
import { findSender } from '../../../pipeline/letters/outbox.ts'
import { epochDays } from '../../../pipeline/purge/upkeep.ts'
import { unlearnBy } from '../../../core/learning/training-due.ts'
import { readLearningState } from '../../../pipeline/learn/train-model.ts'
import { readRules } from '../../../rulebook.ts'
import type { Archive } from '../../../store/archive.ts'
import { listBrokenCustomers } from '../../../store/customer/customers.ts'
import { lateEpochs, listBrokenRows, partGivenUp } from '../../../store/epochs/epochs.ts'
import { listErasures } from '../../../store/keys/erasure-ledger.ts'
import { createKeysCopy } from '../../../store/keys/keys-copy.ts'
import { countLetters } from '../../../store/outbox.ts'
import { readSetting } from '../../../store/settings.ts'
import { readStaff } from '../../../store/staff/staff.ts'
import { listUnreadableExamples } from '../../../store/learning/training-examples.ts'
import { describeError } from '../../../text/errors.ts'
import { fill, type TextKey } from '../../../text/texts.ts'
import type { Call } from '../../call/call.ts'
import { EXIT, type ExitCode } from '../../call/exit-codes.ts'
import { exitCodeOf } from '../../call/failure.ts'
import { moment } from '../../../present/words.ts'
import { oneLine, plain } from '../../../present/safe-text.ts'
import { COPY_TEXTS } from './keys.ts'
import type { Opened } from '../../../pipeline/open.ts'
import { archiveExists, withArchive } from '../../call/with-archive.ts'

const OLDEST_POSTGRES = 150_000
/** Rows that do not open are named up to this many. */
const MOST_NAMED = 10
/** A backup older than this is worth a word. */
const BACKUP_DAYS = 7

interface Finding {
  check: string
  result: 'ok' | 'warn' | 'bad'
  text: string
  /** Only a server that does not answer: nothing is wrong here. */
  unreachable?: true
}

/** Looks at everything an installation stands on; nothing is changed. */
export async function examine(call: Call): Promise<ExitCode> {
  const findings: Finding[] = [...checkPlaces(call), ...checkRuleFiles(call)]
  if (archiveExists(call) && !findings.some(({ check, result }) => check === 'rules' && result === 'bad')) {
    try {
      await withArchive(
        call,
        async (opened) =>
          void findings.push(
            ...(await checkDatabase(call, opened)),
            ...(await checkCustomers(call, opened)),
            ...(await checkAccounts(call, opened)),
            ...(await checkLetters(call, opened)),
            ...(await checkModel(call, opened)),
          ),
      )
    } catch (error) {
      findings.push(refusal(call, 'database', error))
    }
  }
  // After the archive was opened, which brings a copy that was away up to date.
  if (archiveExists(call)) findings.push(checkCopy(call))
  call.report(findings, () =>
    findings.map(({ result, text }) => `${call.texts[RESULTS[result]].padEnd(9)}${plain(text)}`).join('\n'),
  )
  const bad = findings.filter(({ result }) => result === 'bad')
  if (bad.length === 0) return EXIT.ok
  return bad.every(({ unreachable }) => unreachable) ? EXIT.unreachable : EXIT.failed
}

const RESULTS = { ok: 'doctorOk', warn: 'doctorWarn', bad: 'doctorBad' } as const

function checkPlaces(call: Call): Finding[] {
  const { config } = call
  const found: Finding[] = []
  if (!archiveExists(call)) return [say(call, 'data', 'warn', 'doctorNoArchive', { directory: config.dataDirectory })]
  if (config.databaseUrl === null)
    found.push(say(call, 'data', 'ok', 'doctorData', { directory: config.dataDirectory }))
  for (const name of ['master.key', 'keyring.json']) {
    const path = join(config.keysDirectory, name)
    const info = statSync(path, { throwIfNoEntry: false })
    if (info === undefined) found.push(say(call, 'keys', 'bad', 'doctorKeyMissing', { path }))
    else if (process.platform !== 'win32' && (info.mode & 0o077) !== 0)
      found.push(say(call, 'keys', 'bad', 'doctorKeyOpen', { path }))
    else found.push(say(call, 'keys', 'ok', 'doctorKey', { path }))
  }
  return found
}

/** The one place that speaks of losing the keys, before it happens. */
function checkCopy(call: Call): Finding {
  const { keysDirectory, keysCopyDirectory } = call.config
  if (keysCopyDirectory === null)
    return say(call, 'keys-copied', 'warn', 'doctorCopyKeys', { directory: keysDirectory })
  const { state, copiedAt } = createKeysCopy(keysDirectory, keysCopyDirectory).state()
  const values = { directory: keysCopyDirectory, date: copiedAt === null ? '-' : moment(copiedAt), keys: keysDirectory }
  if (state !== 'current') return say(call, 'keys-copied', 'bad', COPY_TEXTS[state], values)
  const sameDisk = statSync(keysDirectory).dev === statSync(keysCopyDirectory).dev
  return sameDisk
    ? say(call, 'keys-copied', 'warn', 'doctorCopySameDisk', values)
    : say(call, 'keys-copied', 'ok', 'copyCurrent', values)
}

function checkRuleFiles(call: Call): Finding[] {
  try {
    const { rulebook, schedule } = readRules(call.config.rulesDirectory, call.config.dataDirectory)
    const problems = checkRules(rulebook).length
    const values = { rules: rulebook.rules.length, profile: schedule.profile, problems }
    return [
      problems === 0
        ? say(call, 'rules', 'ok', 'doctorRules', values)
        : say(call, 'rules', 'warn', 'doctorRuleProblems', values),
    ]
  } catch (error) {
    return [refusal(call, 'rules', error)]
  }
}

/** A model that learned from what was purged since has to go in time (P3); an example or a model that does not open was damaged or changed. */
async function checkModel(call: Call, { archive, shipped, brokenModel }: Opened): Promise<Finding[]> {
  const state = await readLearningState({ archive, rulebook: shipped.rulebook })
  const unreadable = (await listUnreadableExamples(archive, shipped.rulebook.version)).length
  const lost = [
    ...(brokenModel ? [say(call, 'model', 'bad', 'doctorModelBroken', {})] : []),
    ...(unreadable === 0 ? [] : [say(call, 'examples', 'bad', 'doctorUnreadable', { count: unreadable })]),
  ]
  const by = unlearnBy(state, call.clock())
  if (by === null) return [...(brokenModel ? [] : [say(call, 'model', 'ok', 'doctorModel', {})]), ...lost]
  return [
    say(call, 'model', by < call.clock() ? 'bad' : 'warn', 'doctorUnlearn', { count: state.gone, by: moment(by) }),
    ...lost,
  ]
}

async function checkDatabase(call: Call, { archive, rules }: Opened): Promise<Finding[]> {
  const { number, name } = await readServerVersion(archive.pool)
  const known = readdirSync(MIGRATIONS_DIRECTORY, { withFileTypes: true }).filter((entry) => entry.isDirectory()).length
  const armed = await readSetting(archive.pool, 'armed')
  const count = (await findApplied(archive.pool)).size
  return [
    say(
      call,
      'database',
      number >= OLDEST_POSTGRES ? 'ok' : 'bad',
      number >= OLDEST_POSTGRES ? 'doctorDatabase' : 'doctorDatabaseOld',
      { version: name },
    ),
    say(call, 'migrations', count === known ? 'ok' : 'bad', 'doctorMigrations', { count, known }),
    await checkBackup(call, archive),
    ...(await checkLedger(call, archive)),
    ...(await checkEpochs(call, archive, epochDays(rules))),
    armed === null ? say(call, 'armed', 'warn', 'doctorDisarmed', {}) : say(call, 'armed', 'ok', 'doctorArmed', {}),
  ]
}

/** The ledger knows of purges that the database does not: it is older than its keys. */
async function checkLedger(call: Call, archive: Archive): Promise<Finding[]> {
  const { erasures } = archive.ledger.read()
  const known = new Set((await listErasures(archive.pool, 'all')).map((each) => each.digestHash))
  const today = stockholmDate(call.clock())
  const count = erasures.filter((each) => each.until >= today && !known.has(each.digestHash)).length
  return count === 0 ? [] : [say(call, 'ledger', 'bad', 'doctorLedgerAhead', { count })]
}

/** Rows that do not open keep old epochs alive, and with them what was purged in old copies (P8). So does a night without the job. */
async function checkEpochs(call: Call, archive: Archive, days: number): Promise<Finding[]> {
  const { broken, givenUp } = partGivenUp(await listBrokenRows(archive))
  const late = lateEpochs(archive.keyring.epochs(), days, call.clock())
  const found: Finding[] = []
  if (broken.length > 0)
    found.push(
      say(call, 'rows', 'bad', 'doctorBrokenRows', {
        count: broken.length,
        rows: firstOf(broken.map(({ table, id }) => `${table} ${id}`)),
      }),
    )
  if (broken.some(({ table }) => table === 'Hold' || table === 'Override'))
    found.push(say(call, 'rows', 'warn', 'doctorBrokenReasons', {}))
  if (givenUp.length > 0) found.push(say(call, 'rows', 'warn', 'doctorGivenUp', { count: givenUp.length }))
  if (late.length === 0) return [...found, say(call, 'epochs', 'ok', 'doctorEpochs', {})]
  return [...found, say(call, 'epochs', 'bad', 'doctorLateEpochs', { epochs: late.join(', ') })]
}

/** A card can be damaged though its key opens, which `checkEpochs` does not see. */
async function checkCustomers(call: Call, { archive, accounts }: Opened): Promise<Finding[]> {
  const broken: number[] = []
  for (const { id } of accounts) broken.push(...(await listBrokenCustomers(archive.pool, archive, id)))
  return broken.length === 0
    ? []
    : [
        say(call, 'customers', 'bad', 'doctorBrokenCustomers', {
          count: broken.length,
          ids: firstOf(broken.map((id) => `k${id}`)),
        }),
      ]
}

function firstOf(names: string[]): string {
  return `${names.slice(0, MOST_NAMED).join(', ')}${names.length > MOST_NAMED ? ' …' : ''}`
}

/** A backup is of use for some weeks only: the epochs it needs are destroyed. */
async function checkBackup(call: Call, archive: Archive): Promise<Finding> {
  const last = await readSetting(archive.pool, 'backedUp')
  if (last === null) return say(call, 'backup', 'warn', 'doctorNoBackup', {})
  const values = { date: moment(new Date(last.at)), until: last.restorableUntil ?? '-' }
  const old = call.clock().getTime() - Date.parse(last.at) > BACKUP_DAYS * 86_400_000
  return say(call, 'backup', old ? 'warn' : 'ok', old ? 'doctorOldBackup' : 'doctorBackup', values)
}

async function checkAccounts(call: Call, { accounts, brokenAccounts }: Opened): Promise<Finding[]> {
  const found = brokenAccounts.map(({ id }) => refusal(call, 'account', new GallraError('account-broken', { id })))
  const followed = accounts.filter((account) => account.state !== 'removed')
  if (followed.length + found.length === 0) return [say(call, 'account', 'warn', 'doctorNoAccount', {})]
  for (const { settings } of followed) {
    try {
      const mailbox = await connect(settings)
      const { uidPlus } = mailbox.capabilities
      await mailbox.logout().catch(() => mailbox.close())
      found.push(say(call, 'account', 'ok', 'doctorReachable', { account: settings.address }))
      found.push(
        say(call, 'uidplus', uidPlus ? 'ok' : 'bad', uidPlus ? 'doctorUidplus' : 'doctorNoUidplus', {
          account: settings.address,
        }),
      )
    } catch (error) {
      found.push(refusal(call, 'account', error, settings.address))
    }
  }
  return found
}

/** Whether the weekly digest can go out, and what became of the letters before. */
async function checkLetters(call: Call, { archive }: Opened): Promise<Finding[]> {
  const { staff, broken } = await readStaff(archive)
  const found = broken.map(({ id }) => refusal(call, 'staff', new GallraError('staff-broken', { id })))
  const { unknown, refused, unreadable } = await countLetters(archive.pool)
  if (unknown > 0) found.push(say(call, 'letters', 'warn', 'doctorLettersUnknown', { count: unknown }))
  if (refused > 0) found.push(say(call, 'letters', 'warn', 'doctorLettersRefused', { count: refused }))
  if (unreadable > 0) found.push(say(call, 'letters', 'warn', 'doctorLettersUnreadable', { count: unreadable }))
  if (!staff.some(({ address }) => address !== null)) found.push(say(call, 'digest', 'warn', 'doctorDigestNobody', {}))
  const sender = await findSender(archive)
  if (sender === null) return [...found, say(call, 'smtp', 'warn', 'doctorSmtpNone', {})]
  try {
    await tryLogin(sender.smtp)
    return [...found, say(call, 'smtp', 'ok', 'doctorSmtpReachable', { account: sender.settings.address })]
  } catch (error) {
    return [...found, refusal(call, 'smtp', error, sender.settings.address)]
  }
}

function say(
  call: Call,
  check: string,
  result: Finding['result'],
  text: TextKey,
  values: Record<string, string | number>,
): Finding {
  return { check, result, text: fill(call.texts[text], values) }
}

function refusal(call: Call, check: string, error: unknown, where = ''): Finding {
  if (!(error instanceof GallraError)) throw error
  const unreachable = exitCodeOf(error) === EXIT.unreachable ? ({ unreachable: true } as const) : {}
  return {
    check,
    result: 'bad',
    ...unreachable,
    text: `${where === '' ? '' : `${oneLine(where, 100)}: `}${describeError(error, call.language)}`,
  }
}
