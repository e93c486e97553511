import type { ThreadLink } from '../core/conversation/thread.ts'
import type { ShownConversation, ShownMessage } from '../pipeline/read/show-messages.ts'
import { nameOf } from '../text/names.ts'
import type { TextKey } from '../text/texts.ts'
import { fill } from '../text/wording/wording.ts'
import { moment, yesOrNo, type Fact, type Words } from './words.ts'

export function conversationFacts(words: Words, conversation: ShownConversation): Fact[] {
  const { texts, language } = words
  const { complaintClosedAt, complaintOutcome, consumer } = conversation
  const outcome = complaintOutcome === null ? '-' : nameOf(language, 'outcome', complaintOutcome)
  return [
    [texts.headConversation, `c${conversation.id}`],
    [texts.headComplaintClosed, complaintClosedAt === null ? '-' : `${moment(complaintClosedAt)} (${outcome})`],
    [texts.headDelivered, conversation.deliveredOn ?? '-'],
    [texts.headIdleReview, conversation.idleReviewOn ?? '-'],
    [texts.headConsumer, consumer === null ? texts.unknown : yesOrNo(words, consumer)],
  ]
}

/** What joined a message to its conversation, the first sign of each kind. */
export function threadText({ texts }: Words, { thread }: ShownMessage['evidence']): string {
  const signs = new Set(
    thread.map(({ link }) => fill(texts[LINKS[link.by]], link.by === 'subject' ? { days: link.days } : {})),
  )
  return signs.size === 0 ? texts.startsConversation : [...signs].join('; ')
}

const LINKS = {
  reference: 'threadByReference',
  'shared-reference': 'threadByShared',
  subject: 'threadBySubject',
} as const satisfies Record<ThreadLink['by'], TextKey>
