import type { FeatureRow } from '../../core/judgement/feature-space.ts'
import { featureRow } from '../../core/learning/learn.ts'
import { classifyInput } from '../../core/judgement/places.ts'
import type { Rulebook } from '../../core/judgement/rules.ts'
import { listAccounts, type Account } from '../../store/accounts.ts'
import type { Archive } from '../../store/archive.ts'
import { listConversationMessages, listMessages, type MessageRow } from '../../store/message/messages.ts'
import { openUnlessBroken } from '../../store/message/open-messages.ts'
import { getConversation } from '../../store/message/conversations.ts'
import { inTransaction, lockAccount, type Sql } from '../../store/postgres/sql.ts'
import {
  listMissingExamples,
  removeStaleExamples,
  saveExample,
  type MissingExample,
} from '../../store/learning/training-examples.ts'
import { contextOf } from '../ingest/judge-message.ts'

const PAGE = 50

/**
 * Brings the examples in step with the decisions in force: removes those of withdrawn or replaced decisions, and makes
 * missing ones from the sealed messages, one transaction a page. `rulebook` as read, not that of an installed model.
 */
export async function collectExamples(archive: Archive, rulebook: Rulebook, clock: () => Date): Promise<void> {
  await removeStaleExamples(archive.pool)
  const accounts = new Map((await listAccounts(archive)).map((account) => [account.id, account]))
  for (;;) {
    const missing = await listMissingExamples(archive.pool, rulebook.version, PAGE)
    if (missing.length === 0) return
    const accountId = missing[0]!.accountId
    const own = missing.filter((each) => each.accountId === accountId)
    await inTransaction(archive.pool, async (tx) => {
      // No purge may come in between: an example must not outlive its message.
      await lockAccount(tx, accountId)
      for (const each of own)
        await makeExample(tx, { archive, rulebook, account: accounts.get(accountId) ?? null }, each, clock())
    })
  }
}

interface ExampleSource {
  archive: Archive
  rulebook: Rulebook
  /** null: its row cannot be decrypted. */
  account: Account | null
}

async function makeExample(tx: Sql, from: ExampleSource, missing: MissingExample, now: Date): Promise<void> {
  const [row] = await listMessages(tx, missing.accountId, [missing.messageId])
  // Purged since the page was read, and its decision with it.
  if (row === undefined) return
  const example = { ...missing, rulebook: from.rulebook.version, row: await featuresOf(tx, from, row) }
  await saveExample(tx, from.archive, example, now)
}

/** null: the message or its account cannot be decrypted. The others are learned from all the same. */
async function featuresOf(
  tx: Sql,
  { archive, rulebook, account }: ExampleSource,
  row: MessageRow,
): Promise<FeatureRow | null> {
  if (account === null) return null
  const message = await openUnlessBroken(tx, archive, account.id, row.id)
  if (message === null) return null
  const others = (await listConversationMessages(tx, account.id, [row.conversationId])).filter(
    (each) => each.id !== row.id,
  )
  const closedAt = (await getConversation(tx, account.id, row.conversationId))?.complaintClosedAt ?? null
  const input = classifyInput(message, row.direction, account.settings.own)
  return featureRow({ input, context: contextOf(others, row.receivedAt, closedAt) }, rulebook)
}
