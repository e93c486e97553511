import type { Wording } from '../wording/wording.ts'

/** Backing up, checking a backup and restoring it. */
export const backupText = {
  aboutBackup: {
    sv: 'säkerhetskopiera arkivet till en tom katalog, medan gallra är i gång',
    en: 'back the archive up into an empty directory, while gallra runs',
  },
  aboutBackupVerify: {
    sv: 'kontrollera en säkerhetskopia från början till slut',
    en: 'check a backup from end to end',
  },
  aboutRestore: {
    sv: 'återställ en säkerhetskopia på en tom plats, med dagens nycklar',
    en: "restore a backup into an empty place, with today's keys",
  },
  optWithoutLedger: {
    sv: 'återställ fast gallringsliggaren saknas; det gallrade blir då kvar tills det gallras igen',
    en: 'restore although the ledger of purges is missing; what was purged then stays until it is purged again',
  },
  backingUp: { sv: 'Säkerhetskopierar (MB)', en: 'Backing up (MB)' },
  verifying: { sv: 'Kontrollerar (MB)', en: 'Verifying (MB)' },
  restoreLoading: { sv: 'Återställer (MB)', en: 'Restoring (MB)' },
  restoreDropping: { sv: 'Tar bort det som gallrats', en: 'Removing purged mail' },
  backedUp: {
    sv:
      '{messages} meddelanden ({size} MB) är säkerhetskopierade till {directory}. ' +
      'Kopian går att återställa till och med {until}, med nycklarna som de är den dagen. Nycklarna ingår inte: ' +
      'förvara dem på annat håll.',
    en:
      '{messages} messages ({size} MB) are backed up to {directory}. The backup can be restored until {until}, ' +
      'with the keys as they are that day. The keys are not in it: keep them elsewhere.',
  },
  backupWhole: {
    sv:
      '{directory} är hel: {messages} meddelanden ({size} MB) från {at}. ' +
      'Den går att återställa till och med {until}.',
    en: '{directory} is intact: {messages} messages ({size} MB) of {at}. It can be restored until {until}.',
  },
  backupBroken: {
    sv:
      'Rader i den som inte går att dekryptera: {count}. De var redan skadade eller ändrade i arkivet. ' +
      'Allt annat finns med. Behåll äldre säkerhetskopior tills vidare; ' +
      'se gallra doctor, och gallra repair --by NAMN.',
    en:
      'Rows in it that cannot be decrypted: {count}. They were damaged or changed in the archive already. ' +
      'Everything else is there. Keep earlier backups for now; see gallra doctor, and gallra repair --by NAME.',
  },
  backupPurgedSince: {
    sv: 'Meddelanden som gallrats sedan dess och tas bort när kopian återställs: {count}.',
    en: 'Messages that were purged since then and that a restore removes: {count}.',
  },
  backupNoLedger: {
    sv: 'Gallringsliggaren saknas bredvid nycklarna: en återställning kan inte ta bort det som gallrats sedan dess.',
    en: 'The ledger of purges is missing beside the keys: a restore cannot remove what was purged since then.',
  },
  restored: {
    sv:
      '{accounts} konton och {messages} meddelanden är återställda, som de var {at}. ' +
      '{indexed} meddelanden är sökbara.',
    en:
      '{accounts} accounts and {messages} messages are restored, as they were at {at}. ' +
      '{indexed} messages can be searched.',
  },
  restoredDropped: {
    sv:
      '{dropped} meddelanden hade gallrats sedan dess och är borttagna igen; ' +
      '{tombstones} gallringsbevis är återställda.',
    en: '{dropped} messages had been purged since then and are removed again; {tombstones} proofs of purge are back.',
  },
  restoredReturned: {
    sv:
      'Meddelanden som höll på att gallras när databasen gick förlorad och är tillbaka, {count} st: {ids}. ' +
      'De ska fortfarande gallras om inget har ändrats: gallra purge --preview',
    en:
      'Messages that were being purged when the database was lost and are back, {count} in all: {ids}. ' +
      'They are still due unless something has changed: gallra purge --preview',
  },
  restoredUnopened: {
    sv:
      'Meddelanden som inte går att dekryptera (skadade eller ändrade), {count} st: {ids}. ' +
      'De ligger kvar men går inte att söka.',
    en:
      'Messages that cannot be decrypted (damaged or changed), {count} in all: {ids}. ' +
      'They stay but cannot be searched.',
  },
  restoredUnreadable: {
    sv:
      'Rader i gallringsliggaren som inte gick att läsa: {count}. Det de gällde kan finnas kvar i arkivet tills ' +
      'det gallras igen.',
    en:
      'Lines of the ledger of purges that could not be read: {count}. ' +
      'What they were about may be in the archive until it is purged again.',
  },
  restoredLost: {
    sv:
      'Förlorat är det som beslutats efter säkerhetskopian: ändrade ärendetyper, spärrar, avslutade ' +
      'reklamationer, godkännanden. Gå igenom dem innan gallringen slås på. ' +
      'E-post som importerats efter det måste importeras igen.',
    en:
      'Lost is what was decided after the backup: changed cases, holds, closed complaints, approvals. ' +
      'Go through them before you turn purging on. Mail imported since then must be imported again.',
  },
  restoredNext: {
    sv:
      'Gallringen är av. {folders} mappar läses om från början, och gallra känner igen kopiorna där på ' +
      'innehållet. Kör gallra sync, se gallra purge --preview, och slå sedan på med gallra purge arm.',
    en:
      'Purging is off. {folders} folders are read again from the beginning, and gallra recognises the copies ' +
      'there by content. Run gallra sync, look at gallra purge --preview, then gallra purge arm.',
  },
} as const satisfies Record<string, Wording>
