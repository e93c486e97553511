import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { Rules } from '../../src/pipeline/decide/rules.ts'
import { readRules } from '../../src/rulebook/read-rules.ts'
import { saveAccount, type Account, type AccountSettings } from '../../src/store/accounts.ts'
import { openArchive } from '../../src/store/opening/open-archive.ts'
import type { Archive } from '../../src/store/archive.ts'
import { saveStaff, type StaffMember } from '../../src/store/staff/staff.ts'
import { testMigratedDatabase } from './postgres.ts'

const ROOT = resolve(import.meta.dirname, '..', '..')

export const NOW = new Date('2026-11-24T12:00:00Z')
export const MIGRATIONS = join(ROOT, 'prisma', 'migrations')
export const RULES: Rules = readRules(join(ROOT, 'rules'))

export interface TestArchive {
  archive: Archive
  databaseUrl: string
  keysDirectory: string
  /** The same database and keys opened again, as after a restart. */
  reopen(): Promise<Archive>
  drop(): Promise<void>
}

/** An archive on a fresh database with keys of its own. */
export async function testArchive(now: Date = NOW): Promise<TestArchive> {
  const database = await testMigratedDatabase()
  const directory = mkdtempSync(join(tmpdir(), 'gallra-keys-'))
  const keysDirectory = join(directory, 'keys')
  const open = () =>
    openArchive(
      {
        dataDirectory: directory,
        keysDirectory,
        migrationsDirectory: MIGRATIONS,
        databaseUrl: database.url,
      },
      now,
    )
  const archive = await open()
  const opened = [archive]
  return {
    archive,
    databaseUrl: database.url,
    keysDirectory,
    async reopen() {
      const again = await open()
      opened.push(again)
      return again
    },
    async drop() {
      for (const each of opened) await each.close()
      await database.drop()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

export function testAccount(archive: Archive, login: Partial<AccountSettings> = {}, now: Date = NOW): Promise<Account> {
  const own = { addresses: ['info@promix.se'], domains: ['promix.se'], staffAddresses: [], authservId: null }
  return saveAccount(
    archive,
    {
      address: 'info@promix.se',
      host: '127.0.0.1',
      port: 1,
      security: 'none',
      user: 'u',
      password: 'p',
      ca: null,
      own,
      folders: null,
      ...login,
    },
    now,
  )
}

/** Carol reviews. */
export function carol(archive: Archive, now: Date = NOW, address: string | null = null): Promise<StaffMember> {
  return saveStaff(archive, { name: 'Carol', address, role: 'staff' }, now)
}

/** An assignment in SQL that turns one bit of what a column holds, as a disk or a hand may; the same again mends it. */
export function flipped(column: string): string {
  return `"${column}" = set_byte("${column}", 20, get_byte("${column}", 20) # 1)`
}
