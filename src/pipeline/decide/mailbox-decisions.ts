import type { Case } from '../../core/classification.ts'
import { keptMarks } from '../../core/retention/foresight.ts'
import { isSafer, readTransitions, type MailboxAct } from '../../core/mailbox/mailbox-acts.ts'
import { appendAudit, type AuditPayload } from '../../store/audit.ts'
import { reopenComplaint } from '../../store/message/conversations.ts'
import { listFlagHolds, placeHold, releaseHold } from '../../store/staff/holds.ts'
import { finishIntentions } from '../../store/mailbox/intentions.ts'
import { listLocations } from '../../store/mailbox/locations.ts'
import { listMessages, type MessageRow } from '../../store/message/messages.ts'
import { listLatestOverrides, saveOverride } from '../../store/staff/overrides.ts'
import { inTransaction, lockAccount, type Sql } from '../../store/postgres/sql.ts'
import { dropLoneTransitions, dropTransitions, listTransitions } from '../../store/mailbox/transitions.ts'
import { hasFlag } from '../../core/message/flags.ts'
import { intendKeywords } from '../mailbox/act.ts'
import { redecide } from './decide.ts'
import { giveUpFiling, intendFiling, isDue, readFilingPlan, type FilingPlan } from '../mailbox/file-mail.ts'
import { REFUSAL_COUNTS_MS } from '../mailbox/refused-folder.ts'
import type { AccountContext } from './rules.ts'

/**
 * Decides what the changes noted in the mailbox mean and carries it through: overrides, holds and releases with the
 * actor "mailbox". Each change counts once, whenever this runs and however often it is killed.
 */
export async function decideTransitions(context: AccountContext, now: Date): Promise<void> {
  const { archive, account } = context
  const plan = await readFilingPlan(archive, account)
  for (let afterId: number | null = 0; afterId !== null;) {
    afterId = await inTransaction(archive.pool, async (tx) => decidePage(tx, context, plan, afterId ?? 0, now))
  }
}

/** Gives up waiting for the other half of a move that cannot come any more. */
export async function forgetLoneTransitions({ archive, account }: AccountContext, now: Date): Promise<void> {
  await inTransaction(archive.pool, async (tx) => {
    await lockAccount(tx, account.id)
    await dropLoneTransitions(tx, account.id, new Date(now.getTime() - REFUSAL_COUNTS_MS))
  })
}

async function decidePage(
  tx: Sql,
  context: AccountContext,
  plan: FilingPlan | null,
  afterId: number,
  now: Date,
): Promise<number | null> {
  const { account } = context
  await lockAccount(tx, account.id)
  const { transitions, moves } = await listTransitions(tx, account.id, afterId)
  const last = transitions.at(-1)
  if (last === undefined) return null
  const { acts, used, moved } = readTransitions(transitions, moves)
  await dropTransitions(tx, account.id, used)
  await finishIntentions(
    tx,
    account.id,
    moves.filter(({ id, doneAt }) => doneAt === null && moved.includes(id)).map(({ id }) => id),
    'done',
    now,
  )
  if (acts.length > 0) await carryThrough(tx, context, plan, acts, now)
  return last.messageId
}

async function carryThrough(
  tx: Sql,
  context: AccountContext,
  plan: FilingPlan | null,
  acts: MailboxAct[],
  now: Date,
): Promise<void> {
  const { archive, account } = context
  const rows = new Map(
    (
      await listMessages(
        tx,
        account.id,
        acts.map(({ messageId }) => messageId),
      )
    ).map((row) => [row.id, row]),
  )
  const overrides = await overridesAmong(tx, account.id, acts, rows)
  const holds = await holdsAmong(tx, account.id, acts, rows)
  const touched = [...overrides.keys(), ...holds.placed, ...holds.released.map(({ messageId }) => messageId)]
  const conversations = [...new Set(touched.map((id) => rows.get(id)!.conversationId))]
  if (conversations.length === 0) return
  // As for any person's act: what is owed to other changes is decided first, so that it waits its own time.
  await redecide(tx, context, conversations, 'schedule', now)
  const events: { kind: string; payload: AuditPayload }[] = []
  for (const [messageId, said] of overrides) {
    const { case: before, marks, conversationId } = rows.get(messageId)!
    await saveOverride(
      tx,
      archive,
      account.id,
      { messageId, case: said.is, marks: keptMarks(marks, said.is), staffId: null, via: 'mailbox', reason: said.by },
      now,
    )
    if (said.is === 'complaints' && before !== 'complaints') await reopenComplaint(tx, account.id, conversationId)
  }
  for (const [is, messages] of byCase(overrides)) events.push({ kind: 'override', payload: { messages, case: is } })
  for (const messageId of holds.placed) {
    const hold = await placeHold(
      tx,
      archive,
      account.id,
      { target: { messageId }, staffId: null, reason: '\\Flagged', via: 'mailbox' },
      now,
    )
    events.push({ kind: 'hold', payload: { messages: [messageId], hold } })
  }
  for (const { id, messageId } of holds.released) {
    await releaseHold(tx, account.id, id, null, now)
    events.push({ kind: 'release', payload: { messages: [messageId], hold: id } })
  }
  await redecide(tx, context, conversations, 'mailbox-override', now)
  await giveUpFiling(tx, account.id, [...overrides.keys()], now)
  for (const conversation of conversations) await intendKeywords(tx, account.id, conversation, now)
  if (plan !== null) await intendFiling(tx, account.id, plan, taggedOnly(overrides, rows, now), now)
  for (const event of events) await appendAudit(tx, archive, account.id, { at: now, actor: 'mailbox', ...event })
}

type Said = NonNullable<MailboxAct['case']>

/**
 * The acts that say something new. A keyword for the case that a message has already says nothing: gallra sets that
 * one itself. Where a named person decided after the folder was last read, the order is unknown: the safer case wins.
 */
async function overridesAmong(
  tx: Sql,
  accountId: number,
  acts: MailboxAct[],
  rows: Map<number, MessageRow>,
): Promise<Map<number, Said>> {
  const latest = await listLatestOverrides(
    tx,
    accountId,
    acts.map(({ messageId }) => messageId),
  )
  const overrides = new Map<number, Said>()
  for (const { messageId, case: said } of acts) {
    const row = rows.get(messageId)
    if (row === undefined || said === null) continue
    const known = row.case === said.is && (row.caseBy === 'staff' || said.by === 'keyword')
    const before = latest.get(messageId)
    const overtaken =
      before !== undefined && before.via !== 'mailbox' && before.decidedAt > said.sinceAt && !isSafer(said.is, row.case)
    if (!known && !overtaken) overrides.set(messageId, said)
  }
  return overrides
}

/** A star holds a message once; it is released when the star is taken off and no other copy has one. */
async function holdsAmong(
  tx: Sql,
  accountId: number,
  acts: MailboxAct[],
  rows: Map<number, MessageRow>,
): Promise<{ placed: number[]; released: { id: number; messageId: number }[] }> {
  const stars = new Map(
    acts.flatMap(({ messageId, flagged }) =>
      flagged === null || !rows.has(messageId) ? [] : [[messageId, flagged] as const],
    ),
  )
  const held = await listFlagHolds(tx, accountId, [...stars.keys()])
  const starred = new Set(
    (await listLocations(tx, accountId, [...stars.keys()])).flatMap(({ messageId, flags }) =>
      hasFlag(flags, '\\Flagged') ? [messageId] : [],
    ),
  )
  const isHeld = new Set(held.map(({ messageId }) => messageId))
  return {
    placed: [...stars].filter(([messageId, set]) => set && !isHeld.has(messageId)).map(([messageId]) => messageId),
    released: held.filter(({ messageId }) => stars.get(messageId) === false && !starred.has(messageId)),
  }
}

/** Only mail marked by keyword is filed: mail that a person moved to a folder is where that person wants it. */
function taggedOnly(
  overrides: Map<number, Said>,
  rows: Map<number, MessageRow>,
  now: Date,
): { id: number; case: Case }[] {
  return [...overrides].flatMap(([id, said]) =>
    said.by === 'keyword' && !isDue(rows.get(id)!, now) ? [{ id, case: said.is }] : [],
  )
}

function byCase(overrides: Map<number, Said>): Map<Case, number[]> {
  const cases = new Map<Case, number[]>()
  for (const [messageId, { is }] of overrides) cases.set(is, [...(cases.get(is) ?? []), messageId])
  return cases
}
