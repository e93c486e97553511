import type { Verb } from '../../call/call.ts'
import { ACCOUNT } from '../../call/options.ts'

/** The firm: its staff and the letters it gets. */
export const FIRM_VERBS: readonly Verb[] = [
  {
    name: 'staff add',
    about: 'aboutStaffAdd',
    args: ['<name>'],
    options: [
      { flags: '--role <role>', about: 'optRole', names: 'role' },
      { flags: '--address <address>', about: 'optStaffOwnAddress' },
      { flags: '--mail-language <language>', about: 'optMailLanguage', choices: ['sv', 'en'] },
    ],
    act: async (call) => (await import('./staff.ts')).addStaff(call),
  },
  {
    name: 'staff list',
    about: 'aboutStaffList',
    act: async (call) => (await import('./staff.ts')).showStaff(call),
  },
  {
    name: 'smtp set',
    about: 'aboutSmtpSet',
    args: ['<smtp-url>'],
    options: [
      ACCOUNT,
      { flags: '--starttls', about: 'optSmtpStarttls' },
      { flags: '--password-file <file>', about: 'optPasswordFile' },
      { flags: '--ca <file>', about: 'optCa' },
    ],
    act: async (call) => (await import('./smtp.ts')).setSmtp(call),
  },
  {
    name: 'smtp test',
    about: 'aboutSmtpTest',
    options: [ACCOUNT],
    act: async (call) => (await import('./smtp.ts')).testSmtp(call),
  },
  {
    name: 'smtp show',
    about: 'aboutSmtpShow',
    options: [ACCOUNT],
    act: async (call) => (await import('./smtp.ts')).showSmtp(call),
  },
  {
    name: 'digest preview',
    about: 'aboutDigestPreview',
    act: async (call) => (await import('./digest.ts')).preview(call),
  },
  {
    name: 'digest send',
    about: 'aboutDigestSend',
    act: async (call) => (await import('./digest.ts')).send(call),
  },
]
