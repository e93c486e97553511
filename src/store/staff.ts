import { GallraError } from '../errors.ts'
import type { Archive } from './archive.ts'
import { identityOf, openRow, sealRow, type RowKey } from './sealed-row.ts'
import { nextId } from './sql.ts'

export const ROLES = ['staff', 'dpo', 'admin'] as const
export type Role = (typeof ROLES)[number]

export interface StaffMember {
  id: number
  name: string
  address: string | null
  role: Role
}

export async function saveStaff(archive: Archive, member: Omit<StaffMember, 'id'>, now: Date): Promise<StaffMember> {
  const hash = archive.index.hash('staff', member.name.toLowerCase())
  const { rows } = await archive.pool.query<{ id: number }>('SELECT "id" FROM "Staff" WHERE "nameHash" = $1', [hash])
  const id = rows[0]?.id ?? (await nextId(archive.pool, 'Staff'))
  const sealed = sealRow(archive.keyring, identityOf('Staff', 0, id), { name: member.name, address: member.address }, now)
  await archive.pool.query(
    `INSERT INTO "Staff" ("id", "role", "createdAt", "nameHash", "epoch", "wrappedKey", "sealed")
     VALUES ($1, $2, $3, $4, $5, $6, $7)
     ON CONFLICT ("id") DO UPDATE SET "role" = $2, "epoch" = $5, "wrappedKey" = $6, "sealed" = $7`,
    [id, member.role, now, hash, sealed.epoch, sealed.wrappedKey, sealed.sealed],
  )
  return { id, ...member }
}

export async function listStaff(archive: Archive): Promise<StaffMember[]> {
  const { rows } = await archive.pool.query<RowKey & { id: number; role: Role; sealed: Buffer }>('SELECT * FROM "Staff" ORDER BY "id"')
  return rows.map((row) => ({
    id: row.id,
    role: row.role,
    ...openRow(archive.keyring, row, identityOf('Staff', 0, row.id)) as { name: string; address: string | null },
  }))
}

/** By name (any case) or id; throws when there is none. */
export async function getStaff(archive: Archive, name: string): Promise<StaffMember> {
  const wanted = name.trim().toLowerCase()
  const found = (await listStaff(archive)).find((member) => member.name.toLowerCase() === wanted || String(member.id) === wanted)
  if (!found) throw new GallraError('staff-missing', { staff: name })
  return found
}
