/** Tells a story to the model and to a world that runs the product, and compares the two after every step. */
import { FOREVER, laterOf, stockholmDay, yearEnd, type Day } from './civil.ts'
import { Model, type Arrival, type ModelHold, type ModelMessage } from './model.ts'
import type { Known, Policy } from './promise.ts'
import { CUSTOMERS, POLICIES, VERDICTS, type Kind, type Step, type Story } from './steps.ts'

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE

/** A mail of the story, before anything is known of it. */
export interface StoryMail {
  key: string
  customer: string
  incoming: boolean
  kind: Kind
  /** Keys of its ancestors, oldest first. */
  names: string[]
  serverAt: Date
  sentAt: Date
}

export type Judgement = Pick<Known, 'case' | 'marks' | 'uncertain' | 'mayBeComplaint'>
export type PaymentFact = Partial<Pick<Known, 'settledOn' | 'transferredOn' | 'financialYearEnd'>>

export interface SeenMessage {
  conversation: number
  state: string
  mailboxUntil: Day | null
  archiveUntil: Day | null
  notBefore: Day | null
  dueOn: Day | null
  approved: boolean
}

/** What archive and mailbox hold. */
export interface Seen {
  messages: Map<string, SeenMessage>
  copies: Map<string, number>
  tombstones: string[]
}

/** The product under the story: acts as a person, a mail server and the daemon would. */
export interface World {
  /** A copy is put on the server and followed; null when the archive holds no such message afterwards. */
  copyArrives(mail: StoryMail, now: Date): Promise<Judgement | null>
  copyDeleted(key: string, now: Date): Promise<void>
  override(key: string, verdict: { case: string; marks: string[] }, now: Date): Promise<void>
  /** `key`: any message of the conversation. */
  close(key: string, now: Date): Promise<void>
  reopen(key: string, now: Date): Promise<void>
  pay(key: string, fact: PaymentFact, now: Date): Promise<void>
  hold(on: 'message' | 'conversation' | 'customer', key: string, now: Date): Promise<number>
  release(hold: number, now: Date): Promise<void>
  approve(keys: string[], now: Date): Promise<void>
  approveRun(now: Date): Promise<void>
  arm(armed: boolean, now: Date): Promise<void>
  changePolicy(policy: Policy, now: Date): Promise<void>
  /** Tombstones end, dates that passed turn states, and the purge runs. */
  night(now: Date): Promise<'done' | 'not-armed' | 'over-cap'>
  lift(key: string, now: Date): Promise<Judgement | null>
  look(now: Date): Promise<Seen>
}

/**
 * Ends before `untilYear`, or goes on through quiet years until then. `nightly`: the run comes every single night,
 * whatever the story says.
 */
export async function tell(
  story: Story,
  world: World,
  untilYear: number | null = null,
  nightly = false,
): Promise<Teller> {
  const teller = new Teller(new Date(story.begins), world, nightly)
  await world.arm(true, teller.now)
  const year = (): number => Number(stockholmDay(teller.now).slice(0, 4))
  const quiet: Step = { do: 'pass', days: 365, every: 30, minutes: 0 }
  const rest = untilYear === null ? [] : Array.from({ length: untilYear - year() }, () => quiet)
  for (const step of [...story.steps, ...rest]) {
    if (untilYear !== null && year() >= untilYear) break
    try {
      await teller.take(step)
    } catch (error) {
      const told = teller.told.slice(-60).join('\n  ')
      throw new Error(`${error instanceof Error ? error.message : String(error)}\nThe story so far:\n  ${told}`, {
        cause: error,
      })
    }
  }
  return teller
}

export class Teller {
  readonly model = new Model()
  readonly told: string[] = []
  readonly counts = { purged: 0, leftMailbox: 0, overCap: 0, nights: 0, archived: 0 }
  now: Date
  /** Since and with the last night: when everything, or what an act touched, was decided. */
  private decidedOn: Day[]
  private readonly mails: StoryMail[] = []
  private readonly holds = new Map<ModelHold, number>()

  private readonly world: World
  private readonly nightly: boolean

  constructor(begins: Date, world: World, nightly: boolean) {
    this.world = world
    this.nightly = nightly
    this.now = begins
    this.decidedOn = [stockholmDay(begins)]
  }

  async take(step: Step): Promise<void> {
    this.now = new Date(this.now.getTime() + step.minutes * MINUTE)
    if (step.do === 'pass') return this.pass(step.days, this.nightly ? 1 : step.every)
    const what = await this.act(step)
    if (what === null) return
    this.tell(what)
    this.decidedOn.push(stockholmDay(this.now))
    await this.compare()
  }

  private tell(what: string): void {
    this.told.push(`${this.now.toISOString().slice(0, 16)}Z ${what}`)
  }

  private async act(step: Exclude<Step, { do: 'pass' }>): Promise<string | null> {
    const { model, world, now } = this
    switch (step.do) {
      case 'mail':
        return this.mail(step)
      case 'flood':
        for (let n = 0; n < step.count; n += 1) await this.mail(plainQuestion(n))
        return `${step.count} questions at once`
      case 'copy': {
        const mail = from(this.mails, step.pick)
        if (mail === undefined || model.copiesOf(mail.key) >= 3) return null
        const judgement = await world.copyArrives(mail, now)
        model.copyArrives(mail.key, () => this.arrival(mail, judgement), now)
        return `a copy of ${mail.key} turns up`
      }
      case 'delete-copy': {
        const mail = from(
          this.mails.filter((each) => model.copiesOf(each.key) > 0),
          step.pick,
        )
        if (mail === undefined) return null
        await world.copyDeleted(mail.key, now)
        model.copyDeleted(mail.key)
        return `somebody deletes a copy of ${mail.key}`
      }
      case 'lift': {
        const tombstone = from(
          model.tombstones.filter((each) => !each.lifted),
          step.pick,
        )
        if (tombstone === undefined) return null
        const mail = this.mails.find((each) => each.key === tombstone.key)!
        const judgement = await world.lift(tombstone.key, now)
        model.lift(tombstone, () => this.arrival(mail, judgement), now)
        return `the tombstone of ${tombstone.key} is lifted`
      }
      case 'approve-run':
        if (model.runsOverCap.length === 0) return null
        await world.approveRun(now)
        model.approveRun(now)
        return 'the run over its cap is approved'
      case 'arm':
      case 'disarm':
        await world.arm(step.do === 'arm', now)
        model.armed = step.do === 'arm'
        return step.do
      case 'policy': {
        const policy = POLICIES[step.pick]!
        await world.changePolicy(policy, now)
        model.changePolicy(policy, now)
        return `the schedule becomes: ${policy.name}`
      }
      case 'release': {
        const hold = from(model.holds, step.pick)
        if (hold === undefined) return null
        await world.release(this.holds.get(hold)!, now)
        model.release(hold, now)
        return 'a hold is released'
      }
      default: {
        const message = from(model.messages, step.pick)
        return message === undefined ? null : this.decide(step, message)
      }
    }
  }

  /** What a person decides about one message. */
  private async decide(
    step: Extract<Step, { do: 'override' | 'close' | 'reopen' | 'hold' | 'pay' | 'approve' }>,
    message: ModelMessage,
  ): Promise<string> {
    const { model, world, now } = this
    const { key } = message
    switch (step.do) {
      case 'override': {
        const verdict = VERDICTS[step.verdict]!
        await world.override(key, verdict, now)
        model.override(message, verdict, now)
        return `${key} is overridden: ${[verdict.case, ...verdict.marks].join(' ')}`
      }
      case 'close':
        await world.close(key, now)
        model.close(message.conversation, now)
        return `the conversation of ${key} is closed`
      case 'reopen':
        await world.reopen(key, now)
        model.reopen(message.conversation, now)
        return `the conversation of ${key} is reopened`
      case 'hold': {
        const on: ModelHold['on'] =
          step.on === 'message'
            ? { message: key }
            : step.on === 'conversation'
              ? { conversation: message.conversation }
              : { customer: message.customer }
        const hold = { on }
        this.holds.set(hold, await world.hold(step.on, key, now))
        model.hold(hold, now)
        return `a hold on the ${step.on} of ${key}`
      }
      case 'pay': {
        const fact = paymentFact(step.fact, stockholmDay(now))
        await world.pay(key, fact, now)
        model.pay(message, fact, now)
        return `${key}: ${JSON.stringify(fact)}`
      }
      case 'approve': {
        const approved = step.all
          ? model.messages.filter((each) => model.stateOn(each, stockholmDay(now)) === 'review')
          : [message]
        if (approved.length === 0) return 'nothing to approve'
        await world.approve(
          approved.map((each) => each.key),
          now,
        )
        model.approve(approved)
        return `approved: ${approved.map((each) => each.key).join(' ')}`
      }
    }
  }

  private async mail(step: Extract<Step, { do: 'mail' }>): Promise<string> {
    const customer = CUSTOMERS[step.customer]!
    const own = this.mails.filter((each) => each.customer === customer)
    const parent = step.answers === null ? undefined : from(own, step.answers)
    const names =
      parent === undefined || step.references === 'none'
        ? []
        : step.references === 'parent'
          ? [parent.key]
          : [...parent.names, parent.key]
    const written = new Date(this.now.getTime() - step.ageDays * DAY)
    const future = new Date(this.now.getTime() + 400 * DAY)
    const mail: StoryMail = {
      key: `m${this.mails.length + 1}`,
      customer,
      incoming: !step.outgoing,
      kind: step.kind,
      names,
      serverAt: { now: this.now, written, 1970: new Date(0), future }[step.serverDate],
      sentAt: { written, 1970: new Date(0), future }[step.senderDate],
    }
    this.mails.push(mail)
    const judgement = await this.world.copyArrives(mail, this.now)
    this.model.copyArrives(mail.key, () => this.arrival(mail, judgement), this.now)
    this.counts.archived += 1
    const day = (at: Date) => at.toISOString().slice(0, 10)
    const dates = `server ${day(mail.serverAt)}, written ${day(mail.sentAt)}`
    const named = names.length > 0 ? `, names ${names.join(' ')}` : ''
    return `${mail.key} ${mail.incoming ? 'from' : 'to'} ${customer}, ${mail.kind}${named}, ${dates}`
  }

  private arrival(
    { key, customer, incoming, names, serverAt, sentAt }: StoryMail,
    judgement: Judgement | null,
  ): Arrival {
    if (judgement === null) throw new Error(`${key} should have been archived`)
    return { key, customer, incoming, names, receivedAt: receiptOf(serverAt, sentAt, this.now), ...judgement }
  }

  private async pass(days: number, every: number): Promise<void> {
    const from = stockholmDay(this.now)
    let nights = 0
    for (let day = 1; day <= days; day += 1) {
      this.now = new Date(this.now.getTime() + DAY)
      if (every === 0 || (day % every !== 0 && days - day > 1)) continue
      nights += 1
      await this.night()
    }
    this.told.push(`${from} to ${stockholmDay(this.now)}: ${days} days with ${nights} nightly runs`)
    if (nights === 0) await this.compare()
  }

  private async night(): Promise<void> {
    const { model, now } = this
    const before = { messages: model.messages, copies: [...model.copies.values()].reduce((sum, n) => sum + n, 0) }
    const end = await this.world.night(now)
    model.endTombstones(now)
    const expected = model.purge(now)
    this.counts.nights += 1
    this.decidedOn = [stockholmDay(now)]
    if (expected === 'over-cap') this.counts.overCap += 1
    const gone = before.messages.filter((each) => !model.messages.includes(each)).map((each) => each.key)
    const copies = before.copies - [...model.copies.values()].reduce((sum, n) => sum + n, 0)
    this.counts.purged += gone.length
    this.counts.leftMailbox += copies
    if (gone.length > 0 || copies > 0 || expected !== 'done')
      this.tell(`night, ${expected}: purged ${gone.join(' ') || 'nothing'}; ${copies} copies gone`)
    if (end !== expected) throw new Error(`The nightly run ended ${end}, the model says ${expected}`)
    await this.compare()
  }

  private async compare(): Promise<void> {
    const differences = this.differences(await this.world.look(this.now))
    if (differences.length > 0)
      throw new Error(`On ${this.now.toISOString()} product and model differ:\n  ${differences.join('\n  ')}`)
  }

  private differences(seen: Seen): string[] {
    const { model, now } = this
    const today = stockholmDay(now)
    const found: string[] = []
    const differ = (what: string, product: unknown, expected: unknown): void => {
      if (JSON.stringify(product) !== JSON.stringify(expected))
        found.push(`${what}: product ${JSON.stringify(product)}, model ${JSON.stringify(expected)}`)
    }
    differ('archived', [...seen.messages.keys()].sort(byNumber), model.messages.map((each) => each.key).sort(byNumber))
    differ('copies on the server', copyList(seen.copies), copyList(model.copies))
    differ(
      'tombstones',
      seen.tombstones.toSorted(byNumber),
      model.tombstones
        .filter((each) => !each.lifted)
        .map((each) => each.key)
        .sort(byNumber),
    )
    for (const message of model.messages) {
      const product = seen.messages.get(message.key)
      if (product === undefined) continue
      const { key, pledge } = message
      const companions = model
        .conversationOf(message)
        .map((each) => each.key)
        .sort(byNumber)
      differ(
        `conversation of ${key}`,
        [...seen.messages]
          .filter(([, each]) => each.conversation === product.conversation)
          .map(([other]) => other)
          .sort(byNumber),
        companions,
      )
      differ(`${key} in the mailbox until`, product.mailboxUntil ?? FOREVER, pledge!.mailboxUntil)
      differ(`${key} in the archive until`, product.archiveUntil ?? FOREVER, pledge!.archiveUntil)
      differ(`${key} waits until`, pending(product.notBefore, today), pending(laterOf('', ...message.waits), today))
      differ(`${key} is due on`, future(product.dueOn, today), future(model.nextActOn(message), today))
      differ(`${key} approved`, product.approved, message.approved)
      // A date that passes turns the state with the night, or the act upon it, that follows.
      const states = [today, ...this.decidedOn].map((day) => model.stateOn(message, day))
      if (!states.includes(product.state as 'active')) differ(`state of ${key}`, product.state, states[0])
    }
    return found
  }
}

/**
 * The later of what server and sender say, never later than now; a date before 1980 says nothing, and no date at all
 * means now.
 */
function receiptOf(serverAt: Date, sentAt: Date, now: Date): Date {
  const believable = [serverAt, sentAt].filter((at) => at.getUTCFullYear() >= 1980).map((at) => at.getTime())
  if (believable.length === 0) return now
  return new Date(Math.min(now.getTime(), Math.max(...believable)))
}

function paymentFact(fact: Extract<Step, { do: 'pay' }>['fact'], today: Day): PaymentFact {
  switch (fact) {
    case 'settled':
      return { settledOn: today }
    case 'transferred':
      return { transferredOn: today }
    case 'year':
      return { financialYearEnd: yearEnd(today, 0) }
    case 'year-before':
      return { financialYearEnd: yearEnd(`${Number(today.slice(0, 4)) - 1}-01-01`, 0) }
    case 'broken-year':
      return { financialYearEnd: `${Number(today.slice(0, 4)) + 1}-04-30` }
  }
}

function plainQuestion(n: number): Extract<Step, { do: 'mail' }> {
  return {
    do: 'mail',
    minutes: 0,
    customer: n % CUSTOMERS.length,
    kind: 'question',
    outgoing: false,
    answers: null,
    references: 'none',
    ageDays: 0,
    serverDate: 'now',
    senderDate: 'written',
  }
}

/** A day that has come is no longer told apart from an earlier one. */
function future(day: Day | null, today: Day): string {
  if (day === null) return 'none'
  return day > today ? day : 'come'
}

/** A waiting time that is over is no longer told apart from none. */
function pending(day: Day | null, today: Day): Day | null {
  return day !== null && day > today ? day : null
}

function from<T>(list: T[], pick: number): T | undefined {
  return list.length === 0 ? undefined : list[pick % list.length]
}

function copyList(copies: Map<string, number>): string[] {
  return [...copies]
    .filter(([, count]) => count > 0)
    .map(([key, count]) => `${key}×${count}`)
    .sort(byNumber)
}

function byNumber(a: string, b: string): number {
  return Number(/\d+/.exec(a)?.[0]) - Number(/\d+/.exec(b)?.[0])
}
