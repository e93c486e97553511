import type { Wording } from '../wording/wording.ts'

/** Searching. */
export const searchText = {
  aboutSearch: {
    sv: 'sök: ord, "fraser", från: ämne: ärende: före: efter: har:bilaga',
    en: 'search: words, "phrases", from: subject: case: before: after: has:attachment',
  },
  groupIndex: { sv: 'sökregistret', en: 'the search index' },
  aboutIndexRebuild: {
    sv: 'bygg om sökregistret ur de krypterade meddelandena',
    en: 'rebuild the search index from the sealed messages',
  },
  indexing: { sv: 'Bygger sökregistret', en: 'Building the search index' },
  indexed: { sv: 'Sökbara meddelanden: {count}.', en: 'Messages that can be searched: {count}.' },
} as const satisfies Record<string, Wording>
