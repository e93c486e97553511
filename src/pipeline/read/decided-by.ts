import type { MessageRow } from '../../store/message/messages.ts'
import type { Archive } from '../../store/archive.ts'
import { listLatestOverrides } from '../../store/staff/overrides.ts'

/** Who said which case a message is: the rules, a person at the command line or a page, or in the mail program. */
export type DecidedBy = 'rule' | 'staff' | 'mailbox'

export async function readDecidedBy(
  archive: Archive,
  accountId: number,
  { id, caseBy }: MessageRow,
): Promise<DecidedBy> {
  if (caseBy === 'rule') return 'rule'
  return (await listLatestOverrides(archive.pool, accountId, [id])).get(id)?.via === 'mailbox' ? 'mailbox' : 'staff'
}
