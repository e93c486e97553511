/** What connections to IMAP and SMTP servers share: encryption is required, and the certificate is verified. */
import { isLoopback, type ServerLogin } from '../core/mailbox/server-login.ts'
import { GallraError } from '../errors.ts'

/** How the codes of OpenSSL's verification and of Node's own check of the host name begin. */
const CERTIFICATE_CODES = [
  'CERT_',
  'ERR_TLS_CERT',
  'DEPTH_ZERO',
  'SELF_SIGNED',
  'UNABLE_TO_',
  'HOSTNAME_MISMATCH',
  'INVALID_CA',
  'PATH_LENGTH',
  'CRL_',
  'ERR_SSL_WRONG_VERSION',
]

/** @throws GallraError plain-text-refused: the login would be sent unencrypted to another computer */
export function requireEncryption({ security, host }: ServerLogin): void {
  if (security === 'none' && !isLoopback(host)) throw new GallraError('plain-text-refused', { host })
}

/** Options for `tls.connect`. */
export function tlsOptions({ ca }: ServerLogin): { rejectUnauthorized: true; minVersion: 'TLSv1.2'; ca?: string } {
  return { rejectUnauthorized: true, minVersion: 'TLSv1.2', ...(ca === null ? {} : { ca }) }
}

/** Whether an error's code says that the certificate was not accepted. */
export function isCertificateCode(code: string): boolean {
  return CERTIFICATE_CODES.some((beginning) => code.startsWith(beginning))
}
