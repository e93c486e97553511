import type { Wording } from '../wording/wording.ts'

/** What a person asks for and decides. */
export const decisionErrors = {
  'bad-input': { sv: '{what}: {problem}. {remedy}', en: '{what}: {problem}. {remedy}' },
  'corpus-line-invalid': {
    sv:
      'Rad {line} går inte att läsa ({problem}). Varje rad är ett JSON-objekt med id, conversation, in_reply_to, ' +
      'date, from, to, subject, body, attachments och etiketterna.',
    en:
      'Line {line} cannot be read ({problem}). Each line is one JSON object with id, conversation, in_reply_to, ' +
      'date, from, to, subject, body, attachments and the labels.',
  },
  'customers-same': {
    sv: 'Ange minst två olika kunder att slå samman, till exempel: gallra customer merge k1 k2',
    en: 'Name at least two different customers to merge, such as: gallra customer merge k1 k2',
  },
  'digest-nobody': {
    sv: 'Ingen medarbetare har en e-postadress att skicka till. Lägg till en: gallra staff add NAMN --address ADRESS',
    en: 'No member of staff has a mail address to send to. Add one: gallra staff add NAME --address ADDRESS',
  },
  'no-run-waiting': {
    sv: 'Ingen gallring väntar på godkännande. Se: gallra purge --preview',
    en: 'No purge waits for approval. See: gallra purge --preview',
  },
  'not-armed': {
    sv: 'gallra visar bara vad som skulle gallras tills någon slår på gallringen: gallra purge arm',
    en: 'gallra only shows what it would purge until somebody turns purging on: gallra purge arm',
  },
  'not-found': {
    sv: '{id} finns inte. Id skrivs m12 (meddelande), c7 (konversation), k3 (kund).',
    en: '{id} does not exist. Ids are written m12 (message), c7 (conversation), k3 (customer).',
  },
  'purge-over-cap': {
    sv:
      'Gallringen skulle omfatta {due} av {total} meddelanden, mer än gränsen {limit}. Inget gallrades. ' +
      'Granska med gallra purge --preview och godkänn: gallra purge approve',
    en:
      'The purge would take {due} of {total} messages, more than the limit {limit}. Nothing was purged. ' +
      'Look with gallra purge --preview and approve: gallra purge approve',
  },
  'purge-running': {
    sv: 'En annan körning av gallra gallrar kontot {account} just nu. Vänta tills den är klar.',
    en: 'Another run of gallra is purging account {account} just now. Wait until it has finished.',
  },
  'rules-invalid': {
    sv: 'Regelfilen {file} kan inte användas: {problem}',
    en: 'The rules file {file} cannot be used: {problem}',
  },
  'scan-failed': {
    sv:
      'Genomsökningen avbröts ({problem}) och gav inget svar. Kör den igen; ' +
      'ett avbrutet svar är aldrig fullständigt.',
    en:
      'The scan was interrupted ({problem}) and gave no answer. Run it again; ' +
      'an interrupted answer is never complete.',
  },
  'split-impossible': {
    sv:
      'Kunden {id} kan inte delas så: minst ett meddelande ska ha någon av adresserna och minst ett inte. Se: ' +
      'gallra list --customer {id}',
    en:
      'Customer {id} cannot be split that way: at least one message must have one of the addresses, and at least ' +
      'one must not. See: gallra list --customer {id}',
  },
  'staff-missing': {
    sv: 'Det finns ingen medarbetare {staff}. Lägg till: gallra staff add',
    en: 'There is no staff member {staff}. Add one: gallra staff add',
  },
  'training-running': {
    sv: 'Modellen tränas redan, av gallra serve eller ett annat kommando. Vänta en stund och se: gallra model status',
    en: 'gallra serve or another command is already training the model. Wait a while and see: gallra model status',
  },
} as const satisfies Record<string, Wording>
