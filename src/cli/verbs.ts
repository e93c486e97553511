import type { TextKey } from '../text/texts.ts'
import type { Verb } from './call/call.ts'
import { ACCOUNT_VERBS } from './verbs/mailbox/account.ts'
import { BACKUP_VERBS } from './verbs/archive/backup.ts'
import { CUSTOMER_VERBS } from './verbs/person/customer.ts'
import { DECISION_VERBS } from './verbs/mail/decide.ts'
import { DIGEST_VERBS } from './verbs/firm/digest.ts'
import { DOCTOR_VERBS } from './verbs/archive/doctor.ts'
import { FOLDER_VERBS } from './verbs/mailbox/folders.ts'
import { FOLLOW_VERBS } from './verbs/mailbox/follow.ts'
import { IMPORT_VERBS } from './verbs/mailbox/import.ts'
import { KEY_VERBS } from './verbs/archive/keys.ts'
import { LIST_VERBS } from './verbs/mail/list.ts'
import { MODEL_VERBS } from './verbs/judgement/model.ts'
import { PURGE_VERBS } from './verbs/disposal/purge.ts'
import { REPAIR_VERBS } from './verbs/archive/repair.ts'
import { REVIEW_VERBS } from './verbs/mail/review.ts'
import { RULE_VERBS } from './verbs/judgement/rules.ts'
import { SCAN_VERBS } from './verbs/person/scan.ts'
import { SEARCH_VERBS } from './verbs/mail/search.ts'
import { SHOW_VERBS } from './verbs/mail/show.ts'
import { SMTP_VERBS } from './verbs/firm/smtp.ts'
import { STAFF_VERBS } from './verbs/firm/staff.ts'
import { STATUS_VERBS } from './verbs/archive/status.ts'
import { TOMBSTONE_VERBS } from './verbs/disposal/tombstone.ts'

/** Every verb of the command line, in the order of the help. */
export const VERBS: readonly Verb[] = [
  ...ACCOUNT_VERBS,
  ...FOLDER_VERBS,
  ...STAFF_VERBS,
  ...SMTP_VERBS,
  ...DIGEST_VERBS,
  ...FOLLOW_VERBS,
  ...IMPORT_VERBS,
  ...STATUS_VERBS,
  ...DOCTOR_VERBS,
  ...LIST_VERBS,
  ...SHOW_VERBS,
  ...SEARCH_VERBS,
  ...SCAN_VERBS,
  ...REVIEW_VERBS,
  ...DECISION_VERBS,
  ...CUSTOMER_VERBS,
  ...PURGE_VERBS,
  ...TOMBSTONE_VERBS,
  ...RULE_VERBS,
  ...MODEL_VERBS,
  ...BACKUP_VERBS,
  ...KEY_VERBS,
  ...REPAIR_VERBS,
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
