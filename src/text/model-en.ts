import type { modelSv } from './model-sv.ts'

/** English, of the model that learns from staff. */
export const modelEn: Record<keyof typeof modelSv, string> = {
  groupModel: 'the model that learns from corrections',
  aboutModelStatus: 'what the model learned from, how well it judges and when it is trained next',
  aboutModelTrain: 'train the model now on all corrections',
  aboutModelRejudge: 'show what the model of today would judge differently; --apply changes it',
  optApply: 'change the verdicts, do not only show',
  modelNeedsBy: 'is missing; a change always has a name',
  modelGiveBy: 'Say who decides with --by',
  headRulebook: 'Rulebook',
  headModel: 'Model',
  headTraining: 'Training',
  headReason: 'Reason',
  headOutcome: 'Outcome',
  headDecisions: 'Corrections',
  headDecisionsRight: 'Right',
  headRightBefore: 'Before',
  headMissed: 'Missed complaints',
  headSeedRight: 'Examples right',
  headCount: 'Count',
  headIds: 'Messages',
  modelShipped: 'the shipped model',
  modelNumber: 'model {model}',
  modelInForce: 'Rulebook {rulebook}, {model}.',
  modelExamples:
    'Learns from {seed} shipped examples and {decisions} corrections: {cli} from the command line, {console} from the console, {mailbox} from the mail program.',
  modelUnreadable:
    '{count} of the examples do not open: damaged or changed in the database. The model learns from the rest. They are made anew from their messages by: gallra model train',
  modelLeftOut: '{count} corrections are left out: their examples did not open.',
  modelRemade:
    '{count} examples did not open, damaged or changed in the database, and were made anew from their messages.',
  modelTrainedNothing: 'Training {id}: no example could be opened. The earlier model is kept.',
  modelWaiting: '{count} decisions are new, changed or withdrawn since the last training.',
  modelNothingNew: 'Nothing is new since the last training.',
  modelNext: 'Trained by gallra serve from {at}: {reason}.',
  modelUnlearn:
    '{count} messages the model learned from have been purged. It is replaced by {by} at the latest: by the next run of gallra serve, or now with gallra model train.',
  modelNeverTrained: 'The model has not been trained on corrections yet.',
  modelOutdated:
    '{count} messages that nobody decided on were judged by an earlier rulebook or model: gallra model rejudge',
  modelQuality:
    'Judged without having seen the conversation (cross-validation): {right} of {corrections} corrections right, before {rightBefore}; {missed} of {complaints} complaints missed, before {missedBefore}; {seedRight} of the examples right.',
  modelChanged:
    'The last training: {added} corrections new and {removed} gone; {mended} judged right that were wrong before, {broken} the other way.',
  reasonAsked: 'asked for',
  reasonCorrections: 'new corrections',
  reasonRules: 'new rulebook',
  reasonPurged: 'what was purged must go',
  outcomeAdopted: 'judges now',
  outcomeKept: 'earlier one kept',
  outcomeShipped: 'shipped model',
  modelTraining: 'Training …',
  modelTrainedAdopted: 'Training {id}: the new model judges from now on.',
  modelTrainedKept: 'Training {id}: the new model judged the corrections worse. The earlier one is kept.',
  modelTrainedShipped: 'Training {id}: the shipped model judges.',
  rejudging: 'Judging',
  rejudgeNothing: 'All that nobody decided on was judged by the rulebook and model in force.',
  rejudged: '{judged} messages judged again with {version}. {changed} get another case.',
  rejudgeLeft: '{left} are left alone: somebody approved them or closed their matter.',
  rejudgeShorter: '{count} are kept shorter, after the waiting time at the earliest: {ids}',
  rejudgeLonger: '{count} are kept longer: {ids}',
  rejudgePreview: 'Nothing has been changed. Do it with: gallra model rejudge --apply --by NAME',
  rejudgeApplied: 'The changes have been made.',
  andMore: '… and {count} more',
  doctorUnlearn:
    '{count} messages the model learned from have been purged; it must be replaced by {by}. Run gallra serve, or: gallra model train',
  modelBroken:
    'The model that learned from corrections does not open, damaged or changed. The shipped one judges meanwhile. A new model: gallra model train',
  doctorModelBroken:
    'The model that learned from corrections does not open: damaged or changed in the database. The shipped one judges new mail meanwhile. Check the disk and who can write to the database, and then train a new one: gallra model train',
  doctorUnreadable:
    '{count} examples the model learns from do not open: damaged or changed in the database. Check the disk and who can write to the database, run gallra audit verify, and then make the examples anew from their messages: gallra model train',
  doctorModel: 'The model holds nothing that was purged.',
}
