import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Case, Classification } from '../../src/core/classification.ts'
import { classify, conversationMayBeComplaint, isComplaintConversation } from '../../src/core/judgement/classify.ts'
import type { EvaluationRow } from '../../src/core/learning/evaluation.ts'
import { classifyInputOf, parseLabelledLine, type LabelledMail } from '../../src/core/learning/labelled-mail.ts'
import type { TrainedRulebook } from '../../src/core/judgement/rules.ts'

export function readLabelled(...path: string[]): LabelledMail[] {
  return readFileSync(join(import.meta.dirname, '..', ...path), 'utf8')
    .trim()
    .split('\n')
    .map(parseLabelledLine)
}

/**
 * Judges labelled mail as `evaluate` does, without an archive: each conversation in date order, on its own earlier
 * verdicts.
 */
export function judgeLabelled(
  mails: readonly LabelledMail[],
  rulebookFor: (conversation: string) => TrainedRulebook,
): EvaluationRow[] {
  const names = [...new Set(mails.map((mail) => mail.conversation))]
  return names.flatMap((name) =>
    rowsOf(
      mails.filter((mail) => mail.conversation === name),
      rulebookFor(name),
    ),
  )
}

function rowsOf(mails: readonly LabelledMail[], rulebook: TrainedRulebook): EvaluationRow[] {
  const ordered = [...mails].sort((a, b) => Date.parse(a.date) - Date.parse(b.date))
  const earlierCases: Case[] = []
  const verdicts: Classification[] = []
  for (const mail of ordered) {
    const verdict = classify(
      classifyInputOf(mail),
      { earlierCases: [...earlierCases], openComplaint: earlierCases.includes('complaints') },
      rulebook,
    )
    verdicts.push(verdict)
    earlierCases.push(verdict.case)
  }
  const keptLong = isComplaintConversation(verdicts)
  const onReview = !keptLong && (conversationMayBeComplaint(verdicts) || verdicts.some((verdict) => verdict.uncertain))
  return ordered.map((mail, index) => ({
    conversation: mail.conversation,
    expectedCase: mail.case,
    expectedComplaint: mail.complaint_thread,
    expectedAccounting: mail.accounting_record,
    got: verdicts[index]!,
    keptLong,
    onReview,
  }))
}
