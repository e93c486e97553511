import type { FolderNames } from '../core/mailbox/case-folders.ts'
import type { ServerLogin } from '../core/mailbox/server-login.ts'
import type { OwnIdentity } from '../core/message/message.ts'
import type { Archive } from './archive.ts'
import { unlessBroken } from './keys/seal.ts'
import { identityOf, loaded, openRow, sealRow, stored } from './keys/sealed-row.ts'
import { nextId, type Sql } from './postgres/sql.ts'

export interface AccountSettings extends ServerLogin {
  /** The mailbox's own address; also how people name the account. */
  address: string
  own: OwnIdentity
  /** Folder paths to follow; null = all that carry mail. */
  folders: string[] | null
  /** With which mail to staff is sent; absent in archives begun before schema 0003. */
  smtp?: ServerLogin | null
  /** Folders that stand for a case; absent: those by their default names, and gallra files nothing itself. */
  caseFolders?: { names: Partial<FolderNames>; filing: boolean }
}

export interface Account {
  id: number
  state: 'active' | 'login-refused' | 'removed'
  settings: AccountSettings
}

export async function saveAccount(archive: Archive, settings: AccountSettings, now: Date): Promise<Account> {
  const addressHash = archive.index.hash('account', settings.address)
  const known = await archive.prisma.account.findUnique({ where: { addressHash }, select: { id: true } })
  const id = known?.id ?? (await nextId(archive.pool, 'Account'))
  const row = sealRow(archive.keyring, identityOf('Account', id, id), settings, now)
  const data = { state: 'active', stateAt: now, ...stored(row) }
  await archive.prisma.account.upsert({
    where: { id },
    create: { id, createdAt: now, addressHash, ...data },
    update: data,
  })
  return { id, state: 'active', settings }
}

/** How mail to staff is sent from now on; everything else of the account stays, its state too. */
export async function saveSmtp(
  archive: Archive,
  { id, settings }: Account,
  smtp: ServerLogin,
  now: Date,
): Promise<void> {
  const row = sealRow(archive.keyring, identityOf('Account', id, id), { ...settings, smtp }, now)
  await archive.prisma.account.update({ where: { id }, data: stored(row) })
}

/** Which folders stand for which case, and which are followed, from now on; the login stays. */
export async function saveFolderSettings(
  archive: Archive,
  { id, settings }: Account,
  changed: Pick<AccountSettings, 'folders' | 'caseFolders'>,
  now: Date,
): Promise<void> {
  const row = sealRow(archive.keyring, identityOf('Account', id, id), { ...settings, ...changed }, now)
  await archive.prisma.account.update({ where: { id }, data: stored(row) })
}

/** An account whose row does not open, damaged or changed: nobody knows its server or whose address it is. */
export interface BrokenAccount {
  id: number
  addressHash: string
}

/** One that does not open keeps no other from its turn. `saveAccount` with the same address makes it whole, under its id. */
export async function readAccounts(archive: Archive): Promise<{ accounts: Account[]; broken: BrokenAccount[] }> {
  const accounts: Account[] = []
  const broken: BrokenAccount[] = []
  for (const row of await archive.prisma.account.findMany({ orderBy: { id: 'asc' } })) {
    const { id, addressHash } = row
    const settings = unlessBroken(
      () => openRow(archive.keyring, loaded(row), identityOf('Account', id, id)) as AccountSettings,
    )
    if (settings === null) broken.push({ id, addressHash })
    else accounts.push({ id, state: row.state as Account['state'], settings })
  }
  return { accounts, broken }
}

/** All, whether they open or not. */
export async function listAccountIds(sql: Sql): Promise<number[]> {
  const { rows } = await sql.query<{ id: number }>('SELECT "id" FROM "Account" ORDER BY "id"')
  return rows.map(({ id }) => id)
}

/** Those that open. */
export async function listAccounts(archive: Archive): Promise<Account[]> {
  return (await readAccounts(archive)).accounts
}

export async function findAccount(archive: Archive, address: string): Promise<Account | null> {
  const name = address.trim().toLowerCase()
  const accounts = await listAccounts(archive)
  return accounts.find((account) => account.settings.address === name || String(account.id) === name) ?? null
}

export async function setAccountState(archive: Archive, id: number, state: Account['state'], now: Date): Promise<void> {
  await archive.prisma.account.update({ where: { id }, data: { state, stateAt: now } })
}
