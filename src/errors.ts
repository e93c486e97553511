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
  'bad-input': {
    sv: '{what}: {problem}. {remedy}',
    en: '{what}: {problem}. {remedy}',
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
  'customers-same': {
    sv: 'Ange minst två olika kunder att slå samman, till exempel: gallra customer merge k1 k2',
    en: 'Name at least two different customers to merge, such as: gallra customer merge k1 k2',
  },
  'data-directory-unreachable': {
    sv: 'Datakatalogen {directory} kan inte användas ({problem}). Ange en annan med GALLRA_DATA.',
    en: 'The data directory {directory} cannot be used ({problem}). Name another with GALLRA_DATA.',
  },
  'database-unreachable': {
    sv: 'Databasen svarar inte ({problem}). Kontrollera DATABASE_URL.',
    en: 'The database does not answer ({problem}). Check DATABASE_URL.',
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
  'login-refused': {
    sv: 'E-postservern {host} nekade inloggning. gallra försöker inte igen förrän lösenordet ändrats: gallra account add --replace',
    en: 'The mail server {host} refused the login. gallra does not try again until the password is changed: gallra account add --replace',
  },
  'mail-server-unreachable': {
    sv: 'E-postservern {host}:{port} svarar inte ({problem}).',
    en: 'The mail server {host}:{port} does not answer ({problem}).',
  },
  'no-run-waiting': {
    sv: 'Ingen gallring väntar på godkännande. Se: gallra purge --preview',
    en: 'No purge waits for approval. See: gallra purge --preview',
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
    sv: 'Databasen i {directory} är gjord av PostgreSQL {found}, denna gallra har {expected}. Säkerhetskopiera med den gamla versionen och läs in i en ny katalog.',
    en: 'The database in {directory} was made by PostgreSQL {found}, this gallra has {expected}. Back up with the old version and restore into a new directory.',
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
  'rules-invalid': {
    sv: 'Regelfilen {file} kan inte användas: {problem}',
    en: 'The rules file {file} cannot be used: {problem}',
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
  'staff-missing': {
    sv: 'Det finns ingen medarbetare {staff}. Lägg till: gallra staff add',
    en: 'There is no staff member {staff}. Add one: gallra staff add',
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

  constructor(code: ErrorCode, details: ErrorDetails = {}, options?: { cause?: unknown }) {
    super(fill(ERRORS[code].en, details), options)
    this.name = 'GallraError'
    this.code = code
    this.details = details
  }

  describe(language: 'sv' | 'en'): string {
    return fill(ERRORS[this.code][language], this.details)
  }
}

function fill(template: string, details: ErrorDetails): string {
  return template.replace(/\{(\w+)\}/g, (whole, name: string) => (name in details ? String(details[name]) : whole))
}
