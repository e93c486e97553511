import type { TextKey } from '../text/texts.ts'
import type { Verb } from './call/call.ts'
import { ARCHIVE_VERBS } from './verbs/archive/verbs.ts'
import { DISPOSAL_VERBS } from './verbs/disposal/verbs.ts'
import { FIRM_VERBS } from './verbs/firm/verbs.ts'
import { JUDGEMENT_VERBS } from './verbs/judgement/verbs.ts'
import { MAIL_VERBS } from './verbs/mail/verbs.ts'
import { MAILBOX_VERBS } from './verbs/mailbox/verbs.ts'
import { PERSON_VERBS } from './verbs/person/verbs.ts'

/** Every verb of the command line, in the order of the help. Its code is loaded when it is called. */
export const VERBS: readonly Verb[] = [
  ...MAILBOX_VERBS,
  ...FIRM_VERBS,
  ...MAIL_VERBS,
  ...PERSON_VERBS,
  ...DISPOSAL_VERBS,
  ...JUDGEMENT_VERBS,
  ...ARCHIVE_VERBS,
]

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
