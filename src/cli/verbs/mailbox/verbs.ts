import type { Verb } from '../../call/call.ts'
import { ACCOUNT } from '../../call/options.ts'

/** The mailbox: accounts, folders that stand for cases, following, importing. */
export const MAILBOX_VERBS: readonly Verb[] = [
  {
    name: 'account add',
    about: 'aboutAccountAdd',
    args: ['<imap-url>'],
    options: [
      { flags: '--starttls', about: 'optStarttls' },
      { flags: '--password-file <file>', about: 'optPasswordFile' },
      { flags: '--ca <file>', about: 'optCa' },
      { flags: '--address <address>', about: 'optAddress' },
      { flags: '--domain <domain>', about: 'optDomain', many: true },
      { flags: '--staff-address <address>', about: 'optStaffAddress', many: true },
      { flags: '--own-address <address>', about: 'optOwnAddress', many: true },
      { flags: '--authserv-id <id>', about: 'optAuthservId' },
      { flags: '--folder <path>', about: 'optFolder', many: true },
      { flags: '--replace', about: 'optReplace' },
    ],
    act: async (call) => (await import('./account.ts')).addAccount(call),
  },
  {
    name: 'account list',
    about: 'aboutAccountList',
    act: async (call) => (await import('./account.ts')).showAccounts(call),
  },
  {
    name: 'account test',
    about: 'aboutAccountTest',
    args: ['[account]'],
    act: async (call) => (await import('./account-test.ts')).testAccount(call),
  },
  {
    name: 'account remove',
    about: 'aboutAccountRemove',
    args: ['<account>'],
    act: async (call) => (await import('./account.ts')).removeAccount(call),
  },
  {
    name: 'folders list',
    about: 'aboutFoldersList',
    options: [ACCOUNT],
    act: async (call) => (await import('./folders.ts')).listCaseFolders(call),
  },
  {
    name: 'folders create',
    about: 'aboutFoldersCreate',
    options: [ACCOUNT],
    act: async (call) => (await import('./folders.ts')).createFolders(call),
  },
  {
    name: 'folders map',
    about: 'aboutFoldersMap',
    args: ['<case>', '<folder>'],
    options: [ACCOUNT],
    act: async (call) => (await import('./folders.ts')).mapFolder(call),
  },
  {
    name: 'folders unmap',
    about: 'aboutFoldersUnmap',
    args: ['<case>'],
    options: [ACCOUNT],
    act: async (call) => (await import('./folders.ts')).unmapFolder(call),
  },
  {
    name: 'folders filing',
    about: 'aboutFoldersFiling',
    args: ['<on|off>'],
    options: [ACCOUNT],
    act: async (call) => (await import('./folders.ts')).setFiling(call),
  },
  {
    name: 'serve',
    about: 'aboutServe',
    act: async (call) => (await import('./follow.ts')).startServing(call),
  },
  {
    name: 'sync',
    about: 'aboutSync',
    args: ['[account]'],
    act: async (call) => (await import('./follow.ts')).syncAll(call),
  },
  {
    name: 'import',
    about: 'aboutImport',
    args: ['<path>'],
    options: [ACCOUNT],
    act: async (call) => (await import('./import.ts')).importMail(call),
  },
]
