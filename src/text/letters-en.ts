import type { lettersSv } from './letters-sv.ts'

/** English, of sending mail to staff and of its digest. */
export const lettersEn: Record<keyof typeof lettersSv, string> = {
  groupSmtp: 'sending mail to staff',
  groupDigest: 'the weekly digest',
  aboutSmtpSet: 'say how mail is sent: smtps://user@server',
  aboutSmtpTest: 'log in to the server that sends; nothing is sent',
  aboutSmtpShow: 'show how mail is sent, without the password',
  aboutDigestPreview: 'show the weekly digest; nothing is sent',
  aboutDigestSend: 'send the weekly digest now to all staff with an address',
  optSmtpStarttls: 'encrypt with STARTTLS (smtp://)',
  optMailLanguage: 'language of mail to this person',
  optHead: 'is the event that a digest names still there: ACCOUNT:NUMBER:HEAD',
  headSecurity: 'Encryption',
  headUser: 'User',
  notAnSmtpUrl: 'that is no SMTP address',
  starttlsWithSmtps: 'smtps:// is encrypted already; --starttls belongs to smtp://',
  writeSmtpUrl: 'Write smtps://user@server:465',
  smtpSaved: 'Mail is sent from {account} through {host}. Try it: gallra smtp test',
  smtpWorks: '{account}: the login at {host} works. Nothing was sent.',
  smtpNone: 'none',
  digestSent: 'Letter {id} to {name}: {state}',
  letterQueued: 'waiting, will be tried again ({problem})',
  letterSending: 'being sent',
  letterSent: 'sent',
  letterRefused: 'the server did not take it',
  letterUnknown: 'may have arrived; not sent again',
  letterLapsed: 'passed over, there is a newer one',
  letterUnreadable: 'does not open, damaged or changed, and was not sent',
  statusLetters: 'Mail to staff: {unknown} may not have arrived, {refused} refused, {queued} waiting.',
  statusLettersUnreadable: 'Mail to staff that does not open and was not sent: {count}. See gallra doctor.',
  doctorSmtpNone:
    'The weekly digest is not sent: no account can send mail. Say how: gallra smtp set smtps://user@server',
  doctorDigestNobody:
    'The weekly digest is not sent: no member of staff has an address. Add one: gallra staff add NAME --address ADDRESS',
  doctorSmtpReachable: '{account}: the server that sends mail answers.',
  doctorLettersUnknown:
    '{count} letters may not have arrived. They are not sent again by themselves. A new one: gallra digest send',
  doctorLettersUnreadable:
    '{count} letters did not open, damaged or changed, and were not sent. A new one: gallra digest send',
  doctorLettersRefused: '{count} letters were not taken by the server. Check the addresses: gallra staff list',
  notAHead: 'that is no head out of a digest',
  writeHead: 'Write it as in the letter, such as 1:123:kB0x…',
  auditHolds: 'Event {seq} of account {account} is there as in the letter.',
}
