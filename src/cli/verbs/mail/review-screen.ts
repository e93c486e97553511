import { CASES } from '../../../core/classification.ts'
import type { RetentionDecision } from '../../../core/retention/retention.ts'
import { explainCaseRule } from '../../../core/judgement/rules/rules.ts'
import { explainRule } from '../../../core/retention/schedule.ts'
import type { ReviewItem } from '../../../pipeline/read/review-queue.ts'
import type { Rules } from '../../../pipeline/decide/rules.ts'
import { fill } from '../../../text/texts.ts'
import type { Call } from '../../call/call.ts'
import { facts, moment } from '../../call/output.ts'
import { oneLine, plain } from '../../call/plain-text.ts'
import { DIRECTIONS } from './list.ts'

/** Lines of the screen that are not the message's text. */
const AROUND = 26
const LEAST_LINES = 8
const UNKNOWN_ROWS = 50
/** Columns that a key and its name take, and what is left at least. */
const BESIDE = 18
const NARROWEST = 60
const UNKNOWN_COLUMNS = 160

/** One message as `review next` shows it: what is new in it, what was judged and why, and what follows from each key. */
export function reviewScreen(
  call: Call,
  rules: Rules,
  item: ReviewItem,
  place: { at: number; count: number; said: string },
): string {
  const { texts, language } = call
  const { row, message, reasons, foreseen } = item
  const head: [string, string][] = [
    [texts.headId, `m${row.id} (c${row.conversationId}), ${fill(texts.reviewPlace, place)}`],
    [
      texts.headFrom,
      message.from.map(({ name, address }) => oneLine(name === '' ? address : `${name} <${address}>`, 80)).join(', '),
    ],
    [texts.headDate, `${moment(row.receivedAt)}, ${texts[DIRECTIONS[row.direction]]}`],
    [texts.headSubject, oneLine(message.subject, 100)],
    ...message.attachments
      .slice(0, 3)
      .map(({ filename }): [string, string] => [texts.headAttachment, oneLine(filename ?? '-', 80)]),
  ]
  const doubts = [
    ...(row.uncertain ? [texts.uncertain] : []),
    ...(row.mayBeComplaint ? [texts.mayBeComplaint] : []),
    ...(row.customerAmbiguous ? [texts.customerSeveral] : []),
  ]
  const judged: [string, string][] = [
    [
      texts.reviewSuggested,
      [[row.case, ...row.marks].join(', '), `${Math.round(row.confidence * 100)} %`, ...doubts].join(' – '),
    ],
    ...(reasons.length === 0 ? [[texts.reviewReasons, texts.reviewNoReasons] as [string, string]] : []),
    ...reasons.map((each, index): [string, string] => [
      index === 0 ? texts.reviewReasons : '',
      oneLine(
        `+${each.weight.toFixed(1)} ${explainCaseRule(rules.rulebook, each.rule)?.[language] ?? each.rule} (${oneLine(each.text, 60)})`,
        Math.max(NARROWEST, columnsOf(call.io.stderr) - BESIDE),
      ),
    ]),
  ]
  const keys: [string, string][] = [
    ...foreseen.map(({ case: name, decision }): [string, string] => [
      `  ${CASES.indexOf(name) + 1} ${name}`,
      outcome(call, rules, decision),
    ]),
    ['  a', texts.reviewKeyApprove],
    ...(row.retention === null
      ? []
      : [['', outcome(call, rules, { ...row.retention, state: 'active' })] as [string, string]]),
    ['  n', texts.reviewKeySkip],
    ['  u', texts.reviewKeyUndo],
    ['  q', texts.reviewKeyQuit],
  ]
  return [
    ...(place.said === '' ? [] : [place.said, '']),
    facts(head),
    '',
    newText(call, item),
    '',
    facts(judged),
    '',
    facts(keys),
  ].join('\n')
}

function newText({ io, texts }: Call, { row, message }: ReviewItem): string {
  const lines = plain(message.newText.trim() === '' ? message.text : message.newText)
    .trim()
    .split('\n')
  if (lines.length === 1 && lines[0] === '') return texts.reviewEmpty
  const rows = 'rows' in io.stderr && typeof io.stderr.rows === 'number' ? io.stderr.rows : UNKNOWN_ROWS
  const fits = Math.max(LEAST_LINES, rows - AROUND)
  if (lines.length <= fits) return lines.join('\n')
  return [
    ...lines.slice(0, fits - 1),
    fill(texts.reviewCut, { count: lines.length - fits + 1, id: `m${row.id}` }),
  ].join('\n')
}

function columnsOf(stderr: Call['io']['stderr']): number {
  return 'columns' in stderr && typeof stderr.columns === 'number' ? stderr.columns : UNKNOWN_COLUMNS
}

function outcome({ io, texts, language }: Call, { schedule }: Rules, decision: RetentionDecision): string {
  const until =
    decision.archiveUntil === null ? texts.keptWithoutEnd : fill(texts.keptUntil, { date: decision.archiveUntil })
  const why = explainRule(schedule, decision.rule)?.[language] ?? decision.rule
  return oneLine(
    [until, ...(decision.state === 'review' ? [texts.reviewNeedsPerson] : []), why].join(' '),
    Math.max(NARROWEST, columnsOf(io.stderr) - BESIDE),
  )
}
