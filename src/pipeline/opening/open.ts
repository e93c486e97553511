import { GallraError } from '../../errors.ts'
import {
  findAccountIdOf,
  readAccounts,
  type Account,
  type BrokenAccount,
  type NamedTable,
} from '../../store/accounts.ts'
import type { Archive } from '../../store/archive.ts'
import { openArchive, type ArchivePlace } from '../../store/opening/open-archive.ts'
import { getStaff, type StaffMember } from '../../store/staff/staff.ts'
import type { Rules } from '../decide/rules.ts'
import { rulesOfArchive } from '../learn/archive-rules.ts'
import { withInstalledModel } from '../learn/installed-model.ts'

export type { Account } from '../../store/accounts.ts'
/** So that no two processes follow, purge or train the same. */
export { withLeases, type Leases } from '../../store/postgres/lease.ts'

/** m12 message, c7 conversation, k3 customer, h4 hold, t5 tombstone. */
export type RecordKind = 'm' | 'c' | 'k' | 'h' | 't'

export interface RecordId<K extends RecordKind = RecordKind> {
  kind: K
  number: number
}

const TABLES = {
  m: 'Message',
  c: 'Conversation',
  k: 'Customer',
  h: 'Hold',
  t: 'Tombstone',
} as const satisfies Record<RecordKind, NamedTable>

/** All that a command or a page works with. */
export interface Opened {
  archive: Archive
  /** With the model that learned from this installation's staff, if there is one. */
  rules: Rules
  /** As read from their folder, with the shipped model. */
  shipped: Rules
  /** All that can be decrypted, removed ones too. */
  accounts: Account[]
  /** Those that cannot. */
  brokenAccounts: BrokenAccount[]
  /** The model that learned from staff cannot be decrypted; the shipped one judges. */
  brokenModel: boolean
}

/** Opens the archive for `work` and closes it whatever happens. */
export async function withOpenArchive<T>(
  place: ArchivePlace,
  read: Parameters<typeof rulesOfArchive>[1],
  work: (opened: Opened) => Promise<T>,
  now: Date,
): Promise<T> {
  const archive = await openArchive(place, now)
  try {
    const shipped = await rulesOfArchive(archive, read, now)
    const { accounts, broken: brokenAccounts } = await readAccounts(archive)
    let brokenModel = false
    const rules = await withInstalledModel(archive, shipped, () => (brokenModel = true))
    return await work({ archive, rules, shipped, accounts, brokenAccounts, brokenModel })
  } finally {
    await archive.close()
  }
}

type Accounts = Pick<Opened, 'archive' | 'accounts' | 'brokenAccounts'>

/** By address or id. @throws GallraError account-missing, account-broken */
function accountNamed({ archive, accounts, brokenAccounts }: Accounts, named: string): Account {
  const name = named.trim().toLowerCase()
  const found = accounts.find((account) => account.settings.address === name || String(account.id) === name)
  if (found !== undefined) return found
  const addressHash = archive.index.hash('account', name)
  requireWhole(brokenAccounts.filter((each) => each.addressHash === addressHash || String(each.id) === name))
  throw new GallraError('account-missing', { account: name })
}

/** The accounts meant: the one named, else all that are not removed (all, when none is left). */
export function accountsMeant(opened: Accounts, named: string | undefined): Account[] {
  if (named !== undefined) return [accountNamed(opened, named)]
  const { accounts, brokenAccounts } = opened
  if (accounts.length === 0) requireWhole(brokenAccounts)
  const kept = accounts.filter((account) => account.state !== 'removed')
  return kept.length > 0 ? kept : accounts
}

/** Where leaving one account out would be wrong. @throws GallraError account-broken */
export function requireWhole([broken]: BrokenAccount[]): void {
  if (broken !== undefined) throw new GallraError('account-broken', { id: broken.id })
}

/**
 * The account that holds this: ids are unique in the whole archive. `named` must be that account, where given.
 * @throws GallraError not-found, account-broken
 */
export async function accountHolding(opened: Accounts, id: RecordId, named?: string): Promise<Account> {
  const accountId = await findAccountIdOf(opened.archive.pool, TABLES[id.kind], id.number)
  const account = opened.accounts.find((each) => each.id === accountId)
  requireWhole(opened.brokenAccounts.filter((each) => each.id === accountId))
  const other = named !== undefined && accountNamed(opened, named).id !== account?.id
  if (account === undefined || other) throw new GallraError('not-found', { id: `${id.kind}${id.number}` })
  return account
}

/** By name (any case) or id. @throws GallraError staff-missing, staff-broken */
export function findStaff({ archive }: Pick<Opened, 'archive'>, name: string): Promise<StaffMember> {
  return getStaff(archive, name)
}
