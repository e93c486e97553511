import { CASES } from '../core/classification.ts'
import { explainRule, type Schedule } from '../core/retention/schedule.ts'
import type { Example, Report } from '../pipeline/purge/report.ts'
import { ruleName } from '../present/retention.ts'
import { nameOf } from '../text/names.ts'
import { fill } from '../text/wording/wording.ts'
import { demoTexts } from './text.ts'

/** The report as lines for a terminal. */
export function reportLines(report: Report, address: string, schedule: Schedule, language: 'sv' | 'en'): string[] {
  const text = demoTexts(language)
  const kept = report.keptBy.map((group) => {
    const until =
      group.until === null
        ? text.noExpiry
        : fill(text.untilRange, { from: group.from ?? group.until, until: group.until })
    const reason = explainRule(schedule, group.rule)?.[language] ?? group.rule
    return `   ${fill(text.keptLine, { messages: String(group.messages).padStart(4), reason, until })}`
  })
  return [
    '',
    fill(text.report, { address }),
    fill(text.totals, { messages: report.messages, conversations: report.conversations, customers: report.customers }),
    '',
    text.cases,
    ...CASES.map((name) => `   ${String(report.cases[name]).padStart(4)}  ${nameOf(language, 'case', name)}`),
    '',
    text.kept,
    ...kept,
    '',
    fill(text.dueNow, { due: report.due, messages: report.messages }),
    ...Object.entries(report.dueByRule).map(
      ([rule, count]) => `   ${String(count).padStart(4)}  ${explainRule(schedule, rule)?.[language] ?? rule}`,
    ),
    ...report.dueExamples.map((example) => exampleLine(example, language)),
    fill(text.leavesMailbox, { count: report.leavesMailbox }),
    '',
    fill(text.toReview, { review: report.review }),
    ...report.reviewExamples.map((example) => exampleLine(example, language)),
    '',
    fill(text.change, { id: `m${report.dueExamples[0]?.messageId ?? 1}` }),
    '',
  ]
}

function exampleLine(example: Example, language: 'sv' | 'en'): string {
  const text = demoTexts(language)
  const until = example.until === null ? '' : `, ${example.until}`
  const subject = example.subject.slice(0, 60)
  return fill(text.example, {
    id: `m${example.messageId}`,
    subject,
    case: nameOf(language, 'messageCase', example.case),
    rule: ruleName({ language }, example.rule),
    until,
  })
}
