import type { OwnIdentity } from '../core/message.ts'
import { GallraError } from '../errors.ts'
import type { Archive } from './archive.ts'
import { identityOf, openRow, sealRow, type RowKey } from './sealed-row.ts'
import { nextId } from './sql.ts'

export interface AccountSettings {
  /** The mailbox's own address; also how people name the account. */
  address: string
  host: string
  port: number
  security: 'tls' | 'starttls' | 'none'
  user: string
  password: string
  /** PEM of the CA to trust instead of the system's. */
  ca: string | null
  own: OwnIdentity
  /** Folder paths to follow; null = all that carry mail. */
  folders: string[] | null
}

export interface Account {
  id: number
  state: 'active' | 'login-refused' | 'removed'
  settings: AccountSettings
}

interface AccountRow extends RowKey {
  id: number
  state: Account['state']
  sealed: Buffer
}

export async function saveAccount(archive: Archive, settings: AccountSettings, now: Date): Promise<Account> {
  const hash = archive.index.hash('account', settings.address)
  const { rows } = await archive.pool.query<{ id: number }>('SELECT "id" FROM "Account" WHERE "addressHash" = $1', [hash])
  const id = rows[0]?.id ?? (await nextId(archive.pool, 'Account'))
  const row = sealRow(archive.keyring, identityOf('Account', id, id), settings, now)
  await archive.pool.query(
    `INSERT INTO "Account" ("id", "state", "stateAt", "createdAt", "addressHash", "epoch", "wrappedKey", "sealed")
     VALUES ($1, 'active', $2, $2, $3, $4, $5, $6)
     ON CONFLICT ("id") DO UPDATE SET "state" = 'active', "stateAt" = $2, "epoch" = $4, "wrappedKey" = $5, "sealed" = $6`,
    [id, now, hash, row.epoch, row.wrappedKey, row.sealed],
  )
  return { id, state: 'active', settings }
}

export async function listAccounts(archive: Archive): Promise<Account[]> {
  const { rows } = await archive.pool.query<AccountRow>('SELECT * FROM "Account" ORDER BY "id"')
  return rows.map((row) => ({
    id: row.id,
    state: row.state,
    settings: openRow(archive.keyring, row, identityOf('Account', row.id, row.id)) as AccountSettings,
  }))
}

export async function findAccount(archive: Archive, address: string): Promise<Account | null> {
  const name = address.trim().toLowerCase()
  const accounts = await listAccounts(archive)
  return accounts.find((account) => account.settings.address === name || String(account.id) === name) ?? null
}

export async function getAccount(archive: Archive, address: string): Promise<Account> {
  const account = await findAccount(archive, address)
  if (!account) throw new GallraError('account-missing', { account: address })
  return account
}

export async function setAccountState(archive: Archive, id: number, state: Account['state'], now: Date): Promise<void> {
  await archive.pool.query('UPDATE "Account" SET "state" = $2, "stateAt" = $3 WHERE "id" = $1', [id, state, now])
}
