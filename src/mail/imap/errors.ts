import type { ServerAddress } from '../../core/mailbox/server-login.ts'
import { GallraError } from '../../errors.ts'
import { isCertificateCode } from '../tls.ts'

/**
 * The fields of imapflow's and Node's errors that gallra reads. It keeps none of their texts: servers put names and
 * paths in them (P7).
 */
interface Signs {
  code: string
  status: string
  serverCode: string
  authenticationFailed: boolean
  mailboxMissing: boolean
}

/**
 * Dovecot 2.3 lists a deleted folder whose child came later, and answers SELECT without the code NONEXISTENT (RFC 5530)
 * that it gives otherwise: then only its words distinguish a deleted folder from one that cannot be opened.
 */
const SAYS_MISSING = /^Mailbox doesn't exist\b/

const CONNECTION_CODES = new Set([
  'NoConnection',
  'EConnectionClosed',
  'StateLogout',
  'ClosedAfterConnectText',
  'ClosedAfterConnectTLS',
  'ETIMEOUT',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ECONNABORTED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'LineTooLarge',
  'LiteralTooLarge',
  'ResponseTooLarge',
  'TooManyTokens',
  'InvalidResponse',
  'ResponseProcessingFailed',
])

function signsOf(error: unknown): Signs {
  const read = (key: string): unknown =>
    typeof error === 'object' && error !== null ? Reflect.get(error, key) : undefined
  const text = (key: string): string => {
    const value = read(key)
    return typeof value === 'string' && /^[A-Za-z0-9_.-]{1,60}$/.test(value) ? value : ''
  }
  return {
    code: text('code'),
    status: text('responseStatus'),
    serverCode: text('serverResponseCode'),
    authenticationFailed: read('authenticationFailed') === true,
    mailboxMissing:
      read('mailboxMissing') === true ||
      (text('serverResponseCode') === '' && SAYS_MISSING.test(String(read('responseText')))),
  }
}

/**
 * Error of a connection attempt. Only the response code AUTHENTICATIONFAILED (RFC 5530) means that
 * the password is wrong; imapflow sets `authenticationFailed` for LIMIT and UNAVAILABLE too.
 */
export function connectError(error: unknown, { host, port }: ServerAddress): GallraError {
  const signs = signsOf(error)
  if (signs.serverCode.toUpperCase() === 'AUTHENTICATIONFAILED') return new GallraError('login-refused', { host })
  if (isCertificateCode(signs.code)) return new GallraError('certificate-refused', { host, problem: signs.code })
  const problem =
    signs.serverCode || signs.code || signs.status || (signs.authenticationFailed ? 'login not possible' : 'no answer')
  return new GallraError('mail-server-unreachable', { host, port, problem })
}

/** Error of one command. `usable` is whether the connection still works. */
export function commandError(error: unknown, verb: string, usable: boolean): GallraError {
  if (error instanceof GallraError) return error
  const signs = signsOf(error)
  if (
    signs.mailboxMissing ||
    signs.serverCode.toUpperCase() === 'NONEXISTENT' ||
    signs.serverCode.toUpperCase() === 'TRYCREATE'
  )
    return new GallraError('folder-missing')
  const refused = signs.status === 'NO' || signs.status === 'BAD'
  if (!refused && (!usable || CONNECTION_CODES.has(signs.code))) return new GallraError('connection-lost', { verb })
  const problem = signs.serverCode || signs.status || signs.code || 'no usable answer'
  return new GallraError('server-refused', { verb, problem })
}

/** imapflow's types promise answers that at run time are `false` or `undefined` when something failed. */
export function answered<T extends object>(answer: T | boolean | undefined, failure: () => Error): T {
  if (typeof answer !== 'object') throw failure()
  return answer
}
