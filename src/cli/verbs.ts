import type { TextKey } from '../text/texts.ts'
import type { Verb, VerbRoom } from './call/call.ts'
import { ARCHIVE_VERBS } from './verbs/archive/verbs.ts'
import { DISPOSAL_VERBS } from './verbs/disposal/verbs.ts'
import { FIRM_VERBS } from './verbs/firm/verbs.ts'
import { JUDGEMENT_VERBS } from './verbs/judgement/verbs.ts'
import { MAIL_VERBS } from './verbs/mail/verbs.ts'
import { MAILBOX_VERBS } from './verbs/mailbox/verbs.ts'
import { PERSON_VERBS } from './verbs/person/verbs.ts'

const COMPLETION: Verb = {
  name: 'completion',
  about: 'aboutCompletion',
  args: ['<bash|zsh>'],
  act: async (call) => (await import('./manual/completion.ts')).printCompletion(call, VERBS),
}

/** The table of verbs, a room a noun, in the order of the help. The code of a verb is loaded when it is called. */
export const ROOMS: readonly VerbRoom[] = [
  { about: 'roomMailbox', verbs: MAILBOX_VERBS },
  { about: 'roomFirm', verbs: FIRM_VERBS },
  { about: 'roomMail', verbs: MAIL_VERBS },
  { about: 'roomPerson', verbs: PERSON_VERBS },
  { about: 'roomDisposal', verbs: DISPOSAL_VERBS },
  { about: 'roomJudgement', verbs: JUDGEMENT_VERBS },
  { about: 'roomArchive', verbs: ARCHIVE_VERBS },
  { about: 'roomShell', verbs: [COMPLETION] },
]

export const VERBS: readonly Verb[] = ROOMS.flatMap(({ verbs }) => verbs)

/** What the first word of two stands for. */
export const GROUPS: Record<string, TextKey> = {
  account: 'groupAccount',
  folders: 'groupFolders',
  staff: 'groupStaff',
  smtp: 'groupSmtp',
  digest: 'groupDigest',
  review: 'groupReview',
  complaint: 'groupComplaint',
  payment: 'groupPayment',
  customer: 'groupCustomer',
  tombstone: 'groupTombstone',
  rules: 'groupRules',
  model: 'groupModel',
  audit: 'groupAudit',
  index: 'groupIndex',
  keys: 'groupKeys',
}
