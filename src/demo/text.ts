/** What the demo says, Swedish first. `{name}` is filled in. */
export const TEXT = {
  sv: {
    starting: 'Startar den inbyggda databasen och demobrevlådan …',
    reading: 'Läser brevlådan',
    report: 'Så här ser brevlådan {address} ut för gallra',
    totals: '{messages} meddelanden i {conversations} konversationer från {customers} kunder',
    cases: 'Ärenden',
    kept: 'Sparas, och varför',
    keptLine: '{messages} st  {reason}  ({until})',
    noExpiry: 'tills vidare',
    untilRange: 'till {from} – {until}',
    due: 'Skulle gallras nu: {due} av {messages}',
    leavesMailbox: 'Skulle lämna brevlådan men sparas begränsat i arkivet: {count}',
    review: 'Väntar på att en människa tittar: {review}',
    example: '   {id}  {subject}  [{case}: {rule}{until}]',
    change:
      'Vad en människa kan ändra: gallra override {id} complaints --by NAMN --reason "…" sparar hela ' +
      'konversationen {id} hör till, så länge reklamationen är öppen; gallra hold {id} stoppar all gallring.',
    live: 'Nu kommer ny post …',
    arrived: '   {id}  {case} ({confidence} %)  {subject}  – arkiverat och bedömt efter {ms} ms',
    overCap:
      'Gallringen skulle ta {due} av {total}, mer än gränsen {limit}: gallra stannar och frågar. I demon ' +
      'godkänner vi, och låtsas att väntetiden på ett dygn har gått.',
    purging: 'Gallrar',
    purged:
      'Gallrat: {purged} meddelanden från brevlåda, arkiv och index. Ur brevlådan men kvar i arkivet ' +
      '(räkenskapsinformation): {expunged}. Kvar: {left}.',
    up: 'Demon fortsätter följa brevlådan ({host}:{port}, användare {user}, lösenord {password}). Avsluta med Ctrl-C.',
    case: {
      support: 'support',
      payments: 'betalningar',
      complaints: 'reklamationer',
      privacy: 'dataskydd',
      other: 'övrigt',
    },
  },
  en: {
    starting: 'Starting the embedded database and the demo mailbox …',
    reading: 'Reading the mailbox',
    report: 'What gallra sees in the mailbox {address}',
    totals: '{messages} messages in {conversations} conversations from {customers} customers',
    cases: 'Cases',
    kept: 'Kept, and why',
    keptLine: '{messages}  {reason}  ({until})',
    noExpiry: 'until further notice',
    untilRange: 'until {from} – {until}',
    due: 'Would be purged now: {due} of {messages}',
    leavesMailbox: 'Would leave the mailbox but stay limited in the archive: {count}',
    review: 'Waiting for a person to look: {review}',
    example: '   {id}  {subject}  [{case}: {rule}{until}]',
    change:
      'What a person can change: gallra override {id} complaints --by NAME --reason "…" keeps the whole ' +
      'conversation of {id} while the complaint is open; gallra hold {id} stops any purge.',
    live: 'New mail arrives …',
    arrived: '   {id}  {case} ({confidence} %)  {subject}  – archived and judged after {ms} ms',
    overCap:
      'The purge would take {due} of {total}, more than the limit {limit}: gallra stops and asks. In the demo we ' +
      'approve, and pretend that the waiting time of a day has passed.',
    purging: 'Purging',
    purged:
      'Purged: {purged} messages from mailbox, archive and index. Out of the mailbox but kept in the archive ' +
      '(accounting records): {expunged}. Left: {left}.',
    up: 'The demo goes on following the mailbox ({host}:{port}, user {user}, password {password}). End it with Ctrl-C.',
    case: { support: 'support', payments: 'payments', complaints: 'complaints', privacy: 'privacy', other: 'other' },
  },
} as const

export function fill(template: string, values: Record<string, string | number>): string {
  return template.replace(/\{(\w+)\}/g, (whole, name: string) => (name in values ? String(values[name]) : whole))
}
