import type { Wording } from '../wording/wording.ts'

/** One message: what it is, how it is kept, who sent it. */
export const messageText = {
  aboutList: { sv: 'visa meddelanden', en: 'list messages' },
  aboutShow: {
    sv: 'visa ett meddelande (m12) eller en konversation (c7)',
    en: 'show a message (m12) or a conversation (c7)',
  },
  optCase: { sv: 'ärendetyp', en: 'case' },
  optCustomer: { sv: 'kund, k3', en: 'customer, k3' },
  optConversation: { sv: 'konversation, c7', en: 'conversation, c7' },
  optState: { sv: 'läge', en: 'state' },
  optAfter: { sv: 'från och med dagen', en: 'from this day on' },
  optBefore: { sv: 'före dagen', en: 'before this day' },
  optReview: { sv: 'bara det som väntar på granskning', en: 'only what waits for review' },
  optIdle: {
    sv: 'bara öppna ärenden där ingen har hört av sig på länge',
    en: 'only open matters with no mail for a long time',
  },
  optLimit: { sv: 'högst så många', en: 'at most this many' },
  headMessages: { sv: 'Meddelanden', en: 'Messages' },
  headDirection: { sv: 'Riktning', en: 'Direction' },
  headCase: { sv: 'Ärendetyp', en: 'Case' },
  headUntil: { sv: 'Sparas t.o.m.', en: 'Kept until' },
  headSubject: { sv: 'Ämne', en: 'Subject' },
  headFrom: { sv: 'Från', en: 'From' },
  headTo: { sv: 'Till', en: 'To' },
  headAttachment: { sv: 'Bilaga', en: 'Attachment' },
  headHistory: { sv: 'Historik', en: 'History' },
  headAuthentication: { sv: 'Avsändare', en: 'Sender' },
  headFor: { sv: 'Talar för', en: 'Points to' },
  headWeight: { sv: 'Vikt', en: 'Weight' },
  headSeen: { sv: 'Sett', en: 'Seen' },
  directionIn: { sv: 'inkommande', en: 'incoming' },
  directionOut: { sv: 'utgående', en: 'outgoing' },
  directionInternal: { sv: 'internt', en: 'internal' },
  stateActive: { sv: 'sparas', en: 'kept' },
  stateLimited: { sv: 'bara bokföring', en: 'bookkeeping only' },
  stateReview: { sv: 'att granska', en: 'to review' },
  byStaff: { sv: 'bestämt av medarbetare', en: 'decided by staff' },
  uncertain: { sv: 'osäkert', en: 'uncertain' },
  mayBeComplaint: { sv: 'kan vara en reklamation', en: 'may be a complaint' },
  subjectBroken: { sv: '(går inte att dekryptera)', en: '(cannot be decrypted)' },
  senderSubmitted: {
    sv: 'skickat av en inloggad användare på er e-postserver',
    en: 'sent by a signed-in user of your mail server',
  },
  senderProven: { sv: 'bekräftad av er e-postserver ({domain})', en: 'confirmed by your mail server ({domain})' },
  senderFailed: {
    sv: 'avvisad av er e-postserver ({domain}): kan vara förfalskad',
    en: 'rejected by your mail server ({domain}): may be forged',
  },
  senderUnproven: { sv: 'obekräftad', en: 'not confirmed' },
  senderUnchecked: { sv: 'ingen betrodd e-postserver har kontrollerat', en: 'no trusted mail server has checked' },
  messagesUnopened: {
    sv:
      'Meddelanden som inte går att dekryptera (skadade eller ändrade), {count} st: {ids}. Laga dem: ' +
      'gallra repair --by NAMN',
    en:
      'Messages that cannot be decrypted (damaged or changed), {count} in all: {ids}. ' +
      'Repair them: gallra repair --by NAME',
  },
} as const satisfies Record<string, Wording>
