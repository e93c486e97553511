import type { Authentication } from '../core/message/authentication.ts'
import type { Address } from '../core/message/message.ts'
import type { Rules } from '../pipeline/decide/rules.ts'
import type { DecidedBy } from '../pipeline/read/decided-by.ts'
import type { Plain } from '../pipeline/read/plain-value.ts'
import type { ShownMessage } from '../pipeline/read/show-messages.ts'
import { nameOf } from '../text/names.ts'
import type { TextKey } from '../text/texts.ts'
import { fill } from '../text/wording/wording.ts'
import { threadText } from './conversation.ts'
import { customerFacts } from './customer.ts'
import { caseAndMarks, caseOrMark, evidenceText, judgedBy, percent } from './judgement.ts'
import { retentionFacts } from './retention.ts'
import { oneLine } from './safe-text.ts'
import { moment, type Fact, type Words } from './words.ts'

/** A message in words, part by part. */
export interface MessageCard {
  head: Fact[]
  /** As the sender wrote it. */
  text: string
  judged: Fact[]
  /** null: there is no decision yet. */
  retention: Fact[] | null
  /** One event a line, the first first. */
  history: string[]
}

export function messageCard(words: Words, rules: Rules, shown: ShownMessage): MessageCard {
  const { row, message, history } = shown
  return {
    head: headFacts(words, shown),
    text: message.text.trim(),
    judged: judgedFacts(words, rules, shown),
    retention: row.retention === null ? null : retentionFacts(words, row.retention, row, rules.schedule),
    history: history.map((event) => `${moment(event.at)}  ${event.actor}  ${event.kind}`),
  }
}

export function people(list: readonly Address[], length: number): string {
  return list.map(({ name, address }) => oneLine(name === '' ? address : `${name} <${address}>`, length)).join(', ')
}

/** `2026-11-02 10:00, in` */
export function arrival({ language }: Words, row: Pick<ShownMessage['row'], 'receivedAt' | 'direction'>): string {
  return `${moment(row.receivedAt)}, ${nameOf(language, 'direction', row.direction)}`
}

function headFacts(words: Words, { row, message }: ShownMessage): Fact[] {
  const { texts } = words
  return [
    [texts.headId, `m${row.id} (c${row.conversationId})`],
    [texts.headFrom, people(message.from, 200)],
    [texts.headTo, people([...message.to, ...message.cc], 200)],
    [texts.headDate, arrival(words, row)],
    [texts.headSubject, oneLine(message.subject, 300)],
    ...message.attachments.map(({ filename, contentType, size }): Fact => [
      texts.headAttachment,
      oneLine(`${filename ?? '-'} (${contentType}, ${Math.ceil(size / 1024)} kB)`, 200),
    ]),
  ]
}

function judgedFacts(words: Words, { rulebook }: Rules, shown: ShownMessage): Fact[] {
  const { texts } = words
  const { row, evidence } = shown
  return [
    [texts.headCase, `${caseAndMarks(words, row)} – ${DECIDED[shown.decidedBy](words, row)}`],
    ...evidence.classification.evidence.map((each): Fact => [
      '',
      `${caseOrMark(words, each.for)} ${signed(each.weight)}: ${evidenceText(words, rulebook, each)}`,
    ]),
    [texts.headRulebook, judgedBy(words, row.rulebook)],
    ...customerFacts(words, shown),
    [texts.headConversation, threadText(words, evidence)],
    [texts.headAuthentication, authenticationText(words, evidence)],
    ...(evidence.forgedReferences ? [['', texts.forgedReferences] satisfies Fact] : []),
  ]
}

const DECIDED = {
  rule: ({ texts }, { confidence, uncertain }) => `${percent(confidence)}${uncertain ? `, ${texts.uncertain}` : ''}`,
  staff: ({ texts }) => texts.byStaff,
  mailbox: ({ texts }) => texts.byMailbox,
} as const satisfies Record<DecidedBy, (words: Words, row: ShownMessage['row']) => string>

function signed(weight: number): string {
  return `${weight > 0 ? '+' : ''}${weight.toFixed(1)}`
}

const SENDER_PROOFS = {
  pass: 'senderProven',
  fail: 'senderFailed',
  none: 'senderUnproven',
  unknown: 'senderUnchecked',
} as const satisfies Record<Authentication['dmarc'], TextKey>

/** What the account's own mail server says of the sender; nothing else is believed. */
function authenticationText({ texts }: Words, { authentication }: Plain<ShownMessage['evidence']>): string {
  if (authentication.submitted) return texts.senderSubmitted
  const domain = oneLine(authentication.headerFrom ?? '-', 100)
  return fill(texts[SENDER_PROOFS[authentication.dmarc]], { domain })
}
