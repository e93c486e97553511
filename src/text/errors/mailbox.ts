import type { Wording } from '../wording/wording.ts'

/** Accounts and mail servers. */
export const mailboxErrors = {
  'account-exists': {
    sv: 'Kontot {account} finns redan. Ändra det med: gallra account add --replace',
    en: 'Account {account} already exists. Change it with: gallra account add --replace',
  },
  'account-missing': {
    sv: 'Det finns inget konto {account}. Se: gallra account list',
    en: 'There is no account {account}. See: gallra account list',
  },
  'certificate-refused': {
    sv:
      'Servern {host} visade ett certifikat som inte går att lita på ({problem}). ' +
      'Ange er egen CA-fil med --ca om servern använder en sådan.',
    en:
      'The server {host} showed a certificate that cannot be trusted ({problem}). ' +
      'Give your own CA file with --ca if the server uses one.',
  },
  'connection-lost': {
    sv: 'Anslutningen till e-postservern bröts ({verb}). gallra försöker igen.',
    en: 'The connection to the mail server was lost ({verb}). gallra tries again.',
  },
  'folder-missing': {
    sv: 'Mappen finns inte på servern. Den kan ha bytt namn; gallra letar igen vid nästa genomgång.',
    en: 'The folder does not exist on the server. It may have been renamed; gallra looks again on its next pass.',
  },
  'followed-elsewhere': {
    sv:
      'En annan körning av gallra (till exempel gallra serve) följer redan kontot {account} och hämtar själv ny ' +
      'e-post.',
    en: 'Another run of gallra (such as gallra serve) already follows account {account} and fetches new mail itself.',
  },
  'import-unreadable': {
    sv: '{path} går inte att läsa som mbox, Maildir eller .eml ({problem}).',
    en: '{path} cannot be read as mbox, Maildir or .eml ({problem}).',
  },
  'keyword-invalid': {
    sv: 'Nyckelordet går inte att använda på en e-postserver: bara bokstäverna A–Z, siffror och $_.+- är tillåtna.',
    en: 'The keyword cannot be used on a mail server: only the letters A–Z, digits and $_.+- are allowed.',
  },
  'login-refused': {
    sv:
      'E-postservern {host} nekade inloggning. gallra försöker inte igen förrän du har ändrat lösenordet: ' +
      'gallra account add --replace',
    en:
      'The mail server {host} refused the login. gallra does not try again until you have changed the password: ' +
      'gallra account add --replace',
  },
  'mail-server-unreachable': {
    sv: 'E-postservern {host}:{port} svarar inte ({problem}). Kontrollera server och port.',
    en: 'The mail server {host}:{port} does not answer ({problem}). Check server and port.',
  },
  'plain-text-refused': {
    sv: 'Okrypterad anslutning tillåts bara till den egna datorn, inte till {host}. Använd imaps:// eller STARTTLS.',
    en: 'An unencrypted connection is only allowed to this computer, not to {host}. Use imaps:// or STARTTLS.',
  },
  'server-refused': {
    sv: 'E-postservern vägrade {verb} ({problem}).',
    en: 'The mail server refused {verb} ({problem}).',
  },
  'smtp-login-refused': {
    sv: 'Servern {host} som ska skicka brev nekade inloggning. Rätta lösenordet: gallra smtp set',
    en: 'The server {host} that sends mail refused the login. Correct the password: gallra smtp set',
  },
  'smtp-missing': {
    sv: 'Inget konto kan skicka brev ännu. Ange hur: gallra smtp set smtps://användare@server',
    en: 'No account can send mail yet. Say how: gallra smtp set smtps://user@server',
  },
  'uidplus-missing': {
    sv:
      'E-postservern saknar UIDPLUS. Utan det kan gallra inte ta bort ett enskilt meddelande och låter därför ' +
      'allt ligga kvar.',
    en: 'The mail server lacks UIDPLUS. Without it gallra cannot remove exactly one message, so it leaves everything.',
  },
} as const satisfies Record<string, Wording>
