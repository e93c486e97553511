import { backupText } from './archive/backup.ts'
import { doctorText } from './archive/doctor.ts'
import { doctorRowsText } from './archive/doctor-rows.ts'
import { keysText } from './archive/keys.ts'
import { repairText } from './archive/repair.ts'
import { statusText } from './archive/status.ts'
import { purgeText } from './disposal/purge.ts'
import { retentionText } from './disposal/retention.ts'
import { tombstoneText } from './disposal/tombstone.ts'
import { lettersText } from './firm/letters.ts'
import { staffText } from './firm/staff.ts'
import { helpText } from './help.ts'
import { inputText } from './input.ts'
import { modelText } from './judgement/model.ts'
import { rejudgeText } from './judgement/rejudge.ts'
import { rulesText } from './judgement/rules.ts'
import { conversationText } from './mail/conversation.ts'
import { decisionsText } from './mail/decisions.ts'
import { messageText } from './mail/message.ts'
import { reviewText } from './mail/review.ts'
import { searchText } from './mail/search.ts'
import { accountText } from './mailbox/account.ts'
import { foldersText } from './mailbox/folders.ts'
import { followText } from './mailbox/follow.ts'
import { customerText } from './person/customer.ts'
import { scanText } from './person/scan.ts'
import { inLanguage, type Language, type Wording } from './wording/wording.ts'

/** Every text of the command line. No key occurs in two subjects. */
const TEXTS = {
  ...helpText,
  ...inputText,
  ...accountText,
  ...foldersText,
  ...followText,
  ...staffText,
  ...lettersText,
  ...messageText,
  ...conversationText,
  ...searchText,
  ...reviewText,
  ...decisionsText,
  ...customerText,
  ...scanText,
  ...retentionText,
  ...purgeText,
  ...tombstoneText,
  ...rulesText,
  ...modelText,
  ...rejudgeText,
  ...statusText,
  ...doctorText,
  ...doctorRowsText,
  ...backupText,
  ...keysText,
  ...repairText,
} as const satisfies Record<string, Wording>

export type TextKey = keyof typeof TEXTS
export type Texts = Record<TextKey, string>

export function textsOf(language: Language): Texts {
  return inLanguage(TEXTS, language)
}
