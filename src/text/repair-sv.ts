/** Swedish, of damaged rows and what becomes of them. */
export const repairSv = {
  aboutRepair:
    'laga meddelanden som inte går att öppna, ur deras egen källa eller kopian i brevlådan, och kunder ur sina meddelanden',
  repairing: 'Undersöker {account}',
  repairDone: '{account}: {examined} meddelanden undersökta, {broken} trasiga, {repaired} lagade: {ids}',
  repairLeft: '{id} är kvar som det var: {reason}',
  repairNoCopy: 'ingen kopia i en mapp som följs. Läs in en säkerhetskopia från tiden innan',
  repairGone: 'kopian ligger inte kvar där den låg. Kör gallra sync och försök igen',
  repairOtherContent: 'det som ligger på dess plats är ett annat meddelande',
  repairRefused: 'servern lämnar inte ut mappen eller meddelandet',
  repairFolderBroken: 'mappens rad går inte heller att öppna. Kör gallra sync, som lagar den, och försök igen',
  repairNotFollowed: 'kontot följs inte; servern tillfrågades inte',
  repairUnreachable: 'servern nåddes inte. Försök igen',
  messagesUnopened:
    '{count} meddelanden går inte att öppna, skadade eller ändrade: {ids}. Laga dem: gallra repair --by NAMN',
  repairCustomers:
    'Kunder som inte gick att öppna och nu har namn och adresser ur sina meddelanden: {ids}. Namn som ni själva gett dem är borta: gallra customer rename',
  repairCustomersInPart:
    'Av dem kan adresser saknas, meddelanden från dem går inte att öppna och gallra scan --customer kan missa något: {ids}. När ett sådant meddelande lagas kommer dess adress med; till dess, sök också på adressen: gallra scan --address',
  repairCustomersCompleted:
    'Kunder som fått namn och adresser som saknades, ur meddelanden som nu går att öppna: {ids}',
  repairCustomersLeft:
    'Kunder som inte går att öppna och är kvar som de var, inget av deras meddelanden säger vilka de är: {ids}',
  subjectBroken: '(går inte att öppna)',
} as const
