/**
 * The product's pure core as a world: real threading, facts, decisions, waits and verdicts; rows in memory instead of a
 * database.
 */
import { addPeriod, compareDates, stockholmDate } from '../../src/core/retention/calendar.ts'
import type { Case, Mark } from '../../src/core/classification.ts'
import {
  conversationFacts,
  type ConversationMatters,
  type FiledMessage,
  type HoldInForce,
} from '../../src/core/retention/conversation-facts.ts'
import { checkCaps, type WeakeningCause } from '../../src/core/retention/disposal.ts'
import { receiptOf } from '../../src/core/message/message.ts'
import type { Schedule } from '../../src/core/retention/schedule.ts'
import {
  decideAgain,
  decideDisposalNow,
  type Decided,
  type CurrentMessage,
} from '../../src/core/retention/decide-again.ts'
import { resolveThread, type ThreadNode } from '../../src/core/conversation/thread.ts'
import { PUBLISHED, type Policy } from './promise.ts'
import { CUSTOMERS, type Kind } from './steps.ts'
import type { Judgement, PaymentFact, Seen, StoryMail, World } from './tell.ts'

interface Row extends FiledMessage, Decided {
  key: string
  node: ThreadNode
}

interface Tombstone {
  key: string
  until: string
  reappearedAt: Date | null
  lifted: boolean
}

/** What a classifier would say of each kind of mail. */
const JUDGEMENTS: Record<Kind, { case: Case; marks: Mark[]; uncertain?: true; mayBeComplaint?: true }> = {
  question: { case: 'support', marks: [] },
  order: { case: 'payments', marks: [] },
  invoice: { case: 'payments', marks: ['accounting-record'] },
  reminder: { case: 'payments', marks: ['unpaid'] },
  complaint: { case: 'complaints', marks: ['open-complaint'], mayBeComplaint: true },
  'perhaps-complaint': { case: 'support', marks: [], mayBeComplaint: true },
  privacy: { case: 'privacy', marks: [] },
  thanks: { case: 'other', marks: ['auto-reply'] },
  doubtful: { case: 'other', marks: [], uncertain: true },
  spam: { case: 'other', marks: ['spam'] },
  'spam-invoice': { case: 'payments', marks: ['spam', 'accounting-record'] },
}

export class CoreWorld implements World {
  private rows: Row[] = []
  private conversations = new Map<number, ConversationMatters>()
  private holds: HoldInForce[] = []
  private tombstones: Tombstone[] = []
  private readonly mails = new Map<string, StoryMail>()
  private readonly copies = new Map<string, number>()
  private runs: { due: number; effectiveAt: Date | null }[] = []
  private armed = false
  private nextId = 1
  private schedule: Schedule
  private readonly shipped: Schedule

  constructor(shipped: Schedule) {
    this.shipped = shipped
    this.schedule = shipped
  }

  copyArrives(mail: StoryMail, now: Date): Promise<Judgement | null> {
    this.mails.set(mail.key, mail)
    this.copies.set(mail.key, this.copiesOf(mail.key) + 1)
    return Promise.resolve(this.copySeen(mail, now))
  }

  private copySeen(mail: StoryMail, now: Date): Judgement | null {
    const tombstone = this.tombstones.find((each) => each.key === mail.key && !each.lifted)
    if (tombstone) {
      tombstone.reappearedAt ??= now
      return null
    }
    const row = this.rows.find((each) => each.key === mail.key) ?? this.file(mail, now)
    this.redecide(row.conversationId, 'new-facts', now)
    return { case: row.case, marks: row.marks, uncertain: row.uncertain, mayBeComplaint: row.mayBeComplaint }
  }

  private file(mail: StoryMail, now: Date): Row {
    const { key, customer, incoming, names, serverAt, sentAt } = mail
    const receivedAt = receiptOf([serverAt, sentAt], now)
    const node: ThreadNode = {
      idKey: key,
      referenceKeys: names,
      subjectKey: null,
      correspondentKeys: [customer],
      reply: names.length > 0,
      outgoing: !incoming,
      spoofed: false,
      at: receivedAt,
    }
    const thread = resolveThread(
      node,
      this.rows.map((each) => ({ conversationId: each.conversationId, node: each.node })),
    )
    const conversationId = thread.conversationId ?? this.nextId++
    if (!this.conversations.has(conversationId))
      this.conversations.set(conversationId, {
        complaintClosedAt: null,
        complaintOutcome: null,
        privacyClosedAt: null,
        deliveredOn: null,
        consumer: null,
      })
    this.merge(conversationId, thread.merged)
    const { uncertain = false, mayBeComplaint = false, ...judged } = JUDGEMENTS[mail.kind]
    const wait = this.schedule.wait.weakening
    const row: Row = {
      id: this.nextId++,
      key,
      node,
      conversationId,
      customerId: CUSTOMERS.indexOf(customer as 'alva'),
      direction: incoming ? 'incoming' : 'outgoing',
      receivedAt,
      archivedAt: now,
      unparsed: false,
      customerAmbiguous: false,
      ...judged,
      uncertain,
      mayBeComplaint,
      settledOn: null,
      transferredOn: null,
      financialYearEnd: null,
      state: 'review',
      dueOn: null,
      retention: null,
      approvedAt: null,
      notBefore: this.tombstones.some((each) => each.key === key && each.lifted)
        ? addPeriod(stockholmDate(now), wait)
        : null,
    }
    this.rows.push(row)
    return row
  }

  private merge(into: number, merged: number[]): void {
    if (merged.length === 0) return
    const all = [into, ...merged].map((id) => this.conversations.get(id)!)
    const closings = all.map((each) => each.complaintClosedAt).filter((at) => at !== null)
    const closedAt = closings.length < all.length ? null : new Date(Math.max(...closings.map((at) => at.getTime())))
    this.conversations.set(into, { ...all[0]!, complaintClosedAt: closedAt, privacyClosedAt: closedAt })
    for (const each of [...this.rows, ...this.holds])
      if (merged.includes(each.conversationId ?? 0)) each.conversationId = into
    for (const id of merged) this.conversations.delete(id)
  }

  copyDeleted(key: string, now: Date): Promise<void> {
    this.copies.set(key, this.copiesOf(key) - 1)
    const tombstone = this.tombstones.find((each) => each.key === key && !each.lifted)
    if (tombstone && this.copiesOf(key) === 0) tombstone.reappearedAt = null
    const row = this.rows.find((each) => each.key === key)
    if (row) this.redecide(row.conversationId, 'new-facts', now)
    return Promise.resolve()
  }

  override(key: string, verdict: { case: string; marks: string[] }, now: Date): Promise<void> {
    const row = this.row(key)
    return this.decide([row.conversationId], 'staff-override', now, () =>
      Object.assign(row, { ...verdict, uncertain: false, mayBeComplaint: verdict.case === 'complaints' }),
    )
  }

  close(key: string, now: Date): Promise<void> {
    return this.setClosed(key, now, now)
  }

  reopen(key: string, now: Date): Promise<void> {
    return this.setClosed(key, null, now)
  }

  private setClosed(key: string, closedAt: Date | null, now: Date): Promise<void> {
    const { conversationId } = this.row(key)
    return this.decide([conversationId], 'staff-override', now, () =>
      Object.assign(this.conversations.get(conversationId)!, {
        complaintClosedAt: closedAt,
        privacyClosedAt: closedAt,
        complaintOutcome: closedAt && 'granted',
      }),
    )
  }

  pay(key: string, fact: PaymentFact, now: Date): Promise<void> {
    const row = this.row(key)
    return this.decide([row.conversationId], fact.transferredOn == null ? 'staff-override' : 'transfer', now, () =>
      Object.assign(row, fact),
    )
  }

  async hold(on: 'message' | 'conversation' | 'customer', key: string, now: Date): Promise<number> {
    const { id, conversationId, customerId } = this.row(key)
    const hold: HoldInForce = {
      id: this.nextId++,
      messageId: null,
      conversationId: null,
      customerId: null,
      ...{ message: { messageId: id }, conversation: { conversationId }, customer: { customerId } }[on],
    }
    await this.decide(this.under(hold), 'staff-override', now, () => this.holds.push(hold))
    return hold.id
  }

  release(id: number, now: Date): Promise<void> {
    const hold = this.holds.find((each) => each.id === id)!
    return this.decide(
      this.under(hold),
      'hold-release',
      now,
      () => (this.holds = this.holds.filter((each) => each !== hold)),
    )
  }

  private under(hold: HoldInForce): number[] {
    const rows = this.rows.filter(
      (row) =>
        row.id === hold.messageId ||
        row.conversationId === hold.conversationId ||
        (hold.customerId !== null && row.customerId === hold.customerId),
    )
    return [...new Set(rows.map((row) => row.conversationId))]
  }

  approve(keys: string[], now: Date): Promise<void> {
    const rows = keys.map((key) => this.row(key))
    return this.decide([...new Set(rows.map((row) => row.conversationId))], 'staff-override', now, () =>
      rows.forEach((row) => (row.approvedAt = now)),
    )
  }

  approveRun(now: Date): Promise<void> {
    this.runs.at(-1)!.effectiveAt = new Date(now.getTime() + 24 * 3_600_000)
    return Promise.resolve()
  }

  arm(armed: boolean): Promise<void> {
    this.armed = armed
    return Promise.resolve()
  }

  changePolicy(policy: Policy, now: Date): Promise<void> {
    this.schedule = scheduleOf(this.shipped, policy)
    this.redecideAll(now)
    return Promise.resolve()
  }

  night(now: Date): Promise<'done' | 'not-armed' | 'over-cap'> {
    const today = stockholmDate(now)
    this.tombstones = this.tombstones.filter(
      (each) => compareDates(each.until, today) >= 0 || (!each.lifted && this.copiesOf(each.key) > 0),
    )
    this.redecideAll(now)
    return Promise.resolve(this.purge(now, today))
  }

  private purge(now: Date, today: string): 'done' | 'not-armed' | 'over-cap' {
    if (!this.armed) return 'not-armed'
    const due = [...this.conversations.keys()]
      .flatMap((id) => this.standing(id))
      .flatMap((each) => {
        const { disposal } = decideDisposalNow(each.row, each, this.schedule, now)
        return disposal.act === 'nothing' ? [] : [{ row: each.row, act: disposal.act }]
      })
    const returned = this.tombstones.filter(
      (each) => !each.lifted && each.reappearedAt !== null && this.copiesOf(each.key) > 0,
    )
    const back = returned.filter(
      (each) => compareDates(addPeriod(stockholmDate(each.reappearedAt!), this.schedule.reappeared), today) <= 0,
    )
    const { within } = checkCaps(
      { due: due.length + back.length, total: this.rows.length + returned.length },
      this.schedule.caps,
    )
    const approved = this.runs.findLast(
      (run) =>
        run.effectiveAt !== null &&
        run.effectiveAt <= now &&
        now.getTime() - run.effectiveAt.getTime() <= 7 * 86_400_000,
    )
    if (!within && (approved === undefined || due.length > approved.due)) {
      this.runs.push({ due: due.length, effectiveAt: null })
      return 'over-cap'
    }
    for (const { row, act } of due) {
      this.copies.set(row.key, 0)
      if (act === 'expunge') continue
      this.rows = this.rows.filter((each) => each !== row)
      this.tombstones.push({
        key: row.key,
        until: addPeriod(today, this.schedule.tombstone),
        reappearedAt: null,
        lifted: false,
      })
    }
    for (const each of back) {
      this.copies.set(each.key, 0)
      each.reappearedAt = null
    }
    this.runs = []
    for (const id of this.conversations.keys())
      if (!this.rows.some((row) => row.conversationId === id)) this.conversations.delete(id)
    if (due.length > 0) this.redecideAll(now)
    return 'done'
  }

  lift(key: string, now: Date): Promise<Judgement | null> {
    this.tombstones.find((each) => each.key === key && !each.lifted)!.lifted = true
    return Promise.resolve(this.copiesOf(key) > 0 ? this.copySeen(this.mails.get(key)!, now) : null)
  }

  look(): Promise<Seen> {
    const { copies } = this
    const messages = new Map(
      this.rows.map((row) => [
        row.key,
        {
          conversation: row.conversationId,
          state: row.state,
          notBefore: row.notBefore,
          dueOn: row.dueOn,
          approved: row.approvedAt !== null,
          mailboxUntil: row.retention!.mailboxUntil,
          archiveUntil: row.retention!.archiveUntil,
        },
      ]),
    )
    return Promise.resolve({
      messages,
      copies,
      tombstones: this.tombstones.filter((each) => !each.lifted).map((each) => each.key),
    })
  }

  /** As pipeline/staff-decisions: what is owed to other changes first, so that it waits its own time; then the act. */
  private decide(conversations: number[], cause: WeakeningCause, now: Date, record: () => unknown): Promise<void> {
    for (const id of conversations) this.redecide(id, 'schedule', now)
    record()
    for (const id of conversations) this.redecide(id, cause, now)
    return Promise.resolve()
  }

  private standing(conversationId: number): (CurrentMessage & { row: Row })[] {
    const rows = this.rows.filter((row) => row.conversationId === conversationId)
    return conversationFacts(this.conversations.get(conversationId)!, rows, this.holds).map((each) => ({
      ...each,
      inMailbox: this.copiesOf(each.row.key) > 0,
      copies: 'known',
    }))
  }

  private redecide(conversationId: number, cause: WeakeningCause, now: Date): void {
    for (const standing of this.standing(conversationId)) {
      const decided = decideAgain(standing.row, standing, this.schedule, cause, now)
      if (decided === null) continue
      const { decision, approvalLapsed, ...rest } = decided
      Object.assign(standing.row, {
        ...rest,
        retention: decision,
        approvedAt: approvalLapsed ? null : standing.row.approvedAt,
      })
    }
  }

  private redecideAll(now: Date): void {
    for (const id of this.conversations.keys()) this.redecide(id, 'schedule', now)
  }

  private copiesOf(key: string): number {
    return this.copies.get(key) ?? 0
  }

  private row(key: string): Row {
    return this.rows.find((each) => each.key === key)!
  }
}

/** The shipped schedule with other lengths, as a firm would edit the file. */
export function scheduleOf(shipped: Schedule, policy: Policy): Schedule {
  if (policy === PUBLISHED) return shipped
  const lengths: Record<string, string> = {
    'complaint-closed': `P${policy.complaintMonths}M`,
    privacy: `P${policy.generalMonths}M`,
    unpaid: `P${policy.generalMonths}M`,
    payments: `P${policy.generalMonths}M`,
    general: `P${policy.generalMonths}M`,
    spam: `P${policy.spamDays}D`,
  }
  const rows = shipped.rows.map((row) =>
    lengths[row.rule] === undefined ? row : { ...row, period: lengths[row.rule] },
  )
  return { ...shipped, rows, version: policy.name }
}
