import { GallraError } from '../../errors.ts'
import { findAccount, saveAccount, setAccountState, type Account, type AccountSettings } from '../../store/accounts.ts'
import type { Archive } from '../../store/archive.ts'

export type { Account, AccountSettings } from '../../store/accounts.ts'

/** What may be shown of an account: no password; of the CA only that there is one. */
type PublicSettings = Omit<AccountSettings, 'password' | 'ca' | 'smtp'> & { ca: boolean }

interface PublicAccount extends PublicSettings {
  id: number
  state: Account['state']
}

/**
 * The settings an account of this address has now; null: there is none.
 * @throws GallraError account-exists: there is one, and it is not to be replaced
 */
export async function settingsBefore(
  archive: Archive,
  address: string,
  replace: boolean,
): Promise<AccountSettings | null> {
  const before = await findAccount(archive, address)
  if (before !== null && before.state !== 'removed' && !replace)
    throw new GallraError('account-exists', { account: address })
  return before?.settings ?? null
}

export async function addAccount(
  archive: Archive,
  settings: AccountSettings,
  now: Date,
): Promise<{ id: number } & PublicSettings> {
  const { id } = await saveAccount(archive, settings, now)
  return { id, ...publicSettings(settings) }
}

export function publicAccounts(accounts: readonly Account[]): PublicAccount[] {
  return accounts.map(({ id, state, settings }) => ({ id, state, ...publicSettings(settings) }))
}

/** It is no longer followed; its archive stays. */
export function removeAccount(archive: Archive, account: Account, now: Date): Promise<void> {
  return setAccountState(archive, account.id, 'removed', now)
}

/** Whether the server takes its password: where not, it is not asked again until a person does. */
export function noteLogin(archive: Archive, account: Account, works: boolean, now: Date): Promise<void> {
  return setAccountState(archive, account.id, works ? 'active' : 'login-refused', now)
}

function publicSettings(settings: AccountSettings): PublicSettings {
  const { address, host, port, security, user, own, folders, ca } = settings
  return { address, host, port, security, user, own, folders, ca: ca !== null }
}
