import type { Language } from '../texts.ts'

/** The texts of the weekly digest, a letter in plain text. `{name}` is filled in. */
const sv = {
  subject: 'gallra {date}: {review} att granska, {due} gallras inom 14 dagar',
  intro:
    'Veckobrev från gallra, {date}. Här står bara antal, datum och id, inget ur någons e-post. Kommandona körs på den dator där gallra finns; NAMN är ditt namn i gallra staff list.',
  armed: 'Gallringen är på sedan {date}.',
  disarmed: 'Gallringen är av: inget tas bort förrän någon slår på den (gallra purge arm).',
  account: 'KONTO {account}',
  review: 'Att granska: {count}',
  mayBeComplaint: 'Kan vara reklamationer: {count}. Når sin tid inom 14 dagar: {dangerous}.',
  reviewFirst: 'Börja med: {ids}',
  reviewCommand: 'Gå igenom dem: gallra review next --by NAMN',
  due: 'Gallras till och med {until}: {count}',
  dueRule: '{rule}: {count}',
  dueCommand: 'Se vilka: gallra purge --preview',
  idle: 'Öppna ärenden där ingen har hört av sig på länge, att avsluta eller ta upp: {count}',
  idleFirst: '{ids}',
  idleCommand:
    'Se dem: gallra list --idle. Avsluta: gallra complaint close {first} --outcome UTFALL --by NAMN --reason SKÄL',
  waiting: 'Väntar efter en ändring som låter dem gallras tidigare: {count}',
  waitingUntil: 'till {date}, {count}: {ids}',
  waitingCommand: 'Ska något vara kvar: gallra hold {first} --by NAMN --reason SKÄL',
  mailbox:
    'Bestämt i e-postprogrammet den senaste veckan: {overrides} ärendeslag, {holds} stjärnor satta, {releases} borttagna',
  mailboxCommand: 'Se varför och hur länge de sparas: gallra show {first}',
  overCap: 'En gallring över gränsen stoppades {date} och väntar på godkännande: {due} av {total} meddelanden',
  overCapCommand: 'Granska: gallra purge --preview. Godkänn: gallra purge approve --account {account} --by NAMN',
  connectionFine: 'E-postservern: inget att anmärka. Senast något nytt lästes in: {date}',
  connectionNever: 'E-postservern: inget är läst ännu (gallra sync)',
  loginRefused: 'E-postservern nekar inloggning. Rätta lösenordet: gallra account add … --replace',
  removed: 'Kontot följs inte längre. Det arkiverade gallras som vanligt.',
  foldersRefused: 'Mappar som servern inte öppnar: {count} av {folders}. Se: gallra account test',
  installation: 'INSTALLATIONEN',
  accountBroken: 'Konto {account} går inte att öppna och står inte i brevet. Se: gallra doctor',
  keysCurrent: 'Nycklarna: kopian är aktuell ({date})',
  keysNone: 'Nycklarna: ingen kopia hålls aktuell. Går disken sönder är arkivet borta (gallra doctor)',
  keysTrouble: 'Nycklarna: kopian är inte aktuell. Se: gallra doctor',
  backup: 'Säkerhetskopia: {date}, går att läsa in till och med {until}',
  backupNone: 'Säkerhetskopia: ingen. Gör en: gallra backup KATALOG',
  lettersUnknown:
    'Brev som kanske inte kom fram: {count}. De skickas aldrig om av sig själva. Nytt brev: gallra digest send',
  lettersRefused: 'Brev som servern inte tog emot: {count}. Kontrollera medarbetarnas adresser: gallra staff list',
  audit: 'Loggkedjans slutvärden. Spara brevet: med det märks det om någon tar bort slutet på loggen.',
  auditHead: '{account}: {events} händelser. Kontrollera: gallra audit verify --head {number}:{events}:{head}',
  auditInstallation: 'installationen',
  more: '{ids} och {count} till',
}

export type DigestTexts = typeof sv

const en: DigestTexts = {
  subject: 'gallra {date}: {review} to review, {due} due within 14 days',
  intro:
    "Weekly letter from gallra, {date}. It holds counts, dates and ids only, nothing of anybody's mail. Run the commands on the computer that has gallra; NAME is your name in gallra staff list.",
  armed: 'The purge is armed since {date}.',
  disarmed: 'The purge is not armed: nothing is removed until somebody arms it (gallra purge arm).',
  account: 'ACCOUNT {account}',
  review: 'To review: {count}',
  mayBeComplaint: 'May be complaints: {count}. Due within 14 days: {dangerous}.',
  reviewFirst: 'Begin with: {ids}',
  reviewCommand: 'Go through them: gallra review next --by NAME',
  due: 'Due up to and including {until}: {count}',
  dueRule: '{rule}: {count}',
  dueCommand: 'See which: gallra purge --preview',
  idle: 'Open matters that have been silent for long, to close or take up: {count}',
  idleFirst: '{ids}',
  idleCommand:
    'See them: gallra list --idle. Close: gallra complaint close {first} --outcome OUTCOME --by NAME --reason REASON',
  waiting: 'Waiting after a change that lets them go earlier: {count}',
  waitingUntil: 'until {date}, {count}: {ids}',
  waitingCommand: 'To keep something: gallra hold {first} --by NAME --reason REASON',
  mailbox:
    'Decided in the mail program during the last week: {overrides} cases, {holds} stars set, {releases} taken off',
  mailboxCommand: 'See why and how long they are kept: gallra show {first}',
  overCap: 'A purge above the cap stopped on {date} and waits for approval: {due} of {total} messages',
  overCapCommand: 'Look: gallra purge --preview. Approve: gallra purge approve --account {account} --by NAME',
  connectionFine: 'Mail server: nothing to remark. Something new was last read: {date}',
  connectionNever: 'Mail server: nothing has been read yet (gallra sync)',
  loginRefused: 'The mail server refuses the login. Put the password right: gallra account add … --replace',
  removed: 'The account is no longer followed. What is archived is purged as always.',
  foldersRefused: 'Folders the server does not open: {count} of {folders}. See: gallra account test',
  installation: 'INSTALLATION',
  accountBroken: 'Account {account} does not open and is not in this letter. See: gallra doctor',
  keysCurrent: 'Keys: the copy is current ({date})',
  keysNone: 'Keys: no copy is kept up to date. If the disk breaks, the archive is gone (gallra doctor)',
  keysTrouble: 'Keys: the copy is not current. See: gallra doctor',
  backup: 'Backup: {date}, can be restored until {until}',
  backupNone: 'Backup: none. Make one: gallra backup DIRECTORY',
  lettersUnknown:
    'Letters that may not have arrived: {count}. They are never sent again by themselves. A new one: gallra digest send',
  lettersRefused: 'Letters the server did not take: {count}. Check the addresses of staff: gallra staff list',
  audit: 'Ends of the audit chains. Keep this letter: with it a log that was cut off shows.',
  auditHead: '{account}: {events} events. Check: gallra audit verify --head {number}:{events}:{head}',
  auditInstallation: 'installation',
  more: '{ids} and {count} more',
}

export function digestTexts(language: Language): DigestTexts {
  return language === 'en' ? en : sv
}
