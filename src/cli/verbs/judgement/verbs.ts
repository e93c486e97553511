import type { Verb } from '../../call/call.ts'
import { ACCOUNT } from '../../call/options.ts'

/** Rules and the learned model. */
export const JUDGEMENT_VERBS: readonly Verb[] = [
  {
    name: 'rules check',
    about: 'aboutRulesCheck',
    act: async (call) => (await import('./rules.ts')).check(call),
  },
  {
    name: 'rules explain',
    about: 'aboutRulesExplain',
    args: ['<file>'],
    options: [ACCOUNT],
    act: async (call) => (await import('./rules.ts')).explain(call),
  },
  {
    name: 'evaluate',
    about: 'aboutEvaluate',
    args: ['<file>'],
    options: [
      { flags: '--folds <number>', about: 'optFolds' },
      { flags: '--errors', about: 'optErrors' },
    ],
    act: async (call) => (await import('./rules.ts')).evaluate(call),
  },
  {
    name: 'audit verify',
    about: 'aboutAuditVerify',
    options: [{ flags: '--head <head>', about: 'optHead' }],
    act: async (call) => (await import('./rules.ts')).verify(call),
  },
  {
    name: 'model status',
    about: 'aboutModelStatus',
    act: async (call) => (await import('./model.ts')).showModel(call),
  },
  {
    name: 'model train',
    about: 'aboutModelTrain',
    act: async (call) => (await import('./model.ts')).train(call),
  },
  {
    name: 'model rejudge',
    about: 'aboutModelRejudge',
    options: [ACCOUNT, { flags: '--apply', about: 'optApply' }, { flags: '--by <staff>', about: 'optBy' }],
    act: async (call) => (await import('./model.ts')).rejudgeMessages(call),
  },
]
