import type { Wording } from '../wording/wording.ts'

/** What `gallra doctor` says of the installation and the accounts. */
export const doctorText = {
  aboutDoctor: { sv: 'kontrollera installationen', en: 'examine the installation' },
  doctorOk: { sv: 'bra', en: 'ok' },
  doctorWarn: { sv: 'obs', en: 'warn' },
  doctorBad: { sv: 'fel', en: 'bad' },
  doctorNoArchive: {
    sv: 'Inget arkiv i {directory} ännu. Lägg till ett konto: gallra account add',
    en: 'No archive in {directory} yet. Add an account: gallra account add',
  },
  doctorData: { sv: 'Datakatalog {directory}', en: 'Data directory {directory}' },
  doctorKey: { sv: 'Nyckelfilen {path} kan bara läsas av ägaren.', en: 'Only the owner can read the key file {path}.' },
  doctorKeyMissing: {
    sv: 'Nyckelfilen {path} saknas. Lägg tillbaka din kopia.',
    en: 'The key file {path} is missing. Restore your copy.',
  },
  doctorKeyOpen: {
    sv: 'Andra kan läsa nyckelfilen {path}. Kör: chmod 600 {path}',
    en: 'Others can read the key file {path}. Run: chmod 600 {path}',
  },
  doctorDatabase: { sv: 'PostgreSQL {version}', en: 'PostgreSQL {version}' },
  doctorDatabaseOld: {
    sv: 'PostgreSQL {version} är för gammal. Använd version 15 eller nyare.',
    en: 'PostgreSQL {version} is too old. Use version 15 or newer.',
  },
  doctorMigrations: {
    sv: '{count} av {known} migreringar är gjorda.',
    en: '{count} of {known} migrations are applied.',
  },
  doctorArmed: { sv: 'Gallringen är på.', en: 'Purging is on.' },
  doctorDisarmed: {
    sv: 'Gallringen är av: inget tas bort. Se gallra purge --preview och slå på: gallra purge arm',
    en: 'Purging is off: nothing is removed. See gallra purge --preview and turn it on: gallra purge arm',
  },
  doctorNoAccount: {
    sv: 'Inget konto. Lägg till ett: gallra account add',
    en: 'No account. Add one: gallra account add',
  },
  doctorReachable: { sv: '{account}: inloggningen fungerar.', en: '{account}: login works.' },
  doctorUidplus: { sv: '{account}: servern har UIDPLUS.', en: '{account}: the server has UIDPLUS.' },
  doctorNoUidplus: {
    sv: '{account}: servern saknar UIDPLUS; inget kan tas bort där. Be leverantören slå på det.',
    en: '{account}: the server lacks UIDPLUS; nothing can be removed there. Ask the provider to enable it.',
  },
  doctorRules: {
    sv: '{rules} regler och schemat {profile} är giltiga.',
    en: '{rules} rules and the schedule {profile} are valid.',
  },
  doctorRuleProblems: {
    sv: 'Anmärkningar på reglerna: {problems}. Se: gallra rules check',
    en: 'Problems with the rules: {problems}. See: gallra rules check',
  },
  doctorSmtpNone: {
    sv: 'Veckobrevet skickas inte: inget konto kan skicka brev. Ange hur: gallra smtp set smtps://användare@server',
    en: 'The weekly digest is not sent: no account can send mail. Say how: gallra smtp set smtps://user@server',
  },
  doctorDigestNobody: {
    sv: 'Veckobrevet skickas inte: ingen medarbetare har en adress. Lägg till: gallra staff add NAMN --address ADRESS',
    en:
      'The weekly digest is not sent: no member of staff has an address. Add one: ' +
      'gallra staff add NAME --address ADDRESS',
  },
  doctorSmtpReachable: {
    sv: '{account}: servern som skickar brev svarar.',
    en: '{account}: the server that sends mail answers.',
  },
  doctorLettersUnknown: {
    sv:
      'Brev som kanske inte har kommit fram: {count}. De skickas inte om av sig själva. Nytt brev: ' +
      'gallra digest send',
    en:
      'Letters that may not have arrived: {count}. gallra does not send them again by itself. A new one: ' +
      'gallra digest send',
  },
  doctorLettersUnreadable: {
    sv:
      'Brev som inte gick att dekryptera (skadade eller ändrade) och inte skickades: {count}. Nytt brev: ' +
      'gallra digest send',
    en:
      'Letters that could not be decrypted (damaged or changed) and were not sent: {count}. A new one: ' +
      'gallra digest send',
  },
  doctorLettersRefused: {
    sv: 'Brev som servern inte tog emot: {count}. Kontrollera adresserna: gallra staff list',
    en: 'Letters that the server rejected: {count}. Check the addresses: gallra staff list',
  },
  doctorNoBackup: {
    sv: 'Ingen säkerhetskopia är gjord. Gör en: gallra backup KATALOG',
    en: 'No backup has been made. Make one: gallra backup DIRECTORY',
  },
  doctorOldBackup: {
    sv:
      'Den senaste säkerhetskopian är från {date} och går att återställa till och med {until}. Gör en ny: ' +
      'gallra backup KATALOG',
    en: 'The newest backup is of {date} and can be restored until {until}. Make a new one: gallra backup DIRECTORY',
  },
  doctorBackup: {
    sv: 'Senaste säkerhetskopian {date}; den går att återställa till och med {until}.',
    en: 'Newest backup {date}; it can be restored until {until}.',
  },
} as const satisfies Record<string, Wording>
