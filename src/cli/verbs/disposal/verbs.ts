import type { Verb } from '../../call/call.ts'
import { ACCOUNT, BY, REASON } from '../../call/options.ts'

/** Purging, and what is left of what was purged. */
export const DISPOSAL_VERBS: readonly Verb[] = [
  {
    name: 'purge',
    about: 'aboutPurge',
    options: [ACCOUNT, { flags: '--preview', about: 'optPreview' }, { flags: '--why <id>', about: 'optWhy' }],
    act: async (call) => (await import('./purge.ts')).purge(call),
  },
  {
    name: 'purge arm',
    about: 'aboutPurgeArm',
    options: [BY],
    act: async (call) => (await import('./purge.ts')).arm(call, true),
  },
  {
    name: 'purge disarm',
    about: 'aboutPurgeDisarm',
    options: [BY],
    act: async (call) => (await import('./purge.ts')).arm(call, false),
  },
  {
    name: 'purge approve',
    about: 'aboutPurgeApprove',
    options: [ACCOUNT, BY],
    act: async (call) => (await import('./purge.ts')).approveRun(call),
  },
  {
    name: 'tombstone find',
    about: 'aboutTombstoneFind',
    args: ['<message-id>'],
    options: [ACCOUNT],
    act: async (call) => (await import('./tombstone.ts')).findTombstones(call),
  },
  {
    name: 'tombstone lift',
    about: 'aboutTombstoneLift',
    args: ['<id>'],
    options: [ACCOUNT, BY, REASON],
    act: async (call) => (await import('./tombstone.ts')).lift(call),
  },
]
