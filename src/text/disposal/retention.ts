import type { Wording } from '../wording/wording.ts'

/** How long messages are kept, and why. */
export const retentionText = {
  headRetention: { sv: 'Lagringstid', en: 'Retention' },
  headRule: { sv: 'Regel', en: 'Rule' },
  headBasis: { sv: 'Rättslig grund', en: 'Legal basis' },
  headMailboxUntil: { sv: 'I brevlådan t.o.m.', en: 'In mailbox until' },
  headNotBefore: { sv: 'Tidigast', en: 'Not before' },
  noEnd: { sv: 'tills vidare', en: 'until further notice' },
  noDecision: { sv: 'Inget beslut om lagringstid ännu.', en: 'No retention decision yet.' },
  keptUntil: { sv: 'Sparas till och med {date}.', en: 'Kept up to and including {date}.' },
  keptWithoutEnd: { sv: 'Sparas tills vidare.', en: 'Kept until further notice.' },
  otherLabel: { sv: 'även {rule}: {until}', en: 'also {rule}: {until}' },
} as const satisfies Record<string, Wording>
