import SMTPConnection from 'nodemailer/lib/smtp-connection/index.js'
import type { ServerAddress, ServerLogin } from '../../core/mailbox/server-login.ts'
import { GallraError } from '../../errors.ts'
import { isCertificateCode, requireEncryption, tlsOptions } from '../tls.ts'

/**
 * What is known of one message after it was handed in:
 * - `accepted`: the server has taken responsibility for it
 * - `refused`: the server refused it for good (RFC 5321 section 4.2.1: 5yz); trying again does not help
 * - `deferred`: the server did not take it now (4yz, or no connection) but may take it later
 * - `unknown`: the connection broke when the server may already have had it
 */
export type SendOutcome = 'accepted' | 'refused' | 'deferred' | 'unknown'

const SECOND = 1000

/**
 * Hands one message to the server for one recipient. Throws when the server, its certificate or the login prevents
 * that before anything is handed in; everything later is an outcome.
 * @throws GallraError plain-text-refused, certificate-refused, smtp-login-refused, mail-server-unreachable
 */
export async function sendMessage(
  login: ServerLogin,
  envelope: { from: string; to: string },
  source: Buffer,
): Promise<SendOutcome> {
  const connection = await logIn(login)
  try {
    return await handIn(connection, envelope, source)
  } finally {
    connection.close()
  }
}

/** Logs in and leaves. @throws as `sendMessage` */
export async function tryLogin(login: ServerLogin): Promise<void> {
  const connection = await logIn(login)
  connection.quit()
}

async function logIn(login: ServerLogin): Promise<SMTPConnection> {
  requireEncryption(login)
  // Without a logger nodemailer says nothing anywhere: its log would hold addresses (P7).
  const connection = new SMTPConnection({
    host: login.host,
    port: login.port,
    secure: login.security === 'tls',
    requireTLS: login.security === 'starttls',
    ignoreTLS: login.security === 'none',
    tls: tlsOptions(login),
    connectionTimeout: 20 * SECOND,
    greetingTimeout: 16 * SECOND,
    socketTimeout: 2 * 60 * SECOND,
  })
  // nodemailer reports some failures as an event and some by callback; without a listener they end the process.
  connection.on('error', () => undefined)
  try {
    await settled(connection, (done) => connection.connect(done))
    if (login.user !== '')
      await settled(connection, (done) =>
        connection.login({ credentials: { user: login.user, pass: login.password } }, done),
      )
    return connection
  } catch (error) {
    connection.close()
    throw loginError(error, login)
  }
}

async function handIn(
  connection: SMTPConnection,
  envelope: { from: string; to: string },
  source: Buffer,
): Promise<SendOutcome> {
  try {
    await settled(connection, (done) => connection.send({ from: envelope.from, to: [envelope.to] }, source, done))
    return 'accepted'
  } catch (error) {
    const { command, responseCode } = error as SMTPConnection.SMTPError
    // Only the server's own answer to a step says that it did not take the message; a 421 that ends the session does
    // not.
    if (responseCode === undefined || responseCode === 421 || !['MAIL FROM', 'RCPT TO', 'DATA'].includes(command ?? ''))
      return 'unknown'
    return responseCode >= 500 ? 'refused' : 'deferred'
  }
}

function settled(connection: SMTPConnection, act: (done: (error?: Error | null) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const finish = (error?: Error | null): void => {
      connection.off('error', finish)
      connection.off('end', ended)
      if (error) reject(error)
      else resolve()
    }
    const ended = (): void => finish(new Error('connection ended'))
    connection.once('error', finish)
    connection.once('end', ended)
    act(finish)
  })
}

function loginError(error: unknown, { host, port }: ServerAddress): GallraError {
  // nodemailer puts its own code over the system's and keeps that one beside it.
  const { code = '', originalCode = code, responseCode } = error as SMTPConnection.SMTPError & { originalCode?: string }
  if (isCertificateCode(originalCode)) return new GallraError('certificate-refused', { host, problem: originalCode })
  // RFC 4954 section 6: 535 and 534 are about the credentials, 454 is not.
  if (code === 'EAUTH' && responseCode !== undefined && responseCode >= 500)
    return new GallraError('smtp-login-refused', { host })
  return new GallraError('mail-server-unreachable', {
    host,
    port,
    problem: responseCode === undefined ? originalCode || 'no answer' : String(responseCode),
  })
}
