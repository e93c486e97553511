import type { Verb } from '../../call/call.ts'
import { ACCOUNT, DECIDING } from '../../call/options.ts'

/** Persons: finding all that concerns one, customers. */
export const PERSON_VERBS: readonly Verb[] = [
  {
    name: 'scan',
    about: 'aboutScan',
    options: [
      ACCOUNT,
      { flags: '--address <address>', about: 'optScanAddress', many: true },
      { flags: '--name <name>', about: 'optScanName', many: true },
      { flags: '--phone <number>', about: 'optScanPhone', many: true },
      { flags: '--personal-number <number>', about: 'optScanPersonalNumber', many: true },
      { flags: '--number <number>', about: 'optScanNumber', many: true },
      { flags: '--customer <id>', about: 'optScanCustomer', many: true },
      { flags: '--by <staff>', about: 'optBy' },
    ],
    act: async (call) => (await import('./scan.ts')).scan(call),
  },
  {
    name: 'customer merge',
    about: 'aboutCustomerMerge',
    args: ['<id>', '<other...>'],
    options: DECIDING,
    act: async (call) => (await import('./customer.ts')).merge(call),
  },
  {
    name: 'customer split',
    about: 'aboutCustomerSplit',
    args: ['<id>'],
    options: [...DECIDING, { flags: '--address <address>', about: 'optSplitAddress', required: true, many: true }],
    act: async (call) => (await import('./customer.ts')).split(call),
  },
  {
    name: 'customer rename',
    about: 'aboutCustomerRename',
    args: ['<id>', '<name>'],
    options: DECIDING,
    act: async (call) => (await import('./customer.ts')).rename(call),
  },
]
