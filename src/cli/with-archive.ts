import { existsSync } from 'node:fs'
import { MIGRATIONS_DIRECTORY } from '../config.ts'
import { GallraError } from '../errors.ts'
import { withInstalledModel } from '../pipeline/installed-model.ts'
import type { Rules } from '../pipeline/rules.ts'
import { readRules } from '../rulebook.ts'
import { listAccounts, type Account } from '../store/accounts.ts'
import { openArchive, type Archive } from '../store/archive.ts'
import { getStaff, type StaffMember } from '../store/staff.ts'
import { badInput } from './bad-input.ts'
import type { Call } from './call.ts'
import type { Id, IdKind } from './ids.ts'

export interface Opened {
  archive: Archive
  /** With the model that learned from this installation's staff, if there is one. */
  rules: Rules
  /** As read from their folder, with the shipped model. */
  shipped: Rules
  /** All, removed ones too. */
  accounts: Account[]
}

/** Opens archive and rules, and closes whatever happens. Only `create` makes an archive where there is none. */
export async function withArchive<T>(call: Call, work: (opened: Opened) => Promise<T>, create = false): Promise<T> {
  const { config } = call
  // A bad rule file is told before a database is started for nothing.
  const shipped = readRules(config.rulesDirectory, config.dataDirectory)
  if (!create && !archiveExists(call)) throw new GallraError('archive-missing')
  const archive = await openArchive({ ...config, migrationsDirectory: MIGRATIONS_DIRECTORY }, call.clock())
  try {
    return await work({ archive, rules: await withInstalledModel(archive, shipped), shipped, accounts: await listAccounts(archive) })
  } finally {
    await archive.close()
  }
}

export function archiveExists({ config }: Call): boolean {
  return config.databaseUrl !== null || existsSync(config.dataDirectory)
}

/** The accounts a verb speaks of: the one named, else all that are not removed (all, when none is left). */
export function chosenAccounts(call: Call, { accounts }: Opened, named: string | undefined): Account[] {
  if (named !== undefined) return [accountNamed(accounts, named)]
  const standing = accounts.filter((account) => account.state !== 'removed')
  return standing.length > 0 ? standing : accounts
}

/** The one account meant: named, or the only one there is. */
export function oneAccount(call: Call, opened: Opened, named: string | undefined): Account {
  const [account, ...others] = chosenAccounts(call, opened, named)
  if (account === undefined) throw new GallraError('archive-missing')
  if (others.length > 0) throw badInput(call.texts, '--account', 'severalAccounts', 'nameAccount')
  return account
}

const TABLES: Record<IdKind, string> = { m: 'Message', c: 'Conversation', k: 'Customer', h: 'Hold', t: 'Tombstone' }

/** Ids are unique in the whole archive, so they tell their account themselves. */
export async function accountOf(call: Call, { archive, accounts }: Opened, id: Id): Promise<Account> {
  const { rows } = await archive.pool.query<{ accountId: number }>(`SELECT "accountId" FROM "${TABLES[id.kind]}" WHERE "id" = $1`, [id.number])
  const account = accounts.find((each) => each.id === rows[0]?.accountId)
  const named = call.given.text('account')
  const other = named !== undefined && accountNamed(accounts, named).id !== account?.id
  if (account === undefined || other) throw new GallraError('not-found', { id: `${id.kind}${id.number}` })
  return account
}

/** Who decides: --by. */
export async function deciderOf(call: Call, { archive }: Opened): Promise<StaffMember> {
  return getStaff(archive, call.given.text('by') ?? '')
}

function accountNamed(accounts: Account[], named: string): Account {
  const name = named.trim().toLowerCase()
  const found = accounts.find((account) => account.settings.address === name || String(account.id) === name)
  if (found === undefined) throw new GallraError('account-missing', { account: name })
  return found
}
