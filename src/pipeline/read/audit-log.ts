import type { Archive } from '../../store/archive.ts'
import { requireHead, verifyAudit, type AuditHead } from '../../store/audit.ts'

export type { AuditHead } from '../../store/audit.ts'

/**
 * Recomputes every chain of the log, and requires that it still holds a head that was noted elsewhere.
 * @throws GallraError audit-broken, audit-truncated
 */
export async function verifyAuditLog(archive: Archive, noted: AuditHead | null): Promise<AuditHead[]> {
  const heads = await verifyAudit(archive)
  if (noted !== null) await requireHead(archive, noted)
  return heads
}
