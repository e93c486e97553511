import type { RetentionDecision } from '../core/retention/retention.ts'
import { explainRule, type Schedule } from '../core/retention/schedule.ts'
import { NAMES, nameOf } from '../text/names.ts'
import { fill, type Language, type Wording } from '../text/wording/wording.ts'
import type { Fact, Words } from './words.ts'

/** `Sparas till och med 2026-12-31.` */
export function keptText({ texts }: Words, { archiveUntil }: Pick<RetentionDecision, 'archiveUntil'>): string {
  return archiveUntil === null ? texts.keptWithoutEnd : fill(texts.keptUntil, { date: archiveUntil })
}

/** A row of a firm's own schedule has no name and keeps its id. */
export function ruleName({ language }: Pick<Words, 'language'>, rule: string): string {
  return nameIn(language, 'fixedRule', rule) ?? nameIn(language, 'scheduleRow', rule) ?? rule
}

function nameIn(language: Language, kind: 'fixedRule' | 'scheduleRow' | 'trigger', code: string): string | null {
  const names: Partial<Record<string, Wording>> = NAMES[kind]
  return Object.hasOwn(names, code) ? names[code]![language] : null
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
    [
      texts.headRule,
      `${ruleName(words, decision.rule)} (${nameIn(language, 'trigger', decision.trigger) ?? decision.trigger})`,
    ],
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
