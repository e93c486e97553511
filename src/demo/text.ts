import { inLanguage, type Language, type Wording } from '../text/wording/wording.ts'

/** What the demo says. */
export const DEMO_TEXT = {
  starting: {
    sv: 'Startar den inbyggda databasen och demobrevlådan …',
    en: 'Starting the embedded database and the demo mailbox …',
  },
  reading: { sv: 'Läser brevlådan', en: 'Reading the mailbox' },
  report: { sv: 'Så här ser brevlådan {address} ut för gallra', en: 'What gallra sees in the mailbox {address}' },
  totals: {
    sv: '{messages} meddelanden i {conversations} konversationer från {customers} kunder',
    en: '{messages} messages in {conversations} conversations from {customers} customers',
  },
  cases: { sv: 'Ärendetyper', en: 'Cases' },
  kept: { sv: 'Sparas, och varför', en: 'Kept, and why' },
  keptLine: { sv: '{messages} st  {reason}  ({until})', en: '{messages}  {reason}  ({until})' },
  noExpiry: { sv: 'tills vidare', en: 'until further notice' },
  untilRange: { sv: 'till {from} – {until}', en: 'until {from} – {until}' },
  dueNow: { sv: 'Skulle gallras nu: {due} av {messages}', en: 'Would be purged now: {due} of {messages}' },
  leavesMailbox: {
    sv: 'Skulle lämna brevlådan men sparas i arkivet, bara för bokföringen: {count}',
    en: 'Would leave the mailbox but stay in the archive, for bookkeeping only: {count}',
  },
  toReview: { sv: 'Väntar på att en person granskar: {review}', en: 'Waiting for a person to look: {review}' },
  example: { sv: '   {id}  {subject}  [{case}: {rule}{until}]', en: '   {id}  {subject}  [{case}: {rule}{until}]' },
  change: {
    sv:
      'Vad en person kan ändra: gallra override {id} reklamation --by NAMN --reason "…" sparar hela ' +
      'konversationen som {id} hör till, så länge reklamationen är öppen; gallra hold {id} stoppar all gallring.',
    en:
      'What a person can change: gallra override {id} complaints --by NAME --reason "…" keeps the whole ' +
      'conversation of {id} while the complaint is open; gallra hold {id} stops any purge.',
  },
  live: { sv: 'Nu kommer ny e-post …', en: 'New mail arrives …' },
  arrived: {
    sv: '   {id}  {case} ({confidence} %)  {subject}  – arkiverat och bedömt efter {ms} ms',
    en: '   {id}  {case} ({confidence} %)  {subject}  – archived and judged after {ms} ms',
  },
  overCap: {
    sv:
      'Gallringen skulle omfatta {due} av {total} meddelanden, mer än gränsen {limit}: ' +
      'gallra stannar och frågar. I demon godkänner vi, och låtsas att väntetiden på ett dygn har gått.',
    en:
      'The purge would take {due} of {total} messages, more than the limit {limit}: gallra stops and asks. ' +
      'In the demo we approve, and pretend that the waiting time of a day has passed.',
  },
  purging: { sv: 'Gallrar', en: 'Purging' },
  purged: {
    sv:
      'Gallrat: {purged} meddelanden från brevlåda, arkiv och index. Borttagna ur brevlådan men kvar i arkivet ' +
      '(räkenskapsinformation): {expunged}. Kvar: {left}.',
    en:
      'Purged: {purged} messages from mailbox, archive and index. Removed from the mailbox but kept in the ' +
      'archive (accounting records): {expunged}. Left: {left}.',
  },
  up: {
    sv: 'Demon fortsätter följa brevlådan ({host}:{port}, användare {user}, lösenord {password}). Avsluta med Ctrl-C.',
    en: 'The demo goes on following the mailbox ({host}:{port}, user {user}, password {password}). End it with Ctrl-C.',
  },
} as const satisfies Record<string, Wording>

export function demoTexts(language: Language): Record<keyof typeof DEMO_TEXT, string> {
  return inLanguage(DEMO_TEXT, language)
}
