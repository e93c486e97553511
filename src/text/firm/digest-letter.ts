import { inLanguage, type Language, type Wording } from '../wording/wording.ts'

/** The weekly digest, a letter in plain text. */
export const digestLetterText = {
  subject: {
    sv: 'gallra {date}: {review} att granska, {due} gallras inom 14 dagar',
    en: 'gallra {date}: {review} to review, {due} due within 14 days',
  },
  intro: {
    sv:
      'Veckobrev från gallra, {date}. Här finns bara antal, datum och id, inget ur någons e-post. ' +
      'Kör kommandona på den dator där gallra finns; NAMN är ditt namn i gallra staff list.',
    en:
      "Weekly letter from gallra, {date}. It holds counts, dates and ids only, nothing of anybody's mail. " +
      'Run the commands on the computer that has gallra; NAME is your name in gallra staff list.',
  },
  armed: { sv: 'Gallringen är på sedan {date}.', en: 'Purging has been on since {date}.' },
  disarmed: {
    sv: 'Gallringen är av: inget tas bort förrän någon slår på den (gallra purge arm).',
    en: 'Purging is off: nothing is removed until somebody turns it on (gallra purge arm).',
  },
  account: { sv: 'KONTO {account}', en: 'ACCOUNT {account}' },
  review: { sv: 'Att granska: {count}', en: 'To review: {count}' },
  mayBeComplaint: {
    sv: 'Kan vara reklamationer: {count}. Kan gallras inom 14 dagar: {dangerous}.',
    en: 'May be complaints: {count}. Due within 14 days: {dangerous}.',
  },
  reviewFirst: { sv: 'Börja med: {ids}', en: 'Begin with: {ids}' },
  reviewCommand: {
    sv: 'Gå igenom dem: gallra review next --by NAMN',
    en: 'Go through them: gallra review next --by NAME',
  },
  due: { sv: 'Gallras till och med {until}: {count}', en: 'Due up to and including {until}: {count}' },
  dueRule: { sv: '{rule}: {count}', en: '{rule}: {count}' },
  dueCommand: { sv: 'Se vilka: gallra purge --preview', en: 'See which: gallra purge --preview' },
  idle: {
    sv: 'Öppna ärenden där ingen har hört av sig på länge, att avsluta eller ta upp: {count}',
    en: 'Open matters with no mail for a long time, to close or take up: {count}',
  },
  idleCommand: {
    sv: 'Se dem: gallra list --idle. Avsluta: gallra complaint close {first} --outcome UTFALL --by NAMN --reason SKÄL',
    en:
      'See them: gallra list --idle. Close: gallra complaint close {first} --outcome OUTCOME --by NAME --reason ' +
      'REASON',
  },
  waiting: {
    sv: 'Väntar efter en ändring som låter dem gallras tidigare: {count}',
    en: 'Waiting after a change that lets them be purged earlier: {count}',
  },
  waitingUntil: { sv: 'till {date}, {count}: {ids}', en: 'until {date}, {count}: {ids}' },
  waitingCommand: {
    sv: 'Ska något vara kvar: gallra hold {first} --by NAMN --reason SKÄL',
    en: 'To keep something: gallra hold {first} --by NAME --reason REASON',
  },
  mailbox: {
    sv:
      'Bestämt i e-postprogrammet den senaste veckan: ändrade ärendetyper {overrides}, satta stjärnor {holds}, ' +
      'borttagna stjärnor {releases}',
    en:
      'Decided in the mail program during the last week: cases changed {overrides}, stars set {holds}, stars ' +
      'removed {releases}',
  },
  mailboxCommand: {
    sv: 'Se varför och hur länge de sparas: gallra show {first}',
    en: 'See why and how long they are kept: gallra show {first}',
  },
  overCap: {
    sv: 'En gallring över gränsen stoppades {date} och väntar på godkännande: {due} av {total} meddelanden',
    en: 'A purge over the limit stopped on {date} and waits for approval: {due} of {total} messages',
  },
  overCapCommand: {
    sv: 'Granska: gallra purge --preview. Godkänn: gallra purge approve --account {account} --by NAMN',
    en: 'Look: gallra purge --preview. Approve: gallra purge approve --account {account} --by NAME',
  },
  connectionFine: {
    sv: 'E-postservern: inget att anmärka. Något nytt lästes senast: {date}',
    en: 'Mail server: OK. Something new was last read: {date}',
  },
  connectionNever: {
    sv: 'E-postservern: inget är läst ännu (gallra sync)',
    en: 'Mail server: nothing has been read yet (gallra sync)',
  },
  loginRefused: {
    sv: 'E-postservern nekar inloggning. Rätta lösenordet: gallra account add … --replace',
    en: 'The mail server refuses the login. Correct the password: gallra account add … --replace',
  },
  removed: {
    sv: 'Kontot följs inte längre. Det som är arkiverat gallras som vanligt.',
    en: 'The account is no longer followed. What is archived is purged as usual.',
  },
  foldersRefused: {
    sv: 'Mappar som servern inte öppnar: {count} av {folders}. Se: gallra account test',
    en: 'Folders the server does not open: {count} of {folders}. See: gallra account test',
  },
  installation: { sv: 'INSTALLATIONEN', en: 'INSTALLATION' },
  accountBroken: {
    sv: 'Konto {account} går inte att dekryptera och är inte med i brevet. Se: gallra doctor',
    en: 'Account {account} cannot be decrypted and is not in this letter. See: gallra doctor',
  },
  keysCurrent: { sv: 'Nycklarna: kopian är aktuell ({date})', en: 'Keys: the copy is current ({date})' },
  keysNone: {
    sv: 'Nycklarna: ingen kopia hålls aktuell. Går disken sönder är arkivet borta (gallra doctor)',
    en: 'Keys: no copy is kept up to date. If the disk breaks, the archive is gone (gallra doctor)',
  },
  keysTrouble: {
    sv: 'Nycklarna: kopian är inte aktuell. Se: gallra doctor',
    en: 'Keys: the copy is not current. See: gallra doctor',
  },
  backup: {
    sv: 'Säkerhetskopia: {date}, går att återställa till och med {until}',
    en: 'Backup: {date}, can be restored until {until}',
  },
  backupNone: {
    sv: 'Säkerhetskopia: ingen. Gör en: gallra backup KATALOG',
    en: 'Backup: none. Make one: gallra backup DIRECTORY',
  },
  lettersUnknown: {
    sv:
      'Brev som kanske inte har kommit fram: {count}. De skickas aldrig om av sig själva. Nytt brev: ' +
      'gallra digest send',
    en:
      'Letters that may not have arrived: {count}. gallra never sends them again by itself. A new one: ' +
      'gallra digest send',
  },
  lettersRefused: {
    sv: 'Brev som servern inte tog emot: {count}. Kontrollera medarbetarnas adresser: gallra staff list',
    en: 'Letters the server rejected: {count}. Check the addresses of staff: gallra staff list',
  },
  audit: {
    sv: 'Loggkedjans slutvärden. Spara brevet: med det ser ni om någon tar bort slutet på loggen.',
    en: 'Ends of the audit chains. Keep this letter: with it you can detect a truncated log.',
  },
  auditHead: {
    sv: '{account}: {events} händelser. Kontrollera: gallra audit verify --head {number}:{events}:{head}',
    en: '{account}: {events} events. Check: gallra audit verify --head {number}:{events}:{head}',
  },
  auditInstallation: { sv: 'installationen', en: 'installation' },
  more: { sv: '{ids} och {count} till', en: '{ids} and {count} more' },
} as const satisfies Record<string, Wording>

export type DigestTexts = Record<keyof typeof digestLetterText, string>

export function digestTexts(language: Language): DigestTexts {
  return inLanguage(digestLetterText, language)
}
