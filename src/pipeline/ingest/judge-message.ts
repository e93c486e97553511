import type { Case, Classification } from '../../core/classification.ts'
import type { Direction } from '../../core/message/message.ts'
import { ATTACHMENT_UNREAD } from '../../mail/parse/attachment-text.ts'
import type { Archive } from '../../store/archive.ts'
import type { MessageRow } from '../../store/message/messages.ts'
import { isOwnLetter } from '../letters/own-letter.ts'

/** What a message that came at `at` meets in its conversation, of which `rows` are the other messages. */
export function contextOf(
  rows: readonly Pick<MessageRow, 'id' | 'receivedAt' | 'case' | 'marks'>[],
  at: Date,
  complaintClosedAt: Date | null,
): { earlierCases: Case[]; openComplaint: boolean } {
  const earlier = rows
    .filter((row) => row.receivedAt <= at)
    .sort((a, b) => a.receivedAt.getTime() - b.receivedAt.getTime() || a.id - b.id)
  const complaint = earlier.some((row) => row.case === 'complaints' || row.marks.includes('open-complaint'))
  return { earlierCases: earlier.map((row) => row.case), openComplaint: complaint && complaintClosedAt === null }
}

/** Named as evidence where a rule would be. */
const OWN_LETTER = 'own-letter'

/** The verdict, corrected where something is known that no classifier sees. */
export function outranked(
  archive: Archive,
  verdict: Classification,
  message: { direction: Direction; failed: boolean; problems: readonly string[]; messageId: string | null },
): Classification {
  // A copy of our own weekly letter speaks of complaints and must not steer anything.
  if (message.direction !== 'incoming' && isOwnLetter(archive, message.messageId)) {
    return {
      ...verdict,
      case: 'other',
      marks: [],
      uncertain: false,
      mayBeComplaint: false,
      evidence: [{ rule: OWN_LETTER, for: 'other', weight: 1, text: '' }],
    }
  }
  return message.failed || message.problems.includes(ATTACHMENT_UNREAD)
    ? { ...verdict, uncertain: true, mayBeComplaint: true }
    : verdict
}
