/** Swedish, of the model that learns from staff. */
export const modelSv = {
  groupModel: 'modellen som lär sig av rättelserna',
  aboutModelStatus: 'vad modellen lärt sig av, hur väl den bedömer och när den tränas nästa gång',
  aboutModelTrain: 'träna modellen nu på alla rättelser',
  aboutModelRejudge: 'visa vad dagens modell skulle bedöma annorlunda; med --apply ändras det',
  optApply: 'ändra bedömningarna, inte bara visa',
  modelNeedsBy: 'saknas; en ändring har alltid ett namn',
  modelGiveBy: 'Ange vem som beslutar med --by',
  headRulebook: 'Regelbok',
  headModel: 'Modell',
  headTraining: 'Träning',
  headReason: 'Anledning',
  headOutcome: 'Utfall',
  headDecisions: 'Rättelser',
  headDecisionsRight: 'Rätt',
  headRightBefore: 'Förut',
  headMissed: 'Missade reklamationer',
  headSeedRight: 'Exempel rätt',
  headCount: 'Antal',
  headIds: 'Meddelanden',
  modelShipped: 'grundmodellen',
  modelNumber: 'modell {model}',
  modelInForce: 'Regelbok {rulebook}, {model}.',
  modelExamples:
    'Lär sig av {seed} medföljande exempel och {decisions} rättelser: {cli} från kommandoraden, {console} från konsolen, {mailbox} från e-postprogrammet.',
  modelUnreadable:
    '{count} av exemplen går inte att öppna: skadade eller ändrade i databasen. Modellen lär sig av resten. De görs om ur sina meddelanden med: gallra model train',
  modelLeftOut: '{count} rättelser är inte med: deras exempel gick inte att öppna.',
  modelRemade:
    '{count} exempel gick inte att öppna, skadade eller ändrade i databasen, och gjordes om ur sina meddelanden.',
  modelTrainedNothing: 'Träning {id}: inget exempel gick att öppna. Den förra modellen behålls.',
  modelWaiting: '{count} beslut är nya, ändrade eller återtagna sedan den senaste träningen.',
  modelNothingNew: 'Inget är nytt sedan den senaste träningen.',
  modelNext: 'Tränas av gallra serve tidigast {at}: {reason}.',
  modelUnlearn:
    '{count} meddelanden som modellen lärt sig av är gallrade. Den byts ut senast {by}: vid nästa körning av gallra serve, eller nu med gallra model train.',
  modelNeverTrained: 'Modellen har inte tränats på rättelser ännu.',
  modelOutdated:
    '{count} meddelanden som ingen har beslutat om är bedömda av en tidigare regelbok eller modell: gallra model rejudge',
  modelQuality:
    'Bedömt utan att ha sett konversationen (korsvalidering): {right} av {corrections} rättelser rätt, förut {rightBefore}; {missed} av {complaints} reklamationer missade, förut {missedBefore}; {seedRight} av exemplen rätt.',
  modelChanged:
    'Den senaste träningen: {added} rättelser nya och {removed} borta; {mended} bedöms rätt som förut blev fel, {broken} tvärtom.',
  reasonAsked: 'på begäran',
  reasonCorrections: 'nya rättelser',
  reasonRules: 'ny regelbok',
  reasonPurged: 'gallrat ska bort',
  outcomeAdopted: 'bedömer nu',
  outcomeKept: 'den förra behålls',
  outcomeShipped: 'grundmodellen',
  modelTraining: 'Tränar …',
  modelTrainedAdopted: 'Träning {id}: den nya modellen bedömer från och med nu.',
  modelTrainedKept: 'Träning {id}: den nya modellen bedömde rättelserna sämre. Den förra behålls.',
  modelTrainedShipped: 'Träning {id}: grundmodellen bedömer.',
  rejudging: 'Bedömer',
  rejudgeNothing: 'Allt som ingen har beslutat om är bedömt av den regelbok och modell som gäller.',
  rejudged: '{judged} meddelanden bedömda på nytt med {version}. {changed} får ett annat ärende.',
  rejudgeLeft: '{left} lämnas: någon har godkänt dem eller avslutat deras ärende.',
  rejudgeShorter: '{count} behålls kortare, tidigast efter väntetiden: {ids}',
  rejudgeLonger: '{count} behålls längre: {ids}',
  rejudgePreview: 'Inget är ändrat. Gör det med: gallra model rejudge --apply --by NAMN',
  rejudgeApplied: 'Ändringarna är gjorda.',
  andMore: '… och {count} till',
  doctorUnlearn:
    '{count} meddelanden som modellen lärt sig av är gallrade; den ska bytas ut senast {by}. Kör gallra serve, eller: gallra model train',
  modelBroken:
    'Modellen som lärt sig av rättelserna går inte att öppna, skadad eller ändrad. Den medföljande bedömer så länge. Ny modell: gallra model train',
  doctorModelBroken:
    'Modellen som lärt sig av rättelserna går inte att öppna: skadad eller ändrad i databasen. Den medföljande bedömer ny post så länge. Kontrollera disken och vilka som kan skriva i databasen, och lär sedan upp en ny: gallra model train',
  doctorUnreadable:
    '{count} exempel som modellen lär sig av går inte att öppna: skadade eller ändrade i databasen. Kontrollera disken och vilka som kan skriva i databasen, kör gallra audit verify, och gör sedan om exemplen ur sina meddelanden: gallra model train',
  doctorModel: 'Modellen har inte kvar något som gallrats.',
}
