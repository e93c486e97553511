import { GallraError } from '../errors.ts'
import type { Archive } from './archive.ts'
import { identityOf, loaded, openRow, sealRow, stored } from './sealed-row.ts'
import { nextId } from './sql.ts'

export const ROLES = ['staff', 'dpo', 'admin'] as const
export type Role = (typeof ROLES)[number]

export interface StaffMember {
  id: number
  name: string
  address: string | null
  role: Role
  /** Of mail to this person. */
  language: 'sv' | 'en'
}

export async function saveStaff(archive: Archive, member: Omit<StaffMember, 'id' | 'language'> & { language?: StaffMember['language'] }, now: Date): Promise<StaffMember> {
  const nameHash = archive.index.hash('staff', member.name.toLowerCase())
  const known = await archive.prisma.staff.findUnique({ where: { nameHash }, select: { id: true } })
  const id = known?.id ?? (await nextId(archive.pool, 'Staff'))
  const row = sealRow(archive.keyring, identityOf('Staff', 0, id), { name: member.name, address: member.address, language: member.language ?? 'sv' }, now)
  const data = { role: member.role, ...stored(row) }
  await archive.prisma.staff.upsert({ where: { id }, create: { id, createdAt: now, nameHash, ...data }, update: data })
  return { id, language: 'sv', ...member }
}

export async function listStaff(archive: Archive): Promise<StaffMember[]> {
  const rows = await archive.prisma.staff.findMany({ orderBy: { id: 'asc' } })
  return rows.map((row) => ({
    id: row.id,
    role: row.role as Role,
    // Rows from before schema 0003 name no language.
    language: 'sv' as const,
    ...(openRow(archive.keyring, loaded(row), identityOf('Staff', 0, row.id)) as { name: string; address: string | null; language?: 'sv' | 'en' }),
  }))
}

/** By name (any case) or id; throws when there is none. */
export async function getStaff(archive: Archive, name: string): Promise<StaffMember> {
  const wanted = name.trim().toLowerCase()
  const found = (await listStaff(archive)).find((member) => member.name.toLowerCase() === wanted || String(member.id) === wanted)
  if (!found) throw new GallraError('staff-missing', { staff: name })
  return found
}
