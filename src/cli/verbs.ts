import type { TextKey } from '../text/texts.ts'
import type { Verb } from './call.ts'
import { ACCOUNT_VERBS } from './verb-account.ts'
import { BACKUP_VERBS } from './verb-backup.ts'
import { CUSTOMER_VERBS } from './verb-customer.ts'
import { DECISION_VERBS } from './verb-decide.ts'
import { DIGEST_VERBS } from './verb-digest.ts'
import { DOCTOR_VERBS } from './verb-doctor.ts'
import { FOLDER_VERBS } from './verb-folders.ts'
import { FOLLOW_VERBS } from './verb-follow.ts'
import { IMPORT_VERBS } from './verb-import.ts'
import { KEY_VERBS } from './verb-keys.ts'
import { LIST_VERBS } from './verb-list.ts'
import { MODEL_VERBS } from './verb-model.ts'
import { PURGE_VERBS } from './verb-purge.ts'
import { REPAIR_VERBS } from './verb-repair.ts'
import { REVIEW_VERBS } from './verb-review.ts'
import { RULE_VERBS } from './verb-rules.ts'
import { SCAN_VERBS } from './verb-scan.ts'
import { SEARCH_VERBS } from './verb-search.ts'
import { SHOW_VERBS } from './verb-show.ts'
import { SMTP_VERBS } from './verb-smtp.ts'
import { STAFF_VERBS } from './verb-staff.ts'
import { STATUS_VERBS } from './verb-status.ts'
import { TOMBSTONE_VERBS } from './verb-tombstone.ts'

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
