import type { Wording } from '../wording/wording.ts'

/** Sending mail to staff: the server that sends, and what became of each letter. */
export const lettersText = {
  groupSmtp: { sv: 'att skicka brev till medarbetarna', en: 'sending mail to staff' },
  groupDigest: { sv: 'veckobrevet', en: 'the weekly digest' },
  aboutSmtpSet: {
    sv: 'ange hur brev skickas: smtps://användare@server',
    en: 'say how mail is sent: smtps://user@server',
  },
  aboutSmtpTest: {
    sv: 'logga in på servern som skickar; inget skickas',
    en: 'log in to the server that sends; nothing is sent',
  },
  aboutSmtpShow: { sv: 'visa hur brev skickas, utan lösenord', en: 'show how mail is sent, without the password' },
  aboutDigestPreview: { sv: 'visa veckobrevet; inget skickas', en: 'show the weekly digest; nothing is sent' },
  aboutDigestSend: {
    sv: 'skicka veckobrevet nu till alla medarbetare med adress',
    en: 'send the weekly digest now to all staff with an address',
  },
  optSmtpStarttls: { sv: 'kryptera med STARTTLS (smtp://)', en: 'encrypt with STARTTLS (smtp://)' },
  optHead: {
    sv: 'kontrollera att händelsen som ett veckobrev nämner finns kvar: KONTO:NUMMER:SLUTVÄRDE',
    en: 'check that the event that a digest names is still there: ACCOUNT:NUMBER:HEAD',
  },
  headSecurity: { sv: 'Kryptering', en: 'Encryption' },
  headUser: { sv: 'Användare', en: 'User' },
  notAnSmtpUrl: { sv: 'det är ingen SMTP-adress', en: 'that is not an SMTP address' },
  starttlsWithSmtps: {
    sv: 'smtps:// är redan krypterat; --starttls hör till smtp://',
    en: 'smtps:// is encrypted already; --starttls belongs to smtp://',
  },
  writeSmtpUrl: { sv: 'Skriv smtps://användare@server:465', en: 'Write smtps://user@server:465' },
  smtpSaved: {
    sv: 'Brev skickas från {account} genom {host}. Prova: gallra smtp test',
    en: 'Mail is sent from {account} through {host}. Try it: gallra smtp test',
  },
  smtpWorks: {
    sv: '{account}: inloggningen på {host} fungerar. Inget är skickat.',
    en: '{account}: the login at {host} works. Nothing was sent.',
  },
  smtpNone: { sv: 'inget', en: 'none' },
  digestSent: { sv: 'Brev {id} till {name}: {state}', en: 'Letter {id} to {name}: {state}' },
  letterQueued: { sv: 'väntar, gallra försöker igen ({problem})', en: 'waiting, gallra tries again ({problem})' },
  letterSending: { sv: 'skickas just nu', en: 'being sent' },
  letterSent: { sv: 'skickat', en: 'sent' },
  letterRefused: { sv: 'servern tog inte emot det', en: 'the server rejected it' },
  letterUnknown: { sv: 'har kanske inte kommit fram; skickas inte om', en: 'may not have arrived; not sent again' },
  letterLapsed: { sv: 'överhoppat, eftersom det finns ett nyare', en: 'skipped, since there is a newer one' },
  letterUnreadable: {
    sv: 'går inte att dekryptera (skadat eller ändrat) och skickades inte',
    en: 'cannot be decrypted (damaged or changed) and was not sent',
  },
  statusLetters: {
    sv: 'Brev till medarbetarna: {unknown} har kanske inte kommit fram, {refused} avvisade, {queued} väntar.',
    en: 'Mail to staff: {unknown} may not have arrived, {refused} refused, {queued} waiting.',
  },
  statusLettersUnreadable: {
    sv: 'Brev till medarbetarna som inte går att dekryptera och inte skickades: {count}. Se gallra doctor.',
    en: 'Mail to staff that cannot be decrypted and was not sent: {count}. See gallra doctor.',
  },
} as const satisfies Record<string, Wording>
