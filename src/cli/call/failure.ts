import { SearchQueryError } from '../../core/search/search-query.ts'
import { GallraError, type ErrorCode } from '../../errors.ts'
import { describeError } from '../../text/errors.ts'
import { namesOf } from '../../text/names.ts'
import { wordSearchProblem } from '../../text/mail/search-problems.ts'
import type { Language } from '../../text/wording/wording.ts'
import { EXIT, type ExitCode } from './exit-codes.ts'

const BY_CODE: Record<ErrorCode, ExitCode> = {
  'account-broken': EXIT.failed,
  'account-exists': EXIT.badInput,
  'account-missing': EXIT.badInput,
  'archive-missing': EXIT.badInput,
  'audit-broken': EXIT.failed,
  'audit-truncated': EXIT.failed,
  'backup-damaged': EXIT.failed,
  'backup-directory-not-empty': EXIT.badInput,
  'backup-expired': EXIT.failed,
  'backup-incomplete': EXIT.badInput,
  'backup-newer': EXIT.failed,
  'backup-other-keyring': EXIT.failed,
  'backup-unwritable': EXIT.failed,
  'bad-input': EXIT.badInput,
  'certificate-refused': EXIT.unreachable,
  'connection-lost': EXIT.unreachable,
  'corpus-line-invalid': EXIT.badInput,
  'customer-broken': EXIT.failed,
  'customers-same': EXIT.badInput,
  'data-directory-unreachable': EXIT.unreachable,
  'database-in-use': EXIT.needsPerson,
  'database-not-empty': EXIT.badInput,
  'database-unreachable': EXIT.unreachable,
  'digest-nobody': EXIT.needsPerson,
  'disk-full': EXIT.failed,
  'folder-missing': EXIT.failed,
  'followed-elsewhere': EXIT.failed,
  'import-unreadable': EXIT.badInput,
  'keyring-damaged': EXIT.failed,
  'keyring-missing': EXIT.failed,
  'keyword-invalid': EXIT.badInput,
  'ledger-missing': EXIT.needsPerson,
  'ledger-unwritable': EXIT.failed,
  'login-refused': EXIT.unreachable,
  'mail-server-unreachable': EXIT.unreachable,
  'model-broken': EXIT.failed,
  'no-run-waiting': EXIT.needsPerson,
  'master-key-refused': EXIT.badInput,
  'no-space': EXIT.failed,
  'not-armed': EXIT.needsPerson,
  'not-found': EXIT.badInput,
  'plain-text-refused': EXIT.badInput,
  'postgres-binaries-missing': EXIT.unreachable,
  'postgres-other-major': EXIT.unreachable,
  'postgres-start-failed': EXIT.unreachable,
  'purge-over-cap': EXIT.needsPerson,
  'purge-running': EXIT.failed,
  'restore-unfinished': EXIT.failed,
  'rules-invalid': EXIT.badInput,
  'scan-failed': EXIT.failed,
  'schema-newer': EXIT.failed,
  'broken-rows-differ': EXIT.badInput,
  'seal-broken': EXIT.failed,
  'server-refused': EXIT.failed,
  'split-impossible': EXIT.badInput,
  'smtp-login-refused': EXIT.unreachable,
  'smtp-missing': EXIT.needsPerson,
  'staff-broken': EXIT.failed,
  'staff-missing': EXIT.badInput,
  'sync-first': EXIT.needsPerson,
  'training-running': EXIT.failed,
  'uidplus-missing': EXIT.failed,
}

export function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof GallraError) return BY_CODE[error.code]
  return error instanceof SearchQueryError ? EXIT.badInput : EXIT.failed
}

/** What went wrong and what to do; null for an error that is not gallra's own. */
export function describeFailure(error: unknown, language: Language): string | null {
  if (error instanceof GallraError) return describeError(error, language)
  return error instanceof SearchQueryError ? wordSearchProblem(error, language, namesOf(language, 'case')) : null
}
