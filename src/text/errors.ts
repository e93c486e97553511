import { GallraError, type ErrorCode } from '../errors.ts'
import { backupErrors } from './errors/backup.ts'
import { databaseErrors } from './errors/database.ts'
import { decisionErrors } from './errors/decisions.ts'
import { keyErrors } from './errors/keys.ts'
import { mailboxErrors } from './errors/mailbox.ts'
import { PROBLEM_WORDS } from './errors/problems.ts'
import { fill, type Language, type Wording } from './wording/wording.ts'

/** What happened and what to do about it. `{name}` is a detail of the error. */
export const ERROR_WORDS = {
  ...backupErrors,
  ...databaseErrors,
  ...decisionErrors,
  ...keyErrors,
  ...mailboxErrors,
} satisfies Record<ErrorCode, Wording>

/** The error as the user reads it: what happened and what to do. */
export function describeError(error: GallraError, language: Language): string {
  const details = { ...error.details, ...(language === 'sv' ? error.inSwedish : {}) }
  const problem = problemOf(error, language)
  return fill(ERROR_WORDS[error.code][language], problem === null ? details : { ...details, problem })
}

/** '3 ≠ 4 rows': numbers, and what they count. */
const PROBLEM = /^((?:\d+ ≠ )?\d+ )?(.*)$/s

/** A `problem` that is words or another error of ours, in the reader's language; null when it is a bare code. */
function problemOf({ cause, details, inSwedish }: GallraError, language: Language): string | null {
  const { problem } = details
  if (cause instanceof GallraError && problem === cause.message)
    return describeError(cause, language).replace(/\.$/, '')
  if (language === 'en' || 'problem' in inSwedish) return null
  const [, numbers = '', words = ''] = PROBLEM.exec(String(problem)) ?? []
  return isKnown(words) ? numbers + PROBLEM_WORDS[words] : null
}

function isKnown(words: string): words is keyof typeof PROBLEM_WORDS {
  return Object.hasOwn(PROBLEM_WORDS, words)
}
