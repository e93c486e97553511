import type { AccountContext } from './rules.ts'
import { saveApproval, savePaymentFacts } from '../../store/message/decisions.ts'
import { stockholmDate } from '../../core/retention/calendar.ts'
import type { Case, Mark } from '../../core/classification.ts'
import type { WeakeningCause } from '../../core/retention/disposal.ts'
import type { ComplaintState, IsoDate } from '../../core/retention/retention.ts'
import { hoursOf } from '../../core/retention/schedule.ts'
import { GallraError } from '../../errors.ts'
import type { Archive } from '../../store/archive.ts'
import { appendAudit, appendAuditOverPrisma, INSTALLATION, type AuditPayload } from '../../store/audit.ts'
import { listConversationsOf, reopenComplaint, saveMatter } from '../../store/message/conversations.ts'
import { mendLedger } from '../../store/keys/erasure-ledger.ts'
import { countUnreadFolders, rereadTombstoneFolders } from '../../store/mailbox/folders.ts'
import { getHoldTarget, placeHold, releaseHold, type Target } from '../../store/staff/holds.ts'
import { getMessage } from '../../store/message/messages.ts'
import { saveOverride } from '../../store/staff/overrides.ts'
import { approveRun, findOverCapRun } from '../../store/disposal/purge-runs.ts'
import { inPrismaTransaction, type PrismaTx } from '../../store/postgres/prisma.ts'
import { findSetting, saveSetting } from '../../store/settings.ts'
import { inTransaction, lockAccount, type Sql } from '../../store/postgres/sql.ts'
import { liftTombstone } from '../../store/disposal/tombstones.ts'
import { actorName, type Actor } from './actor.ts'
import { intendKeywords } from '../mailbox/act.ts'
import { intendFiling, isDue, readFilingPlan } from '../mailbox/file-mail.ts'
import { redecide } from './decide.ts'

/** A member of staff, and where they act. */
export interface StaffActor extends Actor {
  staffId: number
}

/** Who decides, where, and why. The reason is sealed. */
export interface Decider extends StaffActor {
  reason: string
}

/**
 * A person says which case it is; no rule changes it from then on (P5). Returns the id by which the decision can be
 * withdrawn.
 */
export async function overrideCase(
  context: AccountContext,
  decision: Decider & { messageId: number; case: Case; marks: Mark[] },
  now: Date,
): Promise<number> {
  let overrideId = 0
  const filing = await readFilingPlan(context.archive, context.account)
  const act = {
    kind: 'override',
    payload: { messages: [decision.messageId], case: decision.case },
    cause: 'staff-override',
  } as const
  await decide(context, decision, { ...act, about: messages([decision.messageId]) }, now, async (tx) => {
    const before = await getMessage(tx, context.account.id, decision.messageId)
    overrideId = await saveOverride(tx, context.archive, context.account.id, decision, now)
    // Closed was what was known then; a complaint found afterwards is open until it is closed too.
    if (decision.case === 'complaints' && before.case !== 'complaints')
      await reopenComplaint(tx, context.account.id, before.conversationId)
    if (filing !== null && !isDue(before, now))
      await intendFiling(tx, context.account.id, filing, [{ id: decision.messageId, case: decision.case }], now)
  })
  return overrideId
}

/** What a message is marked with now. @throws GallraError not-found */
export async function readMarks({ archive, account }: AccountContext, messageId: number): Promise<Mark[]> {
  return (await getMessage(archive.pool, account.id, messageId)).marks
}

/** The conversation a message belongs to. @throws GallraError not-found */
export async function conversationOf({ archive, account }: AccountContext, messageId: number): Promise<number> {
  return (await getMessage(archive.pool, account.id, messageId)).conversationId
}

interface ComplaintFacts {
  outcome: NonNullable<ComplaintState['outcome']>
  deliveredOn: IsoDate | null
  consumer: boolean | null
}

/** Closes a conversation's complaint and privacy matter; null reopens both. */
export async function closeMatter(
  context: AccountContext,
  decision: Decider & { conversationId: number; facts: ComplaintFacts | null },
  now: Date,
): Promise<void> {
  const { conversationId, facts } = decision
  const kind = facts ? 'complaint-closed' : 'complaint-reopened'
  const payload = { conversation: conversationId, outcome: facts?.outcome ?? null }
  await decide(
    context,
    decision,
    { kind, payload, cause: 'staff-override', about: target({ conversationId }) },
    now,
    async (tx) => {
      await saveMatter(tx, context.account.id, conversationId, facts === null ? null : { at: now, ...facts })
    },
  )
}

/** What bookkeeping knows of one message: settled, transferred to the accounts, financial year. */
export async function notePayment(
  context: AccountContext,
  decision: Decider & { messageId: number; settledOn?: IsoDate; transferredOn?: IsoDate; financialYearEnd?: IsoDate },
  now: Date,
): Promise<void> {
  const { messageId, settledOn = null, transferredOn = null, financialYearEnd = null } = decision
  // The legal copy is in the accounts now, but only of this message: its neighbours wait as always.
  const cause = (id: number): WeakeningCause =>
    id === messageId && transferredOn !== null ? 'transfer' : 'staff-override'
  const payload = { messages: [messageId], settledOn, transferredOn, financialYearEnd }
  await decide(
    context,
    decision,
    { kind: 'payment', payload, cause, about: messages([messageId]) },
    now,
    async (tx) => {
      await savePaymentFacts(tx, context.account.id, messageId, { settledOn, transferredOn, financialYearEnd })
    },
  )
}

export async function hold(
  context: AccountContext,
  decision: Decider & { target: Target },
  now: Date,
): Promise<number> {
  let holdId = 0
  const act = { kind: 'hold', payload: { ...decision.target }, cause: 'staff-override' } as const
  await decide(context, decision, { ...act, about: target(decision.target) }, now, async (tx) => {
    holdId = await placeHold(tx, context.archive, context.account.id, decision, now)
  })
  return holdId
}

/** Lifts a hold; what it held waits before it can go (P9). */
export async function release(
  context: AccountContext,
  decision: Decider & { holdId: number },
  now: Date,
): Promise<void> {
  const { account } = context
  const about: About = async (tx, from) => target(await getHoldTarget(tx, account.id, decision.holdId))(tx, from)
  await decide(
    context,
    decision,
    { kind: 'release', payload: { hold: decision.holdId }, cause: 'hold-release', about },
    now,
    async (tx) => {
      await releaseHold(tx, account.id, decision.holdId, decision.staffId, now)
    },
  )
}

/** A person has looked at doubtful messages and lets them go when their time comes. */
export async function approveReview(
  context: AccountContext,
  decision: Decider & { messageIds: number[] },
  now: Date,
): Promise<void> {
  const act = { kind: 'approved', payload: { messages: decision.messageIds }, cause: 'staff-override' } as const
  await decide(context, decision, { ...act, about: messages(decision.messageIds) }, now, async (tx) => {
    await saveApproval(tx, context.account.id, decision.messageIds, { staffId: decision.staffId, at: now })
  })
}

/** From now on purges act (P9); `false` goes back to previews only. */
export async function armPurge(archive: Archive, staffId: number, armed: boolean, now: Date): Promise<void> {
  await inPrismaTransaction(archive, async (tx) => {
    if (armed) await refuseUnread(tx)
    await saveSetting(tx, 'armed', armed ? { since: now.toISOString(), staffId } : null, now)
    await appendAuditOverPrisma(tx, archive, INSTALLATION, {
      at: now,
      actor: `staff:${staffId}`,
      kind: armed ? 'armed' : 'disarmed',
      payload: {},
    })
  })
}

/** After a restore it is not known which messages are still on the server: purging would leave their copies there. */
async function refuseUnread(tx: PrismaTx): Promise<void> {
  const restored = await findSetting(tx, 'restored')
  const folders = restored === null ? 0 : await countUnreadFolders(tx, restored.folders)
  if (folders > 0) throw new GallraError('sync-first', { folders })
}

/** Approves the run that stopped over its caps; it goes after the minimum waiting time. Returns when. */
export async function approveOverCap(
  { archive, account, rules }: AccountContext,
  staffId: number,
  now: Date,
): Promise<Date> {
  return inPrismaTransaction(archive, async (tx) => {
    const run = await findOverCapRun(tx, account.id)
    if (!run) throw new GallraError('no-run-waiting')
    const effectiveAt = new Date(now.getTime() + hoursOf(rules.schedule.wait.minimum) * 3_600_000)
    await approveRun(tx, run.id, { staffId, effectiveAt }, now)
    await appendAuditOverPrisma(tx, archive, account.id, {
      at: now,
      actor: `staff:${staffId}`,
      kind: 'run-approved',
      payload: { run: run.id, due: run.due },
    })
    return effectiveAt
  })
}

/** Takes a purged message back: its copy is archived again on the next pass (P3). */
export async function liftPurge(
  context: AccountContext,
  decision: Decider & { tombstoneId: number },
  now: Date,
): Promise<void> {
  const act = {
    kind: 'tombstone-lifted',
    payload: { tombstone: decision.tombstoneId },
    cause: 'staff-override',
  } as const
  await decide(context, decision, { ...act, about: () => Promise.resolve([]) }, now, async (tx) => {
    const lifted = await liftTombstone(tx, context.account.id, decision.tombstoneId, now)
    if (!lifted) throw new GallraError('not-found', { id: `t${decision.tombstoneId}` })
    await rereadTombstoneFolders(tx, context.account.id, decision.tombstoneId)
  })
  await mendLedger(context.archive, stockholmDate(now))
}

/** The conversations an act is about, which must exist. */
type About = (tx: Sql, context: AccountContext) => Promise<number[]>

interface Act {
  kind: string
  payload: AuditPayload
  cause: WeakeningCause | ((messageId: number) => WeakeningCause)
  about: About
}

/** One act of one person: recorded, decided on and audited together or not at all. */
export async function decide(
  context: AccountContext,
  decider: Actor,
  act: Act,
  now: Date,
  record: (tx: Sql) => Promise<void>,
): Promise<void> {
  const { archive, account } = context
  await inTransaction(archive.pool, async (tx) => {
    await lockAccount(tx, account.id)
    const before = await act.about(tx, context)
    // The effects of other changes (a new schedule, a year-end) are decided first, so that each waits its own time.
    await redecide(tx, context, before, 'schedule', now)
    await record(tx)
    await redecide(tx, context, before, act.cause, now)
    for (const conversation of before) await intendKeywords(tx, account.id, conversation, now)
    await appendAudit(tx, archive, account.id, {
      at: now,
      actor: actorName(decider),
      kind: act.kind,
      payload: act.payload,
    })
  })
}

function messages(ids: number[]): About {
  return async (tx, { account }) => {
    const conversations = new Set<number>()
    for (const id of ids) conversations.add((await getMessage(tx, account.id, id)).conversationId)
    return [...conversations]
  }
}

export function targets(about: Target[]): About {
  return async (tx, context) => {
    const found = new Set<number>()
    for (const each of about) for (const conversation of await target(each)(tx, context)) found.add(conversation)
    return [...found]
  }
}

function target(about: Target): About {
  return async (tx, { account }) => {
    const found = await listConversationsOf(tx, account.id, about)
    if (found.length > 0) return found
    const [kind, id] = Object.entries(about)[0]!
    throw new GallraError('not-found', {
      id: `${{ messageId: 'm', conversationId: 'c', customerId: 'k' }[kind] ?? ''}${String(id)}`,
    })
  }
}
