import type { Wording } from '../wording/wording.ts'

/** Following accounts and importing mail. */
export const followText = {
  aboutServe: { sv: 'följ alla konton tills programmet stoppas', en: 'follow all accounts until stopped' },
  aboutSync: { sv: 'gå igenom kontona en gång', en: 'one pass over the accounts' },
  aboutImport: { sv: 'importera mbox, Maildir eller .eml', en: 'import mbox, Maildir or .eml' },
  nothingToSync: {
    sv: 'Inget konto att följa. Se: gallra account list',
    en: 'No account to follow. See: gallra account list',
  },
  synced: {
    sv: '{account}: {archived} arkiverade, {known} redan kända, {tombstoned} tidigare gallrade.',
    en: '{account}: {archived} archived, {known} already known, {tombstoned} purged before.',
  },
  importing: { sv: 'Importerar', en: 'Importing' },
  imported: {
    sv: '{read} lästa: {archived} arkiverade, {known} redan kända, {tombstoned} tidigare gallrade.',
    en: '{read} read: {archived} archived, {known} already known, {tombstoned} purged before.',
  },
} as const satisfies Record<string, Wording>
