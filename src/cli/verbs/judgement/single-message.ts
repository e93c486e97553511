import type { Classification } from '../../../core/classification.ts'
import type { OwnIdentity } from '../../../core/message/message.ts'
import type { RetentionFacts } from '../../../core/retention/retention.ts'

/** What the schedule would look at if this message were alone and staff knew nothing of it. */
export function factsOf(verdict: Classification, receivedAt: Date, failed: boolean): RetentionFacts {
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
