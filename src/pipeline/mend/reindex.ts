import { listAccountIds } from '../../store/accounts.ts'
import type { Archive } from '../../store/archive.ts'
import { countAllMessages, listMessageIds } from '../../store/message/messages.ts'
import { openUnlessBroken } from '../../store/message/open-messages.ts'
import { insertSearchEntries, type SearchEntry, removeSearchEntries } from '../../store/message/search.ts'
import { readSetting, writeSetting, removeSetting } from '../../store/settings.ts'
import { inTransaction, lockAccount } from '../../store/postgres/sql.ts'
import { searchEntriesOf } from '../ingest/prepare.ts'

const PAGE = 100

/**
 * Makes the search index again from the sealed messages, page by page, while gallra runs: each page
 * replaces its own entries in one transaction, so search never misses more than it did. Interrupted,
 * it goes on where it stopped. Returns how many messages this call indexed. Those that cannot be decrypted
 * are left out and reported to `onUnopened`.
 */
export async function rebuildIndex(
  archive: Archive,
  clock: () => Date,
  onProgress?: (done: number, total: number) => void,
  onUnopened?: (messageIds: number[]) => void,
): Promise<number> {
  const begun = await readSetting(archive.pool, 'reindexing')
  const total = await countAllMessages(archive.pool)
  let done = 0
  let indexed = 0
  for (const accountId of await listAccountIds(archive.pool)) {
    if (begun !== null && accountId < begun.accountId) continue
    let after = begun?.accountId === accountId ? begun.messageId : 0
    for (;;) {
      const { ids, unopened } = await rebuildPage(archive, accountId, after, clock())
      if (ids.length === 0) break
      if (unopened.length > 0) onUnopened?.(unopened)
      done += ids.length
      indexed += ids.length - unopened.length
      after = ids.at(-1)!
      onProgress?.(done, total)
    }
  }
  await removeSetting(archive.pool, 'reindexing')
  return indexed
}

async function rebuildPage(
  archive: Archive,
  accountId: number,
  after: number,
  now: Date,
): Promise<{ ids: number[]; unopened: number[] }> {
  return inTransaction(archive.pool, async (tx) => {
    // No purge may come in between: an entry must not outlive its message.
    await lockAccount(tx, accountId)
    const ids = await listMessageIds(tx, accountId, after, PAGE)
    const unopened: number[] = []
    if (ids.length === 0) return { ids, unopened }
    await removeSearchEntries(tx, accountId, { afterId: after, untilId: ids.at(-1)! })
    const messages: { messageId: number; entries: SearchEntry[] }[] = []
    for (const id of ids) {
      const message = await openUnlessBroken(tx, archive, accountId, id)
      if (message === null) unopened.push(id)
      else messages.push({ messageId: id, entries: searchEntriesOf(archive, message) })
    }
    await insertSearchEntries(tx, accountId, messages)
    await writeSetting(tx, 'reindexing', { accountId, messageId: ids.at(-1)! }, now)
    return { ids, unopened }
  })
}
