import type { VerbOption } from './call.ts'

/** Options that several verbs share. */
export const ACCOUNT: VerbOption = { flags: '--account <address>', about: 'optAccount' }
export const BY: VerbOption = { flags: '--by <staff>', about: 'optBy', required: true }
export const REASON: VerbOption = { flags: '--reason <text>', about: 'optReason', required: true }

/** Of every decision. */
export const DECIDING: readonly VerbOption[] = [ACCOUNT, BY, REASON]
export const ON: VerbOption = { flags: '--on <date>', about: 'optOn', required: true }
