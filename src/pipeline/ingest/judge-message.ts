import type { Classification } from '../../core/classification.ts'
import type { Direction } from '../../core/message/message.ts'
import { ATTACHMENT_UNREAD } from '../../mail/parse/attachment-text.ts'
import type { Archive } from '../../store/archive.ts'
import { isOwnLetter } from '../letters/own-letter.ts'

/** Named as evidence where a rule would be. */
const OWN_LETTER = 'own-letter'

/** The verdict as it stands, where something is known that no classifier sees. */
export function outranked(
  archive: Archive,
  verdict: Classification,
  message: { direction: Direction; failed: boolean; problems: readonly string[]; messageId: string | null },
): Classification {
  // A copy of our own digest speaks of complaints and steers nothing.
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
