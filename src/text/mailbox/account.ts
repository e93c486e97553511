import type { Wording } from '../wording/wording.ts'

/** Mail accounts and the servers they are read from. */
export const accountText = {
  groupAccount: { sv: 'e-postkonton', en: 'mail accounts' },
  aboutAccountAdd: { sv: 'lägg till ett konto: imaps://användare@server', en: 'add an account: imaps://user@server' },
  aboutAccountList: { sv: 'visa konton', en: 'list accounts' },
  aboutAccountTest: {
    sv: 'logga in, visa mappar och vad gallra rör',
    en: 'log in, show folders and what gallra touches',
  },
  aboutAccountRemove: {
    sv: 'sluta följa kontot; arkivet finns kvar',
    en: 'stop following the account; the archive stays',
  },
  optStarttls: { sv: 'kryptera med STARTTLS (imap://)', en: 'encrypt with STARTTLS (imap://)' },
  optPasswordFile: { sv: 'läs lösenordet ur en fil', en: 'read the password from a file' },
  optCa: { sv: 'PEM-fil med den CA som ska gälla', en: 'PEM file of the CA to trust' },
  optAddress: {
    sv: 'brevlådans adress, om den inte är inloggningsnamnet',
    en: "the mailbox's address, where it is not the login name",
  },
  optDomain: { sv: 'företagets egen domän (kan upprepas)', en: "the firm's own domain (repeatable)" },
  optStaffAddress: { sv: 'en medarbetares adress (kan upprepas)', en: "a staff member's address (repeatable)" },
  optOwnAddress: {
    sv: 'annan adress till samma brevlåda (kan upprepas)',
    en: 'another address of the same mailbox (repeatable)',
  },
  optAuthservId: { sv: 'värd vars Authentication-Results gäller', en: 'host whose Authentication-Results are trusted' },
  optFolder: { sv: 'följ bara denna mapp (kan upprepas)', en: 'follow only this folder (repeatable)' },
  optReplace: { sv: 'ändra ett konto som finns', en: 'change an existing account' },
  headAccount: { sv: 'Konto', en: 'Account' },
  headServer: { sv: 'Server', en: 'Server' },
  headState: { sv: 'Läge', en: 'State' },
  headOwn: { sv: 'Egna', en: 'Own' },
  headFolders: { sv: 'Mappar', en: 'Folders' },
  headFollowed: { sv: 'Följs', en: 'Followed' },
  noAccounts: {
    sv: 'Inga konton. Lägg till ett: gallra account add imaps://användare@server',
    en: 'No accounts. Add one: gallra account add imaps://user@server',
  },
  accountActive: { sv: 'följs', en: 'followed' },
  accountLoginRefused: { sv: 'inloggning nekad', en: 'login refused' },
  accountRemoved: { sv: 'följs inte längre', en: 'no longer followed' },
  accountSaved: {
    sv: 'Kontot {account} är sparat. Prova det: gallra account test',
    en: 'Account {account} is saved. Try it: gallra account test',
  },
  accountNowRemoved: {
    sv: 'Kontot {account} följs inte längre. Arkivet finns kvar.',
    en: 'Account {account} is no longer followed. The archive stays.',
  },
  noOwnDomain: {
    sv: 'Ingen --domain angavs: bara de angivna adresserna räknas som företagets egna.',
    en: "No --domain was given: only the addresses given count as the firm's own.",
  },
  askPassword: { sv: 'Lösenord för {user} på {host}', en: 'Password for {user} at {host}' },
  testConnected: { sv: 'Inloggad på {host} som {account}.', en: 'Logged in to {host} as {account}.' },
  testFolderMissing: { sv: 'Mappen {folder} finns inte på servern.', en: 'The folder {folder} is not on the server.' },
  testTouches: {
    sv: 'gallra läser mapparna som följs utan att märka något som läst, och sätter bara egna nyckelord (gallra-…).',
    en:
      'gallra reads the folders followed without marking anything as read, and sets only keywords of its own ' +
      '(gallra-…).',
  },
  testRemoves: {
    sv: 'Programmet tar bara bort enskilda meddelanden som kan gallras, och först när gallringen är påslagen.',
    en: 'It removes only single messages that are due, and only once purging is on.',
  },
  testNeverRemoves: {
    sv: 'Servern saknar UIDPLUS, så gallra tar inte bort något där.',
    en: 'The server lacks UIDPLUS, so gallra removes nothing there.',
  },
  testFiles: {
    sv: 'Programmet flyttar ny e-post ur inkorgen till mapparna för ärendetyper (gallra folders filing).',
    en: 'It moves new mail from the inbox to the folders for cases (gallra folders filing).',
  },
  notAnImapUrl: { sv: 'det är ingen IMAP-adress', en: 'that is not an IMAP address' },
  imapUrlHasPath: { sv: 'bara användare, server och port får anges', en: 'only user, server and port can be given' },
  imapUrlLacksUser: { sv: 'användaren saknas', en: 'the user is missing' },
  starttlsWithImaps: {
    sv: 'imaps:// är redan krypterat; --starttls hör till imap://',
    en: 'imaps:// is already encrypted; --starttls belongs to imap://',
  },
  writeImapUrl: { sv: 'Skriv imaps://användare@server:993', en: 'Write imaps://user@server:993' },
  passwordInUrl: {
    sv: 'lösenordet får inte stå där, det syns i historik och processlista',
    en: 'the password must not be there, since history and process list show it',
  },
  writePasswordFile: {
    sv: 'Ange --password-file FIL, eller kör i en terminal och skriv det när gallra frågar',
    en: 'Give --password-file FILE, or run in a terminal and type it when gallra asks',
  },
  noTerminal: {
    sv: 'gallra kan inte fråga efter lösenordet utan terminal',
    en: 'gallra cannot ask for the password without a terminal',
  },
  passwordCancelled: { sv: 'inget lösenord skrevs', en: 'no password was typed' },
  passwordEmpty: { sv: 'lösenordet är tomt', en: 'the password is empty' },
  notAPem: { sv: 'filen är inget PEM-certifikat', en: 'the file is not a PEM certificate' },
  writePem: { sv: 'Ange en fil som börjar med BEGIN CERTIFICATE', en: 'Give a file with BEGIN CERTIFICATE' },
} as const satisfies Record<string, Wording>
