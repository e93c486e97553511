import type { RetentionDecision } from '../core/retention/retention.ts'
import { explainRule, type FixedRule, type Schedule } from '../core/retention/schedule.ts'
import { NAMES, nameOf } from '../text/names.ts'
import { fill } from '../text/wording/wording.ts'
import type { Fact, Words } from './words.ts'

/** `Sparas till och med 2026-12-31.` */
export function keptText({ texts }: Words, { archiveUntil }: Pick<RetentionDecision, 'archiveUntil'>): string {
  return archiveUntil === null ? texts.keptWithoutEnd : fill(texts.keptUntil, { date: archiveUntil })
}

/** Rows of the schedule keep their ids; rules outside it have names. */
export function ruleName({ language }: Words, rule: string): string {
  return rule in NAMES.fixedRule ? nameOf(language, 'fixedRule', rule as FixedRule) : rule
}

/** Why and how long. */
export function retentionFacts(
  words: Words,
  decision: RetentionDecision,
  row: { state: RetentionDecision['state']; notBefore: string | null; dueOn: string | null },
  schedule: Schedule,
): Fact[] {
  const { texts, language } = words
  const explained = explainRule(schedule, decision.rule)?.[language] ?? ''
  const facts: Fact[] = [
    [texts.headRetention, `${keptText(words, decision)} ${explained}`.trim()],
    [texts.headRule, `${ruleName(words, decision.rule)} (${decision.trigger})`],
    [texts.headBasis, decision.basis],
    [texts.headState, nameOf(language, 'state', row.state)],
  ]
  if (decision.mailboxUntil !== decision.archiveUntil && decision.mailboxUntil !== null)
    facts.push([texts.headMailboxUntil, decision.mailboxUntil])
  if (row.notBefore !== null) facts.push([texts.headNotBefore, row.notBefore])
  if (row.dueOn !== null) facts.push([texts.headDueOn, row.dueOn])
  for (const label of decision.labels) {
    if (label.rule !== decision.rule)
      facts.push(['', fill(texts.otherLabel, { rule: ruleName(words, label.rule), until: label.until ?? texts.noEnd })])
  }
  return facts
}
