import type { Wording } from '../wording/wording.ts'

/** Judging again what no person decided on. */
export const rejudgeText = {
  rejudging: { sv: 'Bedömer', en: 'Judging' },
  rejudgeNothing: {
    sv: 'Allt som ingen har beslutat om är bedömt av den regelbok och modell som gäller.',
    en: 'The rulebook and model in force have judged everything that nobody decided on.',
  },
  rejudged: {
    sv: '{judged} meddelanden är bedömda på nytt med {version}. {changed} får en annan ärendetyp.',
    en: '{judged} messages are judged again with {version}. {changed} get another case.',
  },
  rejudgeLeft: {
    sv: '{left} lämnas: någon har godkänt dem eller avslutat deras ärende.',
    en: '{left} are left alone: somebody approved them or closed their matter.',
  },
  rejudgeShorter: {
    sv: '{count} sparas kortare, tidigast efter väntetiden: {ids}',
    en: '{count} are kept shorter, after the waiting time at the earliest: {ids}',
  },
  rejudgeLonger: { sv: '{count} sparas längre: {ids}', en: '{count} are kept longer: {ids}' },
  rejudgePreview: {
    sv: 'Inget är ändrat. Gör det med: gallra model rejudge --apply --by NAMN',
    en: 'Nothing has been changed. Do it with: gallra model rejudge --apply --by NAME',
  },
  rejudgeApplied: { sv: 'Ändringarna är gjorda.', en: 'The changes have been made.' },
} as const satisfies Record<string, Wording>
