import type { Archive } from '../../store/archive.ts'
import { readStaff as read, saveStaff, type StaffMember } from '../../store/staff/staff.ts'

/** A member of the same name is changed. */
export function addStaff(archive: Archive, member: Omit<StaffMember, 'id'>, now: Date): Promise<StaffMember> {
  return saveStaff(archive, member, now)
}

/** The staff; `broken`: ids of those whose row cannot be decrypted. */
export async function readStaff(archive: Archive): Promise<{ staff: StaffMember[]; broken: number[] }> {
  const { staff, broken } = await read(archive)
  return { staff, broken: broken.map(({ id }) => id) }
}
