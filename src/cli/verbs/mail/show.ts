import { explainRule, type Schedule } from '../../../core/retention/schedule.ts'
import type { CustomerEvidence } from '../../../core/customer/customer.ts'
import { readVersion } from '../../../core/judgement/model-version.ts'
import { explainCaseRule } from '../../../core/judgement/rules/rules.ts'
import type { Address, Message } from '../../../core/message/message.ts'
import type { RetentionDecision } from '../../../core/retention/retention.ts'
import type { Account } from '../../../store/accounts.ts'
import { listAudit, type AuditEvent } from '../../../store/audit.ts'
import { getConversation, type ConversationRow } from '../../../store/message/conversations.ts'
import { displayName, getCustomerCard, type CustomerCard } from '../../../store/customer/customers.ts'
import {
  getMessage,
  listConversationMessages,
  openMessage,
  type MessageEvidence,
  type MessageRow,
} from '../../../store/message/messages.ts'
import { promisedUnlessBroken } from '../../../store/keys/seal.ts'
import { fill, type TextKey } from '../../../text/texts.ts'
import { GallraError } from '../../../errors.ts'
import type { Call } from '../../call/call.ts'
import { EXIT, type ExitCode } from '../../call/exit-codes.ts'
import { parseId } from '../../call/ids.ts'
import { facts, moment } from '../../call/output.ts'
import { oneLine, plain } from '../../call/plain-text.ts'
import { DIRECTIONS, noteReading, readDecidedBy, STATE_TEXTS, type DecidedBy } from './list.ts'
import { modelName } from '../judgement/model.ts'
import { accountOf, deciderOf, withArchive, type Opened } from '../../call/with-archive.ts'

interface Shown {
  row: MessageRow
  message: Message
  evidence: MessageEvidence
  /** null: there is none, or it does not open. */
  customer: CustomerCard | null
  customerBroken: boolean
  decidedBy: DecidedBy
  history: AuditEvent[]
}

export async function show(call: Call): Promise<ExitCode> {
  const id = parseId(call.args[0] ?? '', ['m', 'c'], call.texts)
  return withArchive(call, async (opened) => {
    const { archive } = opened
    const account = await accountOf(call, opened, id)
    const actor = call.given.has('by') ? `staff:${(await deciderOf(call, opened)).id}` : 'cli'
    const sql = archive.pool
    const rows =
      id.kind === 'm'
        ? [await getMessage(sql, account.id, id.number)]
        : await listConversationMessages(sql, account.id, [id.number])
    const conversation = await getConversation(sql, account.id, id.kind === 'c' ? id.number : rows[0]!.conversationId)
    if (conversation === null) throw new GallraError('not-found', { id: `${id.kind}${id.number}` })
    // Written before anything is shown: what was read is never unknown.
    await noteReading(
      call,
      opened,
      [account],
      rows.map((row) => ({ accountId: account.id, id: row.id })),
      'read',
      actor,
    )
    const shown: Shown[] = []
    const unopened: string[] = []
    for (const row of rows) {
      const reading = readShown(opened, account, row)
      const each = id.kind === 'm' ? await reading : await promisedUnlessBroken(reading)
      if (each === null) unopened.push(`m${row.id}`)
      else shown.push(each)
    }
    if (unopened.length > 0)
      call.note(fill(call.texts.messagesUnopened, { count: unopened.length, ids: unopened.join(' ') }))
    call.report({ account: account.settings.address, conversation, messages: shown, unopened }, () =>
      [
        ...(id.kind === 'c' ? [conversationText(call, conversation)] : []),
        ...shown.map((each) => messageText(call, opened, each)),
      ].join(`\n\n${'─'.repeat(72)}\n\n`),
    )
    return unopened.length > 0 ? EXIT.failed : EXIT.ok
  })
}

async function readShown(opened: Opened, account: Account, row: MessageRow): Promise<Shown> {
  const { archive } = opened
  const { message, evidence } = await openMessage(archive.pool, archive, account.id, row.id)
  const customer =
    row.customerId === null ? null : await getCustomerCard(archive.pool, archive, account.id, row.customerId)
  return {
    row,
    message,
    evidence,
    customer,
    customerBroken: row.customerId !== null && customer === null,
    decidedBy: await readDecidedBy(opened, account.id, row),
    history: await listAudit(archive.pool, account.id, row.id),
  }
}

function customerText({ language }: Call, id: number | null, card: CustomerCard | null): string {
  if (id === null) return '-'
  if (card === null) return new GallraError('customer-broken', { id: `k${id}` }).describe(language)
  return `k${id} ${oneLine([...new Set([displayName(card), ...card.names, ...card.addresses])].join(', '), 200)}`
}

function conversationText({ texts }: Call, conversation: ConversationRow): string {
  return facts([
    [texts.headConversation, `c${conversation.id}`],
    [
      texts.headComplaintClosed,
      conversation.complaintClosedAt === null
        ? '-'
        : `${moment(conversation.complaintClosedAt)} (${conversation.complaintOutcome ?? '-'})`,
    ],
    [texts.headDelivered, conversation.deliveredOn ?? '-'],
    [texts.headIdleReview, conversation.idleReviewOn ?? '-'],
    [texts.headConsumer, conversation.consumer === null ? texts.unknown : conversation.consumer ? texts.yes : texts.no],
  ])
}

function messageText(
  call: Call,
  { rules }: Opened,
  { row, message, evidence, customer, decidedBy, history }: Shown,
): string {
  const { texts } = call
  const people = (list: Address[]) =>
    list.map(({ name, address }) => oneLine(name === '' ? address : `${name} <${address}>`, 200)).join(', ')
  const head: [string, string][] = [
    [texts.headId, `m${row.id} (c${row.conversationId})`],
    [texts.headFrom, people(message.from)],
    [texts.headTo, people([...message.to, ...message.cc])],
    [texts.headDate, `${moment(row.receivedAt)}, ${texts[DIRECTIONS[row.direction]]}`],
    [texts.headSubject, oneLine(message.subject, 300)],
    ...message.attachments.map(({ filename, contentType, size }): [string, string] => [
      texts.headAttachment,
      oneLine(`${filename ?? '-'} (${contentType}, ${Math.ceil(size / 1024)} kB)`, 200),
    ]),
  ]
  const judged: [string, string][] = [
    [
      texts.headCase,
      [row.case, ...row.marks].join(', ') +
        (decidedBy !== 'rule'
          ? ` – ${decidedBy === 'mailbox' ? texts.byMailbox : texts.byStaff}`
          : ` – ${Math.round(row.confidence * 100)} %${row.uncertain ? `, ${texts.uncertain}` : ''}`),
    ],
    ...evidence.classification.evidence.map((each): [string, string] => [
      '',
      `${each.for} ${each.weight > 0 ? '+' : ''}${each.weight.toFixed(1)}: ${explainCaseRule(rules.rulebook, each.rule)?.[call.language] ?? each.rule} (${oneLine(each.text, 80)})`,
    ]),
    [texts.headRulebook, judgedBy(call, row.rulebook)],
    [texts.headCustomer, customerText(call, row.customerId, customer)],
    ...evidence.customer.map(({ by, text }): [string, string] => [
      '',
      oneLine(`${texts[CUSTOMER_SIGNS[by]]}: ${text}`, 200),
    ]),
    ...(row.customerAmbiguous ? [['', texts.customerAmbiguous] as [string, string]] : []),
    [texts.headConversation, threadText(call, evidence)],
    [texts.headAuthentication, authenticationText(call, evidence)],
    ...(evidence.forgedReferences ? [['', texts.forgedReferences] as [string, string]] : []),
  ]
  const past = history.map((event) => `${moment(event.at)}  ${event.actor}  ${event.kind}`)
  return [
    facts(head),
    plain(message.text.trim()),
    facts(judged),
    retentionText(call, row.retention, row, rules.schedule),
    `${texts.headHistory}\n${past.join('\n')}`,
  ].join('\n\n')
}

/** The rulebook and the model that judged; of what a person decided, what they said before. */
export function judgedBy(call: Call, version: string): string {
  const { rulebook, model } = readVersion(version)
  return `${rulebook}, ${modelName(call, model)}`
}

const CUSTOMER_SIGNS = {
  header: 'customerByHeader',
  'web-form': 'customerByForm',
  'reply-to': 'customerByReplyTo',
  forwarded: 'customerByForward',
  signature: 'customerBySignature',
  'machine-sender': 'customerMachine',
  spoofed: 'customerSpoofed',
  'several-correspondents': 'customerSeveral',
  'own-people': 'customerOwnPeople',
} as const satisfies Record<CustomerEvidence['by'], TextKey>

const THREAD_LINKS = {
  reference: 'threadByReference',
  'shared-reference': 'threadByShared',
  subject: 'threadBySubject',
} as const

/** What joined it to the conversation, the first sign of each kind. */
function threadText({ texts }: Call, { thread }: MessageEvidence): string {
  const signs = new Set(
    thread.map(({ link }) =>
      link.by === 'subject' ? fill(texts.threadBySubject, { days: link.days }) : texts[THREAD_LINKS[link.by]],
    ),
  )
  return signs.size === 0 ? texts.startsConversation : [...signs].join('; ')
}

const SENDER_PROOFS = {
  pass: 'senderProven',
  fail: 'senderFailed',
  none: 'senderUnproven',
  unknown: 'senderUnchecked',
} as const

/** What the account's own mail server says of the sender; nothing else is believed. */
function authenticationText({ texts }: Call, { authentication }: MessageEvidence): string {
  if (authentication.submitted) return texts.senderSubmitted
  const domain = oneLine(authentication.headerFrom ?? '-', 100)
  return fill(texts[SENDER_PROOFS[authentication.dmarc]], { domain })
}

/** Why and how long, in words. */
export function retentionText(
  { texts, language }: Call,
  decision: RetentionDecision | null,
  row: { state: RetentionDecision['state']; notBefore: string | null; dueOn: string | null },
  schedule: Schedule,
): string {
  if (decision === null) return texts.noDecision
  const explained = explainRule(schedule, decision.rule)?.[language] ?? ''
  const until =
    decision.archiveUntil === null ? texts.keptWithoutEnd : fill(texts.keptUntil, { date: decision.archiveUntil })
  const lines: [string, string][] = [
    [texts.headRetention, `${until} ${explained}`.trim()],
    [texts.headRule, `${decision.rule} (${decision.trigger})`],
    [texts.headBasis, decision.basis],
    [texts.headState, texts[STATE_TEXTS[row.state]]],
  ]
  if (decision.mailboxUntil !== decision.archiveUntil && decision.mailboxUntil !== null)
    lines.push([texts.headMailboxUntil, decision.mailboxUntil])
  if (row.notBefore !== null) lines.push([texts.headNotBefore, row.notBefore])
  if (row.dueOn !== null) lines.push([texts.headDueOn, row.dueOn])
  for (const label of decision.labels) {
    if (label.rule !== decision.rule)
      lines.push(['', fill(texts.otherLabel, { rule: label.rule, until: label.until ?? texts.noEnd })])
  }
  return facts(lines)
}
