import type { Wording } from '../wording/wording.ts'

/** Deciding message by message. */
export const reviewText = {
  groupReview: { sv: 'det som väntar på granskning', en: 'what waits for review' },
  aboutReviewNext: {
    sv: 'gå igenom det som väntar på granskning, en tangent per meddelande',
    en: 'go through what waits for review, one key per message',
  },
  optReviewReason: {
    sv: 'varför, för alla beslut i denna genomgång; annars: bestämt vid granskning',
    en: 'why, for all decisions of this session; otherwise: decided in review',
  },
  reviewReason: { sv: 'bestämt vid granskning', en: 'decided in review' },
  reviewNoTerminal: { sv: 'kräver en terminal att läsa tangenter från', en: 'needs a terminal to read keys from' },
  reviewUseList: {
    sv: 'Se listan med gallra list --review och besluta med gallra override eller approve',
    en: 'See the list with gallra list --review and decide with gallra override or approve',
  },
  reviewPlace: { sv: '{at} av {count}', en: '{at} of {count}' },
  reviewSuggested: { sv: 'Förslag', en: 'Suggested' },
  reviewReasons: { sv: 'Talar för', en: 'Points to it' },
  reviewNoReasons: { sv: 'inget tydligt', en: 'nothing clear' },
  reviewCut: { sv: '… {count} rader till: gallra show {id}', en: '… {count} more lines: gallra show {id}' },
  reviewEmpty: { sv: '(ingen egen text)', en: '(no text of its own)' },
  reviewNeedsPerson: { sv: 'Väntar sedan på godkännande.', en: 'Then waits for approval.' },
  reviewKeyApprove: {
    sv: 'godkänn: får gallras när tiden har gått ut',
    en: 'approve: may be purged when its period ends',
  },
  reviewKeySkip: { sv: 'hoppa över', en: 'skip' },
  reviewKeyUndo: { sv: 'ångra det senaste', en: 'undo the last one' },
  reviewKeyQuit: { sv: 'avsluta', en: 'quit' },
  reviewDecided: { sv: '{id}: {case}.', en: '{id}: {case}.' },
  reviewApproved: { sv: '{id}: får gallras när tiden har gått ut.', en: '{id}: may be purged when its period ends.' },
  reviewUndone: { sv: '{id}: ångrat.', en: '{id}: undone.' },
  reviewNothingToUndo: { sv: 'Det finns inget att ångra.', en: 'There is nothing to undo.' },
  reviewSummary: {
    sv: '{decided} bestämda, {approved} godkända, {skipped} överhoppade, {left} kvar.',
    en: '{decided} decided, {approved} approved, {skipped} skipped, {left} left.',
  },
  reviewNothing: { sv: 'Inget väntar på granskning.', en: 'Nothing waits for review.' },
} as const satisfies Record<string, Wording>
