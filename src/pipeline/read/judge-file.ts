import type { Classification } from '../../core/classification.ts'
import { directionOf } from '../../core/customer/correspondents.ts'
import { classify } from '../../core/judgement/classify.ts'
import { classifyInput } from '../../core/judgement/places.ts'
import { rightsAskedFor } from '../../core/judgement/privacy-rights.ts'
import type { Direction, OwnIdentity } from '../../core/message/message.ts'
import { stockholmDate } from '../../core/retention/calendar.ts'
import { decideRetention, stateOn } from '../../core/retention/decide-retention.ts'
import type { RetentionDecision, RetentionFacts } from '../../core/retention/retention.ts'
import { withAttachmentText } from '../../mail/parse/attachment-text.ts'
import { parseMessage } from '../../mail/parse/parse.ts'
import type { Rules } from '../decide/rules.ts'

/** How a message would be judged and kept. */
export interface JudgedFile {
  direction: Direction
  classification: Classification
  /** Rights of a data subject that it asks for. */
  rights: ReturnType<typeof rightsAskedFor>
  retention: RetentionDecision
}

/** Judges the source of a message as if it came in alone and now; stores nothing. */
export async function judgeFile(
  source: Buffer,
  own: OwnIdentity,
  { rulebook, schedule }: Rules,
  now: Date,
): Promise<JudgedFile> {
  const { message, failed } = await withAttachmentText(await parseMessage(source))
  const direction = directionOf(message, own, false)
  const input = classifyInput(message, direction, own)
  const classification = classify(input, { earlierCases: [], openComplaint: false }, rulebook)
  const rights = classification.case === 'privacy' ? rightsAskedFor(input, rulebook) : []
  const decision = decideRetention(factsOf(classification, message.date ?? now, failed), schedule)
  return {
    direction,
    classification,
    rights,
    retention: { ...decision, state: stateOn(decision, stockholmDate(now)) },
  }
}

/** What the schedule would look at if this message were alone and staff knew nothing of it. */
function factsOf(verdict: Classification, receivedAt: Date, failed: boolean): RetentionFacts {
  const complaint = verdict.case === 'complaints' || verdict.marks.includes('open-complaint')
  return {
    receivedAt,
    case: verdict.case,
    marks: verdict.marks,
    uncertain: verdict.uncertain || failed,
    mayBeComplaint: verdict.mayBeComplaint || failed,
    customerAmbiguous: false,
    conversation: {
      lastMessageAt: receivedAt,
      complaint: complaint
        ? { openedAt: receivedAt, closedAt: null, outcome: null, lastComplaintAt: receivedAt }
        : null,
      mayBeComplaint: false,
      privacy: verdict.case === 'privacy' ? { closedAt: null } : null,
    },
    staff: { deliveredOn: null, consumer: null, settledOn: null, transferredOn: null, financialYearEnd: null },
    holds: [],
    erasureGranted: false,
  }
}

/** Nobody is the firm's own: how a file is judged where no account is known. */
export function strangerFacts(): OwnIdentity {
  return { addresses: [], domains: [], staffAddresses: [], authservId: null }
}
