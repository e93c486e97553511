import type { AccountContext } from './rules.ts'
import { saveApproval } from '../../store/message/decisions.ts'
import { GallraError } from '../../errors.ts'
import { withdrawOverride as withdrawStored } from '../../store/staff/overrides.ts'
import { openMessage } from '../../store/message/open-messages.ts'
import { decide, targets, type StaffActor } from './staff-decisions.ts'

/**
 * Withdraws an override: the newest that is left applies, or, where none is, what the rules said when they judged the
 * message. What can go earlier by that waits (P9). The withdrawn decision stays on record.
 * @throws GallraError not-found: there is no such override of that message, or no more
 */
export async function withdrawOverride(
  context: AccountContext,
  decision: StaffActor & { messageId: number; overrideId: number },
  now: Date,
): Promise<void> {
  const { archive, account } = context
  const { messageId, staffId, overrideId } = decision
  const act = {
    kind: 'override-withdrawn',
    payload: { messages: [messageId] },
    cause: 'staff-override',
    about: targets([{ messageId }]),
  } as const
  await decide(context, decision, act, now, async (tx) => {
    const { evidence } = await openMessage(tx, archive, account.id, messageId)
    const found = await withdrawStored(
      tx,
      account.id,
      { overrideId, messageId, staffId, judged: evidence.classification },
      now,
    )
    if (!found) throw new GallraError('not-found', { id: `m${messageId}` })
  })
}

/** Withdraws an approval: the messages are on the review list again, and what was due stays until a person approves. */
export async function withdrawApproval(
  context: AccountContext,
  decision: StaffActor & { messageIds: number[] },
  now: Date,
): Promise<void> {
  const { messageIds } = decision
  const act = {
    kind: 'approval-withdrawn',
    payload: { messages: messageIds },
    cause: 'staff-override',
    about: targets(messageIds.map((messageId) => ({ messageId }))),
  } as const
  await decide(context, decision, act, now, async (tx) => {
    await saveApproval(tx, context.account.id, messageIds, null)
  })
}
