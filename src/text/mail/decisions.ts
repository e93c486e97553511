import type { Wording } from '../wording/wording.ts'

/** What a person decides about messages, complaints, payments and holds. */
export const decisionsText = {
  groupComplaint: { sv: 'reklamationer', en: 'complaints' },
  groupPayment: { sv: 'betalningsuppgifter', en: 'payment facts' },
  aboutOverride: { sv: 'ändra ett meddelandes ärendetyp', en: "change a message's case" },
  aboutComplaintClose: { sv: 'avsluta en reklamation', en: 'close a complaint' },
  aboutComplaintReopen: { sv: 'öppna en reklamation igen', en: 'reopen a complaint' },
  aboutPaymentSettled: { sv: 'notera att en faktura är betald', en: 'note that an invoice is paid' },
  aboutPaymentTransferred: {
    sv: 'notera att underlaget finns i bokföringen',
    en: 'note that the record is in the bookkeeping',
  },
  aboutHold: { sv: 'spärra mot gallring (m12, c7 eller k3)', en: 'hold against purging (m12, c7 or k3)' },
  aboutRelease: { sv: 'häv en spärr', en: 'release a hold' },
  aboutApprove: { sv: 'godkänn granskade meddelanden för gallring', en: 'approve reviewed messages for purging' },
  optMark: {
    sv:
      'märke (kan upprepas; inga = ta bort alla): bokföringsunderlag, öppen-reklamation, obetald, skräppost, ' +
      'autosvar',
    en: 'mark (repeatable; none = remove all): accounting-record, open-complaint, unpaid, spam, auto-reply',
  },
  optOutcome: { sv: 'hur det slutade', en: 'how it ended' },
  optDelivered: { sv: 'när varan levererades', en: 'when the goods were delivered' },
  optConsumer: { sv: 'köparen är konsument', en: 'the buyer is a consumer' },
  optBusiness: { sv: 'köparen är företag', en: 'the buyer is a business' },
  optOn: { sv: 'vilken dag', en: 'which day' },
  optFinancialYearEnd: { sv: 'räkenskapsårets sista dag', en: 'last day of the financial year' },
  headHolds: { sv: 'Spärrar', en: 'Holds' },
  overridden: { sv: '{id}: {case}.', en: '{id}: {case}.' },
  complaintClosed: { sv: '{id} är avslutad ({outcome}).', en: '{id} is closed ({outcome}).' },
  complaintReopened: { sv: '{id} är öppen igen.', en: '{id} is open again.' },
  paymentNoted: { sv: '{id}: noterat {date}.', en: '{id}: noted {date}.' },
  holdPlaced: { sv: '{id} är spärrat mot gallring ({hold}).', en: '{id} is held against purging ({hold}).' },
  holdReleased: {
    sv: 'Spärren {hold} är hävd. Meddelandena kan gallras först efter väntetiden.',
    en: 'Hold {hold} is released. The messages can be purged only after the waiting time.',
  },
  approved: {
    sv: 'Meddelanden godkända för gallring när tiden har gått ut: {count}.',
    en: 'Messages approved for purging when their period ends: {count}.',
  },
} as const satisfies Record<string, Wording>
