import type { reviewSv } from './review-sv.ts'

/** English, of deciding message by message. */
export const reviewEn: Record<keyof typeof reviewSv, string> = {
  groupReview: 'what waits for review',
  aboutReviewNext: 'go through what waits for review, one key per message',
  optReviewReason: 'why, for all decisions of this session; otherwise: decided in review',
  reviewReason: 'decided in review',
  reviewNoTerminal: 'needs a terminal to read keys from',
  reviewUseList: 'See the list with gallra list --review and decide with gallra override or approve',
  reviewPlace: '{at} of {count}',
  reviewSuggested: 'Suggested',
  reviewReasons: 'Speaks for it',
  reviewNoReasons: 'nothing clear',
  reviewCut: '… {count} more lines: gallra show {id}',
  reviewEmpty: '(no text of its own)',
  reviewNeedsPerson: 'Then waits for approval.',
  reviewKeyApprove: 'approve: may go when its time ends',
  reviewKeySkip: 'skip',
  reviewKeyUndo: 'undo the last one',
  reviewKeyQuit: 'quit',
  reviewDecided: '{id}: {case}.',
  reviewApproved: '{id}: may go when its time ends.',
  reviewUndone: '{id}: undone.',
  reviewNothingToUndo: 'There is nothing to undo.',
  reviewSummary: '{decided} decided, {approved} approved, {skipped} skipped, {left} left.',
  reviewNothing: 'Nothing waits for review.',
}
