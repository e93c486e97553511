/**
 * The register of everything that can go wrong and a person should know about: one line each with
 * what happened and what to do, Swedish first. `{name}` is filled from the error's details, which
 * hold ids, paths and numbers only, never personal data (P7).
 */
export const ERRORS = {
  'account-exists': {
    sv: 'Kontot {account} finns redan. Ta bort det först med: gallra account remove {account}',
    en: 'Account {account} already exists. Remove it first: gallra account remove {account}',
  },
  'account-broken': {
    sv: 'Kontot {id} går inte att öppna: dess rad i databasen är skadad eller ändrad. Övriga konton berörs inte. Ange det på nytt med samma adress, så är det samma konto igen med all sin post: gallra account add (egna adresser, mappar och smtp anges också på nytt).',
    en: 'Account {id} does not open: its row in the database is damaged or changed. Other accounts are not affected. Give it again with the same address, and it is the same account with all its mail: gallra account add (own addresses, folders and smtp have to be given again, too).',
  },
  'account-missing': {
    sv: 'Det finns inget konto {account}. Se: gallra account list',
    en: 'There is no account {account}. See: gallra account list',
  },
  'archive-missing': {
    sv: 'Här finns inget arkiv ännu. Lägg till ett konto: gallra account add',
    en: 'There is no archive here yet. Add an account: gallra account add',
  },
  'audit-broken': {
    sv: 'Loggkedjan är bruten vid händelse {seq} på konto {account}. Någon har ändrat databasen; jämför med en säkerhetskopia.',
    en: 'The audit chain is broken at event {seq} of account {account}. Somebody changed the database; compare with a backup.',
  },
  'audit-truncated': {
    sv: 'Händelse {seq} på konto {account} finns inte i loggkedjan så som den stod i brevet. Någon har kapat eller ändrat loggen; jämför med en säkerhetskopia.',
    en: 'Event {seq} of account {account} is not in the audit chain as the letter has it. Somebody cut off or changed the log; compare with a backup.',
  },
  'backup-damaged': {
    sv: 'Säkerhetskopian är skadad: {file} ({problem}). Använd en annan; gallra läser aldrig in en skadad kopia.',
    en: 'The backup is damaged: {file} ({problem}). Use another one; gallra never restores a damaged backup.',
  },
  'backup-directory-not-empty': {
    sv: 'Katalogen {directory} är inte tom. Ange en ny; en avbruten säkerhetskopia kan tas bort.',
    en: 'The directory {directory} is not empty. Name a new one; an interrupted backup can be removed.',
  },
  'backup-expired': {
    sv: 'Säkerhetskopian går inte längre att läsa: epok {epochs} är förstörd enligt schemat, för att det som gallrats inte ska gå att få fram. Den gick att läsa in till och med {until}. Använd en nyare.',
    en: 'The backup can no longer be read: epoch {epochs} was destroyed on schedule, so that what was purged cannot be brought back. It could be restored until {until}. Use a newer one.',
  },
  'backup-incomplete': {
    sv: '{directory} är ingen hel säkerhetskopia: manifest.json saknas. Kopieringen avbröts, eller så är det fel katalog.',
    en: '{directory} is no complete backup: manifest.json is missing. The backup was interrupted, or this is another directory.',
  },
  'backup-newer': {
    sv: 'Säkerhetskopian är gjord av en nyare gallra ({version}). Uppgradera programmet.',
    en: 'The backup was made by a newer gallra ({version}). Upgrade the program.',
  },
  'backup-other-keyring': {
    sv: 'Säkerhetskopian i {directory} hör till en annan nyckelring, eller så är manifest.json ändrat. Ange arkivets nycklar, som de är i dag, med GALLRA_KEYS.',
    en: "The backup in {directory} belongs to another keyring, or manifest.json was changed. Name the archive's keys, as they are today, with GALLRA_KEYS.",
  },
  'backup-unwritable': {
    sv: 'Det går inte att skriva i {directory} ({problem}). Inget är säkerhetskopierat.',
    en: '{directory} cannot be written to ({problem}). Nothing has been backed up.',
  },
  'bad-input': {
    sv: '{what}: {problem}. {remedy}',
    en: '{what}: {problem}. {remedy}',
  },
  'broken-rows-differ': {
    sv: '{count} poster går inte att öppna, inte så många som angavs. Se dem med gallra doctor.',
    en: '{count} rows do not open, not as many as given. See them with gallra doctor.',
  },
  'certificate-refused': {
    sv: 'Servern {host} visade ett certifikat som inte går att lita på ({problem}). Ange egen CA-fil med --ca om servern använder en sådan.',
    en: 'The server {host} showed a certificate that cannot be trusted ({problem}). Give your own CA file with --ca if the server uses one.',
  },
  'connection-lost': {
    sv: 'Förbindelsen med e-postservern bröts ({verb}). gallra försöker igen.',
    en: 'The connection to the mail server was lost ({verb}). gallra tries again.',
  },
  'corpus-line-invalid': {
    sv: 'Rad {line} går inte att läsa ({problem}). Varje rad är ett JSON-objekt med id, conversation, in_reply_to, date, from, to, subject, body, attachments och etiketterna.',
    en: 'Line {line} cannot be read ({problem}). Each line is one JSON object with id, conversation, in_reply_to, date, from, to, subject, body, attachments and the labels.',
  },
  'customer-broken': {
    sv: 'Kunden {id} går inte att öppna, skadad eller ändrad. Kör gallra repair --by NAMN: namn och adresser tas då ur kundens meddelanden.',
    en: 'Customer {id} does not open, damaged or changed. Run gallra repair --by NAME: names and addresses are then taken from their messages.',
  },
  'customers-same': {
    sv: 'Ange minst två olika kunder att slå samman, till exempel: gallra customer merge k1 k2',
    en: 'Name at least two different customers to merge, such as: gallra customer merge k1 k2',
  },
  'data-directory-unreachable': {
    sv: 'Datakatalogen {directory} kan inte användas ({problem}). Ange en annan med GALLRA_DATA.',
    en: 'The data directory {directory} cannot be used ({problem}). Name another with GALLRA_DATA.',
  },
  'database-in-use': {
    sv: 'Någon annan använder databasen ({sessions} förbindelser). Stoppa gallra serve först.',
    en: 'Somebody else uses the database ({sessions} connections). Stop gallra serve first.',
  },
  'database-not-empty': {
    sv: 'Databasen är inte tom. En säkerhetskopia läses bara in på en tom plats: ange en ny katalog med GALLRA_DATA eller en tom databas med DATABASE_URL.',
    en: 'The database is not empty. A backup is only restored into an empty place: name a new directory with GALLRA_DATA or an empty database with DATABASE_URL.',
  },
  'database-unreachable': {
    sv: 'Databasen svarar inte ({problem}). Kontrollera DATABASE_URL.',
    en: 'The database does not answer ({problem}). Check DATABASE_URL.',
  },
  'digest-nobody': {
    sv: 'Ingen medarbetare har en e-postadress att skicka till. Lägg till: gallra staff add NAMN --address ADRESS',
    en: 'No member of staff has a mail address to send to. Add one: gallra staff add NAME --address ADDRESS',
  },
  'disk-full': {
    sv: 'Disken med {directory} är full ({problem}). Säkerhetskopian blev inte hel och är borttagen. Ge plats och börja om.',
    en: 'The disk of {directory} is full ({problem}). The backup was not complete and has been removed. Make room and start again.',
  },
  'folder-missing': {
    sv: 'Mappen finns inte på servern. Den kan ha bytt namn; gallra letar igen vid nästa varv.',
    en: 'The folder does not exist on the server. It may have been renamed; gallra looks again on its next round.',
  },
  'followed-elsewhere': {
    sv: 'Kontot {account} följs redan av en annan gallra (till exempel gallra serve), som själv hämtar ny e-post.',
    en: 'Account {account} is already followed by another gallra (such as gallra serve), which fetches new mail itself.',
  },
  'import-unreadable': {
    sv: '{path} går inte att läsa som mbox, Maildir eller .eml ({problem}).',
    en: '{path} cannot be read as mbox, Maildir or .eml ({problem}).',
  },
  'keyring-damaged': {
    sv: 'Nyckelringen {path} är skadad eller hör till en annan huvudnyckel. Lägg tillbaka din kopia.',
    en: 'The keyring {path} is damaged or belongs to another master key. Put your copy back.',
  },
  'keyring-missing': {
    sv: 'Nyckelringen {path} saknas men arkivet har innehåll. Utan den går inget att läsa: lägg tillbaka din kopia. gallra gör ingen ny.',
    en: 'The keyring {path} is missing but the archive has content. Nothing can be read without it: put your copy back. gallra makes no new one.',
  },
  'keyword-invalid': {
    sv: 'Nyckelordet går inte att använda på en e-postserver: bara bokstäverna A–Z, siffror och $_.+- är tillåtna.',
    en: 'The keyword cannot be used on a mail server: only the letters A-Z, digits and $_.+- are allowed.',
  },
  'ledger-missing': {
    sv: 'Gallringsliggaren {path} saknas. Utan den kan gallra inte veta vad som gallrats sedan säkerhetskopian. Lägg tillbaka din kopia av nycklarna, eller läs in utan den med --without-ledger: det gallrade är då kvar tills det gallras igen.',
    en: 'The ledger of purges {path} is missing. Without it gallra cannot know what was purged since the backup. Put your copy of the keys back, or restore without it with --without-ledger: what was purged then stays until it is purged again.',
  },
  'ledger-unwritable': {
    sv: 'Gallringsliggaren {path} går inte att skriva ({problem}). Det som gallrats är gallrat; rätta till felet så skrivs liggaren vid nästa körning.',
    en: 'The ledger of purges {path} cannot be written ({problem}). What was purged is purged; put it right and the ledger is written with the next run.',
  },
  'login-refused': {
    sv: 'E-postservern {host} nekade inloggning. gallra försöker inte igen förrän lösenordet ändrats: gallra account add --replace',
    en: 'The mail server {host} refused the login. gallra does not try again until the password is changed: gallra account add --replace',
  },
  'mail-server-unreachable': {
    sv: 'E-postservern {host}:{port} svarar inte ({problem}).',
    en: 'The mail server {host}:{port} does not answer ({problem}).',
  },
  'model-broken': {
    sv: 'Modellen som lärt sig av rättelserna går inte att öppna, skadad eller ändrad. Lär först upp en ny: gallra model train',
    en: 'The model that learned from corrections does not open, damaged or changed. Train a new one first: gallra model train',
  },
  'no-run-waiting': {
    sv: 'Ingen gallring väntar på godkännande. Se: gallra purge --preview',
    en: 'No purge waits for approval. See: gallra purge --preview',
  },
  'master-key-refused': {
    sv: 'Den nyckeln öppnar inte nyckelringen {path}. Inget är ändrat. Papperet kan vara från före ett byte av huvudnyckel.',
    en: 'That key does not open the keyring {path}. Nothing has been changed. The paper may be from before a change of the master key.',
  },
  'no-space': {
    sv: 'Disken är full ({problem}). Inget halvfärdigt är sparat. Ge plats och kör om; gallra fortsätter där den var.',
    en: 'The disk is full ({problem}). Nothing half-done has been saved. Make room and run again; gallra goes on where it was.',
  },
  'not-armed': {
    sv: 'gallra visar bara vad som skulle gallras tills någon slår på gallringen: gallra purge arm',
    en: 'gallra only shows what would be purged until somebody arms it: gallra purge arm',
  },
  'not-found': {
    sv: '{id} finns inte. Id skrivs m12 (meddelande), c7 (konversation), k3 (kund).',
    en: '{id} does not exist. Ids are written m12 (message), c7 (conversation), k3 (customer).',
  },
  'plain-text-refused': {
    sv: 'Okrypterad förbindelse tillåts bara till den egna datorn, inte till {host}. Använd imaps:// eller STARTTLS.',
    en: 'An unencrypted connection is only allowed to this computer, not to {host}. Use imaps:// or STARTTLS.',
  },
  'postgres-binaries-missing': {
    sv: 'Det finns ingen inbyggd PostgreSQL för {platform}. Ange en egen databas med DATABASE_URL.',
    en: 'There is no embedded PostgreSQL for {platform}. Name your own database with DATABASE_URL.',
  },
  'postgres-other-major': {
    sv: 'Databasen i {directory} är gjord av PostgreSQL {found}, denna gallra har {expected}. Inget är ändrat. Gör så här: kör gallra backup KATALOG med den gallra som gjorde den, sedan gallra restore KATALOG med denna, med en ny katalog i GALLRA_DATA och samma GALLRA_KEYS.',
    en: 'The database in {directory} was made by PostgreSQL {found}, this gallra has {expected}. Nothing has been changed. Do this: run gallra backup DIRECTORY with the gallra that made it, then gallra restore DIRECTORY with this one, with a new directory in GALLRA_DATA and the same GALLRA_KEYS.',
  },
  'postgres-start-failed': {
    sv: 'Den inbyggda databasen startade inte ({problem}). Se {log}.',
    en: 'The embedded database did not start ({problem}). See {log}.',
  },
  'purge-over-cap': {
    sv: 'Gallringen skulle ta {due} av {total} meddelanden, mer än gränsen {limit}. Inget togs. Granska med gallra purge --preview och godkänn: gallra purge approve',
    en: 'The purge would take {due} of {total} messages, more than the limit {limit}. Nothing was taken. Look with gallra purge --preview and approve: gallra purge approve',
  },
  'purge-running': {
    sv: 'En annan gallra gallrar kontot {account} just nu. Vänta tills den är klar.',
    en: 'Another gallra is purging account {account} just now. Wait until it has finished.',
  },
  'restore-unfinished': {
    sv: 'En inläsning av en säkerhetskopia avbröts, så arkivet är inte helt. Kör om den: gallra restore KATALOG',
    en: 'A restore was interrupted, so the archive is not whole. Run it again: gallra restore DIRECTORY',
  },
  'rules-invalid': {
    sv: 'Regelfilen {file} kan inte användas: {problem}',
    en: 'The rules file {file} cannot be used: {problem}',
  },
  'scan-failed': {
    sv: 'Genomsökningen avbröts ({problem}) och gav inget svar. Kör den igen; ett avbrutet svar är aldrig fullständigt.',
    en: 'The scan broke off ({problem}) and gave no answer. Run it again; an interrupted answer is never complete.',
  },
  'schema-newer': {
    sv: 'Databasen är gjord av en nyare gallra ({migration}). Uppgradera programmet.',
    en: 'The database was made by a newer gallra ({migration}). Upgrade the program.',
  },
  'seal-broken': {
    sv: 'En förseglad post ({identity}) går inte att öppna: fel nyckel eller ändrat innehåll.',
    en: 'A sealed row ({identity}) cannot be opened: wrong key or changed content.',
  },
  'server-refused': {
    sv: 'E-postservern vägrade {verb} ({problem}).',
    en: 'The mail server refused {verb} ({problem}).',
  },
  'split-impossible': {
    sv: 'Kunden {id} kan inte delas så: minst ett meddelande ska ha någon av adresserna och minst ett inte. Se: gallra list --customer {id}',
    en: 'Customer {id} cannot be split that way: at least one message must have one of the addresses, and at least one must not. See: gallra list --customer {id}',
  },
  'smtp-login-refused': {
    sv: 'Servern {host} som ska skicka brev nekade inloggning. Rätta lösenordet: gallra smtp set',
    en: 'The server {host} that is to send mail refused the login. Put the password right: gallra smtp set',
  },
  'smtp-missing': {
    sv: 'Inget konto kan skicka brev ännu. Ange hur: gallra smtp set smtps://användare@server',
    en: 'No account can send mail yet. Say how: gallra smtp set smtps://user@server',
  },
  'staff-broken': {
    sv: 'Medarbetaren {id} går inte att öppna: raden i databasen är skadad eller ändrad. Övriga medarbetare berörs inte. Lägg till personen igen med samma namn, så är det samma medarbetare: gallra staff add',
    en: 'Staff member {id} does not open: the row in the database is damaged or changed. Others are not affected. Add the person again with the same name, and it is the same staff member: gallra staff add',
  },
  'staff-missing': {
    sv: 'Det finns ingen medarbetare {staff}. Lägg till: gallra staff add',
    en: 'There is no staff member {staff}. Add one: gallra staff add',
  },
  'sync-first': {
    sv: 'Efter inläsningen av en säkerhetskopia måste gallra läsa om brevlådan innan gallringen slås på ({folders} mappar återstår). Kör: gallra sync',
    en: 'After a restore gallra must read the mailbox again before purging is armed ({folders} folders remain). Run: gallra sync',
  },
  'training-running': {
    sv: 'Modellen tränas redan, av gallra serve eller ett annat kommando. Vänta en stund och se: gallra model status',
    en: 'The model is being trained already, by gallra serve or another command. Wait a while and see: gallra model status',
  },
  'uidplus-missing': {
    sv: 'E-postservern saknar UIDPLUS. Utan det kan gallra inte ta bort just ett meddelande och låter därför allt ligga.',
    en: 'The mail server lacks UIDPLUS. Without it gallra cannot remove exactly one message and leaves everything.',
  },
} as const

export type ErrorCode = keyof typeof ERRORS
export type ErrorDetails = Record<string, string | number>

/** An error from the register. `message` is English; `describe` gives the user's language. */
export class GallraError extends Error {
  readonly code: ErrorCode
  readonly details: ErrorDetails
  /** Details that are words, in Swedish; `details` has them in English. */
  private readonly inSwedish: ErrorDetails

  constructor(
    code: ErrorCode,
    details: ErrorDetails = {},
    options: { cause?: unknown; inSwedish?: ErrorDetails } = {},
  ) {
    super(fill(ERRORS[code].en, details), 'cause' in options ? { cause: options.cause } : {})
    this.name = 'GallraError'
    this.code = code
    this.details = details
    this.inSwedish = options.inSwedish ?? {}
  }

  describe(language: 'sv' | 'en'): string {
    return fill(ERRORS[this.code][language], language === 'sv' ? { ...this.details, ...this.inSwedish } : this.details)
  }
}

/** Of a file system (ENOSPC, EDQUOT) and of PostgreSQL (SQLSTATE 53100 disk_full). */
const NO_SPACE = ['ENOSPC', 'EDQUOT', '53100']

/** What the pg library says, without any code, when a connection is lost under a query. */
const LOST = /^Connection terminated|has encountered a connection error/

/** A full disk and a lost database are met anywhere: the error of the register for one, or for what it was the cause of; null for any other. */
export function environmentError(error: unknown): GallraError | null {
  for (let each = error; each instanceof Error; each = each.cause) {
    if (each instanceof GallraError && each.code !== 'database-unreachable') return null
    if ('code' in each && NO_SPACE.includes(String(each.code)))
      return new GallraError('no-space', { problem: String(each.code) }, { cause: error })
    if (!(each instanceof GallraError) && LOST.test(each.message))
      return new GallraError('database-unreachable', { problem: 'connection lost' }, { cause: error })
  }
  return null
}

function fill(template: string, details: ErrorDetails): string {
  return template.replace(/\{(\w+)\}/g, (whole, name: string) => (name in details ? String(details[name]) : whole))
}
