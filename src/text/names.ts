import type { Case, Mark, Right } from '../core/classification.ts'
import type { Direction } from '../core/message/message.ts'
import type { ComplaintState, RetentionDecision } from '../core/retention/retention.ts'
import type { Disposal } from '../core/retention/disposal.ts'
import type { FixedRule, ScheduleRow, Trigger } from '../core/retention/schedule.ts'
import { foldersText } from './mailbox/folders.ts'
import { messageText } from './mail/message.ts'
import { purgeText } from './disposal/purge.ts'
import type { Language, Wording } from './wording/wording.ts'

/**
 * Names of what lists and options are made of, one table a kind: shown instead of the code and taken as input beside
 * it. `--json` keeps the codes. Within a kind no two codes share a name.
 */
export const NAMES = {
  case: {
    support: { sv: 'Support', en: 'Support' },
    payments: { sv: 'Betalningar', en: 'Payments' },
    complaints: { sv: 'Reklamationer', en: 'Complaints' },
    privacy: { sv: 'Dataskydd', en: 'Data protection' },
    other: { sv: 'Övrigt', en: 'Other' },
  } satisfies Record<Case, Wording>,
  /** The case of one single message. */
  messageCase: {
    support: { sv: 'Support', en: 'Support' },
    payments: { sv: 'Betalning', en: 'Payment' },
    complaints: { sv: 'Reklamation', en: 'Complaint' },
    privacy: { sv: 'Dataskydd', en: 'Data protection' },
    other: { sv: 'Övrigt', en: 'Other' },
  } satisfies Record<Case, Wording>,
  mark: {
    'accounting-record': { sv: 'bokföringsunderlag', en: 'accounting record' },
    'open-complaint': { sv: 'öppen reklamation', en: 'open complaint' },
    unpaid: { sv: 'obetald faktura', en: 'unpaid invoice' },
    spam: { sv: 'skräppost', en: 'spam' },
    'auto-reply': { sv: 'autosvar', en: 'automatic reply' },
  } satisfies Record<Mark, Wording>,
  /** Beside the marks, as input: drops all. */
  noMark: { none: { sv: 'inga', en: 'none' } },
  state: {
    active: messageText.stateActive,
    limited: messageText.stateLimited,
    review: messageText.stateReview,
  } satisfies Record<RetentionDecision['state'], Wording>,
  direction: {
    incoming: messageText.directionIn,
    outgoing: messageText.directionOut,
    internal: messageText.directionInternal,
  } satisfies Record<Direction, Wording>,
  /** How a complaint ended. */
  outcome: {
    granted: { sv: 'godtagen', en: 'accepted' },
    refused: { sv: 'avslagen', en: 'refused' },
    disputed: { sv: 'omtvistad', en: 'disputed' },
    withdrawn: { sv: 'återtagen', en: 'withdrawn' },
  } satisfies Record<NonNullable<ComplaintState['outcome']>, Wording>,
  buyer: {
    consumer: { sv: 'konsument', en: 'consumer' },
    business: { sv: 'företag', en: 'business' },
  } satisfies Record<NonNullable<ScheduleRow['appliesTo']['buyer']>, Wording>,
  /** The Swedish words are those of the GDPR, chapter III and Articles 7(3) and 33. */
  right: {
    access: { sv: 'tillgång', en: 'access' },
    rectification: { sv: 'rättelse', en: 'rectification' },
    erasure: { sv: 'radering', en: 'erasure' },
    restriction: { sv: 'begränsning av behandling', en: 'restriction of processing' },
    portability: { sv: 'dataportabilitet', en: 'data portability' },
    objection: { sv: 'invändning', en: 'objection' },
    'consent-withdrawal': { sv: 'återkallat samtycke', en: 'withdrawal of consent' },
    breach: { sv: 'personuppgiftsincident', en: 'personal data breach' },
  } satisfies Record<Right, Wording>,
  /** Retention rules that are not rows of a schedule; rows keep their ids and explain themselves in both languages. */
  fixedRule: {
    hold: { sv: 'spärr', en: 'hold' },
    'erasure-granted': { sv: 'beviljad radering', en: 'granted erasure' },
    'unreadable-date': { sv: 'oläsligt datum', en: 'unreadable date' },
  } satisfies Record<FixedRule, Wording>,
  /** Rows of the shipped schedules; a row of one's own is shown by its id. */
  scheduleRow: {
    'complaint-open': { sv: 'öppen reklamation', en: 'open complaint' },
    'complaint-closed': { sv: 'avslutad reklamation', en: 'closed complaint' },
    'complaint-against-consumer': { sv: 'reklamation mot konsument', en: 'complaint against a consumer' },
    'complaint-against-business': { sv: 'reklamation mot företag', en: 'complaint against a business' },
    'accounting-record': { sv: 'räkenskapsinformation', en: 'accounting record' },
    'privacy-open': { sv: 'öppen begäran om personuppgifter', en: 'open personal data request' },
    'privacy-closed': { sv: 'avslutad begäran om personuppgifter', en: 'closed personal data request' },
    privacy: { sv: 'begäran om personuppgifter', en: 'personal data request' },
    'order-consumer': { sv: 'beställning av konsument', en: 'order by a consumer' },
    'order-business': { sv: 'beställning av företag', en: 'order by a business' },
    'order-support': { sv: 'support för beställning', en: 'support for an order' },
    unpaid: { sv: 'obetald faktura', en: 'unpaid invoice' },
    payments: { sv: 'betalning', en: 'payment' },
    general: { sv: 'allmän gallringstid', en: 'general period' },
    spam: { sv: 'skräppost', en: 'spam' },
  },
  /** What starts the clock of a retention period. */
  trigger: {
    none: { sv: 'ingen tid löper', en: 'no period runs' },
    received: { sv: 'från mottagandet', en: 'from receipt' },
    'last-message': { sv: 'från senaste meddelandet', en: 'from the last message' },
    'complaint-opened': { sv: 'från att reklamationen öppnades', en: 'from the opening of the complaint' },
    'complaint-closed': { sv: 'från att reklamationen avslutades', en: 'from the closing of the complaint' },
    'privacy-closed': { sv: 'från att begäran avslutades', en: 'from the closing of the request' },
    'financial-year-end': { sv: 'från räkenskapsårets slut', en: 'from the end of the financial year' },
    'year-after-receipt': { sv: 'från året efter mottagandet', en: 'from the year after receipt' },
    delivered: { sv: 'från leveransen', en: 'from delivery' },
    settled: { sv: 'från betalningen', en: 'from settlement' },
  } satisfies Record<Trigger, Wording>,
  decidedBy: {
    rule: foldersText.decidedByRule,
    staff: foldersText.decidedByStaff,
    mailbox: foldersText.decidedByMailbox,
  },
  /** Where a decision was made, and who acts when no person does. */
  actor: {
    gallra: { sv: 'gallra (automatiskt)', en: 'gallra (automatically)' },
    mailbox: { sv: 'e-postprogrammet', en: 'the mail program' },
    cli: { sv: 'kommandoraden', en: 'the command line' },
    console: { sv: 'konsolen', en: 'the console' },
  },
  act: {
    nothing: purgeText.actNothing,
    expunge: purgeText.actExpunge,
    purge: purgeText.actPurge,
  } satisfies Record<Disposal['act'], Wording>,
  role: {
    staff: { sv: 'handläggare', en: 'handler' },
    dpo: { sv: 'dataskyddsansvarig', en: 'privacy lead' },
    admin: { sv: 'administratör', en: 'administrator' },
  },
  switch: { on: { sv: 'på', en: 'on' }, off: { sv: 'av', en: 'off' } },
} as const satisfies Record<string, Record<string, Wording>>

/** What people also write; in a table, every code says whether there is any. */
export const ALSO: { [K in NameKind]?: Record<CodeOf<K>, readonly string[]> } = {
  case: {
    support: [],
    payments: ['betalning', 'payment'],
    complaints: ['reklamation', 'complaint'],
    privacy: ['GDPR', 'personuppgifter', 'personal data'],
    other: ['övriga'],
  } satisfies Record<Case, readonly string[]>,
  messageCase: {
    support: [],
    payments: ['betalningar', 'payments'],
    complaints: ['reklamationer', 'complaints'],
    privacy: [],
    other: [],
  } satisfies Record<Case, readonly string[]>,
  mark: {
    'accounting-record': ['bokföring', 'räkenskapsinformation', 'accounting records'],
    'open-complaint': ['öppna reklamationer', 'open complaints'],
    unpaid: ['obetald', 'obetalda fakturor', 'unpaid invoices'],
    spam: ['skräp', 'junk'],
    'auto-reply': ['automatiskt svar', 'automatiska svar', 'automatic replies', 'auto replies'],
  } satisfies Record<Mark, readonly string[]>,
  noMark: { none: ['inget', 'ingen', 'no'] },
  state: {
    active: [],
    limited: ['bokföring', 'bookkeeping'],
    review: ['granska', 'granskas', 'review'],
  } satisfies Record<RetentionDecision['state'], readonly string[]>,
  direction: { incoming: ['in'], outgoing: ['ut', 'out'], internal: ['intern', 'interna'] },
  outcome: {
    granted: ['godtaget', 'beviljad', 'beviljat'],
    refused: ['avslaget', 'avslag'],
    disputed: ['omtvistat', 'tvist', 'dispute'],
    withdrawn: ['återtaget', 'återkallad', 'återkallat'],
  } satisfies Record<NonNullable<ComplaintState['outcome']>, readonly string[]>,
  buyer: { consumer: ['konsumenter', 'consumers'], business: ['företagare', 'businesses'] },
  role: { staff: ['medarbetare'], dpo: [], admin: [] },
}

export type NameKind = keyof typeof NAMES
export type CodeOf<K extends NameKind> = keyof (typeof NAMES)[K] & string

export function nameOf<K extends NameKind>(language: Language, kind: K, code: CodeOf<K>): string {
  return tableOf(kind)[code]![language]
}

/** Every name of a kind, in the order of its table: what a message about a wrong word lists. */
export function namesOf(language: Language, kind: NameKind): string[] {
  return Object.values(tableOf(kind)).map((name) => name[language])
}

/**
 * The code a person means by a code or a name in either language. Letter case, accents and whether words are joined by
 * blanks, hyphens or underscores do not count: `ovrigt`, `öppen-reklamation`. Null when no code has that name.
 */
export function codeOf<K extends NameKind>(kind: K, text: string): CodeOf<K> | null {
  const wanted = fold(text)
  const also: Partial<Record<string, readonly string[]>> = ALSO[kind] ?? {}
  const found = Object.entries(tableOf(kind)).find(([code, { sv, en }]) =>
    [code, sv, en, ...(also[code] ?? [])].some((known) => fold(known) === wanted),
  )
  return found === undefined ? null : (found[0] as CodeOf<K>)
}

function tableOf(kind: NameKind): Record<string, Wording> {
  return NAMES[kind]
}

function fold(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .trim()
    .replace(/[\s_-]+/g, ' ')
}
