import type { Verb } from '../../call/call.ts'
import { ACCOUNT, BY } from '../../call/options.ts'

/** The archive itself: its state, backups, keys, damage. */
export const ARCHIVE_VERBS: readonly Verb[] = [
  {
    name: 'status',
    about: 'aboutStatus',
    act: async (call) => (await import('./status.ts')).showStatus(call),
  },
  {
    name: 'doctor',
    about: 'aboutDoctor',
    act: async (call) => (await import('./doctor.ts')).examine(call),
  },
  {
    name: 'backup',
    about: 'aboutBackup',
    args: ['<directory>'],
    act: async (call) => (await import('./backup.ts')).backup(call),
  },
  {
    name: 'backup verify',
    about: 'aboutBackupVerify',
    args: ['<directory>'],
    act: async (call) => (await import('./backup.ts')).verify(call),
  },
  {
    name: 'restore',
    about: 'aboutRestore',
    args: ['<directory>'],
    options: [{ flags: '--without-ledger', about: 'optWithoutLedger' }],
    act: async (call) => (await import('./backup.ts')).restore(call),
  },
  {
    name: 'index rebuild',
    about: 'aboutIndexRebuild',
    act: async (call) => (await import('./backup.ts')).reindex(call),
  },
  {
    name: 'keys show',
    about: 'aboutKeysShow',
    act: async (call) => (await import('./keys.ts')).show(call),
  },
  {
    name: 'keys rotate',
    about: 'aboutKeysRotate',
    options: [BY],
    act: async (call) => (await import('./keys.ts')).rotate(call),
  },
  {
    name: 'keys give-up',
    about: 'aboutKeysGiveUp',
    args: ['<count>'],
    options: [BY],
    act: async (call) => (await import('./keys.ts')).giveUp(call),
  },
  {
    name: 'keys paper',
    about: 'aboutKeysPaper',
    act: async (call) => (await import('./keys.ts')).paper(call),
  },
  {
    name: 'keys restore-master',
    about: 'aboutKeysRestoreMaster',
    act: async (call) => (await import('./keys.ts')).restoreTyped(call),
  },
  {
    name: 'repair',
    about: 'aboutRepair',
    options: [ACCOUNT, BY],
    act: async (call) => (await import('./repair.ts')).repair(call),
  },
]
