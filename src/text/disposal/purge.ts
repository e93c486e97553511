import type { Wording } from '../wording/wording.ts'

/** Purging: the preview, the run, and why a message is or is not due. */
export const purgeText = {
  aboutPurge: { sv: 'gallra det vars tid har gått ut', en: 'purge what is due' },
  aboutPurgeArm: { sv: 'slå på gallringen', en: 'turn purging on' },
  aboutPurgeDisarm: { sv: 'slå av gallringen', en: 'turn purging off' },
  aboutPurgeApprove: { sv: 'godkänn en gallring över gränsen', en: 'approve a purge over its limit' },
  optPreview: { sv: 'visa bara', en: 'only show' },
  optWhy: { sv: 'förklara ett meddelande', en: 'explain one message' },
  headDue: { sv: 'Att gallra', en: 'Due' },
  headDueOn: { sv: 'Kan gallras från', en: 'Due on' },
  headAct: { sv: 'Åtgärd', en: 'Action' },
  headPurged: { sv: 'Gallrat', en: 'Purged' },
  previewHead: {
    sv: '{account}: {due} av {total} meddelanden kan gallras.',
    en: '{account}: {due} of {total} messages are due.',
  },
  previewDue: { sv: 'Att gallra', en: 'Due' },
  previewReview: { sv: 'Väntar på godkännande (gallra approve)', en: 'Wait for approval (gallra approve)' },
  previewBlocked: { sv: 'Väntar på servern', en: 'Waiting for the server' },
  previewWaiting: { sv: 'Väntetid efter en ändring', en: 'Waiting after a change' },
  previewReappeared: {
    sv: '{id}: gallrat tidigare, åter i brevlådan; tas bort {date}.',
    en: '{id}: purged before, back in the mailbox; removed on {date}.',
  },
  previewWithin: { sv: 'Inom gränsen {limit}.', en: 'Within the limit of {limit}.' },
  previewOver: {
    sv: 'Över gränsen {limit}: inget gallras förrän någon godkänner (gallra purge approve).',
    en: 'Over the limit of {limit}: nothing is purged until somebody approves (gallra purge approve).',
  },
  actNothing: { sv: 'inget', en: 'nothing' },
  actExpunge: { sv: 'tas bort ur brevlådan', en: 'remove from the mailbox' },
  actPurge: { sv: 'gallras', en: 'purge' },
  whyDue: { sv: '{id} har kunnat gallras sedan {date}.', en: '{id} has been due since {date}.' },
  whyNotDue: { sv: '{id} kan gallras tidigast {date}.', en: '{id} is not due before {date}.' },
  whyHold: { sv: '{id} är spärrat ({holds}).', en: '{id} is on hold ({holds}).' },
  whyReview: {
    sv: '{id} väntar på att en person godkänner: gallra approve {id}',
    en: "{id} waits for a person's approval: gallra approve {id}",
  },
  whyNoExpiry: { sv: '{id} sparas tills vidare.', en: '{id} is kept until further notice.' },
  whyUnfollowed: {
    sv:
      'Tiden för {id} har gått ut, men en kopia ligger i en mapp som gallra inte följer. ' +
      'Följ mappen igen eller ta bort kopian själv.',
    en:
      '{id} is due, but a copy lies in a folder that gallra does not follow. ' +
      'Follow the folder again or remove the copy yourself.',
  },
  whyUnread: {
    sv:
      'Tiden för {id} har gått ut, men gallra har inte läst alla mappar färdigt och någon av dem kan ha en ' +
      'kopia. Kör gallra sync först.',
    en: '{id} is due, but gallra has not finished reading all folders and one may hold a copy. Run gallra sync first.',
  },
  whyWaiting: {
    sv: 'Tiden för {id} har gått ut, men efter en ändring gallras det tidigast {notBefore}.',
    en: '{id} is due, but after a change it waits until {notBefore}.',
  },
  purged: {
    sv:
      '{account}: {purged} gallrade, {expunged} borttagna ur brevlådan men kvar i arkivet, {kept} kvar av {due}; ' +
      '{reappeared} återkomna kopior borttagna.',
    en:
      '{account}: {purged} purged, {expunged} removed from the mailbox but kept in the archive, {kept} left of ' +
      '{due}; {reappeared} returned copies removed.',
  },
  readingFirst: { sv: '{account}, läser först', en: '{account}, reading first' },
  purgeWithoutServer: {
    sv: 'Utan servern gallras bara det som inte har någon kopia där.',
    en: 'Without the server gallra purges only what has no copy there.',
  },
  nowArmed: {
    sv: 'Gallringen är på. Se vad nästa gallring omfattar: gallra purge --preview',
    en: 'Purging is on. See what the next run takes: gallra purge --preview',
  },
  nowDisarmed: { sv: 'Gallringen är av. Inget tas bort.', en: 'Purging is off. Nothing is removed.' },
  runApproved: { sv: 'Godkänt. Gallringen får köras från {date}.', en: 'Approved. The purge may run from {date}.' },
} as const satisfies Record<string, Wording>
