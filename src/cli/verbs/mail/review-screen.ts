import type { Rules } from '../../../pipeline/decide/rules.ts'
import type { ReviewItem } from '../../../pipeline/read/review-queue.ts'
import { reviewCard } from '../../../present/review-item.ts'
import { plain } from '../../../present/safe-text.ts'
import { fill } from '../../../text/wording/wording.ts'
import type { Call } from '../../call/call.ts'
import { facts } from '../../call/facts.ts'

/** Lines of the screen that are not the message's text. */
const AROUND = 26
const LEAST_LINES = 8
const UNKNOWN_ROWS = 50
const UNKNOWN_COLUMNS = 160

/**
 * One message as `review next` shows it: what is new in it, what was judged and why, and what follows from each key.
 * `said`: what the key before did.
 */
export function reviewScreen(
  call: Call,
  rules: Rules,
  item: ReviewItem,
  { at, count, said }: { at: number; count: number; said: string },
): string {
  const columns = sizeOf(call.io.stderr, 'columns') ?? UNKNOWN_COLUMNS
  const { head, newText, judged, keys } = reviewCard(call, rules, item, { at, count, columns })
  return [
    ...(said === '' ? [] : [said, '']),
    facts(head),
    '',
    fitting(call, newText, `m${item.row.id}`),
    '',
    facts(judged),
    '',
    facts(keys),
  ].join('\n')
}

function fitting({ io, texts }: Call, lines: readonly string[], id: string): string {
  if (lines.length === 0) return texts.reviewEmpty
  const fits = Math.max(LEAST_LINES, (sizeOf(io.stderr, 'rows') ?? UNKNOWN_ROWS) - AROUND)
  const shown = lines.length <= fits ? lines : lines.slice(0, fits - 1)
  const cut = lines.length - shown.length
  return [...shown.map(plain), ...(cut === 0 ? [] : [fill(texts.reviewCut, { count: cut, id })])].join('\n')
}

function sizeOf(terminal: Call['io']['stderr'], name: 'rows' | 'columns'): number | null {
  const size: unknown = name in terminal ? (terminal as { rows?: unknown; columns?: unknown })[name] : undefined
  return typeof size === 'number' ? size : null
}
