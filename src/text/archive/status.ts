import type { Wording } from '../wording/wording.ts'

/** The state of accounts and of the whole archive at a glance. */
export const statusText = {
  aboutStatus: { sv: 'visa konton, antal och vad som väntar', en: 'show accounts, counts and what waits' },
  headReview: { sv: 'Att granska', en: 'To review' },
  headSynced: { sv: 'Senast läst', en: 'Last read' },
  headRefused: { sv: 'Nekade mappar', en: 'Refused folders' },
  headWithheld: { sv: 'Ohämtade', en: 'Not fetched' },
  headIdle: { sv: 'Vilande ärenden', en: 'Idle matters' },
  statusArmed: { sv: 'Gallringen är på sedan {since}.', en: 'Purging has been on since {since}.' },
  statusDisarmed: {
    sv: 'Gallringen är av: inget tas bort. Slå på: gallra purge arm --by NAMN',
    en: 'Purging is off: nothing is removed. Turn it on: gallra purge arm --by NAME',
  },
  statusBroken: {
    sv:
      'Databasrader som inte går att dekryptera: {count}. Periodnycklar som sparas för deras skull: {epochs}. ' +
      'Se gallra doctor.',
    en:
      'Rows in the database that cannot be decrypted: {count}. Period keys kept for their sake: {epochs}. ' +
      'See gallra doctor.',
  },
} as const satisfies Record<string, Wording>
