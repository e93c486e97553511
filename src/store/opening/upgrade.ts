import { threadKeys, type ThreadNode } from '../../core/conversation/thread.ts'
import type { Archive } from '../archive.ts'
import { hashThreadKeys, saveThreadKeys } from '../message/conversations.ts'
import { readSetting, writeSetting } from '../settings.ts'
import { inTransaction } from '../postgres/sql.ts'

/** Raised when what is derived with a key changes its meaning; a migration in SQL has no keys. */
const DERIVED = 2
const PAGE = 500

/** Derives rows again that an older gallra left behind. Interrupted, the next start begins again. */
export async function upgradeDerived(archive: Archive, now: Date): Promise<void> {
  if (((await readSetting(archive.pool, 'derived'))?.version ?? 1) >= DERIVED) return
  for (let after = 0; ;) {
    const { rows } = await archive.pool.query<{ accountId: number; id: number; thread: ThreadNode & { at: string } }>(
      `SELECT "accountId", "id", "thread" FROM "Message" WHERE "id" > $1 ORDER BY "id" LIMIT ${PAGE}`,
      [after],
    )
    if (rows.length === 0) break
    await inTransaction(archive.pool, async (tx) => {
      for (const { accountId, id, thread } of rows) {
        await saveThreadKeys(
          tx,
          accountId,
          id,
          hashThreadKeys(archive, threadKeys({ ...thread, at: new Date(thread.at) })).stored,
        )
      }
    })
    after = rows.at(-1)!.id
  }
  await writeSetting(archive.pool, 'derived', { version: DERIVED }, now)
}
