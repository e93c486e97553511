import type { Rejudgement, Tally } from '../pipeline/mend/rejudge.ts'
import { nameOf } from '../text/names.ts'
import { fill } from '../text/wording/wording.ts'
import { judgedBy } from './judgement.ts'
import type { Rows, Words } from './words.ts'

/** Ids shown of a kind; --json has more. */
const IDS = 20

/** What judging again changed in an account, in words. */
interface RejudgementCard {
  head: string[]
  /** null: no case changed. */
  changes: Rows | null
  foot: string[]
}

/** `version`: of the rules that judged; `applied`: the changes are kept, not only shown. */
export function rejudgementCard(
  words: Words,
  account: string,
  result: Rejudgement,
  { version, applied }: { version: string; applied: boolean },
): RejudgementCard {
  const { texts, language } = words
  const left = [
    ...(result.left === 0 ? [] : [fill(texts.rejudgeLeft, { left: result.left })]),
    ...tallyLine(words, texts.messagesUnopened, result.unopened),
  ]
  if (result.judged === 0) return { head: [account, texts.rejudgeNothing, ...left], changes: null, foot: [] }
  const changed = [...result.changed].sort((a, b) => b.count - a.count)
  const sum = changed.reduce((count, each) => count + each.count, 0)
  return {
    head: [
      account,
      fill(texts.rejudged, { judged: result.judged, version: judgedBy(words, version), changed: sum }),
      ...left,
    ],
    changes:
      changed.length === 0
        ? null
        : {
            head: [texts.headFrom, texts.headTo, texts.headCount, texts.headIds],
            rows: changed.map((each) => [
              nameOf(language, 'case', each.from),
              nameOf(language, 'case', each.to),
              each.count,
              idsOf(words, each),
            ]),
          },
    foot: [
      ...tallyLine(words, texts.rejudgeShorter, result.shorter),
      ...tallyLine(words, texts.rejudgeLonger, result.longer),
      applied ? texts.rejudgeApplied : texts.rejudgePreview,
    ],
  }
}

function tallyLine(words: Words, text: string, tally: Tally): string[] {
  return tally.count === 0 ? [] : [fill(text, { count: tally.count, ids: idsOf(words, tally) })]
}

function idsOf({ texts }: Words, { count, messages }: Tally): string {
  const shown = messages.slice(0, IDS).map((id) => `m${id}`)
  const more = count > shown.length ? [fill(texts.andMore, { count: count - shown.length })] : []
  return [shown.join(' '), ...more].join(' ')
}
