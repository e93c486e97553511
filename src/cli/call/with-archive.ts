import { existsSync } from 'node:fs'
import { MIGRATIONS_DIRECTORY } from '../../config.ts'
import { GallraError } from '../../errors.ts'
import { withInstalledModel } from '../../pipeline/learn/installed-model.ts'
import type { Rules } from '../../pipeline/decide/rules.ts'
import { readRules } from '../../rulebook.ts'
import { readAccounts, type Account, type BrokenAccount } from '../../store/accounts.ts'
import { openArchive, type Archive } from '../../store/archive.ts'
import { getStaff, type StaffMember } from '../../store/staff/staff.ts'
import { badInput } from './bad-input.ts'
import { EXIT, type ExitCode } from './exit-codes.ts'
import type { Call } from './call.ts'
import type { Id, IdKind } from './ids.ts'

export interface Opened {
  archive: Archive
  /** With the model that learned from this installation's staff, if there is one. */
  rules: Rules
  /** As read from their folder, with the shipped model. */
  shipped: Rules
  /** All that open, removed ones too. */
  accounts: Account[]
  /** Those that do not. */
  brokenAccounts: BrokenAccount[]
  /** The model that learned from staff does not open; the shipped one judges. */
  brokenModel: boolean
}

/** Opens archive and rules, and closes whatever happens. Only `create` makes an archive where there is none. */
export async function withArchive<T>(call: Call, work: (opened: Opened) => Promise<T>, create = false): Promise<T> {
  const { config } = call
  // A bad rule file is told before a database is started for nothing.
  const shipped = readRules(config.rulesDirectory, config.dataDirectory)
  if (!create && !archiveExists(call)) throw new GallraError('archive-missing')
  const archive = await openArchive({ ...config, migrationsDirectory: MIGRATIONS_DIRECTORY }, call.clock())
  try {
    const { accounts, broken: brokenAccounts } = await readAccounts(archive)
    let brokenModel = false
    const rules = await withInstalledModel(archive, shipped, () => (brokenModel = true))
    return await work({ archive, rules, shipped, accounts, brokenAccounts, brokenModel })
  } finally {
    await archive.close()
  }
}

export function archiveExists({ config }: Call): boolean {
  return config.databaseUrl !== null || existsSync(config.dataDirectory)
}

/** The accounts a verb speaks of: the one named, else all that are not removed (all, when none is left). */
export function chosenAccounts(call: Call, opened: Opened, named: string | undefined): Account[] {
  if (named !== undefined) return [accountNamed(opened, named)]
  const { accounts, brokenAccounts } = opened
  if (accounts.length === 0) requireWhole(brokenAccounts)
  noteBroken(call, opened)
  const standing = accounts.filter((account) => account.state !== 'removed')
  return standing.length > 0 ? standing : accounts
}

/** Which accounts are left out, and what to do. */
export function noteBroken(call: Call, { brokenAccounts }: Opened): void {
  for (const { id } of brokenAccounts) call.note(new GallraError('account-broken', { id }).describe(call.language))
}

/** What a verb for these accounts ends with if nothing else fails: leaving one out is a failure unless another was named. */
export function exitLeavingOut({ brokenAccounts }: Opened, named: string | undefined): ExitCode {
  return named === undefined && brokenAccounts.length > 0 ? EXIT.failed : EXIT.ok
}

/** Where leaving one account out would be wrong. @throws GallraError account-broken */
export function requireWhole([broken]: BrokenAccount[]): void {
  if (broken !== undefined) throw new GallraError('account-broken', { id: broken.id })
}

/** The one account meant: named, or the only one there is. */
export function oneAccount(call: Call, opened: Opened, named: string | undefined): Account {
  const [account, ...others] = chosenAccounts(call, opened, named)
  if (account === undefined) throw new GallraError('archive-missing')
  // Which of several is meant is not guessed from which one opens.
  if (others.length > 0 || (named === undefined && opened.brokenAccounts.length > 0))
    throw badInput(call.texts, '--account', 'severalAccounts', 'nameAccount')
  return account
}

const TABLES: Record<IdKind, string> = { m: 'Message', c: 'Conversation', k: 'Customer', h: 'Hold', t: 'Tombstone' }

/** Ids are unique in the whole archive, so they tell their account themselves. */
export async function accountOf(call: Call, opened: Opened, id: Id): Promise<Account> {
  const { archive, accounts } = opened
  const { rows } = await archive.pool.query<{ accountId: number }>(
    `SELECT "accountId" FROM "${TABLES[id.kind]}" WHERE "id" = $1`,
    [id.number],
  )
  const account = accounts.find((each) => each.id === rows[0]?.accountId)
  requireWhole(opened.brokenAccounts.filter((each) => each.id === rows[0]?.accountId))
  const named = call.given.text('account')
  const other = named !== undefined && accountNamed(opened, named).id !== account?.id
  if (account === undefined || other) throw new GallraError('not-found', { id: `${id.kind}${id.number}` })
  return account
}

/** Who decides: --by. */
export async function deciderOf(call: Call, { archive }: Opened): Promise<StaffMember> {
  return getStaff(archive, call.given.text('by') ?? '')
}

function accountNamed({ archive, accounts, brokenAccounts }: Opened, named: string): Account {
  const name = named.trim().toLowerCase()
  const found = accounts.find((account) => account.settings.address === name || String(account.id) === name)
  if (found !== undefined) return found
  const addressHash = archive.index.hash('account', name)
  requireWhole(brokenAccounts.filter((each) => each.addressHash === addressHash || String(each.id) === name))
  throw new GallraError('account-missing', { account: name })
}
