import { CASES } from '../../../core/classification.ts'
import { OUTCOMES, STATES } from '../../../core/retention/retention.ts'
import type { Verb } from '../../call/call.ts'
import { ACCOUNT, BY, DECIDING, ON } from '../../call/options.ts'

/** Messages: reading, reviewing, deciding. */
export const MAIL_VERBS: readonly Verb[] = [
  {
    name: 'list',
    about: 'aboutList',
    options: [
      ACCOUNT,
      { flags: '--case <case>', about: 'optCase', choices: CASES },
      { flags: '--customer <id>', about: 'optCustomer' },
      { flags: '--conversation <id>', about: 'optConversation' },
      { flags: '--state <state>', about: 'optState', choices: STATES },
      { flags: '--after <date>', about: 'optAfter' },
      { flags: '--before <date>', about: 'optBefore' },
      { flags: '--review', about: 'optReview' },
      { flags: '--idle', about: 'optIdle' },
      { flags: '--limit <count>', about: 'optLimit' },
    ],
    act: async (call) => (await import('./list.ts')).list(call),
  },
  {
    name: 'show',
    about: 'aboutShow',
    args: ['<id>'],
    options: [ACCOUNT, { flags: '--by <staff>', about: 'optBy' }],
    act: async (call) => (await import('./show.ts')).show(call),
  },
  {
    name: 'search',
    about: 'aboutSearch',
    args: ['<query...>'],
    options: [ACCOUNT, { flags: '--limit <count>', about: 'optLimit' }],
    act: async (call) => (await import('./search.ts')).search(call),
  },
  {
    name: 'review next',
    about: 'aboutReviewNext',
    options: [ACCOUNT, BY, { flags: '--reason <text>', about: 'optReviewReason' }],
    act: async (call) => (await import('./review.ts')).review(call),
  },
  {
    name: 'override',
    about: 'aboutOverride',
    args: ['<id>', '<case>'],
    options: [...DECIDING, { flags: '--mark <mark>', about: 'optMark', many: true }],
    act: async (call) => (await import('./decide.ts')).overrideMessage(call),
  },
  {
    name: 'complaint close',
    about: 'aboutComplaintClose',
    args: ['<id>'],
    options: [
      ...DECIDING,
      { flags: '--outcome <outcome>', about: 'optOutcome', required: true, choices: OUTCOMES },
      { flags: '--delivered <date>', about: 'optDelivered' },
      { flags: '--consumer', about: 'optConsumer' },
      { flags: '--business', about: 'optBusiness' },
    ],
    act: async (call) => (await import('./decide.ts')).decideMatter(call, true),
  },
  {
    name: 'complaint reopen',
    about: 'aboutComplaintReopen',
    args: ['<id>'],
    options: DECIDING,
    act: async (call) => (await import('./decide.ts')).decideMatter(call, false),
  },
  {
    name: 'payment settled',
    about: 'aboutPaymentSettled',
    args: ['<id>'],
    options: [...DECIDING, ON],
    act: async (call) => (await import('./decide.ts')).decidePayment(call, 'settledOn'),
  },
  {
    name: 'payment transferred',
    about: 'aboutPaymentTransferred',
    args: ['<id>'],
    options: [...DECIDING, ON, { flags: '--financial-year-end <date>', about: 'optFinancialYearEnd' }],
    act: async (call) => (await import('./decide.ts')).decidePayment(call, 'transferredOn'),
  },
  {
    name: 'hold',
    about: 'aboutHold',
    args: ['<id>'],
    options: DECIDING,
    act: async (call) => (await import('./decide.ts')).placeHold(call),
  },
  {
    name: 'release',
    about: 'aboutRelease',
    args: ['<id>'],
    options: DECIDING,
    act: async (call) => (await import('./decide.ts')).releaseHold(call),
  },
  {
    name: 'approve',
    about: 'aboutApprove',
    args: ['<id...>'],
    options: DECIDING,
    act: async (call) => (await import('./decide.ts')).approve(call),
  },
]
