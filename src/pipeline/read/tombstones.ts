import type { Account } from '../../store/accounts.ts'
import type { Archive } from '../../store/archive.ts'
import { findTombstonesByMessageId, type Tombstone } from '../../store/disposal/tombstones.ts'
import { plainValue, type Plain } from './plain-value.ts'

/** What is left of a purged message. */
export type FoundTombstone = Plain<Omit<Tombstone, 'id'> & { id: string }>

/** Whether a message was purged: `messageId` without angle brackets. */
export async function findTombstones(
  archive: Archive,
  accounts: readonly Account[],
  messageId: string,
): Promise<FoundTombstone[]> {
  const found: FoundTombstone[] = []
  for (const { id: accountId } of accounts) {
    const tombstones = await findTombstonesByMessageId(archive, accountId, messageId)
    found.push(...tombstones.map((each) => plainValue({ ...each, id: `t${each.id}` })))
  }
  return found
}
