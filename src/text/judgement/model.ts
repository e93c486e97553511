import type { Wording } from '../wording/wording.ts'

/** The model that learns from staff. */
export const modelText = {
  groupModel: {
    sv: 'modellen som lär sig av medarbetarnas ändringar',
    en: "the model that learns from staff's changes",
  },
  aboutModelStatus: {
    sv: 'vad modellen har lärt sig av, hur väl den bedömer och när den tränas nästa gång',
    en: 'what the model learned from, how well it judges and when it is trained next',
  },
  aboutModelTrain: { sv: 'träna modellen nu på alla ändringar', en: "train the model now on all of staff's changes" },
  aboutModelRejudge: {
    sv: 'visa vad dagens modell skulle bedöma annorlunda; med --apply ändras det',
    en: 'show what the model of today would judge differently; --apply changes it',
  },
  optApply: { sv: 'ändra bedömningarna, inte bara visa', en: 'change the verdicts, do not only show' },
  modelNeedsBy: { sv: 'saknas; en ändring har alltid ett namn', en: 'is missing; a change always has a name' },
  modelGiveBy: { sv: 'Ange vem som beslutar med --by', en: 'Say who decides with --by' },
  headRulebook: { sv: 'Regelbok', en: 'Rulebook' },
  headTraining: { sv: 'Träning', en: 'Training' },
  headDecisions: { sv: 'Ändringar', en: 'Changes' },
  headDecisionsRight: { sv: 'Rätt', en: 'Right' },
  headRightBefore: { sv: 'Förut', en: 'Before' },
  headMissed: { sv: 'Missade reklamationer', en: 'Missed complaints' },
  headSeedRight: { sv: 'Exempel rätt', en: 'Examples right' },
  headIds: { sv: 'Meddelanden', en: 'Messages' },
  modelShipped: { sv: 'grundmodellen', en: 'the shipped model' },
  modelNumber: { sv: 'modell {model}', en: 'model {model}' },
  modelInForce: { sv: 'Regelbok {rulebook}, {model}.', en: 'Rulebook {rulebook}, {model}.' },
  modelExamples: {
    sv:
      'Lär sig av {seed} medföljande exempel och {decisions} ändringar: ' +
      '{cli} från kommandoraden, {console} från konsolen, {mailbox} från e-postprogrammet.',
    en:
      'Learns from {seed} shipped examples and {decisions} changes: {cli} from the command line, {console} from ' +
      'the console, {mailbox} from the mail program.',
  },
  modelUnreadable: {
    sv:
      'Exempel som inte går att dekryptera: {count}. De är skadade eller ändrade i databasen. ' +
      'Modellen lär sig av de övriga. Återskapa dem ur sina meddelanden: gallra model train',
    en:
      'Examples that cannot be decrypted: {count}. They are damaged or changed in the database. ' +
      'The model learns from the rest. Recreate them from their messages: gallra model train',
  },
  modelLeftOut: {
    sv: 'Ändringar som är utelämnade, eftersom deras exempel inte gick att dekryptera: {count}.',
    en: 'Changes left out, since their examples could not be decrypted: {count}.',
  },
  modelRemade: {
    sv:
      'Exempel som inte gick att dekryptera (skadade eller ändrade i databasen) och återskapades ur sina ' +
      'meddelanden: {count}.',
    en:
      'Examples that could not be decrypted (damaged or changed in the database) and were recreated from their ' +
      'messages: {count}.',
  },
  modelTrainedNothing: {
    sv: 'Träning {id}: inget exempel gick att dekryptera. Den förra modellen behålls.',
    en: 'Training {id}: no example could be decrypted. The earlier model is kept.',
  },
  modelWaiting: {
    sv: 'Beslut som är nya, ändrade eller återtagna sedan den senaste träningen: {count}.',
    en: 'Decisions that are new, changed or withdrawn since the last training: {count}.',
  },
  modelNothingNew: { sv: 'Inget är nytt sedan den senaste träningen.', en: 'Nothing is new since the last training.' },
  modelNext: {
    sv: 'Tränas av gallra serve tidigast {at}: {reason}.',
    en: 'Trained by gallra serve from {at}: {reason}.',
  },
  modelUnlearn: {
    sv:
      'Gallrade meddelanden som modellen har lärt sig av: {count}. Den byts ut senast {by}: ' +
      'vid nästa körning av gallra serve, eller nu med gallra model train.',
    en:
      'Purged messages that the model learned from: {count}. It is replaced by {by} at the latest: ' +
      'by the next run of gallra serve, or now with gallra model train.',
  },
  modelNeverTrained: {
    sv: 'Modellen har inte tränats på ändringar ännu.',
    en: 'The model has not been trained on changes yet.',
  },
  modelOutdated: {
    sv:
      'Meddelanden som ingen har beslutat om och som bedömts av en tidigare regelbok eller modell: {count}. ' +
      'Bedöm dem igen: gallra model rejudge',
    en:
      'Messages that nobody decided on and that an earlier rulebook or model judged: {count}. Judge them again: ' +
      'gallra model rejudge',
  },
  modelQuality: {
    sv:
      'Bedömt utan att ha sett konversationen (korsvalidering): {right} av {corrections} ändringar rätt, förut ' +
      '{rightBefore}; {missed} av {complaints} reklamationer missade, förut {missedBefore}; ' +
      '{seedRight} av exemplen rätt.',
    en:
      'Judged without having seen the conversation (cross-validation): ' +
      '{right} of {corrections} changes right, before {rightBefore}; {missed} of {complaints} complaints missed, ' +
      'before {missedBefore}; {seedRight} of the examples right.',
  },
  modelChanged: {
    sv:
      'Den senaste träningen: {added} ändringar nya och {removed} borta; ' +
      '{mended} bedöms rätt som förut blev fel, {broken} tvärtom.',
    en:
      'The last training: {added} changes new and {removed} gone; {mended} judged right that were wrong before, ' +
      '{broken} the other way.',
  },
  modelBroken: {
    sv:
      'Modellen som lärt sig av ändringarna går inte att dekryptera (skadad eller ändrad). ' +
      'Grundmodellen bedömer så länge. Ny modell: gallra model train',
    en:
      'The model that learned from changes cannot be decrypted (damaged or changed). ' +
      'The shipped one judges meanwhile. A new model: gallra model train',
  },
  reasonAsked: { sv: 'på begäran', en: 'on request' },
  reasonCorrections: { sv: 'nya ändringar', en: 'new changes' },
  reasonRules: { sv: 'ny regelbok', en: 'new rulebook' },
  reasonPurged: { sv: 'gallrat ska bort', en: 'purged mail must be unlearned' },
  outcomeAdopted: { sv: 'bedömer nu', en: 'judges now' },
  outcomeKept: { sv: 'den förra behålls', en: 'earlier one kept' },
  outcomeShipped: { sv: 'grundmodellen', en: 'shipped model' },
  modelTraining: { sv: 'Tränar …', en: 'Training …' },
  modelTrainedAdopted: {
    sv: 'Träning {id}: den nya modellen bedömer från och med nu.',
    en: 'Training {id}: the new model judges from now on.',
  },
  modelTrainedKept: {
    sv: 'Träning {id}: den nya modellen bedömde ändringarna sämre. Den förra behålls.',
    en: 'Training {id}: the new model judged the changes worse. The earlier one is kept.',
  },
  modelTrainedShipped: { sv: 'Träning {id}: grundmodellen bedömer.', en: 'Training {id}: the shipped model judges.' },
} as const satisfies Record<string, Wording>
