import type { Classification, Evidence } from '../core/classification.ts'
import { explainCaseRule } from '../core/judgement/rules.ts'
import type { Rules } from '../pipeline/decide/rules.ts'
import type { JudgedFile } from '../pipeline/read/judge-file.ts'
import { caseAndMarks, caseOrMark, evidenceText, judgedBy, percent } from './judgement.ts'
import { retentionFacts } from './retention.ts'
import { oneLine } from './safe-text.ts'
import type { Fact, Rows, Words } from './words.ts'

/** How a message would be judged and kept, in words. */
interface JudgedFileCard {
  head: string[]
  evidence: Rows
  rights: string[]
  retention: Fact[]
}

export function judgedFileCard(words: Words, { rulebook, schedule }: Rules, judged: JudgedFile): JudgedFileCard {
  const { texts, language } = words
  const { classification, rights, retention } = judged
  return {
    head: [
      `${texts.headCase}  ${verdictText(words, classification)}`,
      `${texts.headRulebook}  ${judgedBy(words, classification.rulebook)}`,
    ],
    evidence: {
      head: [texts.headFor, texts.headWeight, texts.headRule, texts.headSeen, texts.headWhy],
      rows: byWeight(classification.evidence).map((each) => [
        caseOrMark(words, each.for),
        each.weight.toFixed(1),
        each.rule,
        oneLine(each.text, 40),
        explainCaseRule(rulebook, each.rule)?.[language] ?? '',
      ]),
    },
    rights: rights.map((each) => `${texts.headRight}  ${evidenceText(words, rulebook, each)}`),
    retention: retentionFacts(words, retention, { state: retention.state, notBefore: null, dueOn: null }, schedule),
  }
}

/** `Reklamation – 71 %, osäkert` */
function verdictText(words: Words, verdict: Classification): string {
  const { texts } = words
  return [
    `${caseAndMarks(words, verdict)} – ${percent(verdict.confidence)}`,
    ...(verdict.uncertain ? [texts.uncertain] : []),
    ...(verdict.mayBeComplaint ? [texts.mayBeComplaint] : []),
  ].join(', ')
}

/** The weightiest first, for or against. */
function byWeight(evidence: readonly Evidence[]): Evidence[] {
  return [...evidence].sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight))
}
