/**
 * Everything that can go wrong and that a person should know about: codes, and the names of the values that each
 * carries. Values are ids, paths, numbers and codes only, never personal data (P7). The words are in `text/errors.ts`.
 */
export const ERRORS = {
  'account-broken': ['id'],
  'account-exists': ['account'],
  'account-missing': ['account'],
  'archive-missing': [],
  'audit-broken': ['seq', 'account'],
  'audit-truncated': ['seq', 'account'],
  'backup-damaged': ['file', 'problem'],
  'backup-directory-not-empty': ['directory'],
  'backup-expired': ['epochs', 'until'],
  'backup-incomplete': ['directory'],
  'backup-newer': ['version'],
  'backup-other-keyring': ['directory'],
  'backup-unwritable': ['directory', 'problem'],
  'bad-input': ['what', 'problem', 'remedy'],
  'broken-rows-differ': ['count'],
  'certificate-refused': ['host', 'problem'],
  'connection-lost': ['verb'],
  'corpus-line-invalid': ['line', 'problem'],
  'customer-broken': ['id'],
  'customers-same': [],
  'data-directory-unreachable': ['directory', 'problem'],
  'database-in-use': ['sessions'],
  'database-not-empty': [],
  'database-unreachable': ['problem'],
  'digest-nobody': [],
  'disk-full': ['directory', 'problem'],
  'folder-missing': [],
  'followed-elsewhere': ['account'],
  'import-unreadable': ['path', 'problem'],
  'keyring-damaged': ['path'],
  'keyring-missing': ['path'],
  'keyword-invalid': [],
  'ledger-missing': ['path'],
  'ledger-unwritable': ['path', 'problem'],
  'login-refused': ['host'],
  'mail-server-unreachable': ['host', 'port', 'problem'],
  'master-key-refused': ['path'],
  'model-broken': [],
  'no-run-waiting': [],
  'no-space': ['problem'],
  'not-armed': [],
  'not-found': ['id'],
  'plain-text-refused': ['host'],
  'postgres-binaries-missing': ['platform'],
  'postgres-other-major': ['directory', 'found', 'expected'],
  'postgres-start-failed': ['problem', 'log'],
  'purge-over-cap': ['due', 'total', 'limit'],
  'purge-running': ['account'],
  'restore-unfinished': [],
  'rules-invalid': ['file', 'problem'],
  'scan-failed': ['problem'],
  'schema-newer': ['migration'],
  'seal-broken': ['identity'],
  'server-refused': ['verb', 'problem'],
  'smtp-login-refused': ['host'],
  'smtp-missing': [],
  'split-impossible': ['id'],
  'staff-broken': ['id'],
  'staff-missing': ['staff'],
  'sync-first': ['folders'],
  'training-running': [],
  'uidplus-missing': [],
} as const satisfies Record<string, readonly string[]>

export type ErrorCode = keyof typeof ERRORS
type ErrorDetails = Record<string, string | number>

/** An error with a code. `message` is for logs and developers; users read `describeError` of `text/errors.ts`. */
export class GallraError extends Error {
  readonly code: ErrorCode
  readonly details: ErrorDetails
  /** Details that are words, in Swedish; `details` has them in English. */
  readonly inSwedish: ErrorDetails

  constructor(
    code: ErrorCode,
    details: ErrorDetails = {},
    options: { cause?: unknown; inSwedish?: ErrorDetails } = {},
  ) {
    super(messageOf(code, details), 'cause' in options ? { cause: options.cause } : {})
    this.name = 'GallraError'
    this.code = code
    this.details = details
    this.inSwedish = options.inSwedish ?? {}
  }
}

/** 'mail-server-unreachable (host: mail.example.com, port: 993)' */
function messageOf(code: ErrorCode, details: ErrorDetails): string {
  const values = Object.entries(details).map(([name, value]) => `${name}: ${value}`)
  return values.length === 0 ? code : `${code} (${values.join(', ')})`
}

/** Of a file system (ENOSPC, EDQUOT) and of PostgreSQL (SQLSTATE 53100 disk_full). */
const NO_SPACE = ['ENOSPC', 'EDQUOT', '53100']

/** What the pg library says, without any code, when a connection is lost under a query. */
const LOST = /^Connection terminated|has encountered a connection error/

/** A full disk or a lost database can be met anywhere: our error for it, or for what it caused; null for any other. */
export function environmentError(error: unknown): GallraError | null {
  for (let each = error; each instanceof Error; each = each.cause) {
    if (each instanceof GallraError && each.code !== 'database-unreachable') return null
    if ('code' in each && NO_SPACE.includes(String(each.code)))
      return new GallraError('no-space', { problem: String(each.code) }, { cause: error })
    if (!(each instanceof GallraError) && LOST.test(each.message))
      return new GallraError('database-unreachable', { problem: 'connection lost' }, { cause: error })
  }
  return null
}
