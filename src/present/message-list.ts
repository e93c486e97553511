import type { ListedMessage } from '../pipeline/read/list-messages.ts'
import { nameOf } from '../text/names.ts'
import { oneLine } from './safe-text.ts'
import type { Rows, Words } from './words.ts'

export function messageRows({ texts, language }: Words, items: readonly ListedMessage[]): Rows {
  return {
    head: [
      texts.headId,
      texts.headDate,
      texts.headDirection,
      texts.headCase,
      texts.headDecidedBy,
      texts.headState,
      texts.headUntil,
      texts.headSubject,
      texts.headCustomer,
    ],
    rows: items.map((item) => [
      item.id,
      item.date,
      nameOf(language, 'direction', item.direction),
      nameOf(language, 'messageCase', item.case),
      nameOf(language, 'decidedBy', item.decidedBy),
      nameOf(language, 'state', item.state),
      item.until ?? texts.noEnd,
      oneLine(item.subject ?? texts.subjectBroken, 50),
      oneLine(item.customer === null ? '' : `${item.customer} ${item.customerName ?? texts.subjectBroken}`, 30),
    ]),
  }
}
