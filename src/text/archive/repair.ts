import type { Wording } from '../wording/wording.ts'

/** Repairing what is damaged. */
export const repairText = {
  aboutRepair: {
    sv:
      'laga meddelanden som inte går att dekryptera, ur deras egen källa eller kopian i brevlådan, och kunder ur ' +
      'sina meddelanden',
    en:
      'repair messages that cannot be decrypted, from their own source or the copy in the mailbox, and customers ' +
      'from their messages',
  },
  repairing: { sv: 'Undersöker {account}', en: 'Examining {account}' },
  repairDone: {
    sv: '{account}: {examined} meddelanden undersökta, {broken} trasiga, {repaired} lagade: {ids}',
    en: '{account}: {examined} messages examined, {broken} broken, {repaired} repaired: {ids}',
  },
  repairLeft: { sv: '{id} är kvar som det var: {reason}', en: '{id} is as it was: {reason}' },
  repairNoCopy: {
    sv: 'ingen kopia i en mapp som följs. Återställ en säkerhetskopia från tiden innan',
    en: 'no copy in a folder that is followed. Restore a backup from before',
  },
  repairGone: {
    sv: 'kopian ligger inte kvar där den låg. Kör gallra sync och försök igen',
    en: 'the copy is no longer where it was. Run gallra sync and try again',
  },
  repairOtherContent: {
    sv: 'det som ligger på dess plats är ett annat meddelande',
    en: 'what is in its place is another message',
  },
  repairRefused: {
    sv: 'servern lämnar inte ut mappen eller meddelandet',
    en: 'the server does not give the folder or the message',
  },
  repairFolderBroken: {
    sv: 'mappens databasrad går inte heller att dekryptera. Kör gallra sync, som lagar den, och försök igen',
    en: 'the row of its folder cannot be decrypted either. Run gallra sync, which repairs it, and try again',
  },
  repairNotFollowed: {
    sv: 'kontot följs inte; gallra frågade inte servern',
    en: 'the account is not followed; gallra did not ask the server',
  },
  repairUnreachable: { sv: 'servern gick inte att nå. Försök igen', en: 'the server could not be reached. Try again' },
  repairCustomers: {
    sv:
      'Kunder som inte gick att dekryptera och nu har namn och adresser ur sina meddelanden: {ids}. ' +
      'Namn som ni själva har gett dem är borta: gallra customer rename',
    en:
      'Customers that could not be decrypted and now have names and addresses from their messages: {ids}. ' +
      'Names that you gave them yourselves are lost: gallra customer rename',
  },
  repairCustomersInPart: {
    sv:
      'Av dem kan några sakna adresser, eftersom meddelanden från dem inte går att dekryptera. ' +
      'gallra scan --customer kan därför missa något: {ids}. När ett sådant meddelande lagas kommer dess adress ' +
      'med. Sök till dess också på adressen: gallra scan --address',
    en:
      'Of these, some may lack addresses, since messages of theirs cannot be decrypted. ' +
      'So gallra scan --customer may miss something: {ids}. When such a message is repaired, its address comes ' +
      'along. Until then scan by address too: gallra scan --address',
  },
  repairCustomersCompleted: {
    sv: 'Kunder som har fått namn och adresser som saknades, ur meddelanden som nu går att dekryptera: {ids}',
    en: 'Customers that now have names and addresses they lacked, from messages that can be decrypted again: {ids}',
  },
  repairCustomersLeft: {
    sv:
      'Kunder som inte går att dekryptera och är kvar som de var, eftersom inget av deras meddelanden säger ' +
      'vilka de är: {ids}',
    en:
      'Customers that cannot be decrypted and are as they were, since none of their messages says who they are: ' +
      '{ids}',
  },
} as const satisfies Record<string, Wording>
