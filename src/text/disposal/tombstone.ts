import type { Wording } from '../wording/wording.ts'

/** Proofs that a message was purged. */
export const tombstoneText = {
  groupTombstone: { sv: 'gallringsbevis', en: 'proofs of purge' },
  aboutTombstoneFind: { sv: 'har ett meddelande gallrats? (Message-ID)', en: 'was a message purged? (Message-ID)' },
  aboutTombstoneLift: { sv: 'låt ett gallrat meddelande arkiveras igen', en: 'let a purged message be archived again' },
  headReappeared: { sv: 'Återkom', en: 'Reappeared' },
  headLifted: { sv: 'Hävt', en: 'Lifted' },
  tombstoneLifted: {
    sv: '{id} är hävt. En kopia i brevlådan arkiveras vid nästa genomgång.',
    en: '{id} is lifted. A copy in the mailbox is archived on the next pass.',
  },
} as const satisfies Record<string, Wording>
