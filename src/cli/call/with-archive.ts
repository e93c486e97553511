import { existsSync } from 'node:fs'
import { MIGRATIONS_DIRECTORY } from '../../config.ts'
import { GallraError } from '../../errors.ts'
import type { Actor } from '../../pipeline/decide/actor.ts'
import type { StaffActor } from '../../pipeline/decide/staff-decisions.ts'
import {
  accountHolding,
  accountsMeant,
  findStaff,
  withOpenArchive,
  type Account,
  type Opened,
  type RecordId,
} from '../../pipeline/opening/open.ts'
import type { Reading } from '../../pipeline/read/audited.ts'
import { readRules } from '../../rulebook/read-rules.ts'
import { describeError } from '../../text/errors.ts'
import { badInput } from './bad-input.ts'
import type { Call } from './call.ts'
import { EXIT, type ExitCode } from './exit-codes.ts'

/** Opens archive and rules, and closes whatever happens. Only `create` makes an archive where there is none. */
export async function withArchive<T>(call: Call, work: (opened: Opened) => Promise<T>, create = false): Promise<T> {
  const { config } = call
  // A bad rule file is reported before a database is started for nothing.
  const read = readRules(config.rulesDirectory, config.dataDirectory)
  if (!create && !archiveExists(call)) throw new GallraError('archive-missing')
  return withOpenArchive({ ...config, migrationsDirectory: MIGRATIONS_DIRECTORY }, read, work, call.clock())
}

export function archiveExists({ config }: Call): boolean {
  return config.databaseUrl !== null || existsSync(config.dataDirectory)
}

/** The accounts a verb is about: the one named, else all that are not removed (all, when none is left). */
export function chosenAccounts(call: Call, opened: Opened, named: string | undefined): Account[] {
  const accounts = accountsMeant(opened, named)
  if (named === undefined) noteBroken(call, opened)
  return accounts
}

/** Which accounts are left out, and what to do. */
export function noteBroken(call: Call, { brokenAccounts }: Opened): void {
  for (const { id } of brokenAccounts)
    call.note(describeError(new GallraError('account-broken', { id }), call.language))
}

/**
 * What a verb for these accounts ends with if nothing else fails: leaving one out is a failure unless another was
 * named.
 */
export function exitLeavingOut({ brokenAccounts }: Opened, named: string | undefined): ExitCode {
  return named === undefined && brokenAccounts.length > 0 ? EXIT.failed : EXIT.ok
}

/** The one account meant: named, or the only one there is. */
export function oneAccount(call: Call, opened: Opened, named: string | undefined): Account {
  const [account, ...others] = chosenAccounts(call, opened, named)
  if (account === undefined) throw new GallraError('archive-missing')
  // Which of several is meant is not guessed from which one can be decrypted.
  if (others.length > 0 || (named === undefined && opened.brokenAccounts.length > 0))
    throw badInput(call.texts, '--account', 'severalAccounts', 'nameAccount')
  return account
}

/** The account that holds this; it must be the one named, where one is. */
export function accountOf(call: Call, opened: Opened, id: RecordId): Promise<Account> {
  return accountHolding(opened, id, call.given.text('account'))
}

/** Who decides: --by. */
export async function deciderOf(call: Call, opened: Opened): Promise<StaffActor> {
  const { id } = await findStaff(opened, call.given.text('by') ?? '')
  return { staffId: id, via: 'cli' }
}

/** Who reads: --by, where it is given. */
export async function readingOf(call: Call, opened: Opened): Promise<Reading> {
  const reader: Actor = call.given.has('by') ? await deciderOf(call, opened) : { staffId: null, via: 'cli' }
  return { archive: opened.archive, reader, now: call.clock() }
}
