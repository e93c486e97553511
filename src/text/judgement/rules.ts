import type { Wording } from '../wording/wording.ts'

/** The rule files, measuring the judgement, and the audit chain. */
export const rulesText = {
  groupRules: { sv: 'regelfilerna', en: 'the rule files' },
  groupAudit: { sv: 'loggkedjan', en: 'the audit chain' },
  aboutRulesCheck: { sv: 'kontrollera regelfilerna', en: 'check the rule files' },
  aboutRulesExplain: { sv: 'visa hur en .eml skulle bedömas', en: 'show how an .eml would be judged' },
  aboutEvaluate: {
    sv: 'mät bedömningen mot ett märkt urval (jsonl)',
    en: 'measure the judgement against a labelled corpus (jsonl)',
  },
  aboutAuditVerify: { sv: 'kontrollera loggkedjan', en: 'verify the audit chain' },
  optFolds: {
    sv: 'mät med modeller som inte har sett konversationen: så många delar (1 = hela filen lämnas utanför)',
    en: 'measure with models that have not seen the conversation: this many parts (1 = the whole file is left out)',
  },
  optErrors: { sv: 'visa de felbedömda', en: 'show the misjudged' },
  headFigure: { sv: 'Mått', en: 'Figure' },
  headRight: { sv: 'Rättighet', en: 'Right' },
  headInterval: { sv: '95 % av omdragningarna', en: '95 % of resamplings' },
  headEvents: { sv: 'Händelser', en: 'Events' },
  headHead: { sv: 'Slutvärde', en: 'Head' },
  rulesChecked: {
    sv: '{rules} regler, {rows} rader i schemat {profile}, {problems} anmärkningar.',
    en: '{rules} rules, {rows} rows in the schedule {profile}, {problems} problems.',
  },
  evaluated: {
    sv:
      '{messages} meddelanden, macro-F1 {macroF1}, {unsafe} reklamationer som varken sparas eller granskas, ' +
      '{held} av övriga hålls kvar, {review} att granska.',
    en:
      '{messages} messages, macro-F1 {macroF1}, {unsafe} complaints neither kept nor reviewed, {held} of the ' +
      'others held, {review} to review.',
  },
  evaluatedShipped: {
    sv: 'Grundmodellen kan ha lärt sig av just dessa meddelanden. Ärligare: --folds 5',
    en: 'The shipped model may have learned from these very messages. More honest: --folds 5',
  },
  auditWhole: { sv: 'Loggkedjan är hel.', en: 'The audit chain is intact.' },
  auditHolds: {
    sv: 'Händelse {seq} på konto {account} finns kvar som i brevet.',
    en: 'Event {seq} of account {account} is there as in the letter.',
  },
  notAHead: { sv: 'det är inget slutvärde ur ett veckobrev', en: 'that is not a head from a digest' },
  writeHead: {
    sv: 'Skriv det som det står i brevet, till exempel 1:123:kB0x…',
    en: 'Write it as in the letter, such as 1:123:kB0x…',
  },
} as const satisfies Record<string, Wording>
