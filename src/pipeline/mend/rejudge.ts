import type { Case } from '../../core/classification.ts'
import { classify } from '../../core/judgement/classify.ts'
import { weakening } from '../../core/retention/disposal.ts'
import { classifyInput } from '../../core/judgement/places.ts'
import { decideAgain } from '../../core/retention/decide-again.ts'
import { appendAudit } from '../../store/audit.ts'
import { listConversations, type ConversationRow } from '../../store/message/conversations.ts'
import { listConversationMessages, type MessageEvidence, type MessageRow } from '../../store/message/messages.ts'
import { openMessage } from '../../store/message/open-messages.ts'
import { promisedUnlessBroken } from '../../store/keys/seal.ts'
import { inTransaction, lockAccount, type Sql } from '../../store/postgres/sql.ts'
import { listOutdatedConversations, saveVerdict } from '../../store/message/verdicts.ts'
import { intendKeywords } from '../mailbox/act.ts'
import { readStandings, redecide } from '../decide/decide.ts'
import { contextOf, outranked } from '../ingest/judge-message.ts'
import type { AccountContext } from '../decide/rules.ts'

/** Conversations at a time: one transaction, one hold of the account's lock. */
const PAGE = 20
/** Ids listed of each kind; the counts are of all. */
const LISTED = 1_000

/** How many, and the first of them. */
export interface Tally {
  count: number
  messages: number[]
}

export interface Rejudgement {
  /** Messages judged again. */
  judged: number
  /** Judged by an earlier rulebook or model, but left: a person has approved them or closed their matter (P5). */
  left: number
  /** Left as they are: they cannot be decrypted, being damaged or changed. */
  unopened: Tally
  changed: ({ from: Case; to: Case } & Tally)[]
  /** Whose retention changes, neighbours in the conversation included. What is kept shorter waits (P9). */
  shorter: Tally
  longer: Tally
}

/**
 * Judges again what an earlier rulebook or model judged and no person decided. Without `apply` nothing is stored and
 * the verdicts are only counted. Page by page; interrupted, the next call goes on with what is left.
 */
export async function rejudge(
  context: AccountContext,
  apply: { staffId: number } | null,
  clock: () => Date,
  onProgress?: (judged: number) => void,
): Promise<Rejudgement> {
  const { archive, account, rules } = context
  const counts: Rejudgement = {
    judged: 0,
    left: 0,
    unopened: emptyTally(),
    changed: [],
    shorter: emptyTally(),
    longer: emptyTally(),
  }
  for (let after = 0; ;) {
    const ids = await listOutdatedConversations(archive.pool, account.id, rules.rulebook.version, after, PAGE)
    if (ids.length === 0) return counts
    await inTransaction(archive.pool, async (tx) => {
      if (apply !== null) await lockAccount(tx, account.id)
      const page = await judgePage(tx, context, ids, counts)
      await countRetention(tx, context, page, counts, clock())
      if (apply !== null) await store(tx, context, page, apply.staffId, clock())
    })
    after = ids.at(-1)!
    onProgress?.(counts.judged)
  }
}

interface JudgedPage {
  conversationIds: number[]
  /** All messages of the conversations, the new verdicts in place. */
  rows: MessageRow[]
  verdicts: Map<number, MessageEvidence>
  /** Messages whose verdict changed. */
  changed: number[]
}

async function judgePage(
  tx: Sql,
  context: AccountContext,
  conversationIds: number[],
  counts: Rejudgement,
): Promise<JudgedPage> {
  const conversations = new Map(
    (await listConversations(tx, context.account.id, conversationIds)).map((one) => [one.id, one]),
  )
  const page: JudgedPage = {
    conversationIds,
    rows: await listConversationMessages(tx, context.account.id, conversationIds),
    verdicts: new Map(),
    changed: [],
  }
  for (const [index, row] of page.rows.entries()) {
    if (row.caseBy !== 'rule' || row.rulebook === context.rules.rulebook.version) continue
    const conversation = conversations.get(row.conversationId)
    if (isDecided(row, conversation)) {
      counts.left += 1
      continue
    }
    const others = page.rows.filter((other) => other.conversationId === row.conversationId && other.id !== row.id)
    const evidence = await judgeOne(
      tx,
      context,
      row,
      contextOf(others, row.receivedAt, conversation?.complaintClosedAt ?? null),
    )
    if (evidence === null) {
      add(counts.unopened, row.id)
      continue
    }
    const { case: judged, marks, confidence, uncertain, mayBeComplaint, rulebook } = evidence.classification
    counts.judged += 1
    if (judged !== row.case) add(changeOf(counts, row.case, judged), row.id)
    if (
      judged !== row.case ||
      uncertain !== row.uncertain ||
      mayBeComplaint !== row.mayBeComplaint ||
      String(marks) !== String(row.marks)
    )
      page.changed.push(row.id)
    page.rows[index] = { ...row, case: judged, marks, confidence, uncertain, mayBeComplaint, rulebook }
    page.verdicts.set(row.id, evidence)
  }
  return page
}

/** A person approved it, or closed the matter when this message was there already. */
function isDecided(row: MessageRow, conversation: ConversationRow | undefined): boolean {
  const closings = [conversation?.complaintClosedAt ?? null, conversation?.privacyClosedAt ?? null]
  return (
    row.approvedAt !== null ||
    closings.some((closedAt) => closedAt !== null && row.receivedAt <= closedAt && row.archivedAt <= closedAt)
  )
}

async function judgeOne(
  tx: Sql,
  { archive, account, rules }: AccountContext,
  row: MessageRow,
  context: ReturnType<typeof contextOf>,
): Promise<MessageEvidence | null> {
  const opened = await promisedUnlessBroken(openMessage(tx, archive, account.id, row.id))
  if (opened === null) return null
  const { message, evidence } = opened
  const verdict = classify(classifyInput(message, row.direction, account.settings.own), context, rules.rulebook)
  return {
    ...evidence,
    classification: outranked(archive, verdict, {
      direction: row.direction,
      failed: row.unparsed,
      problems: evidence.problems,
      messageId: message.messageId,
    }),
  }
}

/** Counts whose retention changes, by the decisions that `redecide` will store. */
async function countRetention(
  tx: Sql,
  { account, rules: { schedule } }: AccountContext,
  { conversationIds, rows }: JudgedPage,
  counts: Rejudgement,
  now: Date,
): Promise<void> {
  const { standings } = await readStandings(tx, account.id, conversationIds, rows)
  for (const standing of [...standings.values()].flat()) {
    const { id, retention } = standing.row
    const decided = decideAgain(standing.row, standing, schedule, 'schedule', now)
    if (decided === null || retention === null) continue
    if (weakening(retention, decided.decision, 'schedule', schedule, now) !== null) add(counts.shorter, id)
    else if (weakening(decided.decision, retention, 'schedule', schedule, now) !== null) add(counts.longer, id)
  }
}

async function store(tx: Sql, context: AccountContext, page: JudgedPage, staffId: number, now: Date): Promise<void> {
  const { archive, account, rules } = context
  for (const [id, evidence] of page.verdicts) await saveVerdict(tx, archive, account.id, id, evidence)
  if (page.verdicts.size === 0) return
  await redecide(tx, context, page.conversationIds, 'schedule', now)
  for (const conversation of page.conversationIds) await intendKeywords(tx, account.id, conversation, now)
  const payload = { messages: page.changed, judged: page.verdicts.size, rulebook: rules.rulebook.version }
  await appendAudit(tx, archive, account.id, { at: now, actor: `staff:${staffId}`, kind: 'rejudged', payload })
}

function changeOf(counts: Rejudgement, from: Case, to: Case): Tally {
  const known = counts.changed.find((each) => each.from === from && each.to === to)
  if (known !== undefined) return known
  const change = { from, to, ...emptyTally() }
  counts.changed.push(change)
  return change
}

function emptyTally(): Tally {
  return { count: 0, messages: [] }
}

function add(tally: Tally, messageId: number): void {
  tally.count += 1
  if (tally.messages.length < LISTED) tally.messages.push(messageId)
}
