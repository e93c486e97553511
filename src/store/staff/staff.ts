import type { Role } from '../../core/role.ts'
import { GallraError } from '../../errors.ts'
import type { Archive } from '../archive.ts'
import { unlessBroken } from '../keys/seal.ts'
import { identityOf, loaded, openRow, sealRow, stored } from '../keys/sealed-row.ts'
import { nextId } from '../postgres/sql.ts'

export interface StaffMember {
  id: number
  name: string
  address: string | null
  role: Role
  /** Of mail to this person. */
  language: 'sv' | 'en'
}

export async function saveStaff(
  archive: Archive,
  member: Omit<StaffMember, 'id' | 'language'> & { language?: StaffMember['language'] },
  now: Date,
): Promise<StaffMember> {
  const nameHash = archive.index.hash('staff', member.name.toLowerCase())
  const known = await archive.prisma.staff.findUnique({ where: { nameHash }, select: { id: true } })
  const id = known?.id ?? (await nextId(archive.pool, 'Staff'))
  const row = sealRow(
    archive.keyring,
    identityOf('Staff', 0, id),
    { name: member.name, address: member.address, language: member.language ?? 'sv' },
    now,
  )
  const data = { role: member.role, ...stored(row) }
  await archive.prisma.staff.upsert({ where: { id }, create: { id, createdAt: now, nameHash, ...data }, update: data })
  return { id, language: 'sv', ...member }
}

/** One whose row does not open, damaged or changed, keeps nobody else from deciding. `saveStaff` with the same name makes it whole, under its id. */
export async function readStaff(
  archive: Archive,
): Promise<{ staff: StaffMember[]; broken: { id: number; nameHash: string }[] }> {
  const staff: StaffMember[] = []
  const broken: { id: number; nameHash: string }[] = []
  for (const row of await archive.prisma.staff.findMany({ orderBy: { id: 'asc' } })) {
    const { id, nameHash } = row
    const opened = unlessBroken(
      () =>
        openRow(archive.keyring, loaded(row), identityOf('Staff', 0, id)) as {
          name: string
          address: string | null
          language?: 'sv' | 'en'
        },
    )
    // Rows from before schema 0003 name no language.
    if (opened !== null) staff.push({ id, role: row.role as Role, language: 'sv', ...opened })
    else broken.push({ id, nameHash })
  }
  return { staff, broken }
}

/** Those whose rows open. */
export async function listStaff(archive: Archive): Promise<StaffMember[]> {
  return (await readStaff(archive)).staff
}

/** By name (any case) or id. @throws GallraError 'staff-missing', 'staff-broken' */
export async function getStaff(archive: Archive, name: string): Promise<StaffMember> {
  const wanted = name.trim().toLowerCase()
  const { staff, broken } = await readStaff(archive)
  const found = staff.find((member) => member.name.toLowerCase() === wanted || String(member.id) === wanted)
  if (found) return found
  const nameHash = archive.index.hash('staff', wanted)
  const damaged = broken.find((each) => each.nameHash === nameHash || String(each.id) === wanted)
  throw damaged
    ? new GallraError('staff-broken', { id: damaged.id })
    : new GallraError('staff-missing', { staff: name })
}
