import type { Wording } from '../wording/wording.ts'

/** Folders for case types, and what is decided in the mail program. */
export const foldersText = {
  groupFolders: { sv: 'mappar för ärendetyper', en: 'folders for cases' },
  aboutFoldersList: {
    sv: 'visa vilken mapp som hör till vilken ärendetyp',
    en: 'show which folder belongs to which case',
  },
  aboutFoldersCreate: { sv: 'skapa mapparna som saknas på servern', en: 'create the missing folders on the server' },
  aboutFoldersMap: { sv: 'ge en ärendetyp en annan mapp', en: 'give a case another folder' },
  aboutFoldersUnmap: { sv: 'ta bort mappen för en ärendetyp', en: 'give a case no folder' },
  aboutFoldersFiling: {
    sv: 'låt gallra själv lägga ny e-post i mapparna (on) eller inte (off)',
    en: 'let gallra itself put new mail into the folders (on) or not (off)',
  },
  headFolder: { sv: 'Mapp', en: 'Folder' },
  headOnServer: { sv: 'Finns', en: 'On server' },
  headDecidedBy: { sv: 'Bestämt av', en: 'Decided by' },
  byMailbox: { sv: 'bestämt i e-postprogrammet', en: 'decided in the mail program' },
  decidedByRule: { sv: 'regel', en: 'rule' },
  decidedByStaff: { sv: 'person', en: 'person' },
  decidedByMailbox: { sv: 'e-postprogrammet', en: 'mail program' },
  foldersCreated: {
    sv: 'Mappar som skapades: {count}. Flytta ett meddelande till en mapp, så har du bestämt dess ärendetyp.',
    en: 'Folders created: {count}. Move a message into a folder and you have decided its case.',
  },
  folderMapped: {
    sv:
      '{folder} är nu mappen för {case}. Finns den inte ännu: gallra folders create. ' +
      'Det som redan ligger där ändras inte.',
    en:
      '{folder} is now the folder for {case}. If it does not exist yet: gallra folders create. ' +
      'What is already in it does not change.',
  },
  folderUnmapped: { sv: '{case} har inte längre någon mapp.', en: '{case} has no folder any more.' },
  filingOn: {
    sv: 'gallra lägger själv ny e-post i mappen för dess ärendetyp. Osäkra meddelanden ligger kvar i inkorgen.',
    en: 'gallra itself puts new mail into the folder of its case. Uncertain messages stay in the inbox.',
  },
  filingOff: { sv: 'gallra flyttar inget själv.', en: 'gallra moves nothing itself.' },
  notAFolderName: { sv: 'det mappnamnet går inte att använda', en: 'that is not a valid folder name' },
  writeFolderName: {
    sv: 'Skriv till exempel Reklamationer eller Ärenden/Reklamationer',
    en: 'Write for example Reklamationer or Cases/Complaints',
  },
  folderTaken: { sv: 'mappen hör redan till en annan ärendetyp', en: 'the folder belongs to another case already' },
  chooseOtherFolder: {
    sv: 'Välj en annan mapp. Se: gallra folders list',
    en: 'Choose another one. See: gallra folders list',
  },
} as const satisfies Record<string, Wording>
