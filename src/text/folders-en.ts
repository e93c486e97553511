import type { foldersSv } from './folders-sv.ts'

/** Folders that stand for a case, and what is decided in the mail program. */
export const foldersEn: Record<keyof typeof foldersSv, string> = {
  groupFolders: 'folders for cases',
  aboutFoldersList: 'show which folder stands for which case',
  aboutFoldersCreate: 'make those that are missing on the server',
  aboutFoldersMap: 'let another folder stand for a case',
  aboutFoldersUnmap: 'let no folder stand for a case',
  aboutFoldersFiling: 'let gallra itself put new mail into the folders (on) or not (off)',
  headOnServer: 'There',
  headDecidedBy: 'By',
  byMailbox: 'decided in the mail program',
  decidedByRule: 'rule',
  decidedByStaff: 'person',
  decidedByMailbox: 'mailbox',
  foldersCreated: '{count} folders were made. Move a message into one and you have decided its case.',
  folderMapped:
    '{folder} stands for {case} now. If it is not there yet: gallra folders create. What lies in it already is not changed.',
  folderUnmapped: 'No folder stands for {case} any more.',
  filingOn: 'gallra itself puts new mail into the folder of its case. Uncertain messages stay in the inbox.',
  filingOff: 'gallra moves nothing itself.',
  notAFolderName: 'that is no usable folder name',
  writeFolderName: 'Write for example Reklamationer or Cases/Complaints',
  folderTaken: 'the folder stands for another case already',
  chooseOtherFolder: 'Choose another one. See: gallra folders list',
  testFiles: 'It moves new mail from the inbox to the folders for cases (gallra folders filing).',
}
