import type { FolderNames } from '../core/mailbox/case-folders.ts'
import type { ServerLogin } from '../core/mailbox/server-login.ts'
import type { OwnIdentity } from '../core/message/message.ts'
import type { Archive } from './archive.ts'
import type { Account as AccountRow } from './generated/client.ts'
import { unlessBroken } from './keys/seal.ts'
import { identityOf, openRow, sealRow } from './keys/sealed-row.ts'
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
  const prisma = await archive.prisma()
  const known = await prisma.account.findUnique({ where: { addressHash }, select: { id: true } })
  const id = known?.id ?? (await nextId(archive.pool, 'Account'))
  const row = sealRow(archive.keyring, identityOf('Account', id, id), settings, now)
  const data = { state: 'active', stateAt: now, ...row }
  await prisma.account.upsert({ where: { id }, create: { id, createdAt: now, addressHash, ...data }, update: data })
  return { id, state: 'active', settings }
}

/** How mail to staff is sent from now on; everything else of the account stays, its state too. */
export async function saveSmtp(
  archive: Archive,
  { id, settings }: Account,
  smtp: ServerLogin,
  now: Date,
): Promise<void> {
  await saveSettings(archive, id, { ...settings, smtp }, now)
}

/** Which folders stand for which case, and which are followed, from now on; the login stays. */
export async function saveFolderSettings(
  archive: Archive,
  { id, settings }: Account,
  changed: Pick<AccountSettings, 'folders' | 'caseFolders'>,
  now: Date,
): Promise<void> {
  await saveSettings(archive, id, { ...settings, ...changed }, now)
}

async function saveSettings(archive: Archive, id: number, settings: AccountSettings, now: Date): Promise<void> {
  const data = sealRow(archive.keyring, identityOf('Account', id, id), settings, now)
  await (await archive.prisma()).account.update({ where: { id }, data })
}

/** An account whose row cannot be decrypted, damaged or changed: its server and address are unknown. */
export interface BrokenAccount {
  id: number
  addressHash: string
}

/**
 * All accounts; those that cannot be decrypted apart, so that one of them keeps no other from its turn. `saveAccount`
 * with the same address makes such a one whole, under its id. Over `pg`: every command reads the accounts first.
 */
export async function readAccounts(archive: Archive): Promise<{ accounts: Account[]; broken: BrokenAccount[] }> {
  const accounts: Account[] = []
  const broken: BrokenAccount[] = []
  const { rows } = await archive.pool.query<AccountRow>('SELECT * FROM "Account" ORDER BY "id"')
  for (const row of rows) {
    const { id, addressHash } = row
    const settings = unlessBroken(() => openRow(archive.keyring, row, identityOf('Account', id, id)) as AccountSettings)
    if (settings === null) broken.push({ id, addressHash })
    else accounts.push({ id, state: row.state as Account['state'], settings })
  }
  return { accounts, broken }
}

/** All, whether they can be decrypted or not. */
export async function listAccountIds(sql: Sql): Promise<number[]> {
  const { rows } = await sql.query<Pick<AccountRow, 'id'>>('SELECT "id" FROM "Account" ORDER BY "id"')
  return rows.map(({ id }) => id)
}

/** Whether anybody has begun to use the database: then its keys must exist too. */
export async function hasAccountOrStaff(sql: Sql): Promise<boolean> {
  const { rows } = await sql.query<{ used: boolean }>(
    'SELECT EXISTS (SELECT 1 FROM "Account") OR EXISTS (SELECT 1 FROM "Staff") AS used',
  )
  return rows[0]!.used
}

/** Those that can be decrypted. */
export async function listAccounts(archive: Archive): Promise<Account[]> {
  return (await readAccounts(archive)).accounts
}

export async function findAccount(archive: Archive, address: string): Promise<Account | null> {
  const name = address.trim().toLowerCase()
  const accounts = await listAccounts(archive)
  return accounts.find((account) => account.settings.address === name || String(account.id) === name) ?? null
}

export async function setAccountState(archive: Archive, id: number, state: Account['state'], now: Date): Promise<void> {
  await (await archive.prisma()).account.update({ where: { id }, data: { state, stateAt: now } })
}

/** Tables whose ids people write down. Each id is unique in the whole archive, so it tells its account itself. */
export type NamedTable = 'Message' | 'Conversation' | 'Customer' | 'Hold' | 'Tombstone'

/** null: there is no such row. */
export async function findAccountIdOf(sql: Sql, table: NamedTable, id: number): Promise<number | null> {
  const { rows } = await sql.query<{ accountId: number }>(`SELECT "accountId" FROM "${table}" WHERE "id" = $1`, [id])
  return rows[0]?.accountId ?? null
}
